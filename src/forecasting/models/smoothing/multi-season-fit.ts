// Fitting level, trend, several additive seasons and an autoregressive error: start values from MSTL, the rest by search.

import { mstl, nelderMead } from '../../maths/index.ts';
import { phiMin, trendShareMax } from './additive-fit.ts';

export interface MultiSeasonFit {
  readonly alpha: number;
  readonly beta: number;
  readonly phi: number;
  /** Carry-over of the last error into the next forecast. */
  readonly rho: number;
  readonly level: number;
  readonly seasons: readonly FittedSeason[];
  /** Σu² of the one-step errors after the first cycle. */
  readonly loss: number;
}

export interface FittedSeason {
  readonly period: number;
  readonly gamma: number;
  /** Effects of the first cycle, shape [period]. */
  readonly initial: Float64Array;
}

/** The level of a series with several seasons moves slowly; chosen on the fold before the test window of M4 hourly. */
const alphaMax = 0.2;
const phiMax = 0.999;
const rhoMax = 0.99;
const gammaMax = 0.9;
const evaluationsMax = 300;
const tolerance = 1e-5;
/** Cycles in MSTL's seasonal neighbourhood, shortest season first; the last serves all further ones. */
const seasonalWindows = [11, 15];

/**
 * @param z       shape [n], finite: the history in units of its size, or its logarithm
 * @param periods distinct, each ≥ 2 and ≤ n/2, ascending
 * Cost: MSTL and up to 300 passes of O(n × seasons).
 */
export function fitMultiSeason(z: Float64Array, periods: readonly number[]): MultiSeasonFit {
  const start = startValues(z, periods);
  const pass = new MultiSeasonPass(z, periods, start);
  const k = periods.length;
  const found = nelderMead(
    {
      objective: (x) => pass.loss(x),
      start: [0.1, 0.01, 0.9, 0.5, ...new Array<number>(k).fill(0.1)],
      step: [0.1, 0.05, -0.05, 0.3, ...new Array<number>(k).fill(0.1)],
      lower: [1e-4, 0, phiMin, 0, ...new Array<number>(k).fill(0)],
      upper: [alphaMax, trendShareMax, phiMax, rhoMax, ...new Array<number>(k).fill(gammaMax)],
    },
    { tolerance, evaluationsMax },
  );
  const x = found.x;
  return {
    alpha: x[0]!,
    beta: x[0]! * x[1]!,
    phi: x[2]!,
    rho: x[3]!,
    level: start.level,
    seasons: periods.map((period, i) => ({ period, gamma: x[4 + i]!, initial: start.initial[i]! })),
    loss: found.value,
  };
}

interface StartValues {
  readonly level: number;
  readonly initial: readonly Float64Array[];
}

function startValues(z: Float64Array, periods: readonly number[]): StartValues {
  if (periods.length === 0) return { level: z[0]!, initial: [] };
  const parts = mstl(
    z,
    periods.map((period, i) => ({
      period,
      seasonalWindow: seasonalWindows[Math.min(i, seasonalWindows.length - 1)]!,
      jump: Math.ceil(period / 6),
    })),
  );
  return {
    level: parts.trend[0]!,
    initial: parts.seasonals.map((seasonal, i) => seasonal.slice(0, periods[i])),
  };
}

class MultiSeasonPass {
  readonly #z: Float64Array;
  readonly #periods: readonly number[];
  readonly #start: StartValues;
  readonly #rings: readonly Float64Array[];
  readonly #phases: Int32Array;
  /** Errors before this are the start values' fault, when enough come after. */
  readonly #from: number;

  constructor(z: Float64Array, periods: readonly number[], start: StartValues) {
    const longest = periods[periods.length - 1] ?? 0;
    this.#z = z;
    this.#periods = periods;
    this.#start = start;
    this.#rings = start.initial.map((initial) => initial.slice());
    this.#phases = new Int32Array(periods.length);
    this.#from = z.length >= 3 * longest ? longest : 0;
  }

  /** @param x α, β ÷ α, φ, ρ, then one γ per season */
  loss(x: Float64Array): number {
    const z = this.#z;
    const count = this.#periods.length;
    const alpha = x[0]!;
    const beta = alpha * x[1]!;
    const phi = x[2]!;
    const rho = x[3]!;
    for (let k = 0; k < count; k++) this.#rings[k]!.set(this.#start.initial[k]!);
    this.#phases.fill(0);
    let level = this.#start.level;
    let slope = 0;
    let error = 0;
    let sum = 0;
    for (let t = 0; t < z.length; t++) {
      slope *= phi;
      const p = level + slope;
      let season = 0;
      for (let k = 0; k < count; k++) season += this.#rings[k]![this.#phases[k]!]!;
      const gap = z[t]! - p - season;
      const surprise = gap - rho * error;
      if (t >= this.#from) sum += surprise * surprise;
      level = p + alpha * surprise;
      slope += beta * surprise;
      error = gap;
      for (let k = 0; k < count; k++) {
        const phase = this.#phases[k]!;
        this.#rings[k]![phase]! += x[4 + k]! * surprise;
        this.#phases[k] = phase + 1 === this.#periods[k] ? 0 : phase + 1;
      }
    }
    return sum;
  }
}
