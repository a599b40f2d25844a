// The best split of a numeric feature, from its histogram.

@inline
function rowsOf(cell: i64, shift: i64): f64 {
  return <f64>(cell & (((<i64>1) << shift) - 1));
}

@inline
function hessianOf(cellAt: usize, rows: f64, constantHessian: i32): f64 {
  return constantHessian != 0 ? rows : <f64>load<i64>(cellAt, 8);
}

export function readCells(histogramAt: usize, cells: i32, shift: i32, constantHessian: i32, at: usize): void {
  const bytes: usize = constantHessian != 0 ? 8 : 16;
  for (let i = 0; i < cells; i++) {
    const cellAt = histogramAt + <usize>i * bytes;
    const cell = load<i64>(cellAt);
    const rows = rowsOf(cell, <i64>shift);
    const out = at + <usize>i * 24;
    store<f64>(out, <f64>(cell >> (<i64>shift)));
    store<f64>(out, hessianOf(cellAt, rows, constantHessian), 8);
    store<f64>(out, rows, 16);
  }
}

export function scanFeature(
  histogramAt: usize,
  bins: i32,
  shift: i32,
  constantHessian: i32,
  monotone: i32,
  bounded: i32,
  parametersAt: usize,
  resultAt: usize,
): void {
  if (constantHessian != 0) {
    scan(histogramAt, bins, <i64>shift, 1, monotone, bounded, parametersAt, resultAt);
  } else {
    scan(histogramAt, bins, <i64>shift, 0, monotone, bounded, parametersAt, resultAt);
  }
}

@inline
function scan(
  histogramAt: usize,
  bins: i32,
  shift: i64,
  constantHessian: i32,
  monotone: i32,
  bounded: i32,
  p: usize,
  result: usize,
): void {
  const gradientScale = load<f64>(p);
  const hessianScale = load<f64>(p, 8);
  const lambda = load<f64>(p, 16);
  const rowsMin = load<f64>(p, 24);
  const hessianMin = load<f64>(p, 32);
  const gradient = load<f64>(p, 40);
  const hessian = load<f64>(p, 48);
  const rows = load<f64>(p, 56);
  const low = load<f64>(p, 64);
  const high = load<f64>(p, 72);
  const bytes: usize = constantHessian != 0 ? 8 : 16;
  let best: f64 = -Infinity;
  store<f64>(result, best);
  const firstCell = load<i64>(histogramAt);
  const missingRows = rowsOf(firstCell, shift);
  const missing: i32 = missingRows > 0 ? 1 : 0;
  for (let missingLeft = 0; missingLeft <= missing; missingLeft++) {
    let leftGradient: f64 = missingLeft == 1 ? <f64>(firstCell >> shift) : 0;
    let leftHessian: f64 = missingLeft == 1 ? hessianOf(histogramAt, missingRows, constantHessian) : 0;
    let leftRows: f64 = missingLeft == 1 ? missingRows : 0;
    for (let bin = 1; bin <= bins; bin++) {
      const cellAt = histogramAt + <usize>bin * bytes;
      const cell = load<i64>(cellAt);
      const cellRows = rowsOf(cell, shift);
      if (cellRows == 0) continue;
      leftGradient += <f64>(cell >> shift);
      leftHessian += hessianOf(cellAt, cellRows, constantHessian);
      leftRows += cellRows;
      if (leftRows < rowsMin) continue;
      if (rows - leftRows < rowsMin) break;
      const h = leftHessian * hessianScale;
      if (h < hessianMin) continue;
      const hRight = (hessian - leftHessian) * hessianScale;
      if (hRight < hessianMin) break;
      const g = leftGradient * gradientScale;
      const gRight = (gradient - leftGradient) * gradientScale;
      const d = h + lambda;
      const dRight = hRight + lambda;
      let gain: f64 = 0;
      if (bounded == 0) {
        gain = (g * g) / d + (gRight * gRight) / dRight;
      } else {
        const v = min(high, max(low, -g / d));
        const vRight = min(high, max(low, -gRight / dRight));
        if (<f64>monotone * (vRight - v) < 0) continue;
        gain = -(2 * g * v + d * v * v) - (2 * gRight * vRight + dRight * vRight * vRight);
      }
      if (gain > best) {
        best = gain;
        store<f64>(result, gain);
        store<f64>(result, <f64>bin, 8);
        store<f64>(result, <f64>(missing == 1 ? missingLeft : 2), 16);
        store<f64>(result, leftGradient, 24);
        store<f64>(result, leftHessian, 32);
        store<f64>(result, leftRows, 40);
      }
    }
  }
}
