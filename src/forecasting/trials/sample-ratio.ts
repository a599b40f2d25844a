// Whether units fell to the arms in the shares that they were to: where they did not, something chooses who is counted, and no figure
// of the trial can be believed.

import { assert } from '../../core/index.ts';
import { chiSquareTail, lnGamma } from '../maths/index.ts';

/** Below this, a trial is not to be believed; and above its inverse as evidence, when it is watched. */
export const sampleRatioAlpha = 0.001;
/** How near to the planned shares a mismatch is thought to be: the larger, the nearer. */
const concentration = 1_000;

/**
 * χ² of counts against shares, for one look at the end.
 * @param observed units of each arm, shape [arms]
 * @param shares   planned, shape [arms], adding up to 1
 */
export function sampleRatioTest(
  observed: readonly number[],
  shares: readonly number[],
): { readonly chiSquare: number; readonly p: number; readonly isMismatch: boolean } {
  const n = checked(observed, shares);
  let chiSquare = 0;
  if (n > 0)
    for (const [i, count] of observed.entries())
      chiSquare += (count - n * (shares[i] as number)) ** 2 / (n * (shares[i] as number));
  const p = chiSquareTail(chiSquare, observed.length - 1);
  return { chiSquare, p, isMismatch: p < sampleRatioAlpha };
}

/**
 * ln of the evidence that the shares are others, which may be looked at after every unit: a mismatch where it is ln 1000 or more.
 * Without one it gets there in at most 1 of 1,000 trials, however often it is looked at.
 * Source: Lindon and Malek 2022, NeurIPS (arXiv 2011.03567).
 */
export function sampleRatioEvidence(observed: readonly number[], shares: readonly number[]): number {
  const n = checked(observed, shares);
  let evidence = lnGamma(concentration) - lnGamma(concentration + n);
  for (const [i, count] of observed.entries()) {
    const prior = concentration * (shares[i] as number);
    evidence += lnGamma(prior + count) - lnGamma(prior) - count * Math.log(shares[i] as number);
  }
  return evidence;
}

function checked(observed: readonly number[], shares: readonly number[]): number {
  assert(
    observed.length === shares.length && shares.every((share) => share > 0),
    'each arm needs a count and a share above 0',
  );
  return observed.reduce((sum, count) => sum + count, 0);
}
