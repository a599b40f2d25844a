// Reads quarantined rows back: newest batch first, filtered, never a whole file in memory.

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { AppError } from '../../core/index.ts';
import type { BatchRecord, RowRange } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import type { QuarantinedRow } from './rows/quarantine-codes.ts';

const pageBatches = 1_000;

export interface QuarantineQuery {
  readonly batchId?: string;
  readonly code?: string;
  readonly limit: number;
}

export interface QuarantinedBatchRow extends Omit<QuarantinedRow, 'cells' | 'dialect' | 'at'> {
  readonly batchId: string;
  /** The batch that brought it again, mended or accepted; null = it waits. */
  readonly repairedBy: string | null;
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
    const repairs = batch.rowsRepaired === undefined ? [] : await context.store.repairsOf(project, batch.id);
    for await (const { cells: _, dialect: __, at: ___, ...row } of quarantineLines(context, batch)) {
      if (query.code !== undefined && row.code !== query.code) continue;
      const repairedBy = repairs.find(({ repair }) => holds(repair?.rows ?? [], row.row))?.id ?? null;
      found.push({ batchId: batch.id, ...row, repairedBy });
      if (found.length >= query.limit) break;
    }
  }
  return found;
}

function holds(rows: readonly RowRange[], row: number): boolean {
  return rows.some(([from, to]) => row >= from && row <= to);
}

/** The quarantined rows of one batch, in the order they were refused. */
export async function* quarantineLines(
  context: Pick<DataContext, 'files'>,
  { quarantineHash }: BatchRecord,
): AsyncGenerator<QuarantinedRow> {
  if (quarantineHash === null) return;
  const file = createReadStream(await context.files.localPath(quarantineHash));
  const lines = createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) if (line !== '') yield JSON.parse(line) as QuarantinedRow;
  } finally {
    lines.close();
    file.destroy();
  }
}

/** @throws AppError `data/unknown-batch`; `data/quarantine-removed` when its refused rows are kept no more */
export async function quarantinedBatch(
  { store }: Pick<DataContext, 'store'>,
  project: string,
  batchId: string,
): Promise<BatchRecord> {
  const batch = await store.getBatch(batchId);
  if (batch?.project === project && batch.rowsQuarantined > 0 && batch.quarantineHash === null)
    throw new AppError(
      'data/quarantine-removed',
      `the ${batch.rowsQuarantined} refused rows of ${batch.id} were removed because of their age`,
      { details: { quarantinedByCode: batch.quarantinedByCode } },
    );
  if (batch?.project === project) return batch;
  throw new AppError('data/unknown-batch', `project ${project} has no batch ${batchId}`);
}

async function quarantinedBatches(
  context: Pick<DataContext, 'store'>,
  project: string,
  query: QuarantineQuery,
): Promise<BatchRecord[]> {
  if (query.batchId !== undefined) return [await quarantinedBatch(context, project, query.batchId)];
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
