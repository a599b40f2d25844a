// What goes into the training of gradient-boosted trees and what comes out: tables, options and the flat ensemble.

import type { KernelCrew } from './kernel-crew.ts';

/** One column of a feature table. Values of a category are the codes 0, 1, 2 …; NaN is missing in both kinds. */
export interface MatrixColumn {
  readonly name: string;
  readonly kind: 'number' | 'category';
  /** 1: the forecast never falls when this number rises; −1: never rises. Numbers only. */
  readonly monotone?: -1 | 0 | 1;
}

export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: readonly MatrixColumn[];
  /** Column-major [columns × rows]; NaN is missing, infinities are large values. May lie in a SharedArrayBuffer. */
  readonly values: Float32Array;
}

/**
 * Memory for the values of a matrix that all threads can read; of one thread where the platform does not share memory, as
 * in a page that is not isolated from other origins.
 */
export function newMatrixValues(rows: number, columns: readonly MatrixColumn[]): Float32Array {
  const bytes = 4 * rows * columns.length;
  return new Float32Array(
    typeof SharedArrayBuffer === 'function' ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes),
  );
}

export interface TrainingSet {
  readonly matrix: FeatureMatrix;
  /** [rows], finite; not negative under Poisson and Tweedie. */
  readonly target: Float32Array;
  /** [rows], finite, ≥ 0, not all 0; only their ratios matter. */
  readonly weights?: Float32Array;
  /** [rows], finite: added to the raw score before the link. Forecasts leave it out. */
  readonly offset?: Float32Array;
}

export type BoosterLoss = 'squared' | 'poisson' | 'tweedie' | 'quantile';

export interface BoosterOptions {
  readonly loss: BoosterLoss;
  /** Variance power of the Tweedie loss, in (1, 2). */
  readonly tweediePower: number;
  /** Level of the quantile loss, in (0, 1). */
  readonly quantile: number;
  readonly trees: number;
  /** Leaves per tree at most, 1 to 4,096. */
  readonly leaves: number;
  readonly learningRate: number;
  readonly rowsPerLeafMin: number;
  /** Smallest sum of Hessians in a leaf, in units of rows (weights are divided by their mean). */
  readonly hessianPerLeafMin: number;
  /** L2 penalty on leaf values, in units of rows. */
  readonly lambda: number;
  /** Share of rows and of columns that each tree sees, in (0, 1]. */
  readonly rowShare: number;
  readonly featureShare: number;
  /** Value bins per column at most, 2 to 255; a further bin holds what is missing. */
  readonly binsMax: number;
  /** Categories on the small side of one split at most. */
  readonly maxCategories: number;
  readonly seed: number;
  /** Stops when the loss on `set` has not improved for `rounds` trees, and keeps the best number of trees. */
  readonly earlyStopping?: { readonly set: TrainingSet; readonly rounds: number };
}

export const boosterDefaults: BoosterOptions = {
  loss: 'squared',
  tweediePower: 1.1,
  quantile: 0.5,
  trees: 100,
  leaves: 31,
  learningRate: 0.1,
  rowsPerLeafMin: 20,
  hessianPerLeafMin: 1e-3,
  lambda: 0,
  rowShare: 1,
  featureShare: 1,
  binsMax: 255,
  maxCategories: 32,
  seed: 1,
};

export interface TrainingRun {
  /** Threads that help; without them the calling thread works alone. The result is the same, bit for bit. */
  readonly crew?: KernelCrew;
  /** Told the share done, 0 to 1, after every tree. */
  readonly onProgress?: (share: number) => void;
  /** `typescript` does without WebAssembly: slower, same result. Default: WebAssembly where it works. */
  readonly kernel?: 'wasm' | 'typescript';
}

/**
 * An ensemble of trees in flat arrays. Node k of the arrays below is a split or, where `feature[k]` is −1, a leaf.
 * The raw score of output q is `baseScore[q]` + Σ over trees, in order, of `values[leaf × outputs + q]`.
 */
export interface Booster {
  readonly columns: readonly MatrixColumn[];
  readonly loss: BoosterLoss;
  readonly tweediePower: number;
  /** Level of the quantile loss it was trained on; the structure's own when `levels` are refitted. */
  readonly quantile: number;
  /** Shrinkage the trees were grown with. */
  readonly learningRate: number;
  /** 1, or the number of quantile levels that share the structure. */
  readonly outputs: number;
  /** Quantile levels of the outputs, ascending; null: one forecast of the mean (or of `quantile`). */
  readonly levels: readonly number[] | null;
  /** [outputs] */
  readonly baseScore: Float64Array;
  /** [trees + 1] first node of each tree, which is its root; the last entry is the number of nodes. */
  readonly roots: Int32Array;
  /** [trees + 1] first leaf of each tree; the last entry is the number of leaves. */
  readonly leafStarts: Int32Array;
  /** [nodes] column of a split; −1 marks a leaf. */
  readonly feature: Int16Array;
  /** [nodes] `x <= threshold` goes left; for a category the position of its set in `categorySets`. */
  readonly threshold: Float32Array;
  /** [nodes] left child, the right one follows it; of a leaf: its number in `values`. */
  readonly left: Int32Array;
  /** [nodes] `nodeFlag` bits. */
  readonly flags: Uint8Array;
  /** Sets of category codes that go left: number of 32-bit words, then the words. */
  readonly categorySets: Uint32Array;
  /** [leaves × outputs], learning rate included. */
  readonly values: Float64Array;
  /** [leaves] training rows in each leaf, and the gain of each split at [nodes]: for reports of importance. */
  readonly leafRows: Int32Array;
  readonly gain: Float32Array;
}

/** Bits of `Booster.flags`. */
export const nodeFlag = { missingLeft: 1, category: 2 } as const;

/** True when forecasts are exp(raw score). */
export function hasLogLink(loss: BoosterLoss): boolean {
  return loss === 'poisson' || loss === 'tweedie';
}

/** Number of trees of a booster. */
export function treeCount(booster: Booster): number {
  return booster.roots.length - 1;
}
