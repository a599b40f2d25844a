// HDDM_A: Hoeffding's bound on the mean since the best cut.

import { checkOption, isShare, type StreamDetector, type StreamState } from './stream.ts';

export interface HddmOptions {
  /** How often, at most, it may be wrong at one look that a level has changed (0.001). */
  readonly driftChance?: number;
  /** … for a warning (0.005). */
  readonly warningChance?: number;
  /** `both` finds falls as well as rises (`up`). */
  readonly direction?: 'up' | 'both';
}

export interface HddmAState extends StreamState {
  readonly options: Required<HddmOptions>;
  mean: number;
  /** How many values there were at the cut before a rise, and their mean; before a fall. */
  lowSeen: number;
  lowMean: number;
  highSeen: number;
  highMean: number;
}

/**
 * Needs nothing to be known of the values but that they lie between 0 and 1.
 *
 *     driftsIn(hddmA, {}, Array.from({ length: 400 }, (_, i) => (i < 200 ? Number(i % 10 === 0) : i % 2))); // [225]
 *
 * Source: Frías-Blanco et al. 2015, IEEE TKDE 27(3), A-test. Cost: O(1).
 */
export const hddmA: StreamDetector<HddmOptions, HddmAState> = {
  name: 'hddm-a',
  takes: 'shares',
  start(options) {
    return { options: wholeOptions('hddm-a', options), skipped: 0, ...nothing };
  },
  update(state, value) {
    if (!isShare(value)) {
      state.skipped += 1;
      return 'none';
    }
    if (state.changed !== 0) Object.assign(state, nothing);
    const { driftChance, warningChance, direction } = state.options;
    state.seen += 1;
    state.mean += (1 / state.seen) * (value - state.mean);
    moveCuts(state, driftChance);
    const rise = state.mean - state.lowMean;
    const fall = direction === 'both' ? state.highMean - state.mean : -1;
    if (rise >= boundSince(state, state.lowSeen, driftChance)) state.changed = 1;
    if (fall >= boundSince(state, state.highSeen, driftChance)) state.changed = -1;
    if (state.changed !== 0) return 'drift';
    const warned =
      rise >= boundSince(state, state.lowSeen, warningChance) ||
      fall >= boundSince(state, state.highSeen, warningChance);
    return warned ? 'warning' : 'none';
  },
};

export function wholeOptions(detector: string, options: HddmOptions): Required<HddmOptions> {
  const whole = {
    driftChance: options.driftChance ?? 0.001,
    warningChance: options.warningChance ?? 0.005,
    direction: options.direction ?? 'up',
  };
  const { driftChance, warningChance } = whole;
  checkOption(driftChance > 0 && driftChance < 1, detector, '`driftChance` must lie between 0 and 1');
  checkOption(
    warningChance >= driftChance && warningChance < 1,
    detector,
    '`warningChance` must be at least `driftChance` and below 1',
  );
  return whole;
}

/** A cut moves on to where the mean, with what is not known of it, is lowest, or highest. */
function moveCuts(state: HddmAState, chance: number): void {
  const bound = hoeffding(state.seen, chance);
  if (state.lowSeen === 0 || state.lowMean + hoeffding(state.lowSeen, chance) >= state.mean + bound) {
    state.lowSeen = state.seen;
    state.lowMean = state.mean;
  }
  if (state.highSeen === 0 || state.highMean - hoeffding(state.highSeen, chance) <= state.mean - bound) {
    state.highSeen = state.seen;
    state.highMean = state.mean;
  }
}

function hoeffding(n: number, chance: number): number {
  return Math.sqrt((1 / (2 * n)) * Math.log(1 / chance));
}

/** What a change of the mean since a cut must reach; more than any can where there is nothing since. */
function boundSince(state: HddmAState, cut: number, chance: number): number {
  if (cut === state.seen) return 2;
  return Math.sqrt(((((state.seen - cut) / cut) * (1 / state.seen)) / 2) * Math.log(2 / chance));
}

const nothing = {
  seen: 0,
  changed: 0,
  mean: 0,
  lowSeen: 0,
  lowMean: 0,
  highSeen: 0,
  highMean: 0,
} as const;
