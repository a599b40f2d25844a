// Where everything lies in the one block of memory that all threads of a training share.

import { controlBytes } from './control.ts';
import { blockRows, cellsPerFeature, groupBytes, scanNumbers, splitNumbers, treeNode } from './kernel.ts';

/** Rows whose values wait in the staging area for binning at a time. */
export const stagedRows = 262_144;
/** Rows that bounds of bins are found from, at most. */
export const sampledRowsMax = 200_000;
/** Int32 words per feature of the feature table. */
export const featureWord = {
  words: 8,
  bins: 0,
  kind: 1,
  monotone: 2,
  active: 3,
  tableAt: 4,
  codes: 5,
  missing: 6,
} as const;
export const threadsMax = 64;

export interface LayoutRequest {
  readonly rows: number;
  readonly features: number;
  readonly leaves: number;
  readonly threads: number;
  readonly constantHessian: boolean;
  readonly weighted: boolean;
  /** Leaf values are quantiles of residuals. */
  readonly quantile: boolean;
  /** Bytes for the tables from category code to bin, all columns together. */
  readonly tableBytes: number;
  readonly cellBytes: number;
}

/** Byte offsets; 0 where a part is not needed. Structured-clonable. */
export interface MemoryLayout extends LayoutRequest {
  readonly kind: 'training';
  /** Rows between two columns of bins. */
  readonly stride: number;
  readonly groups: number;
  readonly histogramBytes: number;
  readonly featuresAt: number;
  readonly boundsAt: number;
  readonly tablesAt: number;
  readonly binsAt: number;
  readonly groupsAt: number;
  readonly rowsAt: number;
  readonly alternativeAt: number;
  readonly scoreAt: number;
  readonly targetAt: number;
  readonly weightsAt: number;
  readonly gradientAt: number;
  readonly hessianAt: number;
  readonly stagingAt: number;
  readonly keyWeightsAt: number;
  readonly decisionsAt: number;
  readonly nodesAt: number;
  readonly leafValuesAt: number;
  readonly leafRangesAt: number;
  readonly histogramsAt: number;
  readonly scansAt: number;
  readonly resultsAt: number;
  readonly scratchAt: number;
  readonly scratchBytes: number;
  readonly totalBytes: number;
}

export function layoutFor(request: LayoutRequest): MemoryLayout {
  const { rows, features, leaves, threads, cellBytes } = request;
  let next = controlBytes;
  const take = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const optional = (wanted: boolean, bytes: number): number => (wanted ? take(bytes) : 0);
  const stride = Math.ceil(rows / 64) * 64;
  const groups = Math.ceil(features / 16);
  const histogramBytes = Math.ceil(features / 4) * 4 * cellsPerFeature * cellBytes;
  /** A block of gathered bins, one of packed gradients, and the cells of one feature as numbers. */
  const scratchBytes = blockRows * groupBytes * 2 + cellsPerFeature * 4 * 8;
  return {
    ...request,
    kind: 'training',
    stride,
    groups,
    histogramBytes,
    scratchBytes,
    decisionsAt: take(leaves * cellsPerFeature),
    nodesAt: take(leaves * 2 * treeNode.words * 4),
    leafValuesAt: take(leaves * 8),
    leafRangesAt: take(leaves * 8),
    featuresAt: take(features * featureWord.words * 4),
    boundsAt: take(features * cellsPerFeature * 4),
    tablesAt: take(request.tableBytes),
    binsAt: take(features * stride),
    groupsAt: take(groups * stride * groupBytes),
    rowsAt: take(rows * 4),
    alternativeAt: take(rows * 4),
    scoreAt: take(Math.max(rows * 8, threads * Math.min(rows, sampledRowsMax) * 8)),
    targetAt: take(rows * 4),
    weightsAt: optional(request.weighted, rows * 4),
    gradientAt: take(rows * 4),
    hessianAt: optional(!request.constantHessian, rows * 4),
    stagingAt: take(Math.min(rows, stagedRows) * 4),
    keyWeightsAt: optional(request.quantile && request.weighted, rows * 4),
    histogramsAt: take(leaves * histogramBytes),
    scansAt: take(2 * scanNumbers * 8),
    resultsAt: take(2 * features * splitNumbers * 8),
    scratchAt: take(threads * scratchBytes),
    totalBytes: next,
  };
}
