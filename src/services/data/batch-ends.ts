// What batches say of the end of what they hold, as the rows of a batch carry it.

import type { BatchEnd } from '../../core/index.ts';
import type { ClosingBatch } from '../../storage/ports/index.ts';

/** By batch; those that say nothing are not in it. */
export function batchEnds(batches: Iterable<ClosingBatch>): Map<number, BatchEnd> {
  const ends = new Map<number, BatchEnd>();
  for (const batch of batches)
    if (batch.closesThrough !== null || batch.openFrom !== null) ends.set(batch.seq, batchEnd(batch));
  return ends;
}

export function batchEnd({ closesThrough, openFrom }: Omit<ClosingBatch, 'seq'>): BatchEnd {
  return {
    ...(closesThrough === null ? {} : { closesThrough }),
    ...(openFrom === null ? {} : { openFrom }),
  };
}
