// The inner loops of training over one block of memory. Two implementations give the same bytes: WebAssembly
// (`assembly/`, compiled into kernel-binary.ts) and TypeScript (fallback-*.ts). All `…At` arguments are byte offsets.

/** Codes of losses in the kernel. */
export const lossCode = { squared: 0, poisson: 1, tweedie: 2, quantile: 3 } as const;

/** Cells of a histogram per feature: 0 holds what is missing, 1 to 255 the value bins. */
export const cellsPerFeature = 256;
/** Bytes of one row's bins in a group of features. */
export const groupBytes = 16;
/** Rows that a histogram gathers at a time; the scratch of a thread holds their bins and gradients. */
export const blockRows = 1024;
/**
 * Float64 numbers that describe one best split: gain (−∞: none is allowed), last bin on the left, missing left (0, 1; 2: none missing),
 * gradient, Hessian and rows of the left; for a category, in place of the bin, 256 bits of the bins on the left.
 */
export const splitNumbers = 10;
/** Float64 numbers of the parameters of `scanFeature`: see `scanParameter`. */
export const scanNumbers = 12;

/** Where each parameter of `scanFeature` lies in its block. Sums are integers in units of the scales. */
export const scanParameter = {
  gradientScale: 0,
  hessianScale: 1,
  lambda: 2,
  rowsMin: 3,
  hessianMin: 4,
  gradient: 5,
  hessian: 6,
  rows: 7,
  low: 8,
  high: 9,
} as const;

export interface Kernel {
  /** Bytes of a histogram cell; with a constant Hessian the rows stand in for it. */
  cellBytes(constantHessian: boolean): number;
  /** Sorts floats, NaN last; temporary memory of the same size, counters of 24 KB. */
  sortFloats(at: number, count: number, temporaryAt: number, countersAt: number): void;
  /** Bin of each value: 0 for NaN, else 1 + number of bounds (ascending f32) below it. */
  binNumbers(valuesAt: number, count: number, boundsAt: number, bounds: number, binsAt: number): void;
  /** Bin of each category code by a table of bytes; 0 for NaN, fractions and codes outside the table. */
  binCategories(valuesAt: number, count: number, tableAt: number, codes: number, binsAt: number): void;
  /** Writes `features` columns of bins (stride apart) side by side, 16 bytes per row, for rows from … to. */
  interleave(
    binsAt: number,
    stride: number,
    features: number,
    from: number,
    to: number,
    groupAt: number,
  ): void;
  /** f32 gradients (and Hessians unless hessianAt is 0) of rows from … to; their largest size as two f64 at maxAt. */
  gradients(
    loss: number,
    parameter: number,
    weightsAt: number,
    scoreAt: number,
    targetAt: number,
    gradientAt: number,
    hessianAt: number,
    from: number,
    to: number,
    maxAt: number,
  ): void;
  /** In place: f32 value → i32 round(value × factor). */
  quantise(valuesAt: number, from: number, to: number, factor: number): void;
  /** Sums of gradients, Hessians and rows per bin over `count` row numbers (rowsAt 0: rows 0 … count − 1), for 4 features of a group from `quad` × 4. */
  histogram(
    rowsAt: number,
    count: number,
    groupAt: number,
    quadFrom: number,
    quadTo: number,
    gradientAt: number,
    hessianAt: number,
    shift: number,
    histogramAt: number,
    scratchAt: number,
  ): void;
  /** target −= other, over cells. */
  subtract(targetAt: number, otherAt: number, cells: number, constantHessian: number): void;
  clear(at: number, bytes: number): void;
  /** Best split of one numeric feature into the first 6 numbers at resultAt. */
  scanFeature(
    histogramAt: number,
    bins: number,
    shift: number,
    constantHessian: number,
    monotone: number,
    bounded: number,
    parametersAt: number,
    resultAt: number,
  ): void;
  /** Cells as f64 triples (gradient, Hessian, rows), for the scan of categories. */
  readCells(histogramAt: number, cells: number, shift: number, constantHessian: number, at: number): void;
  /** Row numbers from … to into alternative memory: those going left from the front, others from the back, reversed. Returns the number going left. */
  partition(
    rowsAt: number,
    from: number,
    to: number,
    binsAt: number,
    tableAt: number,
    alternativeAt: number,
  ): number;
  /** The same, by chance: a row goes left when its number drawn from (seed, tree, row) is below `limit` (of 2^32). */
  sample(from: number, to: number, key: number, limit: number, alternativeAt: number): number;
  /** Row numbers alternative[from … from + count) → rows[to …). */
  moveRows(alternativeAt: number, from: number, count: number, rowsAt: number, to: number): void;
  /** The same from alternative[end − 1] backwards. */
  moveRowsBack(alternativeAt: number, end: number, count: number, rowsAt: number, to: number): void;
  /** score[row] += value for rows from … to of the row numbers. */
  addToScores(rowsAt: number, from: number, to: number, scoreAt: number, value: number): void;
  /** The same by walking the tree of nodes (see `treeNode`) for rows that it was not grown on. */
  walkToScores(
    rowsAt: number,
    from: number,
    to: number,
    nodesAt: number,
    valuesAt: number,
    binsAt: number,
    stride: number,
    scoreAt: number,
  ): void;
  /** Leaf − firstLeaf of each of `count` rows (values side by side, `columns` apart) in the tree of that root; see forest-layout.ts. */
  forestLeaves(
    nodesAt: number,
    root: number,
    setsAt: number,
    rowsAt: number,
    columns: number,
    count: number,
    leavesAt: number,
    firstLeaf: number,
  ): void;
  /** scores[row × outputs + q] += values[leaf × outputs + q]. */
  addLeafValues(leavesAt: number, count: number, valuesAt: number, outputs: number, scoresAt: number): void;
  /** Rows per leaf, added to counts. */
  countLeaves(leavesAt: number, from: number, to: number, countsAt: number): void;
  /** Writes row numbers from … to at the next place of their leaf. */
  orderByLeaf(leavesAt: number, from: number, to: number, nextAt: number, orderAt: number): void;
  /** residuals[row] −= values[leaf × outputs] for rows from … to; f32. */
  subtractLeafValues(
    leavesAt: number,
    from: number,
    to: number,
    valuesAt: number,
    outputs: number,
    residualsAt: number,
  ): void;
  /** Quantile of residuals over positions from … to of the order; 0 for none. */
  residualQuantile(
    orderAt: number,
    from: number,
    to: number,
    residualsAt: number,
    weightsAt: number,
    level: number,
    keysAt: number,
    keyWeightsAt: number,
  ): number;
  /** Quantile of target − score over rows from … to of the row numbers; keys (and weights) are scratch of that many. */
  leafQuantile(
    rowsAt: number,
    from: number,
    to: number,
    targetAt: number,
    scoreAt: number,
    weightsAt: number,
    level: number,
    keysAt: number,
    keyWeightsAt: number,
  ): number;
}

/** Int32 words of a node for `walkToScores`: feature or −1, left child or leaf, byte offset of its table of bins. */
export const treeNode = { words: 4, feature: 0, left: 1, table: 2 } as const;
