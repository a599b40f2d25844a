// Everything accepted after a batch, in the order of batches: how a server catches up with the data.

import type { BatchRecord, SegmentRecord, TailRow } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { rowAt } from './engine/observation-columns.ts';
import { localSegments } from './segments.ts';

const pageBatches = 500;
/** Rows per answer of the worker, and per page handed on. */
const workerRows = 200_000;
const pageRows = 5_000;

/**
 * Yields accepted rows of batches after `afterSeq`, ascending by batch, in pages; one batch may fill many pages.
 * Rows of a sealed batch come from its segment, those of others from the tail.
 */
export async function* observationsSince(
  context: DataContext,
  project: string,
  afterSeq: number,
): AsyncGenerator<TailRow[]> {
  for (let last = afterSeq; ; ) {
    const batches = await context.store.listBatches(project, { afterSeq: last, limit: pageBatches });
    if (batches.length === 0) return;
    const segments = await context.store.listSegments(project, { batchSeqMax: Number.MAX_SAFE_INTEGER });
    for (let i = 0; i < batches.length; ) {
      const batch = batches[i] as BatchRecord;
      const segment = batch.sealed ? segmentOf(segments, batch) : undefined;
      // Batches up to the next one that lies elsewhere are read at once.
      let end = i + 1;
      while (end < batches.length && follows(batches[end] as BatchRecord, { batch, segment, segments }))
        end += 1;
      const range = { after: batch.seq - 1, to: (batches[end - 1] as BatchRecord).seq };
      if (batch.rowsAccepted === 0) {
        // Nothing landed.
      } else if (segment !== undefined)
        yield* segmentRows(context, { project, segment, batches: batches.slice(i, end), ...range });
      else yield* tailRows(context, project, range);
      i = end;
    }
    last = batches.at(-1)?.seq ?? last;
  }
}

function segmentOf(segments: readonly SegmentRecord[], batch: BatchRecord): SegmentRecord | undefined {
  const own = segments.find((s) => s.batchSeqMin === batch.seq && s.batchSeqMax === batch.seq);
  if (own !== undefined) return own;
  return segments.find((s) => s.batchSeqMin <= batch.seq && batch.seq <= s.batchSeqMax);
}

function follows(
  next: BatchRecord,
  run: { batch: BatchRecord; segment: SegmentRecord | undefined; segments: readonly SegmentRecord[] },
): boolean {
  if (next.rowsAccepted === 0 || run.batch.rowsAccepted === 0) return false;
  if (next.sealed !== run.batch.sealed) return false;
  return !next.sealed || segmentOf(run.segments, next) === run.segment;
}

async function* tailRows(
  context: DataContext,
  project: string,
  range: { after: number; to: number },
): AsyncGenerator<TailRow[]> {
  for (let afterSeq = range.after; afterSeq < range.to; ) {
    const page = await context.store.readTail(project, { afterSeq, unsealedOnly: false, limit: pageRows });
    const own = page.filter((row) => row.batchSeq <= range.to);
    if (own.length > 0) yield own;
    if (page.length === 0 || own.length < page.length) return;
    afterSeq = page.at(-1)?.batchSeq ?? range.to;
  }
}

async function* segmentRows(
  context: DataContext,
  read: {
    project: string;
    segment: SegmentRecord;
    batches: readonly BatchRecord[];
    after: number;
    to: number;
  },
): AsyncGenerator<TailRow[]> {
  const [segment] = await localSegments(context, [read.segment]);
  if (segment === undefined) return;
  const knownAt = new Map(read.batches.map((batch) => [batch.seq, batch.receivedAt]));
  for (let offset = 0; offset < read.segment.rows; offset += workerRows) {
    const rows = await context.engine.run(
      'readRows',
      { segment, afterSeq: read.after, offset, limit: workerRows },
      { limitMs: context.limitMs },
    );
    for (let at = 0; at < rows.series.length; at += pageRows) {
      const page: TailRow[] = [];
      for (let i = at; i < Math.min(at + pageRows, rows.series.length); i++) {
        const batchSeq = rows.batchSeqs[i] ?? 0;
        if (batchSeq > read.to) return yield page;
        page.push({ ...rowAt(rows, i), batchSeq, knownAt: knownAt.get(batchSeq) ?? 0 });
      }
      yield page;
    }
  }
}
