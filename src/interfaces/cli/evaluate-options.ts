// Options that only `evaluate` has: their parsers, and what a project says that bears on a file alone.

import { InvalidArgumentError } from 'commander';

import type { Frequency } from '../../core/index.ts';
import type { EvaluateFileOptions } from '../../services/evaluation/index.ts';
import type { ProjectSettings } from '../../services/projects/index.ts';
import { defineProject } from '../config/index.ts';
import { type OptionSpec, textList } from './command.ts';
import { UsageError } from './report-error.ts';
import { assignedSettings } from './settings-args.ts';

/** A parser that accepts one of the given words. */
export function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (!words.includes(text)) throw new InvalidArgumentError(`expected one of ${words.join(', ')}.`);
    return text;
  };
}

/** Splits `24,168` into ascending whole numbers from 1 up. */
export function seasonList(text: string): number[] {
  const seasons = textList(text).map(Number);
  if (seasons.some((season) => !Number.isInteger(season) || season < 1 || season > 100_000)) {
    throw new InvalidArgumentError('expected whole numbers of periods from 1 up, separated by commas.');
  }
  return [...new Set(seasons)].sort((a, b) => a - b);
}

/** What a project says of periods, keys and limits. */
export const settingOptions: readonly OptionSpec[] = [
  {
    flags: '--week-start <day>',
    description: 'first day of a week, 0 = Sunday … 6 = Saturday (default: 1)',
  },
  { flags: '--timezone <zone>', description: 'IANA zone of times without an offset (default: UTC)' },
  {
    flags: '--calendar <country>',
    description: 'whose public holidays are known ahead: DE, or DE-BY with a region',
  },
  {
    flags: '--set <settings...>',
    description:
      'other settings of a project that bear on a file: workdays=[1,2,3,4,5], fiscalYear.weeks=4-4-5, keys=fold, ' +
      'nonNegative=false, columns.categories=["grade"], contract.maxValue=900, gbdt.priceEffect=falling',
  },
];

/** Paths of settings that `--set` takes; a path stands for all below it. */
const settable = [
  'weekStart',
  'workdays',
  'fiscalYear',
  'timezone',
  'calendar',
  'keys',
  'nonNegative',
  'columns.categories',
  'contract.minValue',
  'contract.maxValue',
  'gbdt',
];

/**
 * What the options say as settings, checked as those of a project are.
 * @throws AppError `config/invalid`, usage errors
 */
export function statedSettings(
  options: Readonly<Record<string, unknown>>,
  of: { readonly frequency: Frequency },
): Partial<EvaluateFileOptions> {
  const set = assignedSettings(options.set);
  for (const path of pathsOf(set))
    if (!settable.some((name) => path === name || path.startsWith(`${name}.`)))
      throw new UsageError(
        `--set ${path}: what bears on a file is ${settable.join(', ')}, and what has an option of its own`,
      );
  const { weekStart, timezone, calendar } = options;
  const [country, ...region] = String(calendar ?? '').split('-');
  const settings = {
    ...set,
    ...(weekStart === undefined ? {} : { weekStart: Number(weekStart) }),
    ...(timezone === undefined ? {} : { timezone: String(timezone) }),
    ...(calendar === undefined
      ? {}
      : { calendar: { country, ...(region.length === 0 ? {} : { region: region.join('-') }) } }),
  };
  const project = defineProject('file', { frequency: of.frequency, ...settings });
  return {
    weekStart: project.grid.weekStart,
    workdays: project.grid.workdays,
    fiscalYear: project.grid.fiscalYear,
    timezone: project.timezone,
    calendar: project.calendar,
    keys: project.keys,
    categories: project.columns.categories,
    nonNegative: isSaid(set, 'nonNegative') ? project.nonNegative : undefined,
    minValue: isSaid(set, 'contract', 'minValue') ? project.contract.minValue : undefined,
    maxValue: project.contract.maxValue,
    gbdt: project.gbdt,
  };
}

function pathsOf(settings: ProjectSettings, above = ''): string[] {
  return Object.entries(settings).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? pathsOf(value as ProjectSettings, `${above}${name}.`)
      : [`${above}${name}`],
  );
}

function isSaid(settings: ProjectSettings, ...path: readonly string[]): boolean {
  return pathsOf(settings).includes(path.join('.'));
}
