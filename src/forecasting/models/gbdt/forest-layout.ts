// Memory of a team that sends rows through finished trees: forecasts of many rows, and quantiles per leaf.

import { controlBytes } from './control.ts';

/** Int32-sized words of a node in the forest: threshold (f32), column × 4, left child × 16, bits. */
export const forestNode = { bytes: 16, missingRight: 1, category: 2, leaf: 4, leafShift: 3 } as const;
/** Rows that pass through one tree after the other: they and a tree stay in the first cache. */
export const rowsPerBlock = 256;

export interface ForestRequest {
  /** Rows held at a time. */
  readonly rows: number;
  readonly columns: number;
  readonly outputs: number;
  readonly trees: number;
  readonly nodes: number;
  readonly leaves: number;
  readonly setWords: number;
  /** Leaves of the largest tree. */
  readonly leavesPerTree: number;
  readonly threads: number;
  /** Scores of the rows are wanted; or residuals per output and what is needed to take their quantiles. */
  readonly purpose: 'scores' | 'quantiles';
  readonly weighted: boolean;
}

/** Byte offsets; structured-clonable. */
export interface ForestLayout extends ForestRequest {
  readonly kind: 'forest';
  readonly rootsAt: number;
  readonly setsAt: number;
  readonly nodesAt: number;
  readonly valuesAt: number;
  readonly rowsAt: number;
  readonly scoresAt: number;
  /** Leaf of each row; with scores: of each row of a block, per thread. */
  readonly leavesAt: number;
  readonly orderAt: number;
  /** [threads × (leavesPerTree + 1)] rows per leaf, then the place of the next. */
  readonly countsAt: number;
  /** [leavesPerTree + 1] first row of each leaf in the order. */
  readonly startsAt: number;
  /** [outputs × rows] f32 */
  readonly residualsAt: number;
  readonly weightsAt: number;
  /** Per thread, as many keys (and their weights) as rows. */
  readonly keysAt: number;
  readonly keyWeightsAt: number;
  readonly levelsAt: number;
  readonly totalBytes: number;
}

export function forestLayoutFor(request: ForestRequest): ForestLayout {
  const { rows, columns, outputs, threads, weighted } = request;
  let next = controlBytes;
  const take = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const quantiles = request.purpose === 'quantiles';
  const optional = (wanted: boolean, bytes: number): number => (wanted ? take(bytes) : 0);
  return {
    ...request,
    kind: 'forest',
    rootsAt: take((request.trees + 1) * 4),
    setsAt: take(request.setWords * 4),
    nodesAt: take(request.nodes * forestNode.bytes),
    valuesAt: take(request.leaves * outputs * 8),
    rowsAt: take(rows * columns * 4),
    scoresAt: optional(!quantiles, rows * outputs * 8),
    leavesAt: take(quantiles ? rows * 4 : threads * rowsPerBlock * 4),
    orderAt: optional(quantiles, rows * 4),
    countsAt: optional(quantiles, threads * (request.leavesPerTree + 1) * 4),
    startsAt: optional(quantiles, (request.leavesPerTree + 1) * 4),
    residualsAt: optional(quantiles, outputs * rows * 4),
    weightsAt: optional(quantiles && weighted, rows * 4),
    keysAt: optional(quantiles, threads * rows * 4),
    keyWeightsAt: optional(quantiles && weighted, threads * rows * 4),
    levelsAt: optional(quantiles, outputs * 8),
    totalBytes: next,
  };
}
