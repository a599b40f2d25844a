// Losses as numbers: the starting score, the loss itself for early stopping, and the link.

import { exactExp, exactLn } from '../../maths/index.ts';
import { type BoosterOptions, hasLogLink, type TrainingSet } from './booster.ts';
import { selectQuantile } from './select-quantile.ts';

type LossOptions = Pick<BoosterOptions, 'loss' | 'tweediePower' | 'quantile'>;

/** Smallest mean that a log link starts from, relative to nothing: all targets may be 0. */
const meanMin = 1e-10;

/** The constant raw score with the least loss, offsets considered. */
export function startingScore(
  { target, weights, offset }: TrainingSet,
  { loss, tweediePower, quantile }: LossOptions,
): number {
  if (loss === 'quantile') {
    const keys = Float32Array.from(target, (y, i) => y - (offset?.[i] ?? 0));
    return selectQuantile(keys, weights?.slice() ?? null, { from: 0, to: keys.length, level: quantile });
  }
  const power = loss === 'tweedie' ? tweediePower : 1;
  let above = 0;
  let below = 0;
  for (let i = 0; i < target.length; i++) {
    const weight = weights?.[i] ?? 1;
    const shift = offset?.[i] ?? 0;
    if (loss === 'squared') {
      above += weight * (target[i]! - shift);
      below += weight;
    } else {
      above += weight * target[i]! * exactExp((1 - power) * shift);
      below += weight * exactExp((2 - power) * shift);
    }
  }
  return hasLogLink(loss) ? exactLn(Math.max(meanMin, above / below)) : above / below;
}

/** Weighted mean loss at raw scores, up to terms that scores do not change. */
export function meanLoss(
  { target, weights }: TrainingSet,
  scores: Float64Array,
  options: LossOptions,
): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < target.length; i++) {
    const weight = weights?.[i] ?? 1;
    sum += weight * lossAt(target[i]!, scores[i]!, options);
    total += weight;
  }
  return sum / total;
}

/** Loss of one row at a raw score (Poisson and Tweedie: negative log likelihood without its constant). */
export function lossAt(
  target: number,
  score: number,
  { loss, tweediePower: p, quantile: u }: LossOptions,
): number {
  switch (loss) {
    case 'squared':
      return ((score - target) * (score - target)) / 2;
    case 'poisson':
      return exactExp(score) - target * score;
    case 'tweedie':
      return exactExp((2 - p) * score) / (2 - p) - (target * exactExp((1 - p) * score)) / (1 - p);
    case 'quantile':
      return target > score ? u * (target - score) : (1 - u) * (score - target);
  }
}
