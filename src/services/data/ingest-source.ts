// Rows of a source: each has a name for good, so one that comes again is known, and one that has changed replaces what it said
// before. What is known of a period follows from the rows of the source alone, however reading them fell into batches.

import { createHash } from 'node:crypto';
import { AppError, isReport, ObservationStatus, type Project } from '../../core/index.ts';
import type {
  BatchCommit,
  BatchRecord,
  KnownWord,
  ObservationRow,
  SourceAdvance,
  SourceRow,
  SourceStore,
} from '../../storage/ports/index.ts';
import { aheadRule, reachesFar } from './ahead.ts';
import { failureTold, lookOf } from './contract-events.ts';
import { meetEarlier, whileRowsCome, wordsOf } from './earlier-words.ts';
import { openFrom } from './open-from.ts';
import { type Changes, cellKey, changesOf, replacing, summing } from './rows/changed-words.ts';
import { checkBody } from './rows/check-body.ts';
import type { CheckedBody } from './rows/ingest-result.ts';
import { batchFields, type Ingest } from './taken-batch.ts';

export interface SourceRows {
  /** For the record of the batch. */
  readonly source: string;
  /** The rows of the body, in its order. */
  readonly rows: readonly (Omit<SourceRow, 'word'> & { readonly former: SourceRow | undefined })[];
  /** Rows that say what they said, and only stand in another place. */
  readonly moved: readonly SourceRow[];
  readonly advance: Pick<SourceAdvance, 'source' | 'from' | 'position' | 'taken'>;
}

export interface SourceIngest {
  /** Null when nothing is known otherwise by it. */
  readonly batch: BatchRecord | null;
  readonly corrected: number;
}

/**
 * Takes in rows of a source, new and changed ones, as one batch; its position moves in the same commit.
 * @param bytes NDJSON, a line for each of `rows`; of one commit's size, as it is checked on the event loop
 * @throws AppError `sources/position-moved` when another process has read the source meanwhile
 */
export function ingestSource(
  ingest: Ingest,
  project: Project,
  bytes: Uint8Array,
  options: SourceRows,
): Promise<SourceIngest> {
  // How rows fall into batches is chance: the one that stands last wins, or all are added up.
  const conflicts = project.conflicts === 'sum' ? 'sum' : 'last';
  return whileRowsCome(project, () => land(ingest, { ...project, conflicts }, bytes, options));
}

async function land(
  ingest: Ingest,
  project: Project,
  bytes: Uint8Array,
  options: SourceRows,
): Promise<SourceIngest> {
  const { store, blobs, ids, clock } = ingest.context;
  const now = clock.now();
  // Asked first: what comes later than this makes an addition begin anew.
  const { batchSeq: readThrough, periodMax: lastObserved } = await store.historyTotals(project.name);
  const checked = await checkedRows(ingest, project, bytes, { options, now, lastObserved });
  const rows = options.rows.map(({ former, ...row }, i): SourceRow => {
    const found = checked.words?.get(i + 1);
    // A row that is refused leaves what it said before: the quarantine has it.
    if (found === undefined) return { ...row, word: former?.word ?? null };
    const { seriesId, period, value, status } = found;
    return { ...row, word: status === ObservationStatus.plan ? null : { seriesId, period, value, status } };
  });
  const changes = changesOf(
    rows.map((row, i) => ({ row, former: options.rows[i]?.former })),
    checked.observations,
  );
  const met = await meet(ingest, project, { changes, source: options.advance.source, readThrough });
  const advance: SourceAdvance = {
    ...options.advance,
    rows: [...options.moved, ...rows],
    corrected: changes.corrected,
  };
  if (met.rows.length === 0 && checked.quarantine === null && checked.attributes.length === 0) {
    await store.advanceSource(advance);
    return { batch: null, corrected: changes.corrected };
  }
  const quarantine = checked.quarantine === null ? null : await blobs.put(checked.quarantine);
  const contentHash = createHash('sha256').update(bytes).digest('hex');
  const key = keyOf(options, contentHash);
  const id = ids.next('bat');
  const { batch, replayed } = await store.commitBatch({
    batch: {
      ...batchFields(checked, {
        project: project.name,
        key,
        contentHash,
        source: options.source,
        now,
        id,
      }),
      ...met.counts,
      ...spanOf(met.rows, checked),
      quarantineHash: quarantine?.hash ?? null,
      closesThrough: null,
      openFrom: openFrom(project, { now, said: null, periodMax: checked.periodMax }),
      sealed: met.rows.length === 0,
    },
    tail: met.rows,
    segment: null,
    attributes: checked.attributes,
    addedTo: met.addedTo,
    source: advance,
    failed: failureTold(checked.contract, { batchId: id, source: options.source }),
    looked: lookOf(project, checked.contract, { at: now, batchId: id, source: options.source }),
  });
  if (replayed)
    throw new AppError(
      'sources/position-moved',
      `source ${advance.source} was read from ${advance.from} before`,
    );
  ingest.highs.committed(batch, met.rows);
  return { batch, corrected: changes.corrected };
}

/** By content and place: a row that changes and changes back says the same twice, and is taken in twice. */
function keyOf({ advance, rows }: SourceRows, contentHash: string): string {
  const said = JSON.stringify([advance.from, rows.map(({ key, place }) => [key, place]), contentHash]);
  return `source:${advance.source}:${createHash('sha256').update(said).digest('hex').slice(0, 40)}`;
}

async function checkedRows(
  ingest: Ingest,
  project: Project,
  bytes: Uint8Array,
  about: { options: SourceRows; now: number; lastObserved: number | null },
): Promise<CheckedBody> {
  const { options, now, lastObserved } = about;
  const highs = await ingest.highs.of(project);
  const given = {
    project,
    format: 'ndjson',
    name: options.source,
    now,
    highs,
    lastObserved,
    mixed: true,
    mayBeEmpty: true,
    traced: true,
  } as const;
  const checked = checkBody(bytes, given);
  if (!(await reachesFar(ingest, project, checked.periodMax))) return checked;
  const isFirst = lastObserved === null;
  const ahead = await aheadRule(ingest, project, { closedThrough: Number.NEGATIVE_INFINITY, isFirst });
  return checkBody(bytes, { ...given, ahead });
}

/** The rows to be kept, of the periods that are known otherwise now. */
async function meet(
  ingest: Ingest,
  project: Project,
  { changes, source, readThrough }: { changes: Changes; source: string; readThrough: number },
): Promise<{
  rows: readonly ObservationRow[];
  counts: Pick<BatchRecord, 'rowsReplaced' | 'rowsAdded'>;
  addedTo: BatchCommit['addedTo'];
}> {
  const { context, highs } = ingest;
  const others = await othersOf(context.store, { changes, source });
  if (project.conflicts !== 'sum') {
    const known = await highs.of(project);
    const newest = (id: string): number | undefined => known.get(id)?.newest;
    return await meetEarlier(context, project, { rows: replacing(changes, others), newest, readThrough });
  }
  const said = changes.cells.map((cell) => ({ ...cell, value: 0, status: ObservationStatus.observed }));
  const earlier =
    said.length === 0
      ? new Map<string, KnownWord>()
      : await wordsOf(context, project.name, said, { exact: true });
  const rows = summing(changes, { others, earlier });
  const periods = rows.filter(({ status }) => status !== ObservationStatus.plan).map(({ period }) => period);
  return {
    rows,
    counts: { rowsReplaced: 0, rowsAdded: rows.filter(({ part }) => part !== undefined).length },
    addedTo:
      periods.length === 0
        ? undefined
        : { readThrough, periodMin: least(periods), periodMax: -least(periods.map((period) => -period)) },
  };
}

/** Of the periods that rows speak of, what other rows of the source say. */
async function othersOf(
  store: Pick<SourceStore, 'lastSourceRows'>,
  { changes, source }: { changes: Changes; source: string },
): Promise<Map<string, SourceRow>> {
  const found = await store.lastSourceRows(source, { cells: changes.cells, without: changes.keys });
  return new Map(found.flatMap((row) => (row.word === null ? [] : [[cellKey(row.word), row]])));
}

/** What is known otherwise may be of other periods than what was sent: a row may have left one. */
function spanOf(
  rows: readonly ObservationRow[],
  { accepted, plans }: CheckedBody,
): Pick<BatchRecord, 'rowsAccepted' | 'periodMin' | 'periodMax'> {
  if (rows.length === 0) return { rowsAccepted: 0, periodMin: null, periodMax: null };
  const periods = rows.filter(({ status }) => isReport(status)).map(({ period }) => period);
  const speaks = rows.some(
    ({ status }) => status !== ObservationStatus.plan && status !== ObservationStatus.refused,
  );
  return {
    rowsAccepted: Math.max(accepted, plans + (speaks ? 1 : 0)),
    periodMin: periods.length === 0 ? null : least(periods),
    periodMax: periods.length === 0 ? null : -least(periods.map((period) => -period)),
  };
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
