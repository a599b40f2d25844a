// The drift detection method: an error rate that lies some deviations above the lowest it has been.

import { checkOption, isShare, type StreamDetector, type StreamState } from './stream.ts';

export interface DdmOptions {
  /** Values before it may find anything (30). */
  readonly warmUp?: number;
  /** Deviations above the lowest rate for a warning (2). */
  readonly warning?: number;
  /** Deviations above the lowest rate for a drift (3). */
  readonly drift?: number;
}

export interface DdmState extends StreamState {
  readonly options: Required<DdmOptions>;
  rate: number;
  /** The rate and its deviation where their sum was lowest; null before the warm-up is over. */
  lowest: { rate: number; deviation: number } | null;
}

/**
 * Finds a rising rate of errors alone, and a tenth of small rises not at all, as measured (docs/concepts/drift-over-time.md): take `cusum` or `adwin`
 * where you may choose.
 *
 *     driftsIn(ddm, {}, Array.from({ length: 400 }, (_, i) => (i < 200 ? Number(i % 10 === 0) : i % 2))); // [221]
 *
 * Source: Gama, Medas, Castillo and Rodrigues 2004, SBIA. Cost: O(1).
 */
export const ddm: StreamDetector<DdmOptions, DdmState> = {
  name: 'ddm',
  takes: 'shares',
  start(options) {
    const whole = {
      warmUp: options.warmUp ?? 30,
      warning: options.warning ?? 2,
      drift: options.drift ?? 3,
    };
    checkOption(whole.warmUp >= 1, 'ddm', '`warmUp` must be 1 or more');
    checkOption(
      whole.warning > 0 && whole.drift >= whole.warning,
      'ddm',
      '`drift` must be at least `warning`',
    );
    return { options: whole, skipped: 0, seen: 0, changed: 0, rate: 0, lowest: null };
  },
  update(state, value) {
    if (!isShare(value)) {
      state.skipped += 1;
      return 'none';
    }
    if (state.changed !== 0) {
      state.seen = 0;
      state.changed = 0;
      state.rate = 0;
      state.lowest = null;
    }
    const { warmUp, warning, drift } = state.options;
    state.seen += 1;
    state.rate += (1 / state.seen) * (value - state.rate);
    const rate = state.rate;
    // Rounding can take a rate of 1 a hair beyond it.
    const deviation = Math.sqrt(Math.max(0, rate * (1 - rate)) / state.seen);
    if (state.seen <= warmUp) return 'none';
    if (state.lowest === null || rate + deviation <= state.lowest.rate + state.lowest.deviation) {
      state.lowest = { rate, deviation };
    }
    const { lowest } = state;
    if (rate + deviation > lowest.rate + drift * lowest.deviation) {
      state.changed = 1;
      return 'drift';
    }
    return rate + deviation > lowest.rate + warning * lowest.deviation ? 'warning' : 'none';
  },
};
