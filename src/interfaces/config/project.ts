// From a project as the user states it to the complete `Project` of core: every default that depends on something.

import {
  type Dialect,
  defaultDialect,
  type Frequency,
  type Mapping,
  mappedProject,
  naturalSeason,
  type Project,
} from '../../core/index.ts';
import { invalid, projectProblems, shown } from './check.ts';
import { deepFreeze } from './deep-freeze.ts';
import type { DialectConfig } from './dialect-schema.ts';
import type { MappingConfig } from './mapping-schema.ts';
import type { SchemaNode } from './node.ts';
import { resolveFiscalYear } from './periods-schema.ts';
import type { ProjectConfig } from './schema.ts';
import { projectSettings } from './settings.ts';

/** Steps ahead where nothing is said: a month of days, a year of months. */
export const horizonDefault: Readonly<Record<Frequency, number>> = {
  hour: 48,
  day: 28,
  week: 13,
  month: 12,
  quarter: 8,
  year: 4,
  step: 12,
};
const retrainDefault: Record<Frequency, number> = {
  hour: 168,
  day: 7,
  week: 4,
  month: 1,
  quarter: 1,
  year: 1,
  step: 0,
};

/**
 * The complete project of settings from wherever, checked as those of a configuration file are.
 * @throws AppError `config/invalid`, its `errors` by setting
 */
export function defineProject(name: string, settings: unknown): Project {
  const problems = projectProblems(name, settings);
  if (problems.length > 0) throw invalid(`project ${shown(name)}`, problems);
  const { file } = (settings as ProjectConfig).contract ?? {};
  // Whoever may change a project may not read the server's disk for it.
  if (file !== undefined)
    throw invalid(`project ${shown(name)}`, [
      `contract.file is ${shown(file)}; expected none: files are named by projects of the configuration file alone`,
    ]);
  return deepFreeze(structuredClone(resolveProject(name, settings as ProjectConfig)));
}

/**
 * The complete project. `config` has passed `checkUserConfig`.
 * @throws AppError `data/bad-mapping` where a mapping is none of this project
 */
export function resolveProject(name: string, config: ProjectConfig): Project {
  const project = resolved(name, config);
  const mappings = Object.entries(config.mappings ?? {}).map(([key, one]) => [key, mappingOf(one)] as const);
  if (mappings.length === 0) return project;
  for (const [key, mapping] of mappings) mappedProject(project, mapping, `projects.${name}.mappings.${key}`);
  return { ...project, mappings: Object.fromEntries(mappings) };
}

/** What is said of files that are called and written otherwise. */
export function mappingOf({ columns = {}, values = {}, dialect = {} }: MappingConfig): Mapping {
  return { columns, values, dialect: dialectOf(dialect) };
}

function resolved(name: string, config: ProjectConfig): Project {
  const frequency = config.frequency ?? byDefault<Frequency>('frequency');
  const nonNegative = config.nonNegative ?? byDefault<boolean>('nonNegative');
  const seasons = config.seasons ?? defaultSeasons(frequency, config.workdays);
  const series = config.columns?.series ?? byDefault<string>('columns.series');
  const stockout = config.columns?.stockout;
  const contract = config.contract ?? {};
  const group = config.closing?.group;
  return {
    name,
    grid: {
      frequency,
      weekStart: config.weekStart ?? byDefault('weekStart'),
      ...(config.workdays === undefined ? {} : { workdays: config.workdays }),
      ...(config.fiscalYear === undefined ? {} : { fiscalYear: resolveFiscalYear(config.fiscalYear) }),
    },
    timezone: config.timezone ?? byDefault('timezone'),
    horizonSteps: config.horizonSteps ?? horizonDefault[frequency],
    seasons,
    levels: config.levels ?? byDefault('levels'),
    adaptCoverage: config.adaptCoverage ?? byDefault('adaptCoverage'),
    nonNegative,
    columns: {
      series: typeof series === 'string' ? [series] : series,
      time: config.columns?.time ?? byDefault('columns.time'),
      target: config.columns?.target ?? byDefault('columns.target'),
      ...(stockout === undefined ? {} : { stockout }),
      ...covariates(config.columns),
    },
    ...(config.dialect === undefined ? {} : { dialect: dialectOf(config.dialect) }),
    ...(config.calendar === undefined ? {} : { calendar: config.calendar }),
    ...(config.hierarchy === undefined || config.hierarchy.length === 0
      ? {}
      : { hierarchy: config.hierarchy }),
    keys: config.keys ?? byDefault('keys'),
    gaps: config.gaps ?? byDefault('gaps'),
    conflicts: config.conflicts ?? byDefault('conflicts'),
    units: config.units ?? byDefault('units'),
    closing: {
      ...(group === undefined ? {} : { group: typeof group === 'string' ? [group] : group }),
      latenessHours: config.closing?.latenessHours ?? byDefault('closing.latenessHours'),
    },
    contract: {
      minValue: contract.minValue === undefined ? (nonNegative ? 0 : null) : contract.minValue,
      maxValue: contract.maxValue ?? byDefault('contract.maxValue'),
      unitJumpFactor: contract.unitJumpFactor ?? byDefault('contract.unitJumpFactor'),
      futurePeriodsMax: contract.futurePeriodsMax ?? byDefault('contract.futurePeriodsMax'),
      ...(contract.jumpPeriodsMax === undefined ? {} : { jumpPeriodsMax: contract.jumpPeriodsMax }),
      stalePeriodsMax: contract.stalePeriodsMax ?? byDefault('contract.stalePeriodsMax'),
      historyPeriodsMin: contract.historyPeriodsMin ?? Math.min(28, Math.max(4, 2 * (seasons[0] ?? 1))),
    },
    models: config.models ?? byDefault('models'),
    ...(config.gbdt === undefined ? {} : { gbdt: config.gbdt }),
    retrainEveryPeriods: config.retrainEveryPeriods ?? retrainDefault[frequency],
    ...(config.retrainSchedule === undefined ? {} : { retrainSchedule: config.retrainSchedule }),
    ...(config.retrainOn === undefined ? {} : { retrainOn: config.retrainOn }),
    ...(config.alerts === undefined ? {} : { alerts: config.alerts }),
    ...(config.drift === undefined ? {} : { drift: config.drift }),
    seed: config.seed ?? byDefault('seed'),
  };
}

/** What is said of how data is written, and the rest as it is where nothing is said. */
export function dialectOf(config: DialectConfig): Dialect {
  const said = Object.entries(config).filter(([, value]) => value !== undefined);
  return { ...defaultDialect, ...Object.fromEntries(said) };
}

/** The lists of columns beside demand that name any. */
function covariates(columns: ProjectConfig['columns']): Partial<Project['columns']> {
  const { known = [], past = [], static: fixed = [], categories = [] } = columns ?? {};
  const lists = { known, past, static: fixed, categories };
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0)),
    ...(columns?.price === undefined ? {} : { price: columns.price }),
  };
}

function defaultSeasons(frequency: Frequency, workdays?: readonly number[]): readonly number[] {
  if (frequency === 'hour') return [24, 168];
  const season = naturalSeason(frequency, workdays);
  return season > 1 ? [season] : [];
}

/** The default that the schema states; the caller names the type the schema gives it. */
function byDefault<T>(path: string): T {
  const node: SchemaNode | undefined = projectSettings.find(
    (setting) => setting.path.join('.') === path,
  )?.node;
  return structuredClone(node?.default) as T;
}
