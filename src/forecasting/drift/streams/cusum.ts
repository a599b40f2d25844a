// CUSUM: the sum of evidence for a level that has changed, begun anew wherever it would fall below nothing.

import { bounded, checkOption, isNumber, isShare, type StreamDetector, type StreamState } from './stream.ts';

export interface CusumOptions {
  /** `shares` of 1, such as errors and successes; or `numbers`, taken as normal about their level. */
  readonly of: 'shares' | 'numbers';
  /** The level while nothing has changed. */
  readonly usual: number;
  /** The level after the smallest change that is worth an alarm: below or above the usual one, which is the direction looked in. */
  readonly changed: number;
  /** Standard deviation of single values; of `numbers` only. */
  readonly spread?: number;
  /** Evidence, as the logarithm of a likelihood ratio, that is an alarm: `tuneCusum` finds it. */
  readonly threshold: number;
  /** True looks for a change as large in the other direction too (false). */
  readonly both?: boolean;
}

export interface CusumState extends StreamState {
  readonly options: CusumOptions;
  /** Evidence for the change, and for the opposite one. */
  towards: number;
  away: number;
}

/** What one value adds to the evidence: `slope × value + offset`. */
export interface Evidence {
  readonly slope: number;
  readonly offset: number;
}

/**
 * The quickest detector of a change of known size; smaller changes are found late, larger ones at once.
 *
 *     const options = { of: 'shares', usual: 0.1, changed: 0.3, threshold: 5 } as const;
 *     driftsIn(cusum, options, Array.from({ length: 230 }, (_, i) => (i < 200 ? Number(i % 10 === 0) : i % 2))); // [211, 223]
 *
 * Source: Page 1954, Biometrika 41; optimal by Moustakides 1986, Annals of Statistics 14. Cost: O(1).
 */
export const cusum: StreamDetector<CusumOptions, CusumState> = {
  name: 'cusum',
  takes: 'numbers',
  start(options) {
    checkCusum(options);
    return { options: { ...options }, skipped: 0, seen: 0, changed: 0, towards: 0, away: 0 };
  },
  update(state, value) {
    const { options } = state;
    if (options.of === 'shares' ? !isShare(value) : !isNumber(value)) {
      state.skipped += 1;
      return 'none';
    }
    if (state.changed !== 0) {
      state.seen = 0;
      state.changed = 0;
      state.towards = 0;
      state.away = 0;
    }
    state.seen += 1;
    const x = bounded(value);
    const grows = options.changed > options.usual;
    state.towards = Math.max(0, state.towards + stepOf(options, options.changed, x));
    if (state.towards >= options.threshold) state.changed = grows ? 1 : -1;
    else if (options.both === true) {
      state.away = Math.max(0, state.away + stepOf(options, opposite(options), x));
      if (state.away >= options.threshold) state.changed = grows ? -1 : 1;
    }
    return state.changed === 0 ? 'none' : 'drift';
  },
};

function stepOf(options: CusumOptions, changed: number, x: number): number {
  const { usual, spread = 1 } = options;
  if (options.of === 'shares') {
    return x * Math.log(changed / usual) + (1 - x) * Math.log((1 - changed) / (1 - usual));
  }
  const apart = (changed - usual) / spread;
  return apart * ((x - usual) / spread) - (apart * apart) / 2;
}

/** What values add to the evidence for the change, or for the opposite one. */
export function evidenceOf(options: CusumOptions, side: 'towards' | 'away'): Evidence {
  const changed = side === 'towards' ? options.changed : opposite(options);
  const offset = stepOf(options, changed, 0);
  return { slope: stepOf(options, changed, 1) - offset, offset };
}

/** The level after a change as large in the other direction: in log odds for shares. */
function opposite(options: CusumOptions): number {
  const { usual, changed } = options;
  if (options.of === 'numbers') return 2 * usual - changed;
  const odds = (usual / (1 - usual)) ** 2 / (changed / (1 - changed));
  return odds / (1 + odds);
}

function checkCusum(options: CusumOptions): void {
  const { usual, changed, spread, threshold } = options;
  checkOption(usual !== changed, 'cusum', '`changed` must differ from `usual`');
  if (options.of === 'shares') {
    const inside = usual > 0 && usual < 1 && changed > 0 && changed < 1;
    checkOption(inside, 'cusum', '`usual` and `changed` must lie between 0 and 1');
  } else {
    checkOption(isNumber(usual) && isNumber(changed), 'cusum', '`usual` and `changed` must be numbers');
    checkOption(spread !== undefined && spread > 0, 'cusum', '`spread` must be above 0');
    const apart = Math.abs(changed - usual) / (spread ?? 1);
    checkOption(
      apart >= 1e-3 && apart <= 1e3,
      'cusum',
      '`changed` must lie 0.001 to 1,000 spreads from `usual`',
    );
  }
  checkOption(
    threshold > 0 && threshold <= 1e6,
    'cusum',
    '`threshold` must lie above 0 and at most at 1,000,000',
  );
}
