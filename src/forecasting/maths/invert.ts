// The inverse of a small symmetric matrix.

/**
 * In place, of a symmetric positive definite matrix, by Gauss and Jordan without pivots.
 * @param matrix shape [width × width]
 * Cost: width³.
 */
export function invert(matrix: Float64Array, width: number): void {
  for (let k = 0; k < width; k++) {
    const pivot = 1 / matrix[k * width + k]!;
    matrix[k * width + k] = 1;
    for (let j = 0; j < width; j++) matrix[k * width + j] = matrix[k * width + j]! * pivot;
    for (let i = 0; i < width; i++) {
      if (i === k) continue;
      const factor = matrix[i * width + k]!;
      matrix[i * width + k] = 0;
      for (let j = 0; j < width; j++)
        matrix[i * width + j] = matrix[i * width + j]! - factor * matrix[k * width + j]!;
    }
  }
}
