// The last values of a series, going round: the state that sliding averages and copies of cycles share.
// [season m, ring length (a multiple of m), next write, last observed value, …ring]; NaN in the ring = not observed.

import type { StateSpec } from '../state-model.ts';

export const M = 0;
export const LENGTH = 1;
export const NEXT = 2;
export const LAST = 3;
export const RING = 4;

/** Where the running part lies, for those who write it down as a graph. */
export const ringLayout: Readonly<Record<'m' | 'length' | 'next' | 'last' | 'ring', number>> = {
  m: M,
  length: LENGTH,
  next: NEXT,
  last: LAST,
  ring: RING,
};

export function ringState(m: number, length: number): Float64Array {
  const state = new Float64Array(RING + length);
  state[M] = m;
  state[LENGTH] = length;
  return state;
}

export const ring: Pick<StateSpec, 'reset' | 'update'> = {
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
export function ringMean(state: Float64Array, at: { from: number; step: number; count: number }): number {
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
