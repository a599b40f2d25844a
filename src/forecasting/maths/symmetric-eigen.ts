// Eigenvalues and eigenvectors of a symmetric matrix.

export interface Eigen {
  /** Descending, shape [width]. */
  readonly values: Float64Array;
  /** One vector after the other, in the order of the values, shape [width × width]. */
  readonly vectors: Float64Array;
}

const sweepsMax = 60;

/**
 * By Jacobi's rotations.
 * @param given shape [width × width], symmetric and finite; not changed
 * Cost: some 6 × width³. Source: Golub and Van Loan, Matrix Computations, 8.5.
 */
export function symmetricEigen(given: Float64Array, width: number): Eigen {
  const a = Float64Array.from(given);
  const v = new Float64Array(width * width);
  for (let i = 0; i < width; i++) v[i * width + i] = 1;
  let whole = 0;
  for (const value of a) whole += value * value;
  for (let sweep = 0; sweep < sweepsMax; sweep++) {
    let off = 0;
    for (let p = 0; p < width; p++) for (let q = p + 1; q < width; q++) off += a[p * width + q]! ** 2;
    if (!(off > 1e-30 * whole)) break;
    for (let p = 0; p < width; p++) for (let q = p + 1; q < width; q++) rotate(a, v, { p, q, width });
  }
  const order = Array.from({ length: width }, (_, i) => i).sort(
    (i, j) => a[j * width + j]! - a[i * width + i]!,
  );
  const values = Float64Array.from(order, (i) => a[i * width + i]!);
  const vectors = new Float64Array(width * width);
  for (const [k, i] of order.entries()) vectors.set(v.subarray(i * width, (i + 1) * width), k * width);
  return { values, vectors };
}

/** Makes entry (p, q) nothing. Vectors are rows of `v`. */
function rotate(a: Float64Array, v: Float64Array, at: { p: number; q: number; width: number }): void {
  const { p, q, width } = at;
  const apq = a[p * width + q]!;
  if (apq === 0) return;
  const theta = (a[q * width + q]! - a[p * width + p]!) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let k = 0; k < width; k++) {
    const [one, two] = [a[k * width + p]!, a[k * width + q]!];
    a[k * width + p] = c * one - s * two;
    a[k * width + q] = s * one + c * two;
  }
  for (let k = 0; k < width; k++) {
    const [one, two] = [a[p * width + k]!, a[q * width + k]!];
    a[p * width + k] = c * one - s * two;
    a[q * width + k] = s * one + c * two;
    const [three, four] = [v[p * width + k]!, v[q * width + k]!];
    v[p * width + k] = c * three - s * four;
    v[q * width + k] = s * three + c * four;
  }
}
