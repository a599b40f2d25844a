// The kernel in TypeScript, for places without WebAssembly: the same results from the same memory, only slower.

import { fallbackForest } from './fallback-forest.ts';
import { fallbackHistogram } from './fallback-histogram.ts';
import { fallbackRows } from './fallback-rows.ts';
import type { Kernel } from './kernel.ts';

/** A kernel over `buffer`; its bytes equal those of the WebAssembly kernel, histograms apart. */
export function fallbackKernel(buffer: ArrayBufferLike): Kernel {
  return { ...fallbackForest(buffer), ...fallbackRows(buffer), ...fallbackHistogram(buffer) };
}
