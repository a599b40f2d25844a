// From backtest windows to the table of ranks that sample paths are ordered by: how errors of different leads went together.

import type { PathBlock, PathTable } from '../models/index.ts';
import type { BacktestTable } from './backtest-table.ts';
import { type ServedOptions, servedForecasts } from './served-forecast.ts';
import { intervalStrata, symmetricStrata } from './strata.ts';

/** Windows kept per kind of demand: more would say little more and make every artifact larger. */
const windowsMax = 200;
/** With fewer windows than this nothing is learnt about a kind of demand. */
const windowsMin = 12;

/** The levels of each window's truths in their forecasts, each of shape [horizon] in [0, 1]. */
type Windows = Float64Array[];

/**
 * Learns the order of paths for regular and for sparse demand. An error is expressed as the level of its truth in its own
 * forecast, so that series of different size and spread speak the same language, and then ranked lead by lead. A truth on
 * which several levels lie (zero, for sparse demand) takes one of them by the window's other leads: a window that sold more
 * elsewhere ranks higher.
 * @returns blocks with up to 200 windows each; a kind with fewer than 12 has none
 * Cost: O(windows × horizon × levels), and sorting.
 */
export function pathTable(table: BacktestTable, options: ServedOptions): PathTable {
  const regular: Windows = [];
  const sparse: Windows = [];
  const { horizon, span, originsMax, seriesCount } = table;
  const { levels, strata } = options.intervals;
  const servedAt = servedForecasts(table, options);
  for (let series = 0; series < seriesCount; series++) {
    for (let origin = 0; origin < (table.origins[series] as number); origin++) {
      const at = series * originsMax + origin;
      const actual = table.actuals.subarray(at * horizon, (at + 1) * horizon);
      const window = levelsOf(actual, servedAt(series, origin).quantiles, { levels, span });
      if (window === undefined) continue;
      ((table.strata[at] as number) < symmetricStrata ? regular : sparse).push(window);
    }
  }
  const blocks: PathBlock[] = [];
  const indexOf = (windows: Windows, mirrored: boolean): number => {
    if (windows.length < windowsMin) return -1;
    return blocks.push(blockOf(evenly(windows), mirrored)) - 1;
  };
  const ofRegular = indexOf(regular, true);
  const ofSparse = indexOf(sparse, false);
  return {
    horizon,
    blocks,
    // Strata of series with quantiles of their own follow the others in the same order.
    blockOf: Int16Array.from(strata, (_, s) =>
      s % intervalStrata.length < symmetricStrata ? ofRegular : ofSparse,
    ),
  };
}

/** Levels of the truths of one window; undefined when fewer than half of its span are known. An unknown one repeats its neighbour's. */
function levelsOf(
  actual: Float64Array,
  quantiles: Float64Array,
  { levels, span }: { levels: readonly number[]; span: number },
): Float64Array | undefined {
  const horizon = actual.length;
  const low = new Float64Array(horizon);
  const high = new Float64Array(horizon);
  let known = 0;
  let middle = 0;
  for (let k = 0; k < horizon; k++) {
    const y = actual[k] as number;
    if (Number.isNaN(y) || Number.isNaN(quantiles[k] as number)) {
      low[k] = Number.NaN;
      continue;
    }
    const at = (l: number): number => quantiles[l * horizon + k] as number;
    low[k] = levelBelow(y, levels, at);
    high[k] = levelAbove(y, levels, at);
    middle += ((low[k] as number) + (high[k] as number)) / 2;
    known++;
  }
  if (2 * known < span) return undefined;
  middle /= known;
  let last = middle;
  return low.map((below, k) => {
    if (!Number.isNaN(below)) last = below + middle * ((high[k] as number) - below);
    return last;
  });
}

/** The probability of less than y: interpolated between levels, shrinking beyond the outermost as an exponential tail does. */
function levelBelow(y: number, levels: readonly number[], at: (l: number) => number): number {
  let l = 0;
  while (l < levels.length && at(l) < y) l++;
  return between(y, l, levels, at);
}

/** The probability of y or less. */
function levelAbove(y: number, levels: readonly number[], at: (l: number) => number): number {
  let l = 0;
  while (l < levels.length && at(l) <= y) l++;
  return between(y, l, levels, at);
}

/** The level of y between quantile `upper` − 1 and quantile `upper`. */
function between(y: number, upper: number, levels: readonly number[], at: (l: number) => number): number {
  const last = levels.length - 1;
  const unit = Math.max(1e-12, at(last) - at(0));
  if (upper === 0) return at(0) <= y ? 0 : (levels[0] as number) * Math.exp((-2 * (at(0) - y)) / unit);
  const before = levels[upper - 1] as number;
  if (upper > last) return 1 - (1 - before) * Math.exp((-2 * (y - at(last))) / unit);
  const step = at(upper) - at(upper - 1);
  const share = step > 0 ? Math.min(1, Math.max(0, (y - at(upper - 1)) / step)) : 0;
  return before + share * ((levels[upper] as number) - before);
}

/** At most `windowsMax` windows, evenly over those ordered by mean level, so that rare heights stay as rare as they are. */
function evenly(windows: readonly Float64Array[]): readonly Float64Array[] {
  const means = windows.map((window) => window.reduce((sum, level) => sum + level, 0));
  const order = [...windows.keys()].sort((a, b) => (means[a] as number) - (means[b] as number) || a - b);
  const count = Math.min(windowsMax, order.length);
  return Array.from(
    { length: count },
    (_, i) => windows[order[Math.floor(((i + 0.5) * order.length) / count)] as number] as Float64Array,
  );
}

function blockOf(windows: readonly Float64Array[], mirrored: boolean): PathBlock {
  const count = windows.length;
  const horizon = (windows[0] as Float64Array).length;
  const ranks = new Uint16Array(count * horizon);
  const rows = mirrored ? 2 * count : count;
  const means = windows.map((window) => window.reduce((sum, level) => sum + level, 0) / horizon);
  const levelAt = (row: number, k: number): number =>
    row < count
      ? ((windows[row] as Float64Array)[k] as number)
      : 1 - ((windows[row - count] as Float64Array)[k] as number);
  const meanOf = (row: number): number =>
    row < count ? (means[row] as number) : 1 - (means[row - count] as number);
  for (let k = 0; k < horizon; k++) {
    // Ties go by the window's height, then mirror images keep their distance from the middle.
    const order = Array.from({ length: rows }, (_, row) => row).sort(
      (a, b) => levelAt(a, k) - levelAt(b, k) || meanOf(a) - meanOf(b) || tieOf(a, count) - tieOf(b, count),
    );
    for (const [rank, row] of order.entries()) if (row < count) ranks[row * horizon + k] = rank;
  }
  return { windows: count, mirrored, ranks };
}

/** Antisymmetric, so that a window and its mirror image have mirrored ranks even among equals. */
function tieOf(row: number, count: number): number {
  return row < count ? -1 - row : 1 + row - count;
}
