// What a global model keeps of one series: the last values, and where they are in time.

/**
 * Layout: [series, period of the first value, number of values, period of the first sale, the last W values]. The values
 * end at the right, newest last; NaN = unknown or before the first. Series −1 = not one of those trained on.
 */
const seriesAt = 0;
const startAt = 1;
const countAt = 2;
const firstSaleAt = 3;
const valuesAt = 4;

/** A state that has seen nothing yet. @param keep W, values looked back at most */
export function emptyState(of: { series: number; start: number; keep: number }): Float64Array {
  const state = new Float64Array(valuesAt + of.keep).fill(Number.NaN);
  state[seriesAt] = of.series;
  state[startAt] = of.start;
  state[countAt] = 0;
  return state;
}

/** The state of a series after its history. @param of.keep W, values looked back at most. Cost: O(n). */
export function followSeries(
  history: Float64Array,
  of: { series: number; start: number; keep: number },
): Float64Array {
  return stateAfter(history, emptyState(of), of.start);
}

/** The state after a history; `like` gives the series and W. Cost: O(n). */
export function stateAfter(history: Float64Array, like: Float64Array, start: number): Float64Array {
  const keep = like.length - valuesAt;
  const state = emptyState({ series: like[seriesAt]!, start, keep });
  const kept = Math.min(keep, history.length);
  state.set(history.subarray(history.length - kept), state.length - kept);
  for (let i = state.length - kept; i < state.length; i++) state[i] = finiteOrUnknown(state[i]!);
  state[countAt] = history.length;
  for (let t = 0; t < history.length; t++) {
    if (!isSale(history[t]!)) continue;
    state[firstSaleAt] = start + t;
    break;
  }
  return state;
}

/** Takes in the next period. Cost: a move of W values, whatever the length of the history. */
export function advanceWindow(state: Float64Array, value: number): void {
  if (Number.isNaN(state[firstSaleAt]!) && isSale(value)) state[firstSaleAt] = lastPeriodOf(state) + 1;
  if (state.length > valuesAt) {
    state.copyWithin(valuesAt, valuesAt + 1);
    state[state.length - 1] = finiteOrUnknown(value);
  }
  state[countAt]!++;
}

export function seriesOf(state: Float64Array): number {
  return state[seriesAt]!;
}

export function startOf(state: Float64Array): number {
  return state[startAt]!;
}

/** The last period seen; the one before the start when none was. */
export function lastPeriodOf(state: Float64Array): number {
  return state[startAt]! + state[countAt]! - 1;
}

/** Period of the first sale; undefined = none yet. */
export function firstSaleOf(state: Float64Array): number | undefined {
  const period = state[firstSaleAt]!;
  return Number.isNaN(period) ? undefined : period;
}

/** The values seen, the last W of them, newest last; the memory of the state. */
export function windowOf(state: Float64Array): Float64Array {
  return state.subarray(Math.max(valuesAt, state.length - state[countAt]!));
}

function isSale(value: number): boolean {
  return Number.isFinite(value) && value !== 0;
}

function finiteOrUnknown(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}
