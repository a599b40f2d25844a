// Rows as a table for trees: numbers as they are, levels as codes of those that past rows had.

import type { FeatureMatrix } from '../../models/index.ts';

export type RowColumn =
  | { readonly name: string; readonly kind: 'number'; readonly values: ArrayLike<number> }
  | { readonly name: string; readonly kind: 'category'; readonly values: ArrayLike<string | null> };

/** What past rows were like: how later ones are read, and told apart from them. */
export interface RowShape {
  readonly columns: readonly (
    | { readonly name: string; readonly kind: 'number'; readonly low: number; readonly high: number }
    | { readonly name: string; readonly kind: 'category'; readonly codes: ReadonlyMap<string, number> }
  )[];
}

/** Levels told apart, most frequent first; all others are one. */
const levelsMax = 1_000;

export function rowShape(columns: readonly RowColumn[]): RowShape {
  return {
    columns: columns.map((column) => {
      if (column.kind === 'number') {
        let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (let i = 0; i < column.values.length; i++) {
          const value = column.values[i]!;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        return { name: column.name, kind: 'number', low, high };
      }
      const counts = new Map<string, number>();
      for (let i = 0; i < column.values.length; i++) {
        const level = column.values[i];
        if (typeof level === 'string') counts.set(level, (counts.get(level) ?? 0) + 1);
      }
      const levels = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, levelsMax);
      return {
        name: column.name,
        kind: 'category',
        codes: new Map(levels.map(([level], code) => [level, code])),
      };
    }),
  };
}

/** The chosen rows. A level that past rows had not is missing. */
export function matrixOf(columns: readonly RowColumn[], shape: RowShape, rows: Int32Array): FeatureMatrix {
  const about = shape.columns.map(({ name, kind }) => ({ name, kind }));
  const values = new Float32Array(rows.length * about.length);
  shape.columns.forEach((of, k) => {
    const column = columns[k]!;
    const at = k * rows.length;
    for (let i = 0; i < rows.length; i++) {
      const value = column.values[rows[i]!];
      values[at + i] = of.kind === 'number' ? Number(value) : (of.codes.get(value as string) ?? Number.NaN);
    }
  });
  return { rows: rows.length, columns: about, values };
}

/** Rows of which a number lies beyond those of past rows by more than a tenth of their range, or a level is new. */
export function rowsBeyond(columns: readonly RowColumn[], shape: RowShape): number {
  const rows = columns[0]?.values.length ?? 0;
  const isBeyond = new Uint8Array(rows);
  shape.columns.forEach((of, k) => {
    const column = columns[k]!;
    const margin = of.kind === 'number' ? (of.high - of.low) / 10 : 0;
    for (let i = 0; i < rows; i++) {
      const value = column.values[i];
      if (of.kind === 'category') {
        if (typeof value === 'string' && !of.codes.has(value)) isBeyond[i] = 1;
      } else if ((value as number) < of.low - margin || (value as number) > of.high + margin) isBeyond[i] = 1;
    }
  });
  return isBeyond.reduce((sum, one) => sum + one, 0);
}
