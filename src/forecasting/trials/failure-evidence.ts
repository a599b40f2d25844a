// Whether a canary fails more often than the version beside it: an answer that is not finite, an exception, one that came too late.
// Each failure is the canary's with the canary's share of requests as long as both fail alike.

import { assert } from '../../core/index.ts';
import { lnBeta, lnBetaShare } from '../maths/index.ts';

/** Failures while the shares stayed as they were. */
export interface Failures {
  readonly canary: number;
  readonly stable: number;
}

/**
 * ln of the evidence that the canary fails more often, at one share from the beginning: roll back where it is ln(1 ÷ α) or more. It
 * may be looked at after every failure.
 * @param share of requests that the canary answers, in (0, 1)
 * Source: Lindon, Sanden and Shirikian 2022, KDD (arXiv 2205.14762).
 */
export function failureEvidence({ canary, stable }: Failures, share: number): number {
  assert(share > 0 && share < 1, 'a canary has a share in (0, 1)');
  // ∫ over θ from the share to 1 of (θ/s)^canary · ((1−θ)/(1−s))^stable, ÷ (1 − s); its upper part read from the other end.
  return (
    lnBeta(canary + 1, stable + 1) +
    lnBetaShare(1 - share, stable + 1, canary + 1) -
    Math.log1p(-share) -
    canary * Math.log(share) -
    stable * Math.log1p(-share)
  );
}

const gridCount = 200;
/** At this share of a canary, ratios are weighed as if every chance of a failure being its own were alike. */
const gridShare = 0.05;
/** How many times as often the canary may fail: from 1 up, each as likely as the others, shape [gridCount]. */
const ratios = Float64Array.from({ length: gridCount }, (_, j) => {
  const chance = gridShare + ((1 - gridShare) * (j + 0.5)) / gridCount;
  return (chance * (1 - gridShare)) / (gridShare * (1 - chance));
});

/** What a ramp has shown so far: plain numbers, to be stored with it. ln of the likelihood of each ratio, shape [200]. */
export type RampEvidence = readonly number[];

export const noRampEvidence: RampEvidence = new Array<number>(gridCount).fill(0);

/**
 * Adds failures seen at a share, which may be another one each time: evidence from 1 % carries over to 50 %.
 * @returns the new state; what was given stays as it is
 */
export function addFailures(state: RampEvidence, { canary, stable }: Failures, share: number): RampEvidence {
  assert(share > 0 && share < 1, 'a canary has a share in (0, 1)');
  return state.map((before, j) => {
    const ratio = ratios[j] as number;
    const total = 1 - share + share * ratio;
    // θ ÷ s = ratio ÷ total, and (1 − θ) ÷ (1 − s) = 1 ÷ total.
    return before + canary * Math.log(ratio / total) - stable * Math.log(total);
  });
}

/** ln of the evidence of a ramp that the canary fails more often. */
export function rampEvidence(state: RampEvidence): number {
  return lnMean(state);
}

/**
 * One decision over several guardrails: ln of the weighted mean of their evidence, which is evidence itself. Roll back where it is
 * ln(1 ÷ α) or more: then at most that share of good canaries is rolled back over all guardrails together.
 * @param evidence ln of each, shape [guardrails]
 * @param weights  of each, adding up to 1; absent = alike
 * Source: Vovk and Wang 2021, Annals of Statistics 49.
 */
export function combinedEvidence(evidence: readonly number[], weights?: readonly number[]): number {
  return lnMean(evidence, weights);
}

function lnMean(logs: readonly number[], weights?: readonly number[]): number {
  const top = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (top === Number.NEGATIVE_INFINITY) return logs.length === 0 ? 0 : top;
  let sum = 0;
  for (const [i, value] of logs.entries()) sum += (weights?.[i] ?? 1 / logs.length) * Math.exp(value - top);
  return top + Math.log(sum);
}
