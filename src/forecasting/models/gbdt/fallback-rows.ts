// Binning, gradients, partition and score updates in TypeScript.

import { exactExp } from '../../maths/index.ts';
import type { ForestPart } from './fallback-forest.ts';
import { groupBytes, type Kernel, lossCode, treeNode } from './kernel.ts';
import { drawAt } from './row-chance.ts';
import { selectQuantile } from './select-quantile.ts';

type RowPart = Omit<
  Kernel,
  'cellBytes' | 'histogram' | 'subtract' | 'clear' | 'scanFeature' | 'readCells' | keyof ForestPart
>;

/** Gradients beyond this do not fit into a float32. */
const gradientMax = 3e38;

export function fallbackRows(buffer: ArrayBufferLike): RowPart {
  const f64 = new Float64Array(buffer, 0, Math.floor(buffer.byteLength / 8));
  const f32 = new Float32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
  const i32 = new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
  const u8 = new Uint8Array(buffer);
  return {
    ...binning(f32, u8),
    ...gradientPart(f64, f32, i32),
    ...rowOrder(i32, u8),
    ...scorePart(f64, f32, i32, u8),
  };
}

function binning(
  f32: Float32Array,
  u8: Uint8Array,
): Pick<RowPart, 'sortFloats' | 'binNumbers' | 'binCategories' | 'interleave'> {
  return {
    sortFloats: (at, count) => {
      f32.subarray(at / 4, at / 4 + count).sort();
    },
    binNumbers: (valuesAt, count, boundsAt, bounds, binsAt) => {
      const first = boundsAt / 4;
      for (let i = 0; i < count; i++) {
        const value = f32[valuesAt / 4 + i]!;
        let low = 0;
        let high = bounds;
        while (low < high) {
          const middle = (low + high) >>> 1;
          if (f32[first + middle]! < value) low = middle + 1;
          else high = middle;
        }
        u8[binsAt + i] = Number.isNaN(value) ? 0 : low + 1;
      }
    },
    binCategories: (valuesAt, count, tableAt, codes, binsAt) => {
      for (let i = 0; i < count; i++) {
        const value = f32[valuesAt / 4 + i]!;
        u8[binsAt + i] =
          value >= 0 && value < codes && Math.floor(value) === value ? u8[tableAt + value]! : 0;
      }
    },
    interleave: (binsAt, stride, features, from, to, groupAt) => {
      for (let j = 0; j < features; j++) {
        for (let row = from; row < to; row++)
          u8[groupAt + row * groupBytes + j] = u8[binsAt + j * stride + row]!;
      }
    },
  };
}

function gradientPart(
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
): Pick<RowPart, 'gradients' | 'quantise'> {
  return {
    gradients: (loss, parameter, weightsAt, scoreAt, targetAt, gradientAt, hessianAt, from, to, maxAt) => {
      let gMax = 0;
      let hMax = 0;
      for (let row = from; row < to; row++) {
        const score = f64[scoreAt / 8 + row]!;
        const target = f32[targetAt / 4 + row]!;
        let g = 0;
        let h = 1;
        if (loss === lossCode.squared) {
          g = score - target;
        } else if (loss === lossCode.poisson) {
          const mean = exactExp(score);
          g = mean - target;
          h = mean * 2.0137527074704766;
        } else if (loss === lossCode.tweedie) {
          const a = target * exactExp((1 - parameter) * score);
          const b = exactExp((2 - parameter) * score);
          g = b - a;
          h = (2 - parameter) * b - (1 - parameter) * a;
        } else {
          g = (score > target ? 1 : 0) - parameter;
        }
        if (weightsAt !== 0) {
          const weight = f32[weightsAt / 4 + row]!;
          g *= weight;
          h *= weight;
        }
        g = Math.min(gradientMax, Math.max(-gradientMax, g));
        f32[gradientAt / 4 + row] = g;
        const size = Math.abs(f32[gradientAt / 4 + row]!);
        if (size > gMax) gMax = size;
        if (hessianAt !== 0) {
          f32[hessianAt / 4 + row] = Math.min(gradientMax, h);
          const hessian = f32[hessianAt / 4 + row]!;
          if (hessian > hMax) hMax = hessian;
        }
      }
      f64[maxAt / 8] = gMax;
      f64[maxAt / 8 + 1] = hMax;
    },
    quantise: (valuesAt, from, to, factor) => {
      for (let i = valuesAt / 4 + from; i < valuesAt / 4 + to; i++)
        i32[i] = Math.floor(f32[i]! * factor + 0.5);
    },
  };
}

function rowOrder(
  i32: Int32Array,
  u8: Uint8Array,
): Pick<RowPart, 'partition' | 'sample' | 'moveRows' | 'moveRowsBack'> {
  return {
    partition: (rowsAt, from, to, binsAt, tableAt, alternativeAt) => {
      let left = alternativeAt / 4 + from;
      let right = alternativeAt / 4 + to - 1;
      for (let i = rowsAt / 4 + from; i < rowsAt / 4 + to; i++) {
        const row = i32[i]!;
        if (u8[tableAt + u8[binsAt + row]!] === 1) i32[left++] = row;
        else i32[right--] = row;
      }
      return left - alternativeAt / 4 - from;
    },
    sample: (from, to, key, limit, alternativeAt) => {
      let left = alternativeAt / 4 + from;
      let right = alternativeAt / 4 + to - 1;
      for (let row = from; row < to; row++) {
        if (drawAt(key, row) < limit) i32[left++] = row;
        else i32[right--] = row;
      }
      return left - alternativeAt / 4 - from;
    },
    moveRows: (alternativeAt, from, count, rowsAt, to) => {
      const source = alternativeAt / 4 + from;
      i32.copyWithin(rowsAt / 4 + to, source, source + count);
    },
    moveRowsBack: (alternativeAt, end, count, rowsAt, to) => {
      const last = alternativeAt / 4 + end - 1;
      for (let i = 0; i < count; i++) i32[rowsAt / 4 + to + i] = i32[last - i]!;
    },
  };
}

function scorePart(
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  u8: Uint8Array,
): Pick<RowPart, 'addToScores' | 'walkToScores' | 'leafQuantile'> {
  return {
    addToScores: (rowsAt, from, to, scoreAt, value) => {
      for (let i = rowsAt / 4 + from; i < rowsAt / 4 + to; i++) f64[scoreAt / 8 + i32[i]!]! += value;
    },
    walkToScores: (rowsAt, from, to, nodesAt, valuesAt, binsAt, stride, scoreAt) => {
      for (let i = rowsAt / 4 + from; i < rowsAt / 4 + to; i++) {
        const row = i32[i]!;
        let node = nodesAt / 4;
        let feature = i32[node]!;
        while (feature >= 0) {
          const left = u8[i32[node + treeNode.table]! + u8[binsAt + feature * stride + row]!]!;
          node = nodesAt / 4 + (i32[node + treeNode.left]! + 1 - left) * treeNode.words;
          feature = i32[node]!;
        }
        f64[scoreAt / 8 + row]! += f64[valuesAt / 8 + i32[node + treeNode.left]!]!;
      }
    },
    leafQuantile: (rowsAt, from, to, targetAt, scoreAt, weightsAt, level, keysAt, keyWeightsAt) => {
      for (let i = from; i < to; i++) {
        const row = i32[rowsAt / 4 + i]!;
        f32[keysAt / 4 + i - from] = f32[targetAt / 4 + row]! - f64[scoreAt / 8 + row]!;
        if (weightsAt !== 0) f32[keyWeightsAt / 4 + i - from] = f32[weightsAt / 4 + row]!;
      }
      const keys = f32.subarray(keysAt / 4, keysAt / 4 + to - from);
      const weights = weightsAt === 0 ? null : f32.subarray(keyWeightsAt / 4, keyWeightsAt / 4 + to - from);
      return selectQuantile(keys, weights, { from: 0, to: to - from, level });
    },
  };
}
