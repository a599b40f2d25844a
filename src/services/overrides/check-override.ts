// What an override may be: checked once, against what the model says of its period and what demand can be.

import {
  AppError,
  type OverrideAsk,
  overriddenValue,
  overrideKinds,
  type Project,
  periodLabel,
} from '../../core/index.ts';
import type { OverrideRecord } from '../../storage/ports/index.ts';
import type { Preview } from '../serving/index.ts';

/** One period of a request: just one of the three. */
export interface OverridePeriod {
  readonly period: number;
  /** Units. */
  readonly value?: number | undefined;
  /** More than the model's mean, in percent; below 0 = less. */
  readonly percent?: number | undefined;
  /** More than the model's mean, in units. */
  readonly units?: number | undefined;
}

export type CheckedSet = Pick<OverrideRecord, 'period' | 'value' | 'asked' | 'said'>;

export const reasonLengthMax = 500;
/** Periods of one request: they are committed at once. */
const periodsMax = 200;
/** More than so many times the largest of demand and forecast is taken for another unit or a slip. */
const absurdFactor = 100;

/** A reason that says something. @throws AppError `overrides/invalid` */
export function checkReason(reason: string, what: 'override' | 'withdrawal'): string {
  const text = reason.trim();
  if (text === '')
    throw new AppError(
      'overrides/invalid',
      `the ${what} has no reason: say why, for those who read the number`,
    );
  if (text.length > reasonLengthMax)
    throw new AppError(
      'overrides/invalid',
      `the reason of the ${what} has ${text.length} characters: use at most ${reasonLengthMax}`,
    );
  return text;
}

/**
 * Every period of a request, by period.
 * @param preview what would be answered of the series now, over the whole horizon
 * @throws AppError `overrides/invalid`, `overrides/closed-period`, `overrides/beyond-horizon`, `overrides/absurd`
 */
export function checkPeriods(
  project: Project,
  periods: readonly OverridePeriod[],
  preview: Preview,
): CheckedSet[] {
  if (periods.length === 0)
    throw new AppError('overrides/invalid', 'the override names no period: name at least one');
  if (periods.length > periodsMax)
    throw new AppError(
      'overrides/invalid',
      `${periods.length} periods are more than the ${periodsMax} of one request: send them in several`,
    );
  const seen = new Set<number>();
  const largest = largestOf(preview);
  const sets = periods.map((asked) => {
    const { period } = asked;
    if (seen.has(period))
      throw new AppError('overrides/invalid', `${at(project, preview, period)} is given twice: give it once`);
    seen.add(period);
    checkReach(project, preview, period);
    return checkOne(project, asked, { preview, largest });
  });
  return sets.sort((a, b) => a.period - b.period);
}

function checkReach(project: Project, preview: Preview, period: number): void {
  const { cutoff, forecast } = preview;
  const last = cutoff + forecast.mean.length;
  const label = (of: number): string => periodLabel(project.grid, of);
  const about = { series: preview.seriesId, from: label(cutoff + 1), to: label(last) };
  if (period <= cutoff)
    throw new AppError(
      'overrides/closed-period',
      `${at(project, preview, period)} is closed, up to ${label(cutoff)}: override periods from ${about.from} on`,
      { details: about },
    );
  if (period > last)
    throw new AppError(
      'overrides/beyond-horizon',
      `${at(project, preview, period)} is beyond what project ${project.name} forecasts, up to ${about.to}`,
      { details: about },
    );
}

function checkOne(
  project: Project,
  asked: OverridePeriod,
  { preview, largest }: { preview: Preview; largest: number },
): CheckedSet {
  const said = saidOf(preview, asked.period);
  const ask = askOf(project, asked, preview);
  const value = overriddenValue(ask, said.mean);
  const what = at(project, preview, asked.period);
  const invalid = (fault: string): AppError =>
    new AppError('overrides/invalid', `${what} ${fault}`, { details: { value } });
  if (ask.kind === 'percent' && said.mean === 0)
    throw invalid('is forecast as 0, of which no percentage is anything else: give a value or units');
  if (!Number.isFinite(value))
    throw invalid('would not be a number: give a value that can be counted in units');
  const { minValue, maxValue } = project.contract;
  if (value < 0 && project.nonNegative)
    throw invalid(
      `would be ${shown(value)}, and demand of project ${project.name} is never below 0: give 0 or more`,
    );
  if (minValue !== null && value < minValue)
    throw invalid(`would be ${shown(value)}, below the least of the contract, ${minValue}`);
  if (maxValue !== null && value > maxValue)
    throw invalid(`would be ${shown(value)}, above the most of the contract, ${maxValue}`);
  if (maxValue === null && Math.abs(value) > absurdFactor * largest)
    throw new AppError(
      'overrides/absurd',
      `${what} would be ${shown(value)}, more than ${absurdFactor} times the largest demand and forecast of it, ${shown(largest)}: check unit and digits, or set contract.maxValue`,
      { details: { value, largest } },
    );
  return { period: asked.period, value, asked: ask, said };
}

function askOf(project: Project, asked: OverridePeriod, preview: Preview): OverrideAsk {
  const given = overrideKinds.filter((kind) => asked[kind] !== undefined);
  const [kind] = given;
  if (kind === undefined || given.length > 1)
    throw new AppError(
      'overrides/invalid',
      `${at(project, preview, asked.period)} has ${given.length === 0 ? 'no number' : given.join(' and ')}: give one of ${overrideKinds.join(', ')}`,
    );
  return { kind, amount: asked[kind] as number };
}

/** What the model says of a period now. */
function saidOf({ served, cutoff, ask, forecast }: Preview, period: number): OverrideRecord['said'] {
  const k = period - cutoff - 1;
  const { mean, quantiles, source } = forecast;
  return {
    versionId: served.version?.id ?? 'baseline',
    version: served.version?.number ?? null,
    source,
    cutoff,
    mean: mean[k] as number,
    levels: ask.levels,
    quantiles: ask.levels.map((_, l) => quantiles[l * mean.length + k] as number),
  };
}

/** Of all demand and all that is forecast; infinite for a series that never sold, which has no scale to judge by. */
function largestOf({ seriesId, served, cutoff, forecast }: Preview): number {
  let largest = served.largest(seriesId, cutoff);
  for (const values of [forecast.mean, forecast.quantiles])
    for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value);
  return largest > 0 ? largest : Number.POSITIVE_INFINITY;
}

function at({ grid }: Project, { seriesId }: Preview, period: number): string {
  return `${periodLabel(grid, period)} of series ${seriesId.slice(0, 100)}`;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
