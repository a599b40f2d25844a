// The batches of a project as a list: what came when, from where, what became of its rows, and what of it was taken back.

import { AppError } from '../../core/index.ts';
import type { BatchRecord } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';

export interface BatchQuery {
  /** Only those before this one; absent = from the newest on. */
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

export interface ListedBatch {
  readonly batch: BatchRecord;
  /** Rows that withdrawals of this batch have taken back and that do not count again. */
  readonly rowsWithdrawn: number;
}

/**
 * Newest first, those that the product made itself among them: closings, withdrawals, repairs.
 * @throws AppError `data/unknown-batch`
 */
export async function listBatches(
  { store }: Pick<DataContext, 'store'>,
  project: string,
  { beforeId, limit }: BatchQuery,
): Promise<ListedBatch[]> {
  const before = beforeId === undefined ? null : await store.getBatch(beforeId);
  if (before !== null && before?.project !== project)
    throw new AppError('data/unknown-batch', `project ${project} has no batch ${beforeId}`);
  const batches = await store.newestBatches(project, { beforeSeq: before?.seq ?? null, limit });
  const withdrawn = new Map<number, number>();
  for (const { batchSeq, rows, restoredSeq } of await store.listWithdrawals(project))
    if (batchSeq !== null && restoredSeq === null)
      withdrawn.set(batchSeq, (withdrawn.get(batchSeq) ?? 0) + rows);
  return batches.map((batch) => ({ batch, rowsWithdrawn: withdrawn.get(batch.seq) ?? 0 }));
}
