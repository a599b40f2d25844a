// Numbers as people and programs write them in cells: what counts as one, and how long one may be.

/** Longer texts are no number that anybody wrote: the longest that a double prints has 24 characters. */
export const decimalLengthMax = 100;
/** Each character can be taken in one way only, so that a text that fails does so after one look at it. */
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/**
 * The number that a trimmed text writes out: sign, digits, decimal point, exponent; NaN when it is none.
 * Cost: bounded, whatever the length of the text.
 */
export function decimalOf(text: string): number {
  const plain = plainDecimal(text);
  if (!Number.isNaN(plain)) return plain;
  return text.length <= decimalLengthMax && decimal.test(text) ? Number(text) : Number.NaN;
}

const powersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/**
 * Digits with or without a point, few enough for a double to hold them exactly: the quotient of two exact numbers is the nearest
 * double, as that of the text is. NaN for all other texts, numbers or not.
 */
function plainDecimal(text: string): number {
  const { length } = text;
  if (length === 0 || length > 15) return Number.NaN;
  let digits = 0;
  let point = -1;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) digits = 10 * digits + (code - 0x30);
    else if (code === 0x2e && point < 0 && i > 0) point = i;
    else return Number.NaN;
  }
  return point < 0 ? digits : digits / powersOfTen[length - 1 - point]!;
}
