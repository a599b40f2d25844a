// Grows one tree leaf by leaf, the best split of all leaves first. Which thread computes what is decided below this file;
// what is decided here depends on exact sums only.

import { score } from './category-scan.ts';
import { phase } from './control.ts';
import { cellsPerFeature, scanNumbers, scanParameter, splitNumbers, treeNode } from './kernel.ts';
import type { KernelTeam } from './kernel-team.ts';
import type { MemoryLayout } from './memory-layout.ts';

export interface GrowOptions {
  /** Features in use: the first of the layout's. */
  readonly features: number;
  readonly leaves: number;
  readonly lambda: number;
  readonly rowsPerLeafMin: number;
  readonly hessianPerLeafMin: number;
  readonly categoriesMax: number;
  /** Leaf values before the learning rate stay within ± this. */
  readonly stepMax: number;
  /** [features] −1, 0, 1; null when no column is monotone. */
  readonly monotone: Int8Array | null;
  readonly isCategory: Uint8Array;
  readonly shift: number;
}

/** Exact sums of a node: integers, and what one unit of them is worth. */
export interface TreeScales {
  readonly gradientScale: number;
  readonly hessianScale: number;
}

export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly rows: number;
}

/** A node of a growing tree. */
export interface GrownNode {
  /** Rows [from, to) of the row order. */
  readonly from: number;
  readonly to: number;
  readonly sums: NodeSums;
  readonly low: number;
  readonly high: number;
  /** Newton step within the bounds; the value of the leaf before the learning rate. */
  readonly value: number;
  /** Histogram slot, −1 when none is kept. */
  slot: number;
  /** Best split found, null when none is allowed. */
  best: BestSplit | null;
  /** Left child's position in the tree, −1 for a leaf; the right one follows. */
  left: number;
  /** Position of the decision table of a split. */
  table: number;
  /** The split that was made, null for a leaf. */
  split: BestSplit | null;
}

export interface BestSplit {
  readonly feature: number;
  readonly gain: number;
  /** Last bin on the left, for a number. */
  readonly bin: number;
  readonly missingLeft: boolean;
  readonly left: NodeSums;
  /** Bins on the left, for a category: 256 bits; else null. */
  readonly set: Uint32Array | null;
}

/**
 * Grows a tree over the first `rows` of the current row order, none when the tree is to be one leaf: the caller then knows
 * no sums and `rootSums` adds them up. Children come after their parents.
 */
export function growTree(
  team: KernelTeam<MemoryLayout>,
  { rows, rootSums }: { readonly rows: number; readonly rootSums: () => NodeSums },
  scales: TreeScales,
  options: GrowOptions,
): GrownNode[] {
  const { leaves, features, rowsPerLeafMin, shift, categoriesMax } = options;
  const bounded = options.monotone === null ? 0 : 1;
  const unbounded = { from: 0, to: rows, low: -Infinity, high: Infinity };
  if (leaves === 1 || rows < 2 * rowsPerLeafMin) {
    return [newNode({ ...unbounded, sums: rootSums() }, scales, options)];
  }
  const grower = new SplitReader(team, scales, options);
  grower.writeParameters(0, { sums: { gradient: 0, hessian: 0, rows }, low: -Infinity, high: Infinity });
  team.run(phase.root, [rows, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, features, bounded, categoriesMax, shift]);
  const root = newNode({ ...unbounded, sums: grower.readRootSums() }, scales, options);
  const nodes: GrownNode[] = [root];
  root.slot = 0;
  root.best = grower.read(0, root);
  const freeSlots: number[] = [];
  let slots = 1;
  for (let count = 1; count < leaves; count++) {
    const at = bestLeaf(nodes);
    if (at < 0) break;
    const node = nodes[at]!;
    const split = node.best!;
    node.table = count - 1;
    grower.writeDecision(node.table, split);
    const [left, right] = children(node, split, scales, options);
    node.left = nodes.length;
    node.best = null;
    node.split = split;
    nodes.push(left, right);
    const splittable = (child: GrownNode): boolean => child.sums.rows >= 2 * rowsPerLeafMin;
    const wanted = count + 1 < leaves && (splittable(left) || splittable(right));
    const smallSlot = wanted ? (freeSlots.pop() ?? slots++) : -1;
    if (wanted) {
      grower.writeParameters(0, left);
      grower.writeParameters(1, right);
    }
    team.run(phase.split, [
      node.from,
      node.to,
      split.feature,
      node.table,
      node.slot,
      smallSlot,
      left.sums.rows,
      0,
      0,
      0,
      0,
      0,
      features,
      bounded,
      categoriesMax,
      shift,
    ]);
    if (!wanted) {
      freeSlots.push(node.slot);
    } else {
      const leftIsSmall = left.sums.rows <= right.sums.rows;
      left.slot = leftIsSmall ? smallSlot : node.slot;
      right.slot = leftIsSmall ? node.slot : smallSlot;
      for (const [child, which] of [
        [left, 0],
        [right, 1],
      ] as const) {
        child.best = splittable(child) ? grower.read(which, child) : null;
        if (child.best !== null) continue;
        freeSlots.push(child.slot);
        child.slot = -1;
      }
    }
    node.slot = -1;
  }
  return nodes;
}

/** The leaf whose split gains most; the earlier one of equals; −1 when none can be split. */
function bestLeaf(nodes: readonly GrownNode[]): number {
  let at = -1;
  for (let i = 0; i < nodes.length; i++) {
    const best = nodes[i]!.best;
    if (best !== null && (at < 0 || best.gain > nodes[at]!.best!.gain)) at = i;
  }
  return at;
}

interface NewNode {
  readonly from: number;
  readonly to: number;
  readonly sums: NodeSums;
  readonly low: number;
  readonly high: number;
}

function newNode(node: NewNode, scales: TreeScales, { lambda, stepMax }: GrowOptions): GrownNode {
  const g = node.sums.gradient * scales.gradientScale;
  const d = node.sums.hessian * scales.hessianScale + lambda;
  const step = d > 0 ? -g / d : 0;
  const value = Math.min(node.high, stepMax, Math.max(node.low, -stepMax, step));
  return { ...node, value, slot: -1, best: null, left: -1, table: -1, split: null };
}

function children(
  node: GrownNode,
  split: BestSplit,
  scales: TreeScales,
  options: GrowOptions,
): [GrownNode, GrownNode] {
  const { left } = split;
  const right: NodeSums = {
    gradient: node.sums.gradient - left.gradient,
    hessian: node.sums.hessian - left.hessian,
    rows: node.sums.rows - left.rows,
  };
  const middle = node.from + left.rows;
  const bounds = { low: node.low, high: node.high };
  const make = (from: number, to: number, sums: NodeSums, limits: { low: number; high: number }): GrownNode =>
    newNode({ from, to, sums, ...limits }, scales, options);
  const direction = options.monotone?.[split.feature] ?? 0;
  let pair: [GrownNode, GrownNode] = [
    make(node.from, middle, left, bounds),
    make(middle, node.to, right, bounds),
  ];
  if (direction !== 0) {
    const between = (pair[0].value + pair[1].value) / 2;
    const below = { low: node.low, high: between };
    const above = { low: between, high: node.high };
    pair = [
      make(node.from, middle, left, direction > 0 ? below : above),
      make(middle, node.to, right, direction > 0 ? above : below),
    ];
  }
  return pair;
}

/** Hands scan parameters to the threads and reads back the best split over all features. */
class SplitReader {
  readonly #parameters: Float64Array;
  readonly #results: Float64Array;
  readonly #decisions: Uint8Array;
  readonly #team: KernelTeam<MemoryLayout>;
  readonly #scales: TreeScales;
  readonly #options: GrowOptions;

  constructor(team: KernelTeam<MemoryLayout>, scales: TreeScales, options: GrowOptions) {
    const { layout, buffer } = team;
    this.#team = team;
    this.#scales = scales;
    this.#options = options;
    this.#parameters = new Float64Array(buffer, layout.scansAt, 2 * scanNumbers);
    this.#results = new Float64Array(buffer, layout.resultsAt, 2 * layout.features * splitNumbers);
    this.#decisions = new Uint8Array(buffer, layout.decisionsAt, layout.leaves * cellsPerFeature);
  }

  writeParameters(child: 0 | 1, { sums, low, high }: Pick<GrownNode, 'sums' | 'low' | 'high'>): void {
    const at = child * scanNumbers;
    const p = this.#parameters;
    p[at + scanParameter.gradientScale] = this.#scales.gradientScale;
    p[at + scanParameter.hessianScale] = this.#scales.hessianScale;
    p[at + scanParameter.lambda] = this.#options.lambda;
    p[at + scanParameter.rowsMin] = this.#options.rowsPerLeafMin;
    p[at + scanParameter.hessianMin] = Math.max(1e-12, this.#options.hessianPerLeafMin);
    p[at + scanParameter.gradient] = sums.gradient;
    p[at + scanParameter.hessian] = sums.hessian;
    p[at + scanParameter.rows] = sums.rows;
    p[at + scanParameter.low] = low;
    p[at + scanParameter.high] = high;
  }

  /** Sums of the root, written by the phase of that name. */
  readRootSums(): NodeSums {
    const p = this.#parameters;
    return {
      gradient: p[scanParameter.gradient]!,
      hessian: p[scanParameter.hessian]!,
      rows: p[scanParameter.rows]!,
    };
  }

  /** Best split of a child over all features, the first of equals; null when none gains. */
  read(child: 0 | 1, node: GrownNode): BestSplit | null {
    const { features: stride } = this.#team.layout;
    const { features } = this.#options;
    const results = this.#results;
    let best = -1;
    let bestGain = -Infinity;
    for (let feature = 0; feature < features; feature++) {
      const gain = results[(child * stride + feature) * splitNumbers]!;
      if (gain > bestGain) {
        bestGain = gain;
        best = feature;
      }
    }
    if (best < 0) return null;
    const { gradientScale, hessianScale } = this.#scales;
    const own = score(
      node.sums.gradient * gradientScale,
      node.sums.hessian * hessianScale + this.#options.lambda,
      node.low,
      node.high,
    );
    const gain = bestGain - own;
    // A gain below the rounding of its parts is none.
    if (!(gain > 1e-12 * Math.abs(own)) || !(gain > 0)) return null;
    const at = (child * stride + best) * splitNumbers;
    const set =
      this.#options.isCategory[best] === 1 ? new Uint32Array(results.slice(at + 6, at + 10).buffer) : null;
    return {
      feature: best,
      gain,
      bin: results[at + 1]!,
      // Where nothing was missing (2), what is missing later follows the larger child.
      missingLeft: results[at + 2] === 2 ? 2 * results[at + 5]! > node.sums.rows : results[at + 2] === 1,
      left: { gradient: results[at + 3]!, hessian: results[at + 4]!, rows: results[at + 5]! },
      set,
    };
  }

  /** One byte per bin: 1 goes left. */
  writeDecision(table: number, { bin, missingLeft, set }: BestSplit): void {
    const bytes = this.#decisions.subarray(table * cellsPerFeature, (table + 1) * cellsPerFeature);
    for (let i = 0; i < cellsPerFeature; i++) {
      bytes[i] = set !== null ? (set[i >>> 5]! >>> (i & 31)) & 1 : (i === 0 ? missingLeft : i <= bin) ? 1 : 0;
    }
  }
}

/** Writes the grown tree for walks by bins, its leaf ranges and values; leaves are numbered in node order. */
export function writeTree(
  team: KernelTeam<MemoryLayout>,
  nodes: readonly GrownNode[],
  values: Float64Array,
): void {
  const { layout, buffer } = team;
  const words = new Int32Array(buffer, layout.nodesAt, nodes.length * treeNode.words);
  const ranges = new Int32Array(buffer, layout.leafRangesAt, layout.leaves * 2);
  new Float64Array(buffer, layout.leafValuesAt, layout.leaves).set(values);
  let leaf = 0;
  nodes.forEach((node, i) => {
    const at = i * treeNode.words;
    const isLeaf = node.split === null;
    words[at + treeNode.feature] = node.split?.feature ?? -1;
    words[at + treeNode.left] = isLeaf ? leaf : node.left;
    words[at + treeNode.table] = isLeaf ? 0 : layout.decisionsAt + node.table * cellsPerFeature;
    if (!isLeaf) return;
    ranges[leaf * 2] = node.from;
    ranges[leaf * 2 + 1] = node.to;
    leaf += 1;
  });
}
