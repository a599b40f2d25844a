// The dynamic optimised theta model: simple exponential smoothing of one theta line, a trend line that is re-estimated with
// every observation, and their mixture. What is fitted, and how, is in theta-fit.ts.

import { deseasonalise, recentSpan, Season } from '../deseasonalise.ts';
import type { Drivers } from '../drivers.ts';
import type { FitOptions, Model } from '../model.ts';
import { prepare } from '../prepare.ts';
import { mainSeason, stateModel } from '../state-model.ts';
import { withYear } from '../year/with-year.ts';
import { anyShare, fitTheta, nextSlope, type ShareRange } from './theta-fit.ts';

// State layout. Parameters and initial values:
const M = 0; // periods per cycle
const KIND = 1; // Season
const ALPHA = 2;
const TREND = 3; // 1 − 1/θ
const START = 4; // level before the first observation
const CLOSURES = 5; // 1 = a zero is a closed day, not demand
// Running part:
const PHASE = 6; // position in the cycle of the next period
const COUNT = 7; // periods since the first observation
const LEVEL = 8;
const MEAN = 9;
const INTERCEPT = 10; // A
const SLOPE = 11; // B
const POWER = 12; // (1 − α)^count
const INDICES = 13;

/** Where the running part lies, for those who write it down as a graph. */
export const thetaLayout: Readonly<
  Record<
    | 'm'
    | 'kind'
    | 'alpha'
    | 'trend'
    | 'phase'
    | 'count'
    | 'level'
    | 'mean'
    | 'intercept'
    | 'slope'
    | 'power'
    | 'indices',
    number
  >
> = {
  m: M,
  kind: KIND,
  alpha: ALPHA,
  trend: TREND,
  phase: PHASE,
  count: COUNT,
  level: LEVEL,
  mean: MEAN,
  intercept: INTERCEPT,
  slope: SLOPE,
  power: POWER,
  indices: INDICES,
};

/**
 * Source: Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler 2016, IJF 32(4), the dynamic optimised theta model.
 * Cost: fit about 30 passes over the history and O(n·m) for the season; update O(1); forecast O(h).
 */
export const dotm: Model = thetaModel({
  name: 'dotm',
  summary:
    'Dynamic optimised theta: smoothing plus a trend re-estimated at every step, season taken out before.',
  trend: anyShare,
  cyclesOf: recentSpan,
});

/** As in the paper, seasonal indices from the whole history: not in the catalog, kept to compare with published figures. */
export const dotmWhole: Model = thetaModel({
  ...dotm,
  trend: anyShare,
  cyclesOf: () => Number.POSITIVE_INFINITY,
});

/** Source: Assimakopoulos and Nikolopoulos 2000, IJF 16(4), in the dynamic form of Fiorucci et al.: θ = 2. */
export const theta: Model = thetaModel({
  name: 'theta',
  summary: 'The theta method with θ = 2: smoothing plus half the trend, season taken out before.',
  trend: { least: 0.5, most: 0.5 },
  cyclesOf: recentSpan,
});

interface ThetaSpec {
  readonly name: string;
  readonly summary: string;
  /** Bounds of the trend share 1 − 1/θ. */
  readonly trend: ShareRange;
  /** How many of the last cycles of `m` periods tell the seasonal indices. */
  readonly cyclesOf: (m: number) => number;
}

function thetaModel(spec: ThetaSpec): Model {
  return withYear(
    stateModel({
      name: spec.name,
      summary: spec.summary,
      estimate: (history, options) => estimate(history, options, spec),
      reset: (state) => {
        state.fill(0, PHASE, INDICES);
        state[POWER] = 1;
      },
      update,
      forecast,
      parts,
    }),
  );
}

function estimate(history: Float64Array, options: FitOptions, spec: ThetaSpec): Float64Array {
  const m = mainSeason(options);
  const prepared = prepare(history, m);
  const { kind, indices, adjusted } = deseasonalise(prepared.values, {
    m,
    cycles: spec.cyclesOf(m),
    least: prepared.least,
  });
  const period = kind === Season.none ? 1 : m;
  const state = new Float64Array(INDICES + (kind === Season.none ? 0 : m));
  state[M] = period;
  state[KIND] = kind;
  state[CLOSURES] = prepared.closures ? 1 : 0;
  const unit = kind === Season.addend ? prepared.scale : 1;
  for (let k = 0; k < indices.length; k++) {
    state[INDICES + ((k + prepared.skipped) % period)] = indices[k]! * unit;
  }
  const { alpha, trend, start } = fitTheta(adjusted, spec.trend);
  state[ALPHA] = alpha;
  state[TREND] = trend;
  state[START] = start * prepared.scale;
  return state;
}

function update(state: Float64Array, value: number): void {
  const phase = state[PHASE]!;
  state[PHASE] = (phase + 1) % state[M]!;
  const known = Number.isFinite(value) && !(value === 0 && state[CLOSURES] === 1);
  if (state[COUNT] === 0) {
    if (known) begin(state, adjust(state, value, phase));
    return;
  }
  const y = known ? adjust(state, value, phase) : expected(state);
  advance(state, y);
}

function begin(state: Float64Array, y: number): void {
  const alpha = state[ALPHA]!;
  state[LEVEL] = alpha * y + (1 - alpha) * state[START]!;
  state[MEAN] = y;
  state[INTERCEPT] = y;
  state[SLOPE] = 0;
  state[POWER] = 1 - alpha;
  state[COUNT] = 1;
}

function advance(state: Float64Array, y: number): void {
  const alpha = state[ALPHA]!;
  const i = state[COUNT]!;
  state[LEVEL] = alpha * y + (1 - alpha) * state[LEVEL]!;
  state[SLOPE] = nextSlope(state[SLOPE]!, i, y - state[MEAN]!);
  state[MEAN] = (i * state[MEAN]! + y) / (i + 1);
  state[INTERCEPT] = state[MEAN]! - (state[SLOPE]! * (i + 2)) / 2;
  state[POWER]! *= 1 - alpha;
  state[COUNT] = i + 1;
}

/** Seasonally adjusted one-step forecast. */
function expected(state: Float64Array): number {
  const alpha = state[ALPHA]!;
  const power = state[POWER]!;
  const line = state[INTERCEPT]! * power + (state[SLOPE]! * (1 - power * (1 - alpha))) / alpha;
  return state[LEVEL]! + state[TREND]! * line;
}

function adjust(state: Float64Array, value: number, phase: number): number {
  if (state[KIND] === Season.factor) return value / state[INDICES + phase]!;
  return state[KIND] === Season.addend ? value - state[INDICES + phase]! : value;
}

/** Runs the model on, taking each forecast as the next observation. */
function forecast(state: Float64Array, out: Float64Array): void {
  if (state[COUNT] === 0) {
    out.fill(0);
    return;
  }
  const ahead = state.slice(0, INDICES);
  const m = state[M]!;
  let phase = state[PHASE]!;
  for (let h = 0; h < out.length; h++) {
    const y = expected(ahead);
    advance(ahead, y);
    const index = state[INDICES + phase]!;
    out[h] = state[KIND] === Season.factor ? y * index : state[KIND] === Season.addend ? y + index : y;
    phase = (phase + 1) % m;
  }
}

/** What the line adds to the smoothed level, and the season to both. */
function parts(state: Float64Array, horizon: number): Omit<Drivers, 'level'> {
  const trend = new Float64Array(horizon);
  const season = new Float64Array(horizon);
  if (state[COUNT] === 0) return {};
  const ahead = state.slice(0, INDICES);
  for (let h = 0; h < horizon; h++) {
    const y = expected(ahead);
    advance(ahead, y);
    trend[h] = y - state[LEVEL]!;
    const index = state[INDICES + ((state[PHASE]! + h) % state[M]!)]!;
    if (state[KIND] === Season.factor) season[h] = y * (index - 1);
    else if (state[KIND] === Season.addend) season[h] = index;
  }
  return { trend, season };
}
