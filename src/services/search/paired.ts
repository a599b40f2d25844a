// Is one set of parameters better than another? Series by series, on the same demand.

import { Rng } from '../../core/index.ts';
import { quantileSorted, variance } from '../../forecasting/maths/index.ts';

export interface PairedDifference {
  /** Series that both have a loss for. */
  readonly series: number;
  /** Mean losses over them. */
  readonly loss: number;
  readonly referenceLoss: number;
  /** Mean of loss − reference: negative = better than the reference. */
  readonly difference: number;
  /** 95 % interval of the mean difference. */
  readonly low: number;
  readonly high: number;
  /** Difference ÷ reference loss; null when that is 0. */
  readonly relative: number | null;
  /** Share of series with a lower loss than the reference's; equal ones count half. */
  readonly wins: number;
}

const resamples = 2000;
/** With more series the mean is normal for every purpose, and drawing would only take time. */
const resampledSeriesMax = 2000;

/**
 * Paired difference of losses with an interval over series: percentile bootstrap, or normal for many. It measures how far
 * the result depends on which series there are; that all of them lived through one and the same window it cannot see.
 * @param losses shape [series], NaN = not scored
 * @returns null when fewer than two series are scored by both
 * Source: Efron and Tibshirani 1993, chapter 13. Cost: O(series), × 2,000 below 2,000 series.
 */
export function pairedDifference(
  losses: Float64Array,
  reference: Float64Array,
  seed: number,
): PairedDifference | null {
  const both = [...losses.keys()].filter((s) => Number.isFinite(losses[s]) && Number.isFinite(reference[s]));
  if (both.length < 2) return null;
  const differences = Float64Array.from(both, (s) => (losses[s] as number) - (reference[s] as number));
  const mean = (of: Float64Array): number =>
    both.reduce((sum, s) => sum + (of[s] as number), 0) / both.length;
  const [loss, referenceLoss] = [mean(losses), mean(reference)];
  const [low, high] = interval(differences, loss - referenceLoss, seed);
  const better = differences.reduce((sum, d) => sum + (d < 0 ? 1 : d === 0 ? 0.5 : 0), 0);
  return {
    series: both.length,
    loss,
    referenceLoss,
    difference: loss - referenceLoss,
    low,
    high,
    relative: referenceLoss > 0 ? (loss - referenceLoss) / referenceLoss : null,
    wins: better / both.length,
  };
}

/** The 95 % interval of the mean. */
function interval(differences: Float64Array, mean: number, seed: number): [low: number, high: number] {
  const n = differences.length;
  if (n > resampledSeriesMax) {
    const half = 1.96 * Math.sqrt(variance(differences) / (n - 1));
    return [mean - half, mean + half];
  }
  const rng = new Rng(seed);
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += differences[rng.below(n)]!;
    means[r] = sum / n;
  }
  means.sort();
  return [quantileSorted(means, 0.025), quantileSorted(means, 0.975)];
}
