// Sealing: rows that wait in the relational tail become a Parquet segment. May be repeated and may be killed anywhere.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { isAppError } from '../../core/index.ts';
import type { DataContext } from './data-options.ts';
import { ObservationColumns } from './engine/observation-columns.ts';

/** Rows per read or removal in the tail, and per segment, which is handed to the worker whole: both hold the event loop. */
const pageRows = 5_000;
const segmentRowsMax = 100_000;

export interface SealResult {
  readonly segments: number;
  readonly batches: number;
  readonly rows: number;
}

/**
 * Removes sealed tail rows that label no stored prediction: labels lie after a cutoff, so what is at or before the first
 * one is history only. Before the first prediction nothing is removed, as one may be on its way.
 * @returns rows removed
 */
export async function pruneTail(context: DataContext, project: string): Promise<number> {
  const { cutoffMin } = await context.store.predictionStats(project);
  if (cutoffMin === null) return 0;
  for (let total = 0; ; await nextTurn()) {
    const removed = await context.store.pruneTail(project, { periodMin: cutoffMin + 1, rowsMax: pageRows });
    total += removed;
    if (removed < pageRows) return total;
  }
}

/**
 * Writes every batch that is unsealed now into segments, after removing what earlier sealings left in the tail. What comes
 * meanwhile may wait: chasing a stream of batches would never end, and leave a segment for each of them.
 * A second call finds nothing to do. When another process seals the same batches at the same moment, one of the two
 * wins and the other goes on with what is left.
 */
export async function sealTail(context: DataContext, project: string): Promise<SealResult> {
  // First, not last: what is sealed below stays until the next sealing, as somebody may be reading it from the tail now.
  await pruneTail(context, project);
  const total = { segments: 0, batches: 0, rows: 0 };
  for (let lost = 0; ; ) {
    const { rows, seqs, isAll } = await readUnsealed(context, project);
    if (rows.rows === 0) break;
    try {
      await sealRows(context, { project, rows, seqs });
    } catch (error) {
      // Somebody else was faster; what they sealed is no longer there to read.
      lost += 1;
      if (!isAppError(error, 'store/conflict') || lost > 3) throw error;
      continue;
    }
    total.segments += 1;
    total.batches += seqs.length;
    total.rows += rows.rows;
    if (isAll) break;
  }
  return total;
}

async function readUnsealed(
  context: DataContext,
  project: string,
): Promise<{ rows: ObservationColumns; seqs: number[]; isAll: boolean }> {
  const rows = new ObservationColumns();
  const seqs = new Set<number>();
  for (let afterSeq = 0; rows.rows < segmentRowsMax; ) {
    const page = await context.store.readTail(project, { afterSeq, unsealedOnly: true, limit: pageRows });
    if (page.length === 0) return { rows, seqs: [...seqs], isAll: true };
    for (const row of page) {
      rows.add(row, row.batchSeq);
      seqs.add(row.batchSeq);
    }
    afterSeq = page.at(-1)?.batchSeq ?? afterSeq;
    await nextTurn();
  }
  return { rows, seqs: [...seqs], isAll: false };
}

async function sealRows(
  context: DataContext,
  work: { project: string; rows: ObservationColumns; seqs: readonly number[] },
): Promise<void> {
  const { store, files, engine, limitMs } = context;
  const path = files.scratchPath('.parquet');
  const facts = await engine.run('writeSegment', { rows: work.rows.end(), path }, { limitMs });
  const { hash } = await files.adopt(path);
  const batchSeqMin = work.seqs.reduce((a, b) => Math.min(a, b));
  const batchSeqMax = work.seqs.reduce((a, b) => Math.max(a, b));
  await store.sealBatches(work.project, work.seqs, { hash, ...facts, batchSeqMin, batchSeqMax });
}
