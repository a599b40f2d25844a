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
  return text.length <= decimalLengthMax && decimal.test(text) ? Number(text) : Number.NaN;
}
