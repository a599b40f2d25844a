// Croston's method and its bias correction: one average of demand sizes, one of the gaps between them.
// State: [size, gap, periods since the last demand, 1 once there was a demand].

import type { Model } from '../model.ts';
import { levelOnly, type StateSpec, stateModel } from '../state-model.ts';

const SIZE = 0;
const GAP = 1;
const SINCE = 2;
const STARTED = 3;

/** Where the running part lies, for those who write it down as a graph. */
export const crostonLayout: Readonly<Record<'size' | 'gap' | 'started', number>> = {
  size: SIZE,
  gap: GAP,
  started: STARTED,
};
const alpha = 0.1;

const recursion: Pick<StateSpec, 'estimate' | 'reset' | 'update'> = {
  estimate: () => new Float64Array(4),
  reset: (state) => state.fill(0),
  update: (state, value) => {
    if (!Number.isFinite(value)) return;
    state[SINCE]! += 1;
    if (value === 0) return;
    const weight = state[STARTED] === 1 ? alpha : 1;
    state[SIZE]! += weight * (value - state[SIZE]!);
    state[GAP]! += weight * (state[SINCE]! - state[GAP]!);
    state[SINCE] = 0;
    state[STARTED] = 1;
  },
};

function ratio(state: Float64Array): number {
  return state[STARTED] === 1 ? state[SIZE]! / state[GAP]! : 0;
}

/** Source: Croston 1972, ORQ 23(3); both averages start at their first value. α = 0.1. */
export const croston: Model = stateModel({
  ...recursion,
  name: 'croston',
  summary: 'Average demand size over average gap between demands, both smoothed.',
  forecast: (state, out) => out.fill(ratio(state)),
  parts: levelOnly,
});

/** Source: Syntetos and Boylan 2005, IJF 21(2). */
export const sba: Model = stateModel({
  ...recursion,
  name: 'sba',
  summary: "Croston's method with its upward bias taken off.",
  forecast: (state, out) => out.fill(ratio(state) * (1 - alpha / 2)),
  parts: levelOnly,
});
