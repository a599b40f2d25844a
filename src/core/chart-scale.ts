// What stands beside the axis of a chart, and in cells: round values, written short.

/**
 * Round values from at or below `low` to at or above `high`, evenly spaced, at least two.
 * Steps are 1, 2 or 5 times a power of ten.
 */
export function ticksOf(low: number, high: number): number[] {
  const span = high > low ? high - low : Math.max(1, Math.abs(low));
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * ([1, 2, 5, 10].find((factor) => span / (factor * power) <= 5) ?? 10);
  const from = Math.floor(low / step);
  const to = Math.max(from + 1, Math.ceil((low + span) / step));
  return Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)));
}

/** As it is written beside an axis or in a cell: at most four digits that mean something. */
export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  if (size >= 1e15) return value.toExponential(2);
  if (size >= 1000) return Math.round(value).toLocaleString('en-GB');
  return String(Number(value.toPrecision(4)));
}
