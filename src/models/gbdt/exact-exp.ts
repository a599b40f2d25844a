// exp with one fixed sequence of operations: `Math.exp` differs in the last bit between engines, and gradients must not.

const log2e = Math.LOG2E;
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** 2^k for k = −1022 … 1023. */
const powers = Float64Array.from({ length: 2046 }, (_, i) => 2 ** (i - 1022));

/**
 * e^x within 2 units of the last place; x outside [−700, 700] is taken at the border. The training kernel repeats
 * these operations in this order (`assembly/gradients.ts`). Taylor's series to the 13th power on |r| ≤ ln 2 / 2.
 */
export function exactExp(x: number): number {
  const bounded = Math.min(700, Math.max(-700, x));
  const k = Math.floor(bounded * log2e + 0.5);
  const r = bounded - k * ln2High - k * ln2Low;
  let p = 1.6059043836821613e-10;
  p = p * r + 2.08767569878681e-9;
  p = p * r + 2.505210838544172e-8;
  p = p * r + 2.755731922398589e-7;
  p = p * r + 2.7557319223985893e-6;
  p = p * r + 2.48015873015873e-5;
  p = p * r + 1.984126984126984e-4;
  p = p * r + 1.388888888888889e-3;
  p = p * r + 8.333333333333333e-3;
  p = p * r + 4.1666666666666664e-2;
  p = p * r + 1.6666666666666666e-1;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  return p * powers[k + 1022]!;
}
