// Splits by sets of categories, which ONNX trees do not have: each set becomes a column that is 1 for the codes it lists.

import { type Booster, nodeFlag } from '../models/index.ts';
import type { GraphDraft } from './graph-draft.ts';

export interface CategoryColumns {
  /** The features with a further column per set. */
  readonly features: string;
  /** The column of the set at that place of `categorySets`, asked of a column of the features. */
  readonly columnOf: (feature: number, set: number) => number;
}

/**
 * Adds what computes the columns of a booster's sets. Codes outside a table, fractions and what is missing are in no set.
 * @param features name of the table of features, shape [rows × columns]
 */
export function categoryColumns(graph: GraphDraft, booster: Booster, features: string): CategoryColumns {
  const sets = setsByFeature(booster);
  const places = new Map<string, number>();
  const blocks = [features];
  let next = booster.columns.length;
  for (const [feature, at] of sets) {
    for (const set of at) places.set(`${feature}/${set}`, next++);
    blocks.push(membership(graph, features, { feature, tables: at.map((set) => codesOf(booster, set)) }));
  }
  return {
    features: blocks.length === 1 ? features : graph.add('Concat', blocks, { axis: { integer: 1 } }),
    columnOf: (feature, set) => places.get(`${feature}/${set}`) as number,
  };
}

function setsByFeature({ feature, flags, threshold }: Booster): Map<number, number[]> {
  const found = new Map<number, Set<number>>();
  for (let k = 0; k < feature.length; k++) {
    if (feature[k]! < 0 || (flags[k]! & nodeFlag.category) === 0) continue;
    const sets = found.get(feature[k]!) ?? new Set();
    found.set(feature[k]!, sets.add(threshold[k]!));
  }
  return new Map([...found].map(([column, sets]) => [column, [...sets]]));
}

/** Codes that a set lists, as bits by code. */
function codesOf({ categorySets }: Booster, at: number): boolean[] {
  const words = categorySets[at]!;
  return Array.from(
    { length: words * 32 },
    (_, code) => ((categorySets[at + 1 + (code >>> 5)]! >>> (code & 31)) & 1) === 1,
  );
}

/** Shape [rows × sets]: a row of the table by code, the last row for what is no code. */
function membership(
  graph: GraphDraft,
  features: string,
  { feature, tables }: { readonly feature: number; readonly tables: readonly boolean[][] },
): string {
  const size = Math.max(...tables.map((table) => table.length));
  const table = new Float32Array((size + 1) * tables.length);
  tables.forEach((codes, set) => {
    codes.forEach((listed, code) => {
      table[code * tables.length + set] = listed ? 1 : 0;
    });
  });
  const x = graph.add('Gather', [features, graph.constant(BigInt64Array.of(BigInt(feature)), [])], {
    axis: { integer: 1 },
  });
  const inRange = graph.add('And', [
    graph.add('GreaterOrEqual', [x, graph.float(0)]),
    graph.add('Less', [x, graph.float(size)]),
  ]);
  const isCode = graph.add('And', [inRange, graph.add('Equal', [graph.add('Floor', [x]), x])]);
  const row = graph.add('Cast', [graph.add('Where', [isCode, x, graph.float(size)])], { to: { integer: 7 } });
  return graph.add('Gather', [graph.constant(table, [size + 1, tables.length]), row], {
    axis: { integer: 0 },
  });
}
