// Tables for the tests of boosted trees.

import { Rng } from '../../../core/index.ts';
import { crc32 } from '../crc32.ts';
import type { Booster, FeatureMatrix, TrainingSet } from './booster.ts';
import { encodeBooster } from './encode.ts';
import { predictMatrix } from './predict.ts';

/** Numbers with ties and missing values, one category, a target ≥ 0 that depends on them, and weights. */
export function mixedSet(
  rows: number,
  { seed = 1, columns = 6 }: { seed?: number; columns?: number } = {},
): Required<Omit<TrainingSet, 'offset'>> {
  const rng = new Rng(seed);
  const values = new Float32Array(rows * columns);
  const target = new Float32Array(rows);
  const weights = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns - 1; c++) {
      values[c * rows + row] = rng.uniform() < 0.1 ? Number.NaN : Math.round(rng.normal() * 20) / 20;
    }
    const code = rng.below(30);
    values[(columns - 1) * rows + row] = code;
    const first = values[row] as number;
    const effect = Number.isNaN(first) ? 1.5 : first;
    target[row] = Math.max(0, 3 + effect + (code % 5) * 0.6 + rng.normal() * 0.5);
    weights[row] = 0.5 + rng.uniform();
  }
  const named = Array.from({ length: columns }, (_, c) =>
    c === columns - 1
      ? ({ name: 'code', kind: 'category' } as const)
      : ({ name: `x${c}`, kind: 'number' } as const),
  );
  return { matrix: { rows, columns: named, values }, target, weights };
}

/** A matrix of numeric columns. */
export function numberMatrix(columns: readonly ArrayLike<number>[]): FeatureMatrix {
  const rows = columns[0]?.length ?? 0;
  const values = new Float32Array(rows * columns.length);
  columns.forEach((column, c) => {
    values.set(Float32Array.from(column), c * rows);
  });
  return { rows, columns: columns.map((_, c) => ({ name: `x${c}`, kind: 'number' })), values };
}

/** Forecasts of all rows. */
export function forecasts(booster: Booster, matrix: FeatureMatrix): Float64Array {
  const out = new Float64Array(matrix.rows * booster.outputs);
  predictMatrix(booster, matrix, out);
  return out;
}

/** A text that differs when a single bit of a booster does. */
export function bitsOf(booster: Booster): string {
  const { header, numbers } = encodeBooster(booster);
  const bytes = new Uint8Array(numbers.buffer);
  return `${JSON.stringify(header)} ${crc32(0, bytes, { from: 0, to: bytes.length })}`;
}
