// Everything that came after a batch, in the order of batches: how a server catches up with the data.

import type { Closing } from '../../core/index.ts';
import type { BatchRecord, HistoryPage, SegmentRecord, TailRow } from '../../storage/ports/index.ts';
import { batchEnds } from './batch-ends.ts';
import type { DataContext } from './data-options.ts';
import { rowAt } from './engine/observation-columns.ts';
import { localSegments } from './segments.ts';

const pageBatches = 500;
/** Rows per answer of the worker, and per page handed on. */
const workerRows = 200_000;
const pageRows = 1_000;

/**
 * Yields rows and closings of batches after `afterSeq`, ascending by batch, in pages; one batch may fill many pages.
 * Rows of a sealed batch come from its segment, those of others from the tail. Refused rows are among them.
 */
export async function* observationsSince(
  context: DataContext,
  project: string,
  afterSeq: number,
): AsyncGenerator<HistoryPage> {
  const { batchSeq: lastSeq } = await context.store.historyTotals(project);
  const recent = context.recent.since(project, { afterSeq, lastSeq });
  if (recent !== null) {
    yield* recent;
    return;
  }
  for (let last = afterSeq; ; ) {
    const batches = await context.store.listBatches(project, { afterSeq: last, limit: pageBatches });
    const to = batches.at(-1)?.seq;
    if (to === undefined) return;
    const segments = await context.store.listSegments(project, { batchSeqMax: Number.MAX_SAFE_INTEGER });
    const closings = await context.store.readClosings(project, { afterSeq: last, batchSeqMax: to });
    const held = batches.filter(holdsRows);
    for (let i = 0; i < held.length; ) {
      const batch = held[i] as BatchRecord;
      const segment = batch.sealed ? segmentOf(segments, batch) : undefined;
      // Batches up to the next one that lies elsewhere are read at once.
      let end = i + 1;
      while (end < held.length && follows(held[end] as BatchRecord, { batch, segment, segments })) end += 1;
      const range = { after: batch.seq - 1, to: (held[end - 1] as BatchRecord).seq };
      const run = { project, batches: held.slice(i, end), ...range };
      const pages =
        segment === undefined ? tailRows(context, run) : segmentRows(context, { ...run, segment });
      yield* withClosings(pages, { closings, to: range.to });
      i = end;
    }
    if (closings.length > 0) yield { rows: [], closings };
    last = to;
  }
}

/** Refused rows are counted among those set aside; rows that are given up are counted nowhere. */
function holdsRows({ rowsAccepted, rowsQuarantined, repair }: BatchRecord): boolean {
  return rowsAccepted > 0 || rowsQuarantined > 0 || repair !== undefined;
}

/** Takes from `closings`, ascending, those of batches that end with a page: each but the last page may end amid a batch. */
async function* withClosings(
  pages: AsyncIterable<TailRow[]>,
  of: { closings: Closing[]; to: number },
): AsyncGenerator<HistoryPage> {
  for await (const rows of pages) {
    const begun = rows.at(-1)?.batchSeq ?? 0;
    yield { rows, closings: takeWhile(of.closings, ({ seq }) => seq < begun) };
  }
  const rest = takeWhile(of.closings, ({ seq }) => seq <= of.to);
  if (rest.length > 0) yield { rows: [], closings: rest };
}

function takeWhile(closings: Closing[], isWanted: (closing: Closing) => boolean): Closing[] {
  const end = closings.findIndex((closing) => !isWanted(closing));
  return closings.splice(0, end < 0 ? closings.length : end);
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
  if (next.sealed !== run.batch.sealed) return false;
  return !next.sealed || segmentOf(run.segments, next) === run.segment;
}

interface Run {
  readonly project: string;
  readonly batches: readonly BatchRecord[];
  readonly after: number;
  readonly to: number;
}

async function* tailRows(context: DataContext, run: Run): AsyncGenerator<TailRow[]> {
  const ends = batchEnds(run.batches);
  for (let afterSeq = run.after; afterSeq < run.to; ) {
    const page = await context.store.readTail(run.project, {
      afterSeq,
      unsealedOnly: false,
      limit: pageRows,
    });
    const own = page.filter((row) => row.batchSeq <= run.to);
    if (own.length > 0)
      yield ends.size === 0 ? own : own.map((row) => ({ ...row, ...ends.get(row.batchSeq) }));
    if (page.length === 0 || own.length < page.length) return;
    afterSeq = page.at(-1)?.batchSeq ?? run.to;
  }
}

async function* segmentRows(
  context: DataContext,
  run: Run & { segment: SegmentRecord },
): AsyncGenerator<TailRow[]> {
  const knownAt = new Map(run.batches.map((batch) => [batch.seq, batch.receivedAt]));
  const ends = batchEnds(run.batches);
  for (let offset = 0; offset < run.segment.rows; offset += workerRows) {
    // Anew for each: whoever takes the rows may take long over them.
    const [segment] = await localSegments(context, [run.segment]);
    if (segment === undefined) return;
    const rows = await context.engine.run(
      'readRows',
      { segment, afterSeq: run.after, offset, limit: workerRows },
      { limitMs: context.limitMs },
    );
    for (let at = 0; at < rows.series.length; at += pageRows) {
      const page: TailRow[] = [];
      for (let i = at; i < Math.min(at + pageRows, rows.series.length); i++) {
        const batchSeq = rows.batchSeqs[i] ?? 0;
        if (batchSeq > run.to) return yield page;
        const row = { ...rowAt(rows, i), batchSeq, knownAt: knownAt.get(batchSeq) ?? 0 };
        page.push(ends.size === 0 ? row : { ...row, ...ends.get(batchSeq) });
      }
      yield page;
    }
  }
}
