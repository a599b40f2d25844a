// Two samples of vectors as one table: what every detector of several columns together walks.

import { AppError, type Rng } from '../../../core/index.ts';

/** Rows as vectors of one width: columns of numbers, or what a model has made of a text or an image. */
export type Vectors = readonly ArrayLike<number>[];

export interface VectorTable {
  /** Rows of the reference, which come first, and of the current side. */
  readonly n: number;
  readonly m: number;
  readonly width: number;
  /** Row by row, shape [(n + m) × width]. */
  readonly values: Float64Array;
  /** Rows that held what is not finite. */
  readonly droppedReference: number;
  readonly droppedCurrent: number;
}

export interface TableOptions {
  /** Rows of a side, at most: of more, so many are drawn by chance (or evenly, where they are ordered). */
  readonly rowsMax: number;
  readonly rng: Rng;
  readonly isOrdered?: boolean;
}

/** Entries beyond this are taken as it: sums of their squares are numbers. */
const largest = 1e100;
export const widthMax = 4_096;

/**
 * Finite rows of both sides.
 * @throws AppError `drift/bad-option` where vectors differ in width, or are wider than 4,096
 * Cost: O(rows × width); memory of at most `rowsMax` rows a side.
 */
export function vectorTable(reference: Vectors, current: Vectors, options: TableOptions): VectorTable {
  const width = (reference[0] ?? current[0])?.length ?? 0;
  const sides = [reference, current].map((rows) => {
    const kept: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      if (row.length !== width || width > widthMax)
        throw new AppError('drift/bad-option', `vectors: all must be of one width, at most ${widthMax}`);
      if (isFiniteRow(row)) kept.push(i);
    }
    return { rows, chosen: chosenOf(kept, options), dropped: rows.length - kept.length };
  });
  const [one, two] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const [n, m] = [one.chosen.length, two.chosen.length];
  const values = new Float64Array((n + m) * width);
  let at = 0;
  for (const { rows, chosen } of [one, two])
    for (const i of chosen) {
      const row = rows[i]!;
      for (let k = 0; k < width; k++) values[at++] = Math.max(-largest, Math.min(largest, row[k]!));
    }
  return { n, m, width, values, droppedReference: one.dropped, droppedCurrent: two.dropped };
}

function isFiniteRow(row: ArrayLike<number>): boolean {
  for (let k = 0; k < row.length; k++) if (!Number.isFinite(row[k])) return false;
  return true;
}

/** Ascending. */
function chosenOf(kept: number[], { rowsMax, rng, isOrdered }: TableOptions): number[] {
  const count = kept.length;
  if (count <= rowsMax) return kept;
  if (isOrdered === true)
    return Array.from({ length: rowsMax }, (_, i) => kept[Math.floor((i * count) / rowsMax)]!);
  for (let i = 0; i < rowsMax; i++) {
    const other = i + rng.below(count - i);
    [kept[i], kept[other]] = [kept[other]!, kept[i]!];
  }
  return kept.slice(0, rowsMax).sort((a, b) => a - b);
}

/**
 * Each column about the mean of the reference, in its standard deviations; a column in which the reference does not vary in those of both sides.
 * Wider tables are first laid onto `most` random directions, which keep distances.
 * @returns a new table. Source of the directions: Achlioptas 2003, JCSS 66
 */
export function standardised(table: VectorTable, by: { most: number; rng: Rng }): VectorTable {
  const whole = scaled(table);
  return table.width <= by.most ? whole : scaled(laidOnto(whole, by));
}

function scaled({ values, ...table }: VectorTable): VectorTable {
  const { n, m, width } = table;
  const out = new Float64Array(values.length);
  for (let k = 0; k < width; k++) {
    const own = momentsOf(values, { from: 0, to: n, k, width });
    const sd =
      own.sd > 1e-12 * Math.abs(own.mean) ? own.sd : momentsOf(values, { from: 0, to: n + m, k, width }).sd;
    if (!(sd > 1e-12 * Math.abs(own.mean))) continue;
    for (let i = 0; i < n + m; i++)
      out[i * width + k] = Math.max(-1e6, Math.min(1e6, (values[i * width + k]! - own.mean) / sd));
  }
  return { ...table, values: out };
}

function momentsOf(
  values: Float64Array,
  of: { from: number; to: number; k: number; width: number },
): { mean: number; sd: number } {
  const { from, to, k, width } = of;
  let mean = 0;
  for (let i = from; i < to; i++) mean += values[i * width + k]! / (to - from);
  let squares = 0;
  for (let i = from; i < to; i++) squares += (values[i * width + k]! - mean) ** 2 / (to - from);
  return { mean, sd: Math.sqrt(squares) };
}

function laidOnto({ values, ...table }: VectorTable, { most, rng }: { most: number; rng: Rng }): VectorTable {
  const { n, m, width } = table;
  const signs = Float64Array.from(
    { length: width * most },
    () => (rng.uint32() & 1 ? 1 : -1) / Math.sqrt(width),
  );
  const out = new Float64Array((n + m) * most);
  for (let i = 0; i < n + m; i++)
    for (let k = 0; k < width; k++) {
      const value = values[i * width + k]!;
      if (value === 0) continue;
      for (let j = 0; j < most; j++) out[i * most + j]! += value * signs[k * most + j]!;
    }
  return { ...table, width: most, values: out };
}
