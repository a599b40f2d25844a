// Level, slope and season, corrected by every error: the state that SES, Holt and all forms of ETS share, and its one update.
// With e the error of the seasonally adjusted series and p = level + φ·slope:
//   level ← p + αe, slope ← φ·slope + βe, season ← season + γe (addend) or season·(1 + γe/p) (factor).
// The multiplicative-error models have exactly this recursion too; they differ in how their parameters are chosen.

import { Season } from '../deseasonalise.ts';
import type { FitOptions, Model } from '../model.ts';
import type { Prepared } from '../prepare.ts';
import { type StateSpec, stateModel } from '../state-model.ts';

const M = 0;
const KIND = 1;
const ALPHA = 2;
const BETA = 3;
const GAMMA = 4;
const PHI = 5;
const LEVEL0 = 6;
const SLOPE0 = 7;
const CLOSURES = 8;
const PHASE = 9;
const STARTED = 10;
const LEVEL = 11;
const SLOPE = 12;
/** First of the m initial indices; the m running ones follow. */
const INDICES = 13;

/** Where the running part lies, for those who write it down as a graph. */
export const smoothingLayout: Readonly<
  Record<'m' | 'kind' | 'phi' | 'phase' | 'level' | 'slope' | 'indices', number>
> = {
  m: M,
  kind: KIND,
  phi: PHI,
  phase: PHASE,
  level: LEVEL,
  slope: SLOPE,
  indices: INDICES,
};

/** Keeps a seasonal factor from reaching 0, where dividing by it would blow the series up. */
export const factorMin = 0.01;

export interface Smoothing {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
  readonly phi: number;
  readonly level: number;
  readonly slope: number;
  /** One of `Season`. */
  readonly kind: number;
  /** Initial indices by position in the prepared values modulo m; empty for none. */
  readonly indices: Float64Array;
}

/** Writes fitted parameters, in units of `prepared.scale`, into a new state in the unit of the history. */
export function smoothingState(fit: Smoothing, prepared: Prepared): Float64Array {
  const m = fit.kind === Season.none ? 1 : fit.indices.length;
  const state = new Float64Array(INDICES + (fit.kind === Season.none ? 0 : 2 * m));
  state[M] = m;
  state[KIND] = fit.kind;
  state[ALPHA] = fit.alpha;
  state[BETA] = fit.beta;
  state[GAMMA] = fit.gamma;
  state[PHI] = fit.phi;
  state[LEVEL0] = fit.level * prepared.scale;
  state[SLOPE0] = fit.slope * prepared.scale;
  state[CLOSURES] = prepared.closures ? 1 : 0;
  const unit = fit.kind === Season.addend ? prepared.scale : 1;
  for (let k = 0; k < fit.indices.length; k++) {
    state[INDICES + ((k + prepared.skipped) % m)] = fit.indices[k]! * unit;
  }
  return state;
}

/** A model of the smoothing family: only its estimate is its own. */
export function smoothingModel(spec: {
  readonly name: string;
  readonly summary: string;
  readonly estimate: (history: Float64Array, options: FitOptions) => Float64Array;
}): Model {
  return stateModel({ ...spec, ...recursion });
}

const recursion: Pick<StateSpec, 'reset' | 'update' | 'forecast' | 'parts'> = {
  reset: (state) => {
    state[PHASE] = 0;
    state[STARTED] = 0;
    state[LEVEL] = state[LEVEL0]!;
    state[SLOPE] = state[SLOPE0]!;
    if (state[KIND] === Season.none) return;
    const m = state[M]!;
    state.copyWithin(INDICES + m, INDICES, INDICES + m);
  },
  update: (state, value) => {
    const m = state[M]!;
    const phase = state[PHASE]!;
    state[PHASE] = (phase + 1) % m;
    const known = Number.isFinite(value) && !(value === 0 && state[CLOSURES] === 1);
    if (known) state[STARTED] = 1;
    else if (state[STARTED] === 0) return;
    const damped = state[PHI]! * state[SLOPE]!;
    const p = state[LEVEL]! + damped;
    const at = INDICES + m + phase;
    const e = known ? adjusted(state, value, at) - p : 0;
    state[LEVEL] = p + state[ALPHA]! * e;
    state[SLOPE] = damped + state[BETA]! * e;
    if (state[KIND] === Season.addend) state[at]! += state[GAMMA]! * e;
    else if (state[KIND] === Season.factor && p > 0) {
      state[at] = Math.max(factorMin, state[at]! * (1 + (state[GAMMA]! * e) / p));
    }
  },
  forecast: (state, out) => {
    const m = state[M]!;
    const kind = state[KIND]!;
    const phi = state[PHI]!;
    let phase = state[PHASE]!;
    let slope = state[SLOPE]!;
    let p = state[LEVEL]!;
    for (let h = 0; h < out.length; h++) {
      slope *= phi;
      p += slope;
      const index = kind === Season.none ? 0 : state[INDICES + m + phase]!;
      out[h] = kind === Season.factor ? p * index : p + index;
      phase = (phase + 1) % m;
    }
  },
  // A season that is a factor adds what it makes of level and trend.
  parts: (state, horizon) => {
    const m = state[M]!;
    const kind = state[KIND]!;
    const trend = new Float64Array(horizon);
    const season = new Float64Array(horizon);
    let slope = state[SLOPE]!;
    for (let h = 0; h < horizon; h++) {
      slope *= state[PHI]!;
      trend[h] = (h === 0 ? 0 : trend[h - 1]!) + slope;
      if (kind === Season.none) continue;
      const index = state[INDICES + m + ((state[PHASE]! + h) % m)]!;
      season[h] = kind === Season.factor ? (state[LEVEL]! + trend[h]!) * (index - 1) : index;
    }
    return { trend, season };
  },
};

function adjusted(state: Float64Array, value: number, at: number): number {
  if (state[KIND] === Season.factor) return value / state[at]!;
  return state[KIND] === Season.addend ? value - state[at]! : value;
}
