// Two versions forecast the same periods of the same series, and their losses are compared pair by pair: what makes a day hard for one
// makes it hard for both. One mean per date, over all series, as series of one date go together.

import { assert } from '../../core/index.ts';
import { autocorrelation, studentTail } from '../maths/index.ts';

export interface PairedTest {
  /** Mean of the differences; below 0 = the challenger loses less. */
  readonly mean: number;
  readonly n: number;
  /** Diebold and Mariano's statistic, and as Harvey, Leybourne and Newbold correct it for few dates. */
  readonly statistic: number;
  readonly corrected: number;
  /** Two-sided, of n − 1 degrees of freedom. */
  readonly p: number;
  /** The variance over lags came out below 0, so that of lag 0 alone was used. */
  readonly isFallback: boolean;
}

/**
 * Whether a challenger loses less than the champion, looked at once on a day fixed before.
 * @param differences loss of the challenger less that of the champion, one per date, shape [dates]
 * @param horizon     steps ahead: differences of fewer dates apart go together
 * @returns undefined where nothing can be told: no more dates than steps, or differences that are all alike
 * Source: Diebold and Mariano 1995, JBES 13; Harvey, Leybourne and Newbold 1997, IJF 13.
 */
export function pairedTest(differences: ArrayLike<number>, horizon: number): PairedTest | undefined {
  const n = differences.length;
  if (n < 2 || n <= horizon) return undefined;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += (differences[t] as number) / n;
  const at = (lag: number): number => {
    let sum = 0;
    for (let t = lag; t < n; t++)
      sum += ((differences[t] as number) - mean) * ((differences[t - lag] as number) - mean);
    return sum / n;
  };
  const own = at(0);
  let variance = own;
  for (let lag = 1; lag < horizon; lag++) variance += 2 * at(lag);
  const isFallback = !(variance > 0);
  if (isFallback) variance = own;
  if (!(variance > 0)) return undefined;
  const h = isFallback ? 1 : horizon;
  const statistic = mean / Math.sqrt(variance / n);
  const corrected = statistic * Math.sqrt((n + 1 - 2 * h + (h * (h - 1)) / n) / n);
  return {
    mean,
    n,
    statistic,
    corrected,
    p: Math.min(1, 2 * studentTail(Math.abs(corrected), n - 1)),
    isFallback,
  };
}

/** Fewer blocks say nothing. */
export const blocksMin = 4;
/** Weight of how large an effect is thought to be, in blocks: small = large effects. */
const effectVariance = 0.25;

/**
 * ln of the evidence that the mean of blocks is not 0, which may be looked at after every block; a decision where it is ln(1 ÷ α) or
 * more. For paired losses a block is a week or more (`blockLength`), as days go together: the confidence sequence on days wins falsely
 * in 34 % of trials at φ = .5, this on weeks in 2.7 %.
 * @param blocks means of whole blocks, shape [blocks]
 * @returns 0 of fewer than 4 blocks, or where all are alike
 * Source: the t-mixture of Lai 1976, Annals of Statistics 4, as in Wang and Ramdas 2025 (arXiv 2310.03722).
 */
export function pairedEvidence(blocks: ArrayLike<number>): number {
  const n = blocks.length;
  if (n < blocksMin) return 0;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += (blocks[i] as number) / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += ((blocks[i] as number) - mean) ** 2;
  if (!(squares > 0)) return 0;
  const square = (n * mean * mean * (n - 1)) / squares;
  const widened = 1 + n * effectVariance;
  return (
    -0.5 * Math.log(widened) -
    (n / 2) * (Math.log1p(square / (widened * (n - 1))) - Math.log1p(square / (n - 1)))
  );
}

/** How much blocks that follow each other may go together. */
const correlationMax = 0.25;

/**
 * How many dates a block needs: the shortest multiple of the season whose means hardly go together. Chosen on losses of the champion
 * from before a trial, and then kept.
 * @param differences one per date, such as the champion's loss less that of seasonal naive
 * @returns undefined where the dates are too few to tell: fewer than 8 blocks of it
 */
export function blockLength(differences: Float64Array, season: number): number | undefined {
  assert(season >= 1, 'a season has one period or more');
  for (let length = season; differences.length >= 8 * length; length += season) {
    const means = blockMeans(differences, length);
    if (Math.abs(autocorrelation(means, 1)[1] as number) <= correlationMax) return length;
  }
  return undefined;
}

/** Means of whole blocks from the first date on; dates of one that has not ended are left out. */
export function blockMeans(differences: Float64Array, length: number): Float64Array {
  const means = new Float64Array(Math.floor(differences.length / length));
  for (let i = 0; i < means.length * length; i++)
    means[Math.floor(i / length)]! += (differences[i] as number) / length;
  return means;
}
