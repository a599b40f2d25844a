// Distances of two lists of shares, whatever they count: bins of numbers or levels of categories.

export interface StabilityIndex {
  /** Σ (current − reference)·ln(current ÷ reference), a share of zero taken as 0.0001. */
  readonly psi: number;
  /** What it is on average where nothing has changed: (bins − 1)(1/n + 1/m). */
  readonly bias: number;
}

/** What stands for a share of zero: its logarithm is needed. */
const zeroShare = 1e-4;

/** Population stability index, with the part of it that chance alone makes. @param reference @param current counts, same length */
export function stabilityIndex(reference: ArrayLike<number>, current: ArrayLike<number>): StabilityIndex {
  const [n, m] = [totalOf(reference), totalOf(current)];
  let psi = 0;
  let bins = 0;
  for (let i = 0; i < reference.length; i++) {
    if (reference[i]! + current[i]! > 0) bins++;
    const p = reference[i]! > 0 ? reference[i]! / n : zeroShare;
    const q = current[i]! > 0 ? current[i]! / m : zeroShare;
    psi += (q - p) * Math.log(q / p);
  }
  return { psi, bias: Math.max(0, bins - 1) * (1 / n + 1 / m) };
}

/** Square root of Jensen and Shannon's divergence, 0 … 1: its logarithms are of base 2. */
export function jensenShannon(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [n, m] = [totalOf(reference), totalOf(current)];
  let sum = 0;
  for (let i = 0; i < reference.length; i++) {
    const p = reference[i]! / n;
    const q = current[i]! / m;
    const middle = (p + q) / 2;
    if (p > 0) sum += p * Math.log(p / middle);
    if (q > 0) sum += q * Math.log(q / middle);
  }
  return Math.sqrt(Math.max(0, sum / 2 / Math.LN2));
}

/** Half the sum of the differences: the share of rows that would have to change. */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [n, m] = [totalOf(reference), totalOf(current)];
  let sum = 0;
  for (let i = 0; i < reference.length; i++) sum += Math.abs(reference[i]! / n - current[i]! / m);
  return sum / 2;
}

/** Largest difference of one share. */
export function largestDifference(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [n, m] = [totalOf(reference), totalOf(current)];
  let largest = 0;
  for (let i = 0; i < reference.length; i++)
    largest = Math.max(largest, Math.abs(reference[i]! / n - current[i]! / m));
  return largest;
}

/** Hellinger's distance √(1 − Σ√pq), 0 … 1, as √(½·Σ(√p − √q)²): near 0 the first has lost its digits. */
export function hellinger(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const [n, m] = [totalOf(reference), totalOf(current)];
  let sum = 0;
  for (let i = 0; i < reference.length; i++)
    sum += (Math.sqrt(reference[i]! / n) - Math.sqrt(current[i]! / m)) ** 2;
  return Math.sqrt(Math.min(1, sum / 2));
}

export function totalOf(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}
