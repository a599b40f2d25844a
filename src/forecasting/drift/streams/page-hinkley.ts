// The test of Page and Hinkley: the sum of deviations from the running mean, begun anew wherever it would fall below nothing.

import { bounded, checkOption, isNumber, type StreamDetector, type StreamState } from './stream.ts';

export interface PageHinkleyOptions {
  /** Values before it may find anything (30). */
  readonly minSeen?: number;
  /** Deviation of each value that is let pass, in units of the values (0.005). */
  readonly tolerance?: number;
  /** What the sum must exceed, in units of the values (50). */
  readonly threshold?: number;
  /** What is kept of the sum with each value (0.9999). */
  readonly keep?: number;
  /** `both` finds falls as well as rises (`up`). */
  readonly direction?: 'up' | 'both';
}

export interface PageHinkleyState extends StreamState {
  readonly options: Required<PageHinkleyOptions>;
  mean: number;
  /** How far values have gone above their mean, and below. */
  above: number;
  below: number;
}

/**
 * For values of a known unit: `tolerance` and `threshold` are in that unit.
 *
 *     const values = [...Array(100).fill(0), ...Array(100).fill(2)];
 *     driftsIn(pageHinkley, {}, values); // [128]
 *
 * Source: Page 1954, Biometrika 41; Hinkley 1971, Biometrika 58. Defaults are those of river, of which version 0.26 looks both ways and measures from
 * the lowest point of the fading sum: the same where nothing is forgotten (`keep: 1`).
 * Cost: O(1), a state of a dozen numbers.
 */
export const pageHinkley: StreamDetector<PageHinkleyOptions, PageHinkleyState> = {
  name: 'page-hinkley',
  takes: 'numbers',
  start(options) {
    const whole = {
      minSeen: options.minSeen ?? 30,
      tolerance: options.tolerance ?? 0.005,
      threshold: options.threshold ?? 50,
      keep: options.keep ?? 0.9999,
      direction: options.direction ?? 'up',
    };
    checkOption(whole.minSeen >= 1, 'page-hinkley', '`minSeen` must be 1 or more');
    checkOption(whole.tolerance >= 0, 'page-hinkley', '`tolerance` must be 0 or more');
    checkOption(whole.threshold > 0, 'page-hinkley', '`threshold` must be above 0');
    checkOption(
      whole.keep > 0 && whole.keep <= 1,
      'page-hinkley',
      '`keep` must lie above 0 and be at most 1',
    );
    return { options: whole, skipped: 0, ...nothing };
  },
  update(state, value) {
    if (!isNumber(value)) {
      state.skipped += 1;
      return 'none';
    }
    if (state.changed !== 0) Object.assign(state, nothing);
    const { minSeen, tolerance, threshold, keep, direction } = state.options;
    const x = bounded(value);
    state.seen += 1;
    state.mean += (1 / state.seen) * (x - state.mean);
    const deviation = x - state.mean;
    state.above = Math.max(0, keep * state.above + deviation - tolerance);
    state.below = Math.max(0, keep * state.below - deviation - tolerance);
    if (state.seen < minSeen) return 'none';
    if (state.above >= threshold) state.changed = 1;
    else if (direction === 'both' && state.below >= threshold) state.changed = -1;
    return state.changed === 0 ? 'none' : 'drift';
  },
};

const nothing = { seen: 0, changed: 0, mean: 0, above: 0, below: 0 } as const;
