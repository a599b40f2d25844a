// Trees put end to end in flat arrays: built during training, joined by warm starts.

import { type Booster, nodeFlag } from './booster.ts';
import type { GrownNode } from './grow.ts';
import type { BinnedFeature } from './prepare-features.ts';

/** Collects grown trees; one output. */
export class Ensemble {
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #left: number[] = [];
  readonly #flags: number[] = [];
  readonly #gain: number[] = [];
  readonly #values: number[] = [];
  readonly #leafRows: number[] = [];
  readonly #sets: number[] = [];
  readonly #setStarts: number[] = [0];
  readonly #roots: number[] = [0];
  readonly #leafStarts: number[] = [0];

  /** Adds a grown tree; `values` are its leaves' in node order, learning rate included. */
  add(nodes: readonly GrownNode[], values: Float64Array, features: readonly BinnedFeature[]): void {
    const root = this.#feature.length;
    for (const { split, left, sums } of nodes) {
      if (split === null) {
        this.#push(-1, 0, this.#leafRows.length, 0, 0);
        this.#leafRows.push(sums.rows);
        continue;
      }
      const { column, bins, bounds, table } = features[split.feature] as BinnedFeature;
      let flags = split.missingLeft ? nodeFlag.missingLeft : 0;
      let threshold = split.bin < bins ? (bounds?.[split.bin - 1] ?? 0) : Infinity;
      if (split.set !== null && table !== null) {
        const listsLeft = (split.set[0]! & 1) === 0;
        flags = nodeFlag.category + (listsLeft ? 0 : nodeFlag.missingLeft);
        threshold = this.#addSet(codesOn(listsLeft, split.set, table));
      }
      this.#push(column, threshold, root + left, flags, split.gain);
    }
    for (const value of values) this.#values.push(value);
    this.#roots.push(this.#feature.length);
    this.#leafStarts.push(this.#leafRows.length);
    this.#setStarts.push(this.#sets.length);
  }

  #push(feature: number, threshold: number, left: number, flags: number, gain: number): void {
    this.#feature.push(feature);
    this.#threshold.push(threshold);
    this.#left.push(left);
    this.#flags.push(flags);
    this.#gain.push(gain);
  }

  /** Position of a set of codes in `categorySets`. */
  #addSet(codes: readonly number[]): number {
    const at = this.#sets.length;
    const words = codes.length === 0 ? 0 : ((codes.at(-1) as number) >>> 5) + 1;
    const bits = new Uint32Array(words);
    for (const code of codes) bits[code >>> 5]! |= 1 << (code & 31);
    this.#sets.push(words, ...bits);
    return at;
  }

  /** Keeps the first `trees` trees only. */
  flatten(
    about: Pick<Booster, 'columns' | 'loss' | 'tweediePower' | 'quantile' | 'learningRate' | 'baseScore'>,
    trees: number = this.#roots.length - 1,
  ): Booster {
    const nodes = this.#roots[trees] as number;
    const leaves = this.#leafStarts[trees] as number;
    return {
      columns: about.columns.map(({ name, kind, monotone }) => ({
        name,
        kind,
        ...(monotone ? { monotone } : {}),
      })),
      loss: about.loss,
      tweediePower: about.tweediePower,
      quantile: about.quantile,
      learningRate: about.learningRate,
      outputs: 1,
      levels: null,
      baseScore: about.baseScore,
      roots: Int32Array.from(this.#roots.slice(0, trees + 1)),
      leafStarts: Int32Array.from(this.#leafStarts.slice(0, trees + 1)),
      feature: Int16Array.from(this.#feature.slice(0, nodes)),
      threshold: Float32Array.from(this.#threshold.slice(0, nodes)),
      left: Int32Array.from(this.#left.slice(0, nodes)),
      flags: Uint8Array.from(this.#flags.slice(0, nodes)),
      gain: Float32Array.from(this.#gain.slice(0, nodes)),
      categorySets: Uint32Array.from(this.#sets.slice(0, this.#setStarts[trees])),
      values: Float64Array.from(this.#values.slice(0, leaves)),
      leafRows: Int32Array.from(this.#leafRows.slice(0, leaves)),
    };
  }
}

/** Codes whose bin goes left, or, where what is missing goes left too, those whose bin goes right. Ascending. */
function codesOn(listsLeft: boolean, set: Uint32Array, table: Uint8Array): number[] {
  const codes: number[] = [];
  table.forEach((bin, code) => {
    const left = ((set[bin >>> 5]! >>> (bin & 31)) & 1) === 1;
    if (bin !== 0 && left === listsLeft) codes.push(code);
  });
  return codes;
}

/** The trees of `first`, then those of `second`; same outputs. */
export function joinEnsembles(first: Booster, second: Booster): Booster {
  const nodes = first.feature.length;
  const leaves = first.leafRows.length;
  const sets = first.categorySets.length;
  const left = second.left.map((at, i) => at + (second.feature[i]! < 0 ? leaves : nodes));
  const threshold = second.threshold.map((t, i) => (isCategory(second, i) ? t + sets : t));
  return {
    ...first,
    roots: joined(
      Int32Array,
      first.roots,
      second.roots.subarray(1).map((at) => at + nodes),
    ),
    leafStarts: joined(
      Int32Array,
      first.leafStarts,
      second.leafStarts.subarray(1).map((at) => at + leaves),
    ),
    feature: joined(Int16Array, first.feature, second.feature),
    threshold: joined(Float32Array, first.threshold, threshold),
    left: joined(Int32Array, first.left, left),
    flags: joined(Uint8Array, first.flags, second.flags),
    gain: joined(Float32Array, first.gain, second.gain),
    categorySets: joined(Uint32Array, first.categorySets, second.categorySets),
    values: joined(Float64Array, first.values, second.values),
    leafRows: joined(Int32Array, first.leafRows, second.leafRows),
  };
}

function isCategory({ feature, flags }: Booster, node: number): boolean {
  return feature[node]! >= 0 && (flags[node]! & nodeFlag.category) !== 0;
}

interface NumberArray<T> {
  readonly length: number;
  set(values: T, offset: number): void;
}

function joined<T extends NumberArray<T>>(Kind: new (length: number) => T, first: T, second: T): T {
  const all = new Kind(first.length + second.length);
  all.set(first, 0);
  all.set(second, first.length);
  return all;
}
