// Seasonal-trend decomposition by loess (STL), and MSTL, which runs STL over several seasons in turn.

import { type LoessOptions, loess, loessAt } from './loess.ts';
import { median } from './stats.ts';

export interface StlOptions {
  /** Periods per cycle, ≥ 2. */
  readonly period: number;
  /** Cycles in a seasonal neighbourhood, odd, ≥ 3. */
  readonly seasonalWindow: number;
  /** Odd; default: the smallest odd number ≥ 1.5·period ÷ (1 − 1.5 ÷ seasonalWindow). */
  readonly trendWindow?: number;
  /** Odd, above the period; default: the smallest such. */
  readonly lowPassWindow?: number;
  readonly seasonalDegree?: 0 | 1;
  /** Passes of the inner loop; default 2. */
  readonly inner?: number;
  /** Rounds of down-weighting outliers; default 0 = not robust. */
  readonly outer?: number;
  /** Evaluate every k-th point of the trend and the low-pass filter; default 1 = exact. */
  readonly jump?: number;
}

/** seasonal + trend + remainder = values. */
export interface Decomposition {
  readonly seasonal: Float64Array;
  readonly trend: Float64Array;
  readonly remainder: Float64Array;
}

/**
 * @param values shape [n], finite, n ≥ 2 × period
 * Source: Cleveland, Cleveland, McRae and Terpenning 1990. Cost: O(inner × outer × n × (windows ÷ jump)).
 */
export function stl(values: Float64Array, options: StlOptions): Decomposition {
  const n = values.length;
  const plan = withDefaults(options);
  const work: Workspace = {
    cycles: new Float64Array(n + 2 * plan.period),
    smooth: new Float64Array(n + 2 * plan.period),
    phase: new Float64Array(Math.ceil(n / plan.period) + 2),
    phaseOut: new Float64Array(Math.ceil(n / plan.period) + 2),
    phaseWeights: new Float64Array(Math.ceil(n / plan.period) + 2),
    rest: new Float64Array(n + 2),
    lowPass: new Float64Array(n),
  };
  const seasonal = new Float64Array(n);
  const trend = new Float64Array(n);
  let weights: Float64Array | null = null;
  for (let round = 0; round <= plan.outer; round++) {
    for (let pass = 0; pass < plan.inner; pass++) {
      innerPass(values, plan, work, { seasonal, trend, weights });
    }
    if (round < plan.outer) weights = robustnessWeights(values, seasonal, trend);
  }
  const remainder = values.map((y, t) => y - seasonal[t]! - trend[t]!);
  return { seasonal, trend, remainder };
}

/**
 * STL over several seasons, shortest first, each on the values without the others, twice round.
 * @param seasons each with its period and its seasonal window; those longer than half the history are left out (zeros)
 * @returns one seasonal component per entry of `seasons`; the trend is that of the last
 * Source: Bandara, Hyndman and Bergmeir 2021, arXiv 2107.13462.
 */
export function mstl(
  values: Float64Array,
  seasons: readonly StlOptions[],
): { readonly seasonals: readonly Float64Array[]; readonly trend: Float64Array } {
  const n = values.length;
  const seasonals = seasons.map(() => new Float64Array(n));
  const rest = values.slice();
  let trend: Float64Array = new Float64Array(n);
  const rounds = seasons.length > 1 ? 2 : 1;
  for (let round = 0; round < rounds; round++) {
    for (const [k, season] of seasons.entries()) {
      if (2 * season.period > n) continue;
      const own = seasonals[k]!;
      for (let t = 0; t < n; t++) rest[t]! += own[t]!;
      const parts = stl(rest, season);
      own.set(parts.seasonal);
      trend = parts.trend;
      for (let t = 0; t < n; t++) rest[t]! -= own[t]!;
    }
  }
  return { seasonals, trend };
}

interface Plan {
  readonly period: number;
  readonly seasonal: LoessOptions;
  readonly trend: LoessOptions;
  readonly lowPass: LoessOptions;
  readonly inner: number;
  readonly outer: number;
}

function withDefaults(options: StlOptions): Plan {
  const { period, seasonalWindow, jump = 1 } = options;
  return {
    period,
    seasonal: { window: seasonalWindow, degree: options.seasonalDegree ?? 1, jump: 1 },
    trend: {
      window: options.trendWindow ?? odd(Math.ceil((1.5 * period) / (1 - 1.5 / seasonalWindow))),
      degree: 1,
      jump,
    },
    lowPass: { window: options.lowPassWindow ?? odd(period + 1), degree: 1, jump },
    inner: options.inner ?? 2,
    outer: options.outer ?? 0,
  };
}

function odd(k: number): number {
  return k % 2 === 0 ? k + 1 : k;
}

interface Workspace {
  readonly cycles: Float64Array;
  readonly smooth: Float64Array;
  readonly phase: Float64Array;
  readonly phaseOut: Float64Array;
  readonly phaseWeights: Float64Array;
  readonly rest: Float64Array;
  readonly lowPass: Float64Array;
}

interface Parts {
  readonly seasonal: Float64Array;
  readonly trend: Float64Array;
  readonly weights: Float64Array | null;
}

function innerPass(values: Float64Array, plan: Plan, work: Workspace, parts: Parts): void {
  const n = values.length;
  const { seasonal, trend, weights } = parts;
  for (let t = 0; t < n; t++) work.rest[t] = values[t]! - trend[t]!;
  smoothCycles(plan, work, weights);
  // Low-pass filter of the smoothed cycles: moving averages of length period, period and 3, then loess.
  movingAverage(work.cycles, n + 2 * plan.period, plan.period, work.smooth);
  movingAverage(work.smooth, n + plan.period + 1, plan.period, work.rest);
  movingAverage(work.rest, n + 2, 3, work.smooth);
  const filtered = { values: work.smooth, from: 0, length: n };
  loess(filtered, plan.lowPass, { out: work.lowPass, outFrom: 0, robustness: null });
  for (let t = 0; t < n; t++) {
    seasonal[t] = work.cycles[plan.period + t]! - work.lowPass[t]!;
    work.rest[t] = values[t]! - seasonal[t]!;
  }
  loess({ values: work.rest, from: 0, length: n }, plan.trend, {
    out: trend,
    outFrom: 0,
    robustness: weights,
  });
}

/** Smooths each phase's values over the cycles, one cycle beyond both ends, into `work.cycles`. */
function smoothCycles(plan: Plan, work: Workspace, weights: Float64Array | null): void {
  const n = work.lowPass.length;
  const { period, seasonal } = plan;
  for (let start = 0; start < period; start++) {
    const count = Math.floor((n - start - 1) / period) + 1;
    for (let k = 0; k < count; k++) {
      work.phase[k] = work.rest[start + k * period]!;
      if (weights !== null) work.phaseWeights[k] = weights[start + k * period]!;
    }
    const run = { values: work.phase, from: 0, length: count };
    const robustness = weights === null ? null : work.phaseWeights;
    loess(run, seasonal, { out: work.phaseOut, outFrom: 1, robustness });
    const right = Math.min(seasonal.window, count) - 1;
    const before = loessAt(run, seasonal, { x: -1, left: 0, right, robustness });
    const left = Math.max(0, count - seasonal.window);
    const after = loessAt(run, seasonal, { x: count, left, right: count - 1, robustness });
    work.phaseOut[0] = Number.isNaN(before) ? work.phaseOut[1]! : before;
    work.phaseOut[count + 1] = Number.isNaN(after) ? work.phaseOut[count]! : after;
    for (let k = 0; k < count + 2; k++) work.cycles[start + k * period] = work.phaseOut[k]!;
  }
}

/** Running means of `window` values of `from[0 … length − 1]`, written from `out[0]`. */
function movingAverage(from: Float64Array, length: number, window: number, out: Float64Array): void {
  let sum = 0;
  for (let t = 0; t < length; t++) {
    sum += from[t]!;
    if (t >= window) sum -= from[t - window]!;
    if (t >= window - 1) out[t - window + 1] = sum / window;
  }
}

/** Bisquare weights: 1 near the fit, 0 beyond six median deviations. */
function robustnessWeights(values: Float64Array, seasonal: Float64Array, trend: Float64Array): Float64Array {
  const weights = values.map((y, t) => Math.abs(y - seasonal[t]! - trend[t]!));
  const limit = 6 * median(weights);
  return weights.map((deviation) => {
    if (deviation <= 0.001 * limit) return 1;
    if (deviation > 0.999 * limit) return 0;
    const ratio = deviation / limit;
    return (1 - ratio * ratio) ** 2;
  });
}
