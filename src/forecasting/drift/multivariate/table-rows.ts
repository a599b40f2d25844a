// Columns of numbers and levels as vectors: one entry a number, one a frequent level.

import type { DriftColumn } from '../decision/finding.ts';
import type { Vectors } from './vectors.ts';

/** Entries of one column of levels, at most: the most frequent of both sides. */
const levelsMax = 20;

/**
 * Rows of a table for the detectors of vectors. A row in which a number is missing holds NaN, and is dropped there.
 * @returns null where a column of levels is given as counts, or columns differ in length: rows cannot be told
 */
export function tableRows(
  columns: readonly DriftColumn[],
): { readonly names: readonly string[]; readonly reference: Vectors; readonly current: Vectors } | null {
  const sides = {
    reference: columns.map(({ reference }) => reference),
    current: columns.map(({ current }) => current),
  };
  const names: string[] = [];
  const entries: { column: number; level: string | null }[] = [];
  for (const [k, { name, kind }] of columns.entries()) {
    if (kind === 'number') {
      names.push(name);
      entries.push({ column: k, level: null });
      continue;
    }
    const counts = new Map<string, number>();
    for (const side of [sides.reference[k], sides.current[k]]) {
      if (!Array.isArray(side)) return null;
      for (const level of side)
        if (typeof level === 'string') counts.set(level, (counts.get(level) ?? 0) + 1);
    }
    const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, levelsMax);
    for (const [level] of frequent) {
      names.push(`${name} = ${level}`);
      entries.push({ column: k, level });
    }
  }
  const rowsOf = (side: readonly unknown[]): Vectors | null => {
    const lengths = side.map((column) => (column as ArrayLike<unknown>).length);
    const rows = lengths[0] ?? 0;
    if (lengths.some((length) => length !== rows)) return null;
    return Array.from({ length: rows }, (_, i) =>
      Float64Array.from(entries, ({ column, level }) => {
        const value = (side[column] as ArrayLike<unknown>)[i];
        return level === null ? (value as number) : Number(value === level);
      }),
    );
  };
  const [reference, current] = [rowsOf(sides.reference), rowsOf(sides.current)];
  return reference && current ? { names, reference, current } : null;
}
