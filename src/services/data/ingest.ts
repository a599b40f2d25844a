// Ingest: bytes become one batch, all of it or nothing. Everything is checked and written aside first; the one commit at
// the end makes it real. Before that commit nothing of the batch can be seen; after it nothing of it can be lost.

import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { canonicalJson, groupOf, type Project, wholeProject } from '../../core/index.ts';
import type { BatchCommit, ObservationRow, SourceAdvance, StreamAdvance } from '../../storage/ports/index.ts';
import { failedChecks } from '../contracts/index.ts';
import { aheadRule, reachesFar } from './ahead.ts';
import { type SentAgain, stillCounts, withAnswers } from './answered-rows.ts';
import { fileOfBody, limitsOf } from './body-file.ts';
import { failureTold, lookOf } from './contract-events.ts';
import { earlierRows, meetEarlier, noEarlierRows, whileRowsCome } from './earlier-words.ts';
import type { IngestFileOutput } from './engine/ingest-file-input.ts';
import { rowAt } from './engine/observation-columns.ts';
import { openSource } from './engine/source-file.ts';
import type { Progress } from './engine/worker-messages.ts';
import { suspicions, unfinishedPeriod } from './file-report.ts';
import { openFrom } from './open-from.ts';
import { withoutOvertaken } from './overtaken.ts';
import type { AheadRule } from './rows/ahead-rule.ts';
import { type BodyFormat, checkBody } from './rows/check-body.ts';
import type { CheckedBody, IngestCounts } from './rows/ingest-result.ts';
import {
  batchFields,
  checkedKey,
  hashAsRead,
  hashFile,
  type Ingest,
  type IngestResult,
  keyOfContent,
  refuseBrokenBatch,
  replay,
  replayedResult,
} from './taken-batch.ts';
import { acceptedWords, heldWords, unitArrays, unitOptions } from './unit-history.ts';
import { closingPeriod, groupOfMark, namedPeriod, senderClosings, type Watermark } from './watermarks.ts';

/** Larger bodies go through the worker like a file, so that they do not hold the event loop. */
const inlineBytesMax = 512 * 1024;

export interface IngestFileOptions {
  /** The last period that is over for all who report together with the series of the file, as its times are written. */
  readonly closedThrough?: string | undefined;
  /** Default: the hash of the file's bytes, so that the same file lands once. */
  readonly idempotencyKey?: string | undefined;
  /** What it is called in the record of the batch; default: the name of the file. */
  readonly name?: string | undefined;
  /** Of a file of a source, by how many rows landed: the source moves on in the same commit, and does not where the batch was there. */
  readonly sourceAdvance?: ((rowsAccepted: number) => SourceAdvance) | undefined;
  /** Throws where what was found is not to land. */
  readonly refuse?: ((found: IngestCounts) => void) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface IngestBodyOptions {
  readonly format: BodyFormat | 'xlsx';
  /** Of a workbook: what its parts may unpack to. */
  readonly unpackedBytesMax?: number | undefined;
  /** Default: a new one, so that the same body lands again. */
  readonly idempotencyKey?: string | undefined;
  /** Where it came from, for the record; default `http`. */
  readonly source?: string | undefined;
  /** SHA-256 of what was sent, where the bytes were made from that; default: that of the bytes. */
  readonly sentHash?: string | undefined;
  /** Of a delivery of a source: see `IngestFileOptions`. */
  readonly sourceAdvance?: IngestFileOptions['sourceAdvance'];
  readonly refuse?: IngestFileOptions['refuse'];
  /** Messages of a stream that the body was made from: taken in by the same commit. */
  readonly advance?: StreamAdvance | undefined;
  /** Rows of many senders: a column that none of them has sets the rows aside, and does not refuse the body. */
  readonly mixed?: boolean | undefined;
  /** The last period that is over for all who report together with the series of the body; without rows, for the whole project. */
  readonly closedThrough?: string | undefined;
  /** What else is over, by group. */
  readonly watermarks?: readonly Watermark[] | undefined;
  /** The rows are quarantined ones of an earlier batch, sent again: what later batches say stands. A small body. */
  readonly repair?: SentAgain | undefined;
}

/**
 * Takes in a CSV, NDJSON, Parquet or .xlsx file. Memory is bounded whatever its size; its rows become one Parquet segment.
 * @throws AppError `data/*` when the file as a whole is refused, `data/idempotency-conflict`, `data/read-otherwise`
 */
export async function ingestFile(
  ingest: Ingest,
  project: Project,
  path: string,
  options: IngestFileOptions,
): Promise<IngestResult> {
  const { name } = options;
  const { encoding } = project.dialect ?? {};
  const file = await openSource(path, ingest.context.limits, { encoding, name });
  const sentHash = hashWith(await hashFile(file.path), options);
  const key = checkedKey(options.idempotencyKey ?? keyOfContent('file', sentHash));
  const contentHash = hashAsRead(sentHash, project);
  const replayed = await replay(ingest, { project: project.name, key, contentHash });
  if (replayed !== null) return replayed;
  await ingest.context.room.check();
  return ingestPath(ingest, project, {
    ...options,
    path,
    source: name ?? basename(path),
    contentHash,
    key,
    closesRange: true,
  });
}

/**
 * Takes in a small batch, such as an HTTP body. Its rows stay in the relational tail until they are sealed.
 * @throws AppError `data/*` when the body as a whole is refused, `data/idempotency-conflict`
 */
export async function ingestBody(
  ingest: Ingest,
  project: Project,
  bytes: Uint8Array,
  options: IngestBodyOptions,
): Promise<IngestResult> {
  const { ids } = ingest.context;
  const { sentHash = createHash('sha256').update(bytes).digest('hex') } = options;
  const contentHash = hashAsRead(hashWith(sentHash, options), project);
  const key = checkedKey(options.idempotencyKey ?? ids.next('key'));
  const replayed = await replay(ingest, { project: project.name, key, contentHash });
  if (replayed !== null) return replayed;
  await ingest.context.room.check();
  const source = options.source ?? 'http';
  const given = { ...options, source, contentHash, key };
  const { format } = given;
  if (format === 'xlsx' || bytes.length > inlineBytesMax)
    return ingestLargeBody(ingest, project, bytes, given);
  return whileRowsCome(project, () => landBody(ingest, project, bytes, { ...given, format }));
}

async function landBody(
  ingest: Ingest,
  project: Project,
  bytes: Uint8Array,
  options: IngestBodyOptions & { format: BodyFormat; source: string; contentHash: string; key: string },
): Promise<IngestResult> {
  const { store, blobs, ids, clock } = ingest.context;
  const { source, contentHash, key } = options;
  const now = clock.now();
  // Asked first: what comes later than this makes an addition begin anew.
  const { batchSeq: readThrough } = await store.historyTotals(project.name);
  const highs = await ingest.highs.of(project);
  const { periodMax: lastObserved } = await store.historyTotals(project.name);
  const closes = options.closedThrough !== undefined || (options.watermarks ?? []).length > 0;
  const check = (ahead?: AheadRule): CheckedBody =>
    checkBody(bytes, {
      project,
      format: options.format,
      name: source,
      now,
      highs,
      lastObserved,
      mixed: options.mixed ?? false,
      mayBeEmpty: closes || options.repair?.note.discarded === true,
      units: unitOptions(project, highs, ingest.lately.of(project.name, source)),
      ...(ahead === undefined ? {} : { ahead }),
    });
  let checked = check();
  if (await reachesFar(ingest, project, checked.periodMax))
    checked = check(await aheadRule(ingest, project, aheadOf(project, options, { now, lastObserved })));
  const { contract } = checked;
  if (options.mixed !== true) await refuseBrokenBatch(ingest, project, { contract, source });
  options.refuse?.(checked);
  const groups = new Set(
    closes ? checked.observations.map(({ seriesId }) => groupOf(seriesId, project)) : [],
  );
  const said = closingsOf(project, options, { now, newest: lastObserved ?? checked.periodMax, groups });
  const { repair } = options;
  const sent =
    repair === undefined ? checked : await withoutOvertaken(ingest.context, project, checked, repair.seq);
  const met = await meetEarlier(ingest.context, project, {
    rows: repair === undefined ? sent.observations : withAnswers(project, sent.observations, repair.answered),
    newest: await ingest.highs.newestOf(project),
    readThrough,
    answers: repair === undefined ? undefined : await stillCounts(ingest.context, project, repair.seq),
  });
  const unitWords = repair?.note.accepted === true ? acceptedWords(met.rows) : heldWords(checked.held);
  const quarantine = checked.quarantine === null ? null : await blobs.put(checked.quarantine);
  const id = ids.next('bat');
  const fields = batchFields(sent, { project: project.name, key, contentHash, source, now, id });
  const committed = await store.commitBatch({
    batch: {
      ...fields,
      ...met.counts,
      ...(repair === undefined ? {} : { repair: repair.note }),
      quarantineHash: quarantine?.hash ?? null,
      closesThrough: sent.observations.length === 0 ? null : said.own,
      openFrom: openFrom(project, { now, said: said.own, periodMax: sent.periodMax }),
      sealed: met.rows.length === 0,
    },
    tail: met.rows,
    segment: null,
    attributes: sent.attributes,
    repairsKnown: repair?.repairsKnown,
    unitWords,
    addedTo: met.addedTo,
    advance: options.advance,
    source: options.sourceAdvance?.(fields.rowsAccepted),
    closings: said.closings,
    failed: failureTold(contract, { batchId: id, source }),
    looked: lookOf(project, contract, { at: now, batchId: id, source }),
  });
  const { batch } = committed;
  if (committed.replayed) return replayedResult(batch, contentHash);
  ingest.context.recent.note(committed, met.rows);
  ingest.highs.committed(batch, met.rows, unitWords);
  ingest.lately.note(project.name, source, checked.last);
  const failed = failedChecks(contract);
  const periodsOpen = met.rows.filter(({ open }) => open !== undefined).length;
  return { batch, replayed: false, problems: checked.problems, failedChecks: failed, periodsOpen };
}

/** The last period that a file closes for the series it holds: not its newest where that is unfinished; null = none. */
function rangeOf({ periodMin, periodMax, unfinished }: IngestFileOutput): number | null {
  if (periodMin === null || periodMax === null || unfinished.length === 0) return periodMax;
  return periodMax > periodMin ? periodMax - 1 : null;
}

/** What a batch closes, as its sender says: for the series it holds, and as closings of groups. */
function closingsOf(
  project: Project,
  { closedThrough, watermarks = [] }: Pick<IngestBodyOptions, 'closedThrough' | 'watermarks'>,
  at: { now: number; newest: number | null; groups: ReadonlySet<string> },
): { own: number | null; closings: BatchCommit['closings'] } {
  const own = closedThrough === undefined ? null : closingPeriod(project, closedThrough, at);
  const groups = at.groups.size === 0 ? [wholeProject] : [...at.groups];
  const said = own === null ? [] : groups.map((group) => ({ group, through: own }));
  const marks = watermarks.map((mark) => ({
    group: groupOfMark(project, mark),
    through: closingPeriod(project, mark.closedThrough, at),
  }));
  return { own, closings: senderClosings([...said, ...marks]) };
}

/** Up to where a sender closes, before it is known what comes along: rows up to there are not too far ahead. */
function aheadOf(
  project: Project,
  { closedThrough, watermarks = [] }: Pick<IngestBodyOptions, 'closedThrough' | 'watermarks'>,
  at: { now: number; lastObserved: number | null },
): { closedThrough: number; isFirst: boolean } {
  const newest = at.lastObserved ?? Number.POSITIVE_INFINITY;
  const said = [
    ...watermarks.map((mark) => mark.closedThrough),
    ...(closedThrough === undefined ? [] : [closedThrough]),
  ];
  const periods = said.map((text) => closingPeriod(project, text, { now: at.now, newest }));
  return { closedThrough: Math.max(Number.NEGATIVE_INFINITY, ...periods), isFirst: at.lastObserved === null };
}

/** What is closed belongs to the content. */
function hashWith(
  hash: string,
  { closedThrough, watermarks = [] }: Pick<IngestBodyOptions, 'closedThrough' | 'watermarks'>,
): string {
  if (closedThrough === undefined && watermarks.length === 0) return hash;
  const said = canonicalJson({ closedThrough: closedThrough ?? null, watermarks: [...watermarks] });
  return createHash('sha256').update(`${hash} ${said}`).digest('hex');
}

/** By way of a file; a JSON array becomes lines, which can be streamed. */
async function ingestLargeBody(
  ingest: Ingest,
  project: Project,
  bytes: Uint8Array,
  options: IngestBodyOptions & { source: string; contentHash: string; key: string },
): Promise<IngestResult> {
  const path = ingest.context.files.scratchPath(`.${options.format}`);
  await writeFile(path, fileOfBody(bytes, options));
  try {
    return await ingestPath(ingest, project, { ...options, path, closesRange: false });
  } finally {
    await rm(path, { force: true });
  }
}

type GivenFile = IngestFileOptions &
  Pick<IngestBodyOptions, 'advance' | 'watermarks' | 'mixed' | 'unpackedBytesMax'> & {
    path: string;
    source: string;
    contentHash: string;
    key: string;
    /** A file says of the series it holds that its range is over; a body does not. */
    closesRange: boolean;
  };

function ingestPath(ingest: Ingest, project: Project, file: GivenFile): Promise<IngestResult> {
  return whileRowsCome(project, () => landPath(ingest, project, file));
}

async function landPath(ingest: Ingest, project: Project, file: GivenFile): Promise<IngestResult> {
  const { store, files, ids, clock } = ingest.context;
  const now = clock.now();
  const output = { segment: files.scratchPath('.parquet'), quarantine: files.scratchPath('.ndjson') };
  const { cutoffMin } = await store.predictionStats(project.name);
  const { batchSeq: readThrough } = await store.historyTotals(project.name);
  try {
    const found = await runIngest(ingest, project, {
      ...file,
      now,
      output,
      tailAfter: cutoffMin,
    });
    const { contract } = found;
    if (file.mixed !== true) await refuseBrokenBatch(ingest, project, { contract, source: file.source });
    file.refuse?.(found);
    const quarantine = found.quarantined > 0 ? await files.adopt(output.quarantine) : null;
    const segment = found.segmentRows > 0 ? await files.adopt(output.segment) : null;
    const newest = (await store.historyTotals(project.name)).periodMax;
    const groups = new Set(found.groups);
    const said = closingsOf(project, file, { now, newest: newest ?? found.periodMax, groups });
    const range = file.closesRange ? rangeOf(found) : null;
    const tail: ObservationRow[] = Array.from(found.tail.series, (_, i) => rowAt(found.tail, i));
    const id = ids.next('bat');
    const fields = batchFields(found, { ...file, project: project.name, now, id });
    const { batch, replayed } = await store.commitBatch({
      batch: {
        ...fields,
        rowsReplaced: found.met.replaced,
        rowsAdded: found.met.added,
        quarantineHash: quarantine?.hash ?? null,
        // Who says what is over means that no more is.
        closesThrough: said.own ?? range,
        openFrom: file.closesRange
          ? found.openFrom
          : openFrom(project, { now, said: said.own, periodMax: found.periodMax }),
        sealed: true,
      },
      tail,
      segment:
        segment === null
          ? null
          : {
              hash: segment.hash,
              rows: found.segmentRows,
              periodMin: found.segmentSpan?.min ?? 0,
              periodMax: found.segmentSpan?.max ?? 0,
            },
      attributes: found.attributes,
      addedTo:
        project.conflicts !== 'sum' || found.segmentSpan === null || found.segmentRows === 0
          ? undefined
          : { readThrough, periodMin: found.segmentSpan.min, periodMax: found.segmentSpan.max },
      advance: file.advance,
      source: file.sourceAdvance?.(fields.rowsAccepted),
      unitWords: heldWords(found.held),
      closings: said.closings,
      failed: failureTold(contract, { batchId: id, source: file.source }),
      looked: lookOf(project, contract, { at: now, batchId: id, source: file.source }),
    });
    if (replayed) return replayedResult(batch, file.contentHash);
    ingest.highs.forget(project.name);
    return {
      batch,
      replayed: false,
      problems: found.problems,
      failedChecks: failedChecks(contract),
      periodsOpen: found.met.open,
      findings: [...suspicions(project, found), ...unfinishedPeriod(project, found)],
    };
  } finally {
    await rm(output.segment, { force: true });
    await rm(output.quarantine, { force: true });
  }
}

/** The worker's pass over a file: `output` null only checks. */
export async function runIngest(
  ingest: Ingest,
  project: Project,
  run: IngestFileOptions &
    Pick<IngestBodyOptions, 'watermarks' | 'mixed' | 'unpackedBytesMax'> & {
      path: string;
      /** As messages name it; absent = by its path. */
      source?: string;
      now: number;
      output: { segment: string; quarantine: string } | null;
      asTable?: boolean;
      tailAfter: number | null;
    },
): Promise<IngestFileOutput> {
  const { engine, limits, limitMs } = ingest.context;
  const highs = await ingest.highs.of(project);
  const lastObserved = (await ingest.context.store.historyTotals(project.name)).periodMax;
  const rule = await aheadRule(ingest, project, aheadOf(project, run, { now: run.now, lastObserved }));
  const { isKnown: _, ids, ...ahead } = rule;
  return engine.run(
    'ingestFile',
    {
      path: run.path,
      name: run.source,
      project,
      now: run.now,
      limits: limitsOf(limits, run.unpackedBytesMax),
      highs: {
        ids: [...highs.keys()],
        high: Float64Array.from(highs.values(), (entry) => entry.high),
        count: Float64Array.from(highs.values(), (entry) => entry.count),
        units: unitArrays(project, highs),
      },
      tailAfter: run.tailAfter,
      saidThrough: run.closedThrough === undefined ? null : namedPeriod(project, run.closedThrough),
      earlier: run.output === null ? noEarlierRows : await earlierRows(ingest.context, project.name),
      lastObserved,
      ahead: { ...ahead, ids: ids() },
      asTable: run.asTable ?? false,
      output: run.output,
      mixed: run.mixed ?? false,
    },
    { limitMs, onProgress: run.onProgress, signal: run.signal },
  );
}
