// Conformal intervals as data: how far the truth fell from the forecast in the backtest, by kind of series, lead and
// quantile level. `evaluate` fills the table from backtest residuals; the forecaster reads it. Nothing here is Gaussian.

import { assert } from '../../core/index.ts';

/** Signed residual quantiles in units of each series' own scale. */
export interface IntervalTable {
  /** Quantile levels in (0, 1), ascending, at least one. */
  readonly levels: readonly number[];
  /** Names of the strata (volume × demand class, say), at least one; a series refers to a stratum by its index. */
  readonly strata: readonly string[];
  /** Leads 1 … horizon are tabulated. */
  readonly horizon: number;
  /**
   * (actual − mean) ÷ scale at each level, shape [strata][horizon][levels], row by row, finite, ascending along levels.
   * A stratum too small to have its own figures holds those of the pool it was merged into.
   */
  readonly offsets: Float64Array;
  /**
   * Strata from this index on are of models with quantiles of their own: an offset corrects the model's quantile of that
   * level instead of its mean, and need not ascend along levels. Absent = no stratum.
   */
  readonly ownFrom?: number;
  /** Quantiles and mean are made one distribution, see `giveMean`; absent in tables of versions that did not, or of too few levels. */
  readonly joint?: true;
}

/**
 * Names of the strata of series whose demand has ended: for good as far as one can tell, or so that it may be a season of which
 * one year was seen. Their offsets are counted from zero, whatever a model still expects.
 */
export const endedStrata = ['ended', 'ended, or out of season'] as const;

export type EndedStratum = (typeof endedStrata)[number];

/** The stratum of ended demand that a stratum is, or is the double of for models with quantiles of their own; undefined = another. */
export function endedStratumOf(table: IntervalTable, stratum: number): EndedStratum | undefined {
  const { strata, ownFrom = strata.length } = table;
  const name = strata[stratum < ownFrom ? stratum : stratum - ownFrom];
  return endedStrata.find((one) => one === name);
}

/** Index of the first level's offset for a stratum and a lead (1 = next period). Leads past the table use its last. */
export function offsetIndex(table: IntervalTable, stratum: number, lead: number): number {
  const row = Math.min(lead, table.horizon) - 1;
  return (stratum * table.horizon + row) * table.levels.length;
}

/** Checks lengths, order and finiteness; a failure is a bug in whoever built the table. Cost: O(size). */
export function checkIntervalTable(table: IntervalTable): void {
  const { levels, strata, horizon, offsets } = table;
  assert(
    levels.length > 0 && strata.length > 0 && horizon > 0,
    'interval table has levels, strata and leads',
  );
  assert(
    offsets.length === strata.length * horizon * levels.length,
    'interval table has one offset per cell',
  );
  for (let k = 0; k < levels.length; k++) {
    const level = levels[k] as number;
    assert(
      level > 0 && level < 1 && (k === 0 || level > (levels[k - 1] as number)),
      'levels ascend in (0, 1)',
    );
  }
  const ascending = (table.ownFrom ?? strata.length) * horizon * levels.length;
  for (let i = 0; i < offsets.length; i++) {
    const offset = offsets[i] as number;
    assert(Number.isFinite(offset), 'offsets are finite');
    assert(
      i % levels.length === 0 || i >= ascending || offset >= (offsets[i - 1] as number),
      'offsets ascend along levels',
    );
  }
}

/**
 * The offset at any level: linear between the tabulated levels, the outermost one beyond them. Past the table's horizon
 * the last lead's offset grows with the square root of the lead, as the error of a random walk does.
 */
export function offsetAt(table: IntervalTable, at: { stratum: number; lead: number; level: number }): number {
  const base = offsetIndex(table, at.stratum, at.lead);
  return growthPast(table, at.lead) * atLevel(table.levels, table.offsets.subarray(base), at.level);
}

/** By how much spreads grow past the last tabulated lead: with the root of the lead, as the error of a random walk does. */
export function growthPast(table: IntervalTable, lead: number): number {
  return lead > table.horizon ? Math.sqrt(lead / table.horizon) : 1;
}

/**
 * The value at any level of a curve given at some: linear between them, the outermost one beyond them.
 * @param levels ascending, at least one
 * @param values one per level; more are ignored
 */
export function atLevel(levels: readonly number[], values: Float64Array, level: number): number {
  let upper = 0;
  while (upper < levels.length && (levels[upper] as number) < level) upper++;
  if (upper === 0) return values[0] as number;
  if (upper === levels.length) return values[upper - 1] as number;
  const low = levels[upper - 1] as number;
  const share = (level - low) / ((levels[upper] as number) - low);
  const a = values[upper - 1] as number;
  const b = values[upper] as number;
  const value = a + share * (b - a);
  // Rounding may carry a value past the end of its line, and so across the next level.
  return a <= b ? Math.min(value, b) : Math.max(value, b);
}

/**
 * The tabulated lead whose phase of the cycle a step has. Lead 1 of the table was, say, always a Monday; after three more
 * days have been observed lead 1 is a Thursday, and takes the offsets of the nearest Thursday of the table.
 * @param at.advancedBy periods observed since the training's last one
 * @param at.cycle      periods per cycle, 1 = none
 * @returns the lead itself when the table is shorter than a cycle or reaches less far
 */
export function alignedLead(
  table: IntervalTable,
  at: { lead: number; advancedBy: number; cycle: number },
): number {
  const { lead, advancedBy, cycle } = at;
  if (cycle <= 1 || lead > table.horizon || table.horizon < cycle) return lead;
  const shift = ((advancedBy % cycle) + cycle) % cycle;
  const ahead = lead + shift;
  const behind = ahead - cycle;
  if (ahead > table.horizon) return behind;
  return behind >= 1 && shift > cycle / 2 ? behind : ahead;
}

/**
 * How far apart the values lie whose differences are the unit of a series' errors: a cycle, or half of a history shorter than two, so
 * that it drifts as far in a unit as longer ones do. @returns 1 without a season
 */
export function scaleLag(length: number, season: number): number {
  return season > 1 ? Math.max(1, Math.min(season, Math.floor(length / 2))) : 1;
}

/**
 * The unit in which a series' forecast errors are expressed, so that large and small series share one table: mean
 * absolute difference to the same phase of the previous cycle; see `scaleLag`.
 * @param history demand per period, NaN = unknown, pairs with one are skipped
 * @param season  periods per cycle, 1 = none
 * @returns a positive finite number; a constant history falls back to its mean |y|, an empty or all-zero one to 1
 */
export function seriesScale(history: Float64Array, season: number): number {
  const lag = scaleLag(history.length, season);
  let sum = 0;
  let count = 0;
  let size = 0;
  let seen = 0;
  for (let t = 0; t < history.length; t++) {
    const value = history[t] as number;
    if (!Number.isFinite(value)) continue;
    size += Math.abs(value);
    seen++;
    const before = t >= lag ? (history[t - lag] as number) : Number.NaN;
    if (!Number.isFinite(before)) continue;
    sum += Math.abs(value - before);
    count++;
  }
  if (count > 0 && sum > 0) return sum / count;
  return size > 0 ? size / seen : 1;
}
