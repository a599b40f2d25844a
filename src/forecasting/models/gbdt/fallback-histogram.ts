// Histograms and split search in TypeScript. Sums are integers below 2^53 in Float64 cells, so they are as exact as
// the packed 64-bit cells of the WebAssembly kernel.

import { cellsPerFeature, groupBytes, type Kernel, scanParameter } from './kernel.ts';

type HistogramPart = Pick<
  Kernel,
  'cellBytes' | 'histogram' | 'subtract' | 'clear' | 'scanFeature' | 'readCells'
>;

/** Float64 numbers per cell: gradient, rows; with a changing Hessian also that. */
const cellNumbers = (constantHessian: boolean): number => (constantHessian ? 2 : 3);

export function fallbackCellBytes(constantHessian: boolean): number {
  return cellNumbers(constantHessian) * 8;
}

export function fallbackHistogram(buffer: ArrayBufferLike): HistogramPart {
  const f64 = new Float64Array(buffer, 0, Math.floor(buffer.byteLength / 8));
  const i32 = new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
  const u8 = new Uint8Array(buffer);
  return {
    cellBytes: fallbackCellBytes,
    clear: (at, bytes) => {
      u8.fill(0, at, at + bytes);
    },
    subtract: (targetAt, otherAt, cells, constantHessian) => {
      const numbers = cells * cellNumbers(constantHessian === 1);
      const target = targetAt / 8;
      const other = otherAt / 8;
      for (let i = 0; i < numbers; i++) f64[target + i]! -= f64[other + i]!;
    },
    histogram: (rowsAt, count, groupAt, quadFrom, quadTo, gradientAt, hessianAt, _shift, histogramAt) => {
      const numbers = cellNumbers(hessianAt === 0);
      const rows = rowsAt / 4;
      const gradient = gradientAt / 4;
      const hessian = hessianAt / 4;
      for (let j = quadFrom * 4; j < quadTo * 4; j++) {
        const cells = histogramAt / 8 + j * cellsPerFeature * numbers;
        for (let i = 0; i < count; i++) {
          const row = rowsAt === 0 ? i : i32[rows + i]!;
          const cell = cells + u8[groupAt + row * groupBytes + j]! * numbers;
          f64[cell]! += i32[gradient + row]!;
          f64[cell + 1]! += 1;
          if (hessianAt !== 0) f64[cell + 2]! += i32[hessian + row]!;
        }
      }
    },
    readCells: (histogramAt, cells, _shift, constantHessian, at) => {
      const numbers = cellNumbers(constantHessian === 1);
      for (let i = 0; i < cells; i++) {
        const cell = histogramAt / 8 + i * numbers;
        f64[at / 8 + i * 3] = f64[cell]!;
        f64[at / 8 + i * 3 + 1] = f64[cell + numbers - 1]!;
        f64[at / 8 + i * 3 + 2] = f64[cell + 1]!;
      }
    },
    scanFeature: (histogramAt, bins, _shift, constantHessian, monotone, bounded, parametersAt, resultAt) => {
      const numbers = cellNumbers(constantHessian === 1);
      scan(f64, histogramAt / 8, {
        bins,
        numbers,
        monotone,
        bounded,
        p: parametersAt / 8,
        result: resultAt / 8,
      });
    },
  };
}

interface ScanPlan {
  readonly bins: number;
  readonly numbers: number;
  readonly monotone: number;
  readonly bounded: number;
  readonly p: number;
  readonly result: number;
}

/** Tries every last left bin, with what is missing on the right and then on the left. The first best wins. */
function scan(f64: Float64Array, cells: number, plan: ScanPlan): void {
  const { bins, numbers, monotone, bounded, p, result } = plan;
  const gradientScale = f64[p + scanParameter.gradientScale]!;
  const hessianScale = f64[p + scanParameter.hessianScale]!;
  const lambda = f64[p + scanParameter.lambda]!;
  const rowsMin = f64[p + scanParameter.rowsMin]!;
  const hessianMin = f64[p + scanParameter.hessianMin]!;
  const gradient = f64[p + scanParameter.gradient]!;
  const hessian = f64[p + scanParameter.hessian]!;
  const rows = f64[p + scanParameter.rows]!;
  const low = f64[p + scanParameter.low]!;
  const high = f64[p + scanParameter.high]!;
  f64[result] = -Infinity;
  let best = -Infinity;
  const missing = f64[cells + 1]! > 0 ? 1 : 0;
  for (let missingLeft = 0; missingLeft <= missing; missingLeft++) {
    let leftGradient = missingLeft === 1 ? f64[cells]! : 0;
    let leftHessian = missingLeft === 1 ? f64[cells + numbers - 1]! : 0;
    let leftRows = missingLeft === 1 ? f64[cells + 1]! : 0;
    for (let bin = 1; bin <= bins; bin++) {
      const cell = cells + bin * numbers;
      if (f64[cell + 1]! === 0) continue;
      leftGradient += f64[cell]!;
      leftHessian += f64[cell + numbers - 1]!;
      leftRows += f64[cell + 1]!;
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
      let gain = 0;
      if (bounded === 0) {
        gain = (g * g) / d + (gRight * gRight) / dRight;
      } else {
        const v = Math.min(high, Math.max(low, -g / d));
        const vRight = Math.min(high, Math.max(low, -gRight / dRight));
        if (monotone * (vRight - v) < 0) continue;
        gain = -(2 * g * v + d * v * v) - (2 * gRight * vRight + dRight * vRight * vRight);
      }
      if (gain > best) {
        best = gain;
        f64[result] = gain;
        f64[result + 1] = bin;
        f64[result + 2] = missing === 1 ? missingLeft : 2;
        f64[result + 3] = leftGradient;
        f64[result + 4] = leftHessian;
        f64[result + 5] = leftRows;
      }
    }
  }
}
