// HDDM_W: McDiarmid's bound on exponentially weighted means before and after the best cut.

import { type HddmOptions, wholeOptions } from './hddm-a.ts';
import { checkOption, isShare, type StreamDetector, type StreamState } from './stream.ts';

export interface HddmWOptions extends HddmOptions {
  /** The weight of each new value (0.05). */
  readonly weight?: number;
}

/** A weighted mean; `spread` is the sum of its squared weights, 1 before there is a value. */
interface WeightedMean {
  seen: number;
  mean: number;
  spread: number;
}

export interface HddmWState extends StreamState {
  readonly options: Required<HddmWOptions>;
  all: WeightedMean;
  /** Before and after the cut that a rise is measured from, and the upper bound of the mean there. */
  lowBefore: WeightedMean;
  lowAfter: WeightedMean;
  lowBound: number;
  /** … that a fall is measured from, and the lower bound. */
  highBefore: WeightedMean;
  highAfter: WeightedMean;
  highBound: number;
}

/**
 * As `hddmA`, with more weight on what came last: sooner for sudden changes, blind for slow ones.
 *
 *     driftsIn(hddmW, {}, Array.from({ length: 400 }, (_, i) => (i < 200 ? Number(i % 10 === 0) : i % 2))); // [235]
 *
 * Source: Frías-Blanco et al. 2015, IEEE TKDE 27(3), W-test. Cost: O(1).
 */
export const hddmW: StreamDetector<HddmWOptions, HddmWState> = {
  name: 'hddm-w',
  takes: 'shares',
  start(options) {
    const weight = options.weight ?? 0.05;
    checkOption(weight > 0 && weight <= 1, 'hddm-w', '`weight` must lie above 0 and be at most 1');
    const whole = { ...wholeOptions('hddm-w', options), weight };
    return { options: whole, skipped: 0, seen: 0, changed: 0, ...nothing() };
  },
  update(state, value) {
    if (!isShare(value)) {
      state.skipped += 1;
      return 'none';
    }
    if (state.changed !== 0) {
      state.seen = 0;
      state.changed = 0;
      Object.assign(state, nothing());
    }
    const { driftChance, warningChance, direction, weight } = state.options;
    state.seen += 1;
    add(state.all, value, weight);
    moveCuts(state, value);
    const both = direction === 'both';
    if (hasGrown(state.lowBefore, state.lowAfter, driftChance)) state.changed = 1;
    if (both && hasGrown(state.highAfter, state.highBefore, driftChance)) state.changed = -1;
    if (state.changed !== 0) return 'drift';
    const warned =
      hasGrown(state.lowBefore, state.lowAfter, warningChance) ||
      (both && hasGrown(state.highAfter, state.highBefore, warningChance));
    return warned ? 'warning' : 'none';
  },
};

function nothing(): Pick<
  HddmWState,
  'all' | 'lowBefore' | 'lowAfter' | 'lowBound' | 'highBefore' | 'highAfter' | 'highBound'
> {
  return {
    all: none(),
    lowBefore: none(),
    lowAfter: none(),
    lowBound: Number.MAX_VALUE,
    highBefore: none(),
    highAfter: none(),
    highBound: -Number.MAX_VALUE,
  };
}

function none(): WeightedMean {
  return { seen: 0, mean: 0, spread: 1 };
}

function add(to: WeightedMean, value: number, weight: number): void {
  to.mean = to.seen === 0 ? value : weight * value + (1 - weight) * to.mean;
  to.seen += 1;
  to.spread = weight * weight + (1 - weight) * (1 - weight) * to.spread;
}

function moveCuts(state: HddmWState, value: number): void {
  const { all, options } = state;
  const bound = Math.sqrt((all.spread * Math.log(1 / options.driftChance)) / 2);
  if (all.mean + bound < state.lowBound) {
    state.lowBound = all.mean + bound;
    copyTo(state.lowBefore, all);
    clear(state.lowAfter);
  } else add(state.lowAfter, value, options.weight);
  if (all.mean - bound > state.highBound) {
    state.highBound = all.mean - bound;
    copyTo(state.highBefore, all);
    clear(state.highAfter);
  } else add(state.highAfter, value, options.weight);
}

function copyTo(to: WeightedMean, from: WeightedMean): void {
  to.seen = from.seen;
  to.mean = from.mean;
  to.spread = from.spread;
}

function clear(of: WeightedMean): void {
  of.seen = 0;
  of.mean = 0;
  of.spread = 1;
}

/** Whether one mean lies above the other by more than McDiarmid's bound. */
function hasGrown(before: WeightedMean, after: WeightedMean, chance: number): boolean {
  if (before.seen === 0 || after.seen === 0) return false;
  return after.mean - before.mean > Math.sqrt(((before.spread + after.spread) * Math.log(1 / chance)) / 2);
}
