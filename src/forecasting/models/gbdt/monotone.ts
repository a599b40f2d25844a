// Leaf values that keep a monotone promise although they were not chosen with it in mind (quantiles, refits).

export interface MonotoneTree {
  /** [nodes] left child (the right one follows), or −1 − leaf. */
  readonly left: Int32Array;
  /** [nodes] direction of a split, 0 for none. */
  readonly direction: Int8Array;
  /** [leaves] rows, the weights of means. */
  readonly leafRows: Int32Array;
}

/**
 * Moves values [leaves × outputs] of one output so that, at every monotone split, no leaf on the lower side is above any
 * leaf of the upper side: both sides are cut at the middle of their means. Values that keep the promise do not move.
 */
export function keepMonotone(
  tree: MonotoneTree,
  values: Float64Array,
  { outputs, output }: { readonly outputs: number; readonly output: number },
): void {
  const { left, direction, leafRows } = tree;
  const leavesBelow = (node: number, into: number[]): number[] => {
    const child = left[node] as number;
    if (child < 0) into.push(-1 - child);
    else leavesBelow(child + 1, leavesBelow(child, into));
    return into;
  };
  const at = (leaf: number): number => leaf * outputs + output;
  const mean = (leaves: readonly number[]): number => {
    let sum = 0;
    let rows = 0;
    for (const leaf of leaves) {
      sum += values[at(leaf)]! * leafRows[leaf]!;
      rows += leafRows[leaf]!;
    }
    return sum / Math.max(1, rows);
  };
  for (let node = 0; node < left.length; node++) {
    if (direction[node] === 0 || left[node]! < 0) continue;
    const rising = direction[node] === 1;
    const lower = leavesBelow(left[node]! + (rising ? 0 : 1), []);
    const upper = leavesBelow(left[node]! + (rising ? 1 : 0), []);
    const highest = Math.max(...lower.map((leaf) => values[at(leaf)]!));
    const lowest = Math.min(...upper.map((leaf) => values[at(leaf)]!));
    if (highest <= lowest) continue;
    const cut = (mean(lower) + mean(upper)) / 2;
    for (const leaf of lower) values[at(leaf)] = Math.min(cut, values[at(leaf)]!);
    for (const leaf of upper) values[at(leaf)] = Math.max(cut, values[at(leaf)]!);
  }
}
