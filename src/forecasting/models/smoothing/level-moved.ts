// Has the level of a history jumped? Then its season is told by what it is after the jump, and that of the old level misleads.

/** A jump lies within so many cycles at the end; what was usual before it is told by half as many. */
const cyclesLate = 8;
const cyclesBefore = 4;
/** By this factor or its inverse, */
const factorLeast = 1.5;
/** … and so many times what chance makes of as many values. */
const errorsLeast = 4;

/**
 * Whether the level jumped lately: from some period on all values together are another multiple of what was usual in their phases.
 * @param values shape [n], finite and positive
 * @param m periods per cycle, 2 or more
 * Cost: O(m²) at most 8 × 12 times, whatever n is.
 */
export function levelMoved(values: Float64Array, m: number): boolean {
  const n = values.length;
  const sinceLeast = Math.max(3, (m >> 1) + 2);
  const step = Math.max(1, m >> 3);
  for (let t = n - sinceLeast; t >= Math.max(2 * m, n - cyclesLate * m); t -= step)
    if (movedAt(values, { t, m })) return true;
  return false;
}

function movedAt(values: Float64Array, { t, m }: { readonly t: number; readonly m: number }): boolean {
  const from = Math.max(0, t - cyclesBefore * m);
  const usual = new Float64Array(m);
  const counts = new Float64Array(m);
  for (let i = from; i < t; i++) {
    usual[i % m]! += values[i]!;
    counts[i % m]! += 1;
  }
  const shareOf = (i: number): number => (values[i]! * counts[i % m]!) / usual[i % m]!;
  let square = 0;
  for (let i = from; i < t; i++) square += (shareOf(i) - 1) ** 2;
  const spread = Math.sqrt(square / (t - from));
  let sum = 0;
  const since = values.length - t;
  for (let i = t; i < values.length; i++) sum += shareOf(i);
  const share = sum / since;
  if (share < factorLeast && share > 1 / factorLeast) return false;
  return Math.abs(share - 1) * Math.sqrt(since) > errorsLeast * spread;
}
