// Forecasts from the first, the last or the average observation: the floor that every other model must beat.

import type { Model } from '../model.ts';
import { levelOnly, stateModel } from '../state-model.ts';

/** State: [last value, 0 before the first]. */
export const naive: Model = stateModel({
  name: 'naive',
  summary: 'The last observed value, for every step.',
  estimate: () => new Float64Array(1),
  reset: (state) => state.fill(0),
  update: (state, value) => {
    if (Number.isFinite(value)) state[0] = value;
  },
  forecast: (state, out) => out.fill(state[0]!),
  parts: levelOnly,
});

/** State: none. */
export const zero: Model = stateModel({
  name: 'zero',
  summary: 'Nothing will be asked for: the forecast that sparse demand must be compared with.',
  estimate: () => new Float64Array(1),
  reset: () => {},
  update: () => {},
  forecast: (_state, out) => out.fill(0),
  parts: levelOnly,
});

/** State: [observations, sum]. */
export const meanDemand: Model = stateModel({
  name: 'mean-demand',
  summary: 'The mean of all observed periods.',
  estimate: () => new Float64Array(2),
  reset: (state) => state.fill(0),
  update: (state, value) => {
    if (!Number.isFinite(value)) return;
    state[0]! += 1;
    state[1]! += value;
  },
  forecast: (state, out) => out.fill(state[0]! > 0 ? state[1]! / state[0]! : 0),
  parts: levelOnly,
});

/** State: [periods since the first observation, first, last, periods since the last]. */
export const drift: Model = stateModel({
  name: 'drift',
  summary: 'The line through the first and the last observation, carried on.',
  estimate: () => new Float64Array(4),
  reset: (state) => state.set([-1, 0, 0, 0]),
  update: (state, value) => {
    const started = state[0]! >= 0;
    const observed = Number.isFinite(value);
    if (started) state[0]! += 1;
    if (!observed) {
      if (started) state[3]! += 1;
      return;
    }
    if (!started) {
      state[0] = 0;
      state[1] = value;
    }
    state[2] = value;
    state[3] = 0;
  },
  forecast: (state, out) => {
    const [age, first, last, silent] = state as unknown as [number, number, number, number];
    const span = age - silent;
    const slope = span > 0 ? (last - first) / span : 0;
    for (let h = 0; h < out.length; h++) out[h] = last + slope * (silent + h + 1);
  },
  parts: (state, horizon) => {
    const [age, first, last, silent] = state as unknown as [number, number, number, number];
    const span = age - silent;
    const slope = span > 0 ? (last - first) / span : 0;
    return { trend: Float64Array.from({ length: horizon }, (_, h) => slope * (silent + h + 1)) };
  },
});
