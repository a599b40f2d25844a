// Averages over a sliding window: all of it (`ma`), or phase by phase (`snaive`, `seasonal-average`, growth).
// State: [season m, ring length (a multiple of m), next write, last observed value, …ring]; NaN in the ring = not observed.

import type { FitOptions, Model } from '../model.ts';
import { mainSeason, type StateSpec, stateModel } from '../state-model.ts';

const M = 0;
const LENGTH = 1;
const NEXT = 2;
const LAST = 3;
const RING = 4;

/** Where the running part lies, for those who write it down as a graph. */
export const ringLayout: Readonly<Record<'m' | 'length' | 'next' | 'last' | 'ring', number>> = {
  m: M,
  length: LENGTH,
  next: NEXT,
  last: LAST,
  ring: RING,
};

/** Window of `ma` in periods: long enough to be calm, short enough to follow; M5 and Online Retail agree on about 8. */
const window = 8;
/** Cycles averaged by `seasonal-average`. */
const cyclesMax = 8;
/** Values kept by `seasonal-average` at most, so that a yearly season of hours stays small. */
const ringMax = 1024;

function ringState(m: number, length: number): Float64Array {
  const state = new Float64Array(RING + length);
  state[M] = m;
  state[LENGTH] = length;
  return state;
}

const ring: Pick<StateSpec, 'reset' | 'update'> = {
  reset: (state) => {
    state[NEXT] = 0;
    state[LAST] = 0;
    state.fill(Number.NaN, RING);
  },
  update: (state, value) => {
    const observed = Number.isFinite(value);
    state[RING + state[NEXT]!] = observed ? value : Number.NaN;
    if (observed) state[LAST] = value;
    state[NEXT] = (state[NEXT]! + 1) % state[LENGTH]!;
  },
};

/** Mean of the ring at positions `from`, `from + step`, … up to `count` places, wrapping round; NaN if all unknown. */
function ringMean(state: Float64Array, at: { from: number; step: number; count: number }): number {
  const length = state[LENGTH]!;
  let sum = 0;
  let seen = 0;
  for (let k = 0; k < at.count; k++) {
    const value = state[RING + ((at.from + k * at.step) % length)]!;
    if (!Number.isFinite(value)) continue;
    sum += value;
    seen++;
  }
  return seen > 0 ? sum / seen : Number.NaN;
}

/** One value per phase, repeated; a phase without an observation takes the mean of the rest, or the last value. */
function forecastPhases(state: Float64Array, out: Float64Array): void {
  const m = state[M]!;
  const length = state[LENGTH]!;
  const next = state[NEXT]!;
  const overall = ringMean(state, { from: 0, step: 1, count: length });
  const fallback = Number.isFinite(overall) ? overall : state[LAST]!;
  for (let h = 0; h < out.length; h++) {
    if (h >= m) {
      out[h] = out[h - m]!;
      continue;
    }
    const phase = ringMean(state, { from: next + h, step: m, count: length / m });
    out[h] = Number.isFinite(phase) ? phase : fallback;
  }
}

/** Mean of the last 8 periods. */
export const movingAverage: Model = stateModel({
  ...ring,
  name: 'ma',
  summary: 'Mean of the last 8 periods.',
  estimate: () => ringState(1, window),
  forecast: forecastPhases,
});

/** The value one cycle ago. */
export const seasonalNaive: Model = stateModel({
  ...ring,
  name: 'snaive',
  summary: 'The value of the same phase one cycle ago.',
  estimate: (_history, options) => ringState(longestSeason(options), longestSeason(options)),
  // An unknown period keeps the phase's last known value.
  update: (state, value) => ring.update(state, Number.isFinite(value) ? value : state[RING + state[NEXT]!]!),
  forecast: forecastPhases,
});

/** Mean of the same phase over up to 8 cycles. */
export const seasonalAverage: Model = stateModel({
  ...ring,
  name: 'seasonal-average',
  summary: 'Mean of the same phase over the last 8 cycles: for days, the weekday mean.',
  estimate: (_history, options) => {
    const m = mainSeason(options);
    return ringState(m, m * Math.max(1, Math.min(cyclesMax, Math.floor(ringMax / m))));
  },
  forecast: forecastPhases,
});

/** Seasonal naive times the growth of the last eighth to half of a cycle on the same stretch a cycle before. */
export const seasonalNaiveGrowth: Model = stateModel({
  ...ring,
  name: 'snaive-growth',
  summary: 'Seasonal naive × how much the last weeks grew on the same weeks a cycle before.',
  estimate: (_history, options) => {
    const m = longestSeason(options);
    return ringState(m, 2 * m);
  },
  forecast: (state, out) => {
    const m = state[M]!;
    const next = state[NEXT]!;
    for (let h = 0; h < Math.min(m, out.length); h++) out[h] = state[RING + ((next + m + h) % (2 * m))]!;
    const level = ringMean(state, { from: 0, step: 1, count: 2 * m });
    const fallback = Number.isFinite(level) ? level : state[LAST]!;
    const growth = recentGrowth(state, m, next);
    for (let h = 0; h < out.length; h++) {
      if (h >= m) out[h] = out[h - m]!;
      else out[h] = Number.isFinite(out[h]!) ? out[h]! * growth : fallback;
    }
  },
});

/** Sum of the last periods over the sum of the same periods a cycle earlier, within [½, 2]; 1 when it cannot be had. */
function recentGrowth(state: Float64Array, m: number, next: number): number {
  const stretch = Math.max(1, Math.round(Math.min(m, Math.max(m / 6, 4))));
  let now = 0;
  let before = 0;
  for (let k = 1; k <= stretch; k++) {
    const recent = state[RING + ((next - k + 2 * m) % (2 * m))]!;
    const old = state[RING + ((next - k - m + 4 * m) % (2 * m))]!;
    if (!Number.isFinite(recent) || !Number.isFinite(old)) continue;
    now += recent;
    before += old;
  }
  return before > 0 && now > 0 ? Math.min(2, Math.max(0.5, now / before)) : 1;
}

/** The longest season given: a copy of the last cycle carries every shorter one with it. */
function longestSeason(options: FitOptions): number {
  return Math.max(1, ...options.seasons.map((season) => Math.round(season)));
}
