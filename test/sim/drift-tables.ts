// Tables of which it is known whether they drifted: twenty mixed columns of every length, with memory, weeks and rare levels.

import type { Rng } from '../../src/core/index.ts';
import type { DriftColumn } from '../../src/forecasting/drift/index.ts';

export interface SimulatedTable {
  readonly columns: readonly DriftColumn[];
  readonly rows: { readonly reference: number; readonly current: number };
}

/** What is done to the current rows of the first column that can take it. */
export type Injection =
  | { readonly kind: 'none' }
  | { readonly kind: 'shift'; readonly sd: number }
  | { readonly kind: 'scale'; readonly factor: number }
  | { readonly kind: 'new level'; readonly share: number };

export interface TableShape {
  readonly reference: number;
  readonly current: number;
  /** Whether columns have a memory and weeks, or rows are independent. */
  readonly isOrdered: boolean;
}

const sizes = [50, 100, 200, 500, 1_000, 2_000, 5_000];
const references = [500, 1_000, 3_000, 5_000];

/** Any of the sizes there are; half of the tables in the order of time. */
export function shapeOf(rng: Rng): TableShape {
  return {
    reference: references[rng.below(references.length)] as number,
    current: sizes[rng.below(sizes.length)] as number,
    isOrdered: rng.uniform() < 0.5,
  };
}

/** Twelve columns of numbers, eight of categories. */
export function simulatedTable(
  rng: Rng,
  shape: TableShape,
  injection: Injection = { kind: 'none' },
): SimulatedTable {
  const { reference: n, current: m } = shape;
  const columns = Array.from({ length: 20 }, (_, i): DriftColumn => {
    const isInjected = injection.kind === 'new level' ? i === 12 : i === 0;
    const change: Injection = isInjected ? injection : { kind: 'none' };
    if (i < 12) {
      const values = numbers(rng, { rows: n + m, kind: i % 6, isOrdered: shape.isOrdered });
      const current = values.subarray(n);
      if (change.kind === 'shift')
        for (let t = 0; t < m; t++) current[t] = (current[t] as number) + change.sd;
      if (change.kind === 'scale')
        for (let t = 0; t < m; t++) current[t] = (current[t] as number) * change.factor;
      return { name: `number ${i}`, kind: 'number', reference: values.subarray(0, n), current };
    }
    const values = categories(rng, {
      rows: n + m,
      levels: [5, 20, 50, 200][i % 4] as number,
      isOrdered: shape.isOrdered,
    });
    if (change.kind === 'new level')
      for (let t = n; t < n + m; t++) if (rng.uniform() < change.share) values[t] = 'never seen';
    return {
      name: `category ${i}`,
      kind: 'category',
      reference: values.slice(0, n),
      current: values.slice(n),
    };
  });
  return { columns, rows: { reference: n, current: m } };
}

interface Wanted {
  readonly rows: number;
  readonly isOrdered: boolean;
}

/** The first kind is normal with a deviation of 1; the others are skewed, heavy-tailed, counted, mostly zero, and rounded. */
function numbers(rng: Rng, { rows, kind, isOrdered }: Wanted & { readonly kind: number }): Float64Array {
  // An injected change is one of independent rows or of rows with a memory alike.
  const memory = isOrdered ? ([0, 0.3, 0.5, 0.7, 0.9][rng.below(5)] as number) : 0;
  const week = isOrdered && rng.uniform() < 0.5 ? rng.uniform() : 0;
  const phase = rng.below(7);
  const scale = Math.sqrt(1 - memory * memory);
  let state = rng.normal();
  return Float64Array.from({ length: rows }, (_, t) => {
    state = memory * state + scale * rng.normal();
    const z = (state + week * Math.sin((2 * Math.PI * (t + phase)) / 7)) / Math.sqrt(1 + (week * week) / 2);
    if (kind === 0) return z;
    if (kind === 1) return Math.exp(z);
    if (kind === 2) return 1 / (0.5 + Math.atan(z) / Math.PI + 1e-9);
    if (kind === 3) return Math.max(0, Math.round(3 + 2 * z));
    if (kind === 4) return z < 0.8 ? 0 : Math.round(10 * z);
    return Math.round(4 * z) / 4;
  });
}

/** Levels by Zipf's law; with a memory, a row is as the one before with probability a half. */
function categories(rng: Rng, { rows, levels, isOrdered }: Wanted & { readonly levels: number }): string[] {
  const weights = Array.from({ length: levels }, (_, k) => 1 / (k + 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const upTo = new Float64Array(levels);
  for (let k = 0, sum = 0; k < levels; k++) {
    sum += (weights[k] as number) / total;
    upTo[k] = sum;
  }
  const names = weights.map((_, k) => `level ${k}`);
  const memory = isOrdered && rng.uniform() < 0.5 ? 0.5 : 0;
  let level = 0;
  return Array.from({ length: rows }, (_, t) => {
    if (t === 0 || rng.uniform() >= memory) {
      const u = rng.uniform();
      level = 0;
      while (level < levels - 1 && (upTo[level] as number) < u) level++;
    }
    return names[level] as string;
  });
}
