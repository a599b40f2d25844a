// Small symmetric positive definite systems: the normal equations of a least squares fit with a few unknowns.

/**
 * Solves A·x = b by Cholesky, in place.
 * @param matrix row-major, shape [d, d], symmetric; only its lower triangle is read, and it is overwritten
 * @param rhs    shape [d]; receives the solution
 * @param ridge  added to each diagonal entry as a share of it, so that a flat direction stays finite
 * @returns false when the matrix is not positive definite; `rhs` is then meaningless
 * Cost: d³/6, allocates nothing.
 */
export function solvePositive(matrix: Float64Array, rhs: Float64Array, ridge: number): boolean {
  const d = rhs.length;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * d + j]! * (i === j ? 1 + ridge : 1);
      for (let k = 0; k < j; k++) sum -= matrix[i * d + k]! * matrix[j * d + k]!;
      if (i === j) {
        if (!(sum > 0)) return false;
        matrix[i * d + i] = Math.sqrt(sum);
      } else {
        matrix[i * d + j] = sum / matrix[j * d + j]!;
      }
    }
  }
  for (let i = 0; i < d; i++) {
    let sum = rhs[i]!;
    for (let k = 0; k < i; k++) sum -= matrix[i * d + k]! * rhs[k]!;
    rhs[i] = sum / matrix[i * d + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    let sum = rhs[i]!;
    for (let k = i + 1; k < d; k++) sum -= matrix[k * d + i]! * rhs[k]!;
    rhs[i] = sum / matrix[i * d + i]!;
  }
  return true;
}
