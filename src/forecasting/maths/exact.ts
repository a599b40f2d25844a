// exp and ln with one fixed sequence of operations: those of `Math` differ in the last bit between engines, and a model
// trained in one must forecast the same numbers in another. Square roots and the four operations are exact everywhere.

const log2e = Math.LOG2E;
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** 2^k for k = −1022 … 1023; products of powers of two are exact. */
const powers = new Float64Array(2046).fill(1);
for (let k = 1; k <= 1023; k++) powers[1022 + k] = powers[1021 + k]! * 2;
for (let k = 1; k <= 1022; k++) powers[1022 - k] = powers[1023 - k]! / 2;

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

/** The bits of a number, whatever order of bytes the machine has. */
const bits = new DataView(new ArrayBuffer(8));
const sqrtHalf = Math.SQRT1_2;
const twoTo54 = 18_014_398_509_481_984;

/**
 * ln(x) within 2 units of the last place; −Infinity of 0, NaN of anything below. x = 2^k·m with m from √½ to √2, and
 * ln(m) = 2 artanh((m − 1) ÷ (m + 1)) by its series to the 21st power. Allocates nothing.
 */
export function exactLn(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  const isTiny = x < powers[0]!;
  bits.setFloat64(0, isTiny ? x * twoTo54 : x);
  const high = bits.getInt32(0);
  let k = (high >>> 20) - 1022 - (isTiny ? 54 : 0);
  bits.setInt32(0, (high & 0xfffff) | 0x3fe00000);
  let m = bits.getFloat64(0);
  if (m < sqrtHalf) {
    m *= 2;
    k--;
  }
  const f = m - 1;
  const s = f / (m + 1);
  const z = s * s;
  let p = 9.523809523809523e-2;
  p = p * z + 0.10526315789473684;
  p = p * z + 0.11764705882352941;
  p = p * z + 0.13333333333333333;
  p = p * z + 0.15384615384615385;
  p = p * z + 0.18181818181818182;
  p = p * z + 0.2222222222222222;
  p = p * z + 0.2857142857142857;
  p = p * z + 0.4;
  p = p * z + 0.6666666666666666;
  // 2s = f − s·f, so that the rounding of s counts only in what is small.
  return k * ln2High + (f - (s * (f - p * z) - k * ln2Low));
}

/** 0.5^x for x ≥ 0, from `exactExp`. */
export function exactHalving(x: number): number {
  return exactExp(-x * Math.LN2);
}
