// An interval that may be looked at after every unit, and holds at all looks together.

import { assert } from '../../core/index.ts';
import type { Estimate } from './difference.ts';

export interface SequenceOptions {
  /** Share of trials whose intervals miss the truth at any look, in (0, 1). */
  readonly alpha: number;
  /** The number of units at which the interval is as narrow as it can be made; usually what a trial is expected to need. */
  readonly tunedTo: number;
}

export const usualSequence: SequenceOptions = { alpha: 0.04, tunedTo: 5_000 };

export interface SequenceLook {
  /** Of a difference this large or larger ever being seen where there is none. */
  readonly p: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The asymptotic confidence sequence of an estimate: it holds for means of many independent units, whatever their law; not for
 * values that go together over time, such as daily losses (34 % false where they follow AR(1) with φ = .5: see `pairedEvidence`).
 * Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Annals of Statistics 52 (arXiv 2103.06476).
 */
export function confidenceSequence({ value, error, n }: Estimate, options: SequenceOptions): SequenceLook {
  const { alpha } = options;
  const spread = n * sharpness(options) ** 2;
  const half =
    error * Math.sqrt(((2 * (spread + 1)) / spread) * (Math.log(spread + 1) / 2 - Math.log(alpha)));
  const z = value / error;
  const p = Math.sqrt(spread + 1) * Math.exp((-spread * z * z) / (2 * (spread + 1)));
  return { p: Math.min(1, p), low: value - half, high: value + half };
}

/** ρ: the smaller, the later the interval is at its narrowest. */
function sharpness({ alpha, tunedTo }: SequenceOptions): number {
  assert(
    alpha > 0 && alpha < 1 && tunedTo > 0,
    'a confidence sequence needs alpha in (0, 1) and tunedTo > 0',
  );
  const twice = -2 * Math.log(alpha);
  return Math.sqrt((twice + Math.log(twice + 1)) / tunedTo);
}
