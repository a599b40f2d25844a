// Which past rows a fit leaves out, so that it can be held against rows it has not seen: stretches of time, not rows here and there.

/** In which of `count` stretches, in the order of rows, a row lies. */
export function foldOf(row: number, of: { rows: number; count: number }): number {
  return Math.min(of.count - 1, Math.floor((row * of.count) / of.rows));
}

/** Standard deviation of a mean over fits that each leave one stretch out. Source: Efron 1982, the jackknife. */
export function jackknifeSd(values: readonly number[]): number {
  const count = values.length;
  if (count < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt((squares * (count - 1)) / count);
}
