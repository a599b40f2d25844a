// KSWIN: the newest values of a window beside a sample of those before them, by the test of Kolmogorov and Smirnov.

import { bounded, checkOption, isNumber, type StreamDetector, type StreamState } from './stream.ts';

export interface KswinOptions {
  /** p-value at one look (0.005). There is a look at each value, each beside nearly the same values as the one before. */
  readonly chance?: number;
  /** Values kept (100). */
  readonly window?: number;
  /** The newest of them, and as many of the others (30). */
  readonly sample?: number;
  /** Smallest distance of the two distributions worth an alarm (0.1). */
  readonly minDistance?: number;
  /** Of the draw of the sample (1). */
  readonly seed?: number;
}

export interface KswinState extends StreamState {
  readonly options: Required<KswinOptions>;
  /** The distance, in steps of 1 / sample, from which on the test's p-value is small enough; sample + 1 where none is. */
  readonly steps: number;
  /** Oldest first. */
  values: number[];
  /** Of the next draw. */
  seed: number;
}

/**
 * Finds changes of the whole distribution, not of the mean alone. It is blind where there are few distinct values: of errors and successes it
 * misses most changes (docs/concepts/drift-over-time.md). The sample is drawn by another generator than river's, so alarms are the same in kind and
 * not by index; and after a drift the newest values stay in the window.
 *
 *     driftsIn(kswin, {}, Array.from({ length: 400 }, (_, i) => (i < 200 ? i % 7 : 3 + (i % 7)))); // [223]
 *
 * Source: Raab, Heusinger and Schleif 2020, Neurocomputing 416. Cost: O(window), memory O(window).
 */
export const kswin: StreamDetector<KswinOptions, KswinState> = {
  name: 'kswin',
  takes: 'numbers',
  start(options) {
    const whole = {
      chance: options.chance ?? 0.005,
      window: options.window ?? 100,
      sample: options.sample ?? 30,
      minDistance: options.minDistance ?? 0.1,
      seed: options.seed ?? 1,
    };
    const { chance, window, sample } = whole;
    checkOption(chance > 0 && chance < 1, 'kswin', '`chance` must lie between 0 and 1');
    checkOption(
      Number.isSafeInteger(sample) && sample >= 2,
      'kswin',
      '`sample` must be a whole number, 2 or more',
    );
    checkOption(
      Number.isSafeInteger(window) && window >= 2 * sample && window <= 10_000,
      'kswin',
      '`window` must be a whole number from twice `sample` up to 10,000',
    );
    checkOption(whole.minDistance >= 0, 'kswin', '`minDistance` must be 0 or more');
    return {
      options: whole,
      steps: smallestSteps(sample, chance),
      skipped: 0,
      seen: 0,
      changed: 0,
      values: [],
      seed: Math.trunc(whole.seed) >>> 0 || 1,
    };
  },
  update(state, value) {
    if (!isNumber(value)) {
      state.skipped += 1;
      return 'none';
    }
    const { window, sample, minDistance } = state.options;
    if (state.changed !== 0) {
      state.seen = 0;
      state.changed = 0;
      // What came last is what the new concept is known by.
      state.values = state.values.slice(-sample);
    }
    state.seen += 1;
    state.values.push(bounded(value));
    if (state.values.length > window) state.values.shift();
    if (state.values.length < window) return 'none';
    const distance = distanceOf(state);
    const size = Math.abs(distance);
    if (size < state.steps || size / sample <= minDistance) return 'none';
    state.changed = distance > 0 ? 1 : -1;
    return 'drift';
  },
};

/** The largest distance of the distributions in steps of 1 / sample: above 0 where the newest values are larger. */
function distanceOf(state: KswinState): number {
  const { window, sample } = state.options;
  const newest = Float64Array.from(state.values.slice(window - sample)).sort();
  const older = drawn(state, window - sample, sample).sort();
  let furthest = 0;
  let i = 0;
  let j = 0;
  while (i < sample && j < sample) {
    const x = Math.min(newest[i]!, older[j]!);
    while (i < sample && newest[i]! <= x) i++;
    while (j < sample && older[j]! <= x) j++;
    if (Math.abs(j - i) > Math.abs(furthest)) furthest = j - i;
  }
  return furthest;
}

/** Some of the first values, drawn without putting back. */
function drawn(state: KswinState, among: number, count: number): Float64Array {
  const pool = Float64Array.from(state.values.slice(0, among));
  for (let i = 0; i < count; i++) {
    // Marsaglia's xorshift: 32 bits of state, which are written with the rest.
    state.seed ^= state.seed << 13;
    state.seed ^= state.seed >>> 17;
    state.seed ^= state.seed << 5;
    const at = i + ((state.seed >>> 0) % (among - i));
    const taken = pool[at]!;
    pool[at] = pool[i]!;
    pool[i] = taken;
  }
  return pool.subarray(0, count);
}

/**
 * The smallest distance, in steps of 1/n, of two samples of n with an exact two-sided p-value of at most `chance`.
 * p(k) = 2 Σ (−1)^(i+1) C(2n, n − ik) ÷ C(2n, n) (Gnedenko and Korolyuk 1951).
 */
export function smallestSteps(n: number, chance: number): number {
  for (let k = 1; k <= n; k++) {
    let p = 0;
    // The ratio of binomials, factor by factor from the middle outwards.
    let ratio = 1;
    for (let at = 1, sign = 1; at <= n; at++) {
      ratio *= (n - at + 1) / (n + at);
      if (at % k !== 0) continue;
      p += 2 * sign * ratio;
      sign = -sign;
    }
    if (p <= chance) return k;
  }
  return n + 1;
}
