// What was known of the periods of a batch before it came: what it replaces, or is added to.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError, isAppError, type Project } from '../../core/index.ts';
import type { BatchCommit, BatchRecord, KnownWord, ObservationRow } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { ObservationColumns, rowAt } from './engine/observation-columns.ts';
import type { SegmentFile } from './engine/segment-files.ts';
import type { EarlierRows } from './engine/words-task.ts';
import { addedTo, isAddition, isKnown, isPart, isWord, replaces } from './rows/add-words.ts';
import { localSegments } from './segments.ts';

/** Rows that come meanwhile make an addition begin anew. */
const triesMax = 12;
const pageRows = 1_000;

/** The rows of a batch as they are to be kept, and how they met those of earlier batches. */
export interface MetRows {
  readonly rows: readonly ObservationRow[];
  readonly counts: Pick<BatchRecord, 'rowsReplaced' | 'rowsAdded'>;
  readonly addedTo: BatchCommit['addedTo'];
}

/** Of refused rows that are sent again, or given up: whether the batch that they were of counts in a period. */
export type AnswerCounts = (row: ObservationRow) => boolean;

/**
 * Sets the rows of a small batch beside what is known of their periods: with the rule `sum` they are added to it, else they
 * replace it.
 * @param newest of each series the newest period that any batch spoke of: what is later meets nothing
 * @param readThrough the last batch when `newest` was asked for, or before
 */
export async function meetEarlier(
  context: DataContext,
  project: Project,
  batch: {
    readonly rows: readonly ObservationRow[];
    readonly newest: (seriesId: string) => number | undefined;
    readonly readThrough: number;
    readonly answers?: AnswerCounts | undefined;
  },
): Promise<MetRows> {
  const { rows, newest, readThrough, answers } = batch;
  const isSum = project.conflicts === 'sum';
  const said = rows.filter(isSum ? isPart : isWord);
  const old = said.filter(({ seriesId, period }) => period <= (newest(seriesId) ?? Number.NEGATIVE_INFINITY));
  const words =
    old.length === 0
      ? new Map<string, KnownWord>()
      : await wordsOf(context, project.name, old, { exact: isSum });
  const wordOf = (row: ObservationRow): KnownWord | undefined => words.get(keyOf(row));
  const add = (row: ObservationRow): ObservationRow =>
    addedTo(row, wordOf(row), answers === undefined || answers(row) ? row.answered : 0);
  const kept = isSum ? rows.map(add) : rows;
  const { min, max } = spanOf(said);
  return {
    rows: kept,
    counts: {
      rowsReplaced: isSum ? 0 : rows.filter((row) => replaces(row, wordOf(row))).length,
      rowsAdded: isSum ? rows.filter((row) => isAddition(row, wordOf(row))).length : 0,
    },
    addedTo: isSum && said.length > 0 ? { readThrough, periodMin: min, periodMax: max } : undefined,
  };
}

/** Does it again where rows came between reading and committing. */
export async function whileRowsCome<T>(project: Project, commit: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await commit();
    } catch (error) {
      if (project.conflicts !== 'sum' || !isAppError(error, 'store/conflict')) throw error;
      if (tries === triesMax)
        throw new AppError(
          'data/rows-keep-coming',
          `rows of the same periods of ${project.name} came each of ${triesMax} times that these were added up: nothing of them has landed`,
          { cause: error },
        );
    }
  }
}

/** For a file that is only looked at. */
export const noEarlierRows: EarlierRows = { segments: [], tail: new ObservationColumns().end() };

/** All that earlier batches brought, for a worker. */
export async function earlierRows(context: DataContext, project: string): Promise<EarlierRows> {
  // Rows first: what is sealed meanwhile is in both, which says it twice and changes nothing.
  const tail = new ObservationColumns();
  for (let afterSeq = 0; ; ) {
    const page = await context.store.readTail(project, { afterSeq, unsealedOnly: true, limit: pageRows });
    for (const { part: _, covariates: __, refused: ___, answered: ____, ...row } of page)
      if (isKnown(row)) tail.add(row, row.batchSeq);
    afterSeq = page.at(-1)?.batchSeq ?? afterSeq;
    if (page.length === 0) break;
    await nextTurn();
  }
  const segments = await context.store.listSegments(project, { batchSeqMax: Number.MAX_SAFE_INTEGER });
  const files = await localSegments(context, segments);
  const spanned = segments.map(({ periodMin, periodMax }, i) => ({
    ...(files[i] as SegmentFile),
    periodMin,
    periodMax,
  }));
  return { segments: spanned, tail: tail.end() };
}

/** Of a series and period, in what `wordsOf` returns. */
export const keyOf = ({ seriesId, period }: Pick<ObservationRow, 'seriesId' | 'period'>): string =>
  `${period} ${seriesId}`;

function spanOf(rows: readonly Pick<ObservationRow, 'period'>[]): { min: number; max: number } {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { period } of rows) {
    if (period < min) min = period;
    if (period > max) max = period;
  }
  return { min, max };
}

/**
 * The latest word on each period of these rows, from the tail, and from segments where the tail may not have it. What was sealed
 * out of the tail may be there still: unless it must be exact, as a sum must, a row there is taken for the latest of them, which
 * is untrue only while old rows are being removed, and spares a task of the engine.
 */
export async function wordsOf(
  context: DataContext,
  project: string,
  rows: readonly ObservationRow[],
  { exact }: { exact: boolean },
): Promise<Map<string, KnownWord & { readonly batchSeq: number }>> {
  const { store, engine, limitMs } = context;
  const { min: periodMin, max: periodMax } = spanOf(rows);
  const seriesIds = [...new Set(rows.map(({ seriesId }) => seriesId))];
  const words = new Map<string, KnownWord & { batchSeq: number }>();
  for (const row of await store.readActuals(project, { periodMin, periodMax, seriesIds }))
    if (isKnown(row)) words.set(keyOf(row), row);
  const all = await store.listSegments(project, { batchSeqMax: Number.MAX_SAFE_INTEGER });
  const near = all.filter((segment) => segment.periodMin <= periodMax && segment.periodMax >= periodMin);
  const asked = rows.filter((row) => {
    const seq = words.get(keyOf(row))?.batchSeq ?? 0;
    return near.some(
      (segment) =>
        segment.batchSeqMax > seq &&
        (exact || seq === 0 || segment.batchSeqMin === segment.batchSeqMax) &&
        segment.periodMin <= row.period &&
        segment.periodMax >= row.period,
    );
  });
  if (asked.length === 0) return words;
  const wanted = new ObservationColumns();
  for (const { seriesId, period, value, status } of asked) wanted.add({ seriesId, period, value, status }, 0);
  const input = { segments: await localSegments(context, near), rows: wanted.end() };
  const found = await engine.run('words', input, { limitMs });
  for (let i = 0; i < found.series.length; i++) {
    const row = { ...rowAt(found, i), batchSeq: found.batchSeqs[i] ?? 0 };
    if (row.batchSeq >= (words.get(keyOf(row))?.batchSeq ?? 0)) words.set(keyOf(row), row);
  }
  return words;
}
