// Reads quarantined rows back: newest batch first, filtered, never a whole file in memory.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { AppError } from '../../core/index.ts';
import type { BatchRecord } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import type { QuarantinedRow } from './rows/quarantine-codes.ts';

const pageBatches = 1_000;

export interface QuarantineQuery {
  readonly batchId?: string;
  readonly code?: string;
  readonly limit: number;
}

export interface QuarantinedBatchRow extends QuarantinedRow {
  readonly batchId: string;
}

/** Quarantined rows, newest batch first, in the order they were refused within a batch. */
export async function readQuarantine(
  context: Pick<DataContext, 'store' | 'files'>,
  project: string,
  query: QuarantineQuery,
): Promise<QuarantinedBatchRow[]> {
  const found: QuarantinedBatchRow[] = [];
  for (const batch of await quarantinedBatches(context, project, query)) {
    if (found.length >= query.limit) break;
    if (batch.quarantineHash === null) continue;
    const file = createReadStream(await context.files.localPath(batch.quarantineHash));
    const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY });
    try {
      for await (const line of lines) {
        if (line === '') continue;
        const row = JSON.parse(line) as QuarantinedRow;
        if (query.code === undefined || row.code === query.code) found.push({ batchId: batch.id, ...row });
        if (found.length >= query.limit) break;
      }
    } finally {
      lines.close();
      file.destroy();
    }
  }
  return found;
}

async function quarantinedBatches(
  context: Pick<DataContext, 'store'>,
  project: string,
  query: QuarantineQuery,
): Promise<BatchRecord[]> {
  if (query.batchId !== undefined) {
    const batch = await context.store.getBatch(query.batchId);
    if (batch?.project === project && batch.rowsQuarantined > 0 && batch.quarantineHash === null)
      throw new AppError(
        'data/quarantine-removed',
        `the ${batch.rowsQuarantined} refused rows of ${batch.id} were removed because of their age`,
        { details: { quarantinedByCode: batch.quarantinedByCode } },
      );
    if (batch?.project === project) return [batch];
    throw new AppError('data/unknown-batch', `project ${project} has no batch ${query.batchId}`);
  }
  const batches: BatchRecord[] = [];
  for (let afterSeq = 0; ; ) {
    const page = await context.store.listBatches(project, { afterSeq, limit: pageBatches });
    for (const batch of page)
      if (
        query.code === undefined ? batch.rowsQuarantined > 0 : (batch.quarantinedByCode[query.code] ?? 0) > 0
      )
        batches.push(batch);
    afterSeq = page.at(-1)?.seq ?? afterSeq;
    if (page.length < pageBatches) return batches.reverse();
  }
}
