// The expected loss of a normal variate, for the textbook figure that is shown beside ours. Nothing that decides anything uses it.

import { normalDensity, normalTail } from '../maths/index.ts';

/** Expected amount by which a standard normal variate exceeds z. */
export function normalLoss(z: number): number {
  return normalDensity(z) - z * normalTail(z);
}

/** The z whose `normalLoss` is this, −8 … 8. */
export function inverseNormalLoss(loss: number): number {
  let low = -8;
  let high = 8;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalLoss(middle) > loss) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
