// The training kernel, compiled to WebAssembly by scripts/generate-kernel.ts. What each function does is said once, in
// src/forecasting/models/gbdt/kernel.ts; fallback-*.ts beside it do the same in TypeScript, bit for bit. No function allocates, and
// there is no static data: all threads share one memory.

export {
  addLeafValues,
  countLeaves,
  forestLeaves,
  orderByLeaf,
  residualQuantile,
  subtractLeafValues,
} from './forest';
export { gradients, quantise } from './gradients';
export { clear, histogram, subtract } from './histogram';
export { leafQuantile } from './leaf-quantile';
export {
  addToScores,
  binCategories,
  binNumbers,
  interleave,
  moveRows,
  moveRowsBack,
  partition,
  sample,
  walkToScores,
} from './rows';
export { readCells, scanFeature } from './scan';
export { sortFloats } from './sort';
