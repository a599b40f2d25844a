// Rows through finished trees, in TypeScript.

import { forestNode } from './forest-layout.ts';
import type { Kernel } from './kernel.ts';
import { selectQuantile } from './select-quantile.ts';
import { inSet } from './walk.ts';

export type ForestPart = Pick<
  Kernel,
  'forestLeaves' | 'addLeafValues' | 'countLeaves' | 'orderByLeaf' | 'subtractLeafValues' | 'residualQuantile'
>;

export function fallbackForest(buffer: ArrayBufferLike): ForestPart {
  const f64 = new Float64Array(buffer, 0, Math.floor(buffer.byteLength / 8));
  const f32 = new Float32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
  const i32 = new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
  return {
    forestLeaves: (nodesAt, root, setsAt, rowsAt, columns, count, leavesAt, firstLeaf) => {
      const sets = new Uint32Array(buffer, setsAt, (nodesAt - setsAt) / 4);
      for (let i = 0; i < count; i++) {
        const row = rowsAt / 4 + i * columns;
        let node = (nodesAt + root * forestNode.bytes) / 4;
        let bits = i32[node + 3]!;
        while ((bits & forestNode.leaf) === 0) {
          const x = f32[row + i32[node + 1]! / 4]!;
          const missingRight = (bits & forestNode.missingRight) !== 0;
          const threshold = f32[node]!;
          let right: boolean;
          if ((bits & forestNode.category) !== 0) right = inSet(sets, threshold, x) !== missingRight;
          else right = missingRight ? !(x <= threshold) : x > threshold;
          node = (nodesAt + i32[node + 2]! + (right ? forestNode.bytes : 0)) / 4;
          bits = i32[node + 3]!;
        }
        i32[leavesAt / 4 + i] = (bits >>> forestNode.leafShift) - firstLeaf;
      }
    },
    addLeafValues: (leavesAt, count, valuesAt, outputs, scoresAt) => {
      for (let i = 0; i < count; i++) {
        const value = valuesAt / 8 + i32[leavesAt / 4 + i]! * outputs;
        const score = scoresAt / 8 + i * outputs;
        for (let q = 0; q < outputs; q++) f64[score + q]! += f64[value + q]!;
      }
    },
    countLeaves: (leavesAt, from, to, countsAt) => {
      for (let row = from; row < to; row++) i32[countsAt / 4 + i32[leavesAt / 4 + row]!]! += 1;
    },
    orderByLeaf: (leavesAt, from, to, nextAt, orderAt) => {
      for (let row = from; row < to; row++) {
        const next = nextAt / 4 + i32[leavesAt / 4 + row]!;
        i32[orderAt / 4 + i32[next]!] = row;
        i32[next]! += 1;
      }
    },
    subtractLeafValues: (leavesAt, from, to, valuesAt, outputs, residualsAt) => {
      for (let row = from; row < to; row++) {
        f32[residualsAt / 4 + row]! -= f64[valuesAt / 8 + i32[leavesAt / 4 + row]! * outputs]!;
      }
    },
    residualQuantile: (orderAt, from, to, residualsAt, weightsAt, level, keysAt, keyWeightsAt) => {
      for (let i = from; i < to; i++) {
        const row = i32[orderAt / 4 + i]!;
        f32[keysAt / 4 + i - from] = f32[residualsAt / 4 + row]!;
        if (weightsAt !== 0) f32[keyWeightsAt / 4 + i - from] = f32[weightsAt / 4 + row]!;
      }
      const keys = f32.subarray(keysAt / 4, keysAt / 4 + to - from);
      const weights = weightsAt === 0 ? null : f32.subarray(keyWeightsAt / 4, keyWeightsAt / 4 + to - from);
      return selectQuantile(keys, weights, { from: 0, to: to - from, level });
    },
  };
}
