// A booster as a JSON header and one array of numbers, for artifacts; and back.

import { AppError } from '../../../core/index.ts';
import type { Booster } from './booster.ts';

/** Format of the numbers; raised when their layout changes. */
const format = 1;

/** JSON-serialisable. */
export interface BoosterHeader
  extends Pick<
    Booster,
    'columns' | 'loss' | 'tweediePower' | 'quantile' | 'learningRate' | 'outputs' | 'levels'
  > {
  readonly format: number;
  /** Lengths of the arrays, in the order of the numbers. */
  readonly trees: number;
  readonly nodes: number;
  readonly leaves: number;
  readonly setWords: number;
}

/** Numbers: base scores, roots, first leaves, nodes packed, thresholds, gains, sets, leaf rows, values. */
export function encodeBooster(booster: Booster): { header: BoosterHeader; numbers: Float64Array } {
  const { columns, loss, tweediePower, quantile, learningRate, outputs, levels, feature, flags, left } =
    booster;
  const header: BoosterHeader = {
    format,
    columns,
    loss,
    tweediePower,
    quantile,
    learningRate,
    outputs,
    levels,
    trees: booster.roots.length - 1,
    nodes: feature.length,
    leaves: booster.leafRows.length,
    setWords: booster.categorySets.length,
  };
  const packed = Float64Array.from(feature, (column, i) => (left[i]! * 4 + flags[i]!) * 65_536 + column + 1);
  const parts = [
    booster.baseScore,
    booster.roots,
    booster.leafStarts,
    packed,
    booster.threshold,
    booster.gain,
    booster.categorySets,
    booster.leafRows,
    booster.values,
  ];
  const numbers = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    numbers.set(part, at);
    at += part.length;
  }
  return { header, numbers };
}

/** @throws AppError models/corrupt-state when header and numbers are not those of one booster */
export function decodeBooster(header: BoosterHeader, numbers: Float64Array): Booster {
  const { trees, nodes, leaves, outputs, setWords, columns } = header;
  const lengths = [outputs, trees + 1, trees + 1, nodes, nodes, nodes, setWords, leaves, leaves * outputs];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (header.format !== format || !Number.isSafeInteger(total) || total !== numbers.length) {
    throw new AppError(
      'models/corrupt-state',
      `trees of format ${header.format} with ${numbers.length} numbers: this version reads format ${format} and needs ${total}`,
    );
  }
  let at = 0;
  const next = (): Float64Array => {
    const from = at;
    at += lengths.shift() ?? 0;
    return numbers.subarray(from, at);
  };
  const baseScore = next().slice();
  const roots = Int32Array.from(next());
  const leafStarts = Int32Array.from(next());
  const packed = next();
  const booster: Booster = {
    columns,
    loss: header.loss,
    tweediePower: header.tweediePower,
    quantile: header.quantile,
    learningRate: header.learningRate,
    outputs,
    levels: header.levels,
    baseScore,
    roots,
    leafStarts,
    feature: Int16Array.from(packed, (word) => (word % 65_536) - 1),
    flags: Uint8Array.from(packed, (word) => Math.floor(word / 65_536) % 4),
    left: Int32Array.from(packed, (word) => Math.floor(word / 262_144)),
    threshold: Float32Array.from(next()),
    gain: Float32Array.from(next()),
    categorySets: Uint32Array.from(next()),
    leafRows: Int32Array.from(next()),
    values: next().slice(),
  };
  checkStructure(booster);
  return booster;
}

/** Children come after their parents and within the arrays, so that every walk ends. */
function checkStructure({
  roots,
  feature,
  left,
  columns,
  leafRows,
  threshold,
  flags,
  categorySets,
}: Booster): void {
  const sound = (node: number, lastNode: number): boolean => {
    const column = feature[node]!;
    if (column < 0) return left[node]! >= 0 && left[node]! < leafRows.length;
    const set = threshold[node]!;
    const setEnds =
      flags[node]! < 2 || (set >= 0 && set + (categorySets[set] ?? Infinity) < categorySets.length);
    return column < columns.length && left[node]! > node && left[node]! + 1 < lastNode && setEnds;
  };
  for (let tree = 0; tree < roots.length - 1; tree++) {
    const end = roots[tree + 1]!;
    for (let node = roots[tree]!; node < end; node++) {
      if (!sound(node, end))
        throw new AppError('models/corrupt-state', `node ${node} of tree ${tree} leads nowhere`);
    }
    if (end <= roots[tree]! || end > feature.length)
      throw new AppError('models/corrupt-state', `tree ${tree} has no nodes`);
  }
}
