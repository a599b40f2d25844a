// Taking rows back. A batch is never changed: a withdrawal is a later batch that says what is known without the rows, an
// earlier value or that the demand is unknown. So whoever reads rows follows it as he follows any correction, and
// restoring is one more batch.

import { createHash } from 'node:crypto';
import {
  AppError,
  canonicalJson,
  foldedSeriesId,
  isAppError,
  isReport,
  type Project,
} from '../../core/index.ts';
import type {
  BatchRecord,
  ObservationRow,
  RowSelection,
  SnapshotRecord,
  WithdrawalNote,
  WithdrawalRecord,
} from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { rowAt } from './engine/observation-columns.ts';
import type { TruthOutput } from './engine/truth-task.ts';
import { withoutRows } from './own-batch.ts';
import type { RecentHighs } from './recent-highs.ts';
import { sealTail } from './seal.ts';
import { segmentFiles } from './segments.ts';

/** Of one withdrawal: they are committed at once. */
const rowsMax = 500_000;
/** Rows that come meanwhile make it begin anew. */
const triesMax = 8;

export interface WithdrawRequest {
  readonly batchId?: string | undefined;
  readonly seriesId?: string | undefined;
  readonly periodMin?: number | undefined;
  readonly periodMax?: number | undefined;
  readonly reason: string;
}

export interface WithdrawResult {
  readonly withdrawal: WithdrawalRecord;
  /** The batch that was committed; its rows are the periods that are known otherwise now. */
  readonly batch: BatchRecord;
}

interface Parts {
  readonly context: DataContext;
  readonly highs: RecentHighs;
}

/**
 * Withdraws rows of a batch, of a series, of a range of periods, or those that all of these name.
 * @throws AppError `data/nothing-to-withdraw`, `data/unknown-batch`, `data/withdrawal-too-large`, `store/busy`
 */
export async function withdraw(
  parts: Parts,
  project: Project,
  request: WithdrawRequest,
): Promise<WithdrawResult> {
  const { store, ids, clock } = parts.context;
  const { batchId, seriesId = null, periodMin = null, periodMax = null, reason } = request;
  if (batchId === undefined && seriesId === null)
    throw new AppError(
      'data/nothing-to-withdraw',
      'name a batch, a series or both: a withdrawal is of some rows',
    );
  const batch = batchId === undefined ? undefined : await store.getBatch(batchId);
  if (batchId !== undefined && batch?.project !== project.name)
    throw new AppError('data/unknown-batch', `project ${project.name} has no batch ${batchId}`);
  const asked = seriesId === null ? null : foldedSeriesId(seriesId, project);
  const selection = { batchSeq: batch?.seq ?? null, seriesId: asked, periodMin, periodMax };
  const id = ids.next('wdr');
  await commitTruth(parts, project, {
    selection,
    key: `withdraw:${id}`,
    withdrawn: (standing) => [...standing, { ...selection, before: Number.MAX_SAFE_INTEGER }],
    note: (rows) => {
      if (rows === 0)
        throw new AppError('data/nothing-to-withdraw', `project ${project.name} has no such row`, {
          details: { ...selection },
        });
      return { id, project: project.name, ...selection, at: clock.now(), reason, rows };
    },
  });
  return await resultOf(parts.context, project.name, id);
}

/**
 * Lets withdrawn rows count again.
 * @throws AppError `data/unknown-withdrawal`, `data/withdrawal-too-large`, `store/busy`
 */
export async function restoreWithdrawal(parts: Parts, project: Project, id: string): Promise<WithdrawResult> {
  const withdrawal = (await parts.context.store.listWithdrawals(project.name)).find((each) => each.id === id);
  if (withdrawal === undefined || withdrawal.restoredSeq !== null)
    throw new AppError(
      'data/unknown-withdrawal',
      `project ${project.name} has no withdrawal ${id} that stands`,
    );
  await commitTruth(parts, project, {
    selection: withdrawal,
    key: `restore:${id}`,
    withdrawn: (standing) => standing.filter(({ before }) => before !== withdrawal.correctionSeq),
    note: () => id,
  });
  return await resultOf(parts.context, project.name, id);
}

async function resultOf(context: DataContext, project: string, id: string): Promise<WithdrawResult> {
  const withdrawal = (await context.store.listWithdrawals(project)).find((each) => each.id === id);
  const key = withdrawal?.restoredSeq === null ? `withdraw:${id}` : `restore:${id}`;
  const batch = await context.store.findBatch(project, key);
  if (withdrawal === undefined || batch === undefined)
    throw new AppError('data/unknown-withdrawal', `project ${project} has no withdrawal ${id}`);
  return { withdrawal, batch };
}

interface Change {
  readonly selection: RowSelection;
  readonly key: string;
  withdrawn(standing: readonly Standing[]): readonly Standing[];
  note(rows: number): WithdrawalNote['of'];
}

type Standing = RowSelection & { readonly before: number };

/** Commits a batch with what is known of the selected periods once the withdrawals are as they shall be. */
async function commitTruth(parts: Parts, project: Project, change: Change): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryCommit(parts, project, change);
    } catch (error) {
      if (!isAppError(error, 'store/conflict')) throw error;
      if (tries === triesMax)
        throw new AppError('store/busy', `rows of ${project.name} keep coming: try again when fewer do`, {
          cause: error,
        });
    }
  }
}

async function tryCommit({ context, highs }: Parts, project: Project, change: Change): Promise<void> {
  const { store, engine, limitMs, clock, ids } = context;
  // Asked first: rows that come later than this make it begin anew.
  const { batchSeq: readThrough } = await store.historyTotals(project.name);
  await sealTail(context, project.name);
  const withdrawals = await store.listWithdrawals(project.name);
  const { files } = await segmentFiles(context, project.name, Number.MAX_SAFE_INTEGER);
  const standing = withdrawals
    .filter(({ restoredSeq }) => restoredSeq === null)
    .map(({ correctionSeq, ...rest }) => ({ ...selectionOf(rest), before: correctionSeq }));
  const found = await engine.run(
    'truth',
    {
      segments: files,
      selection: selectionOf(change.selection),
      withdrawn: change.withdrawn(standing),
      repairs: await store.listRepairs(project.name),
      corrections: withdrawals.flatMap((each) => [each.correctionSeq, each.restoredSeq ?? []].flat()),
      rowsMax,
    },
    { limitMs },
  );
  const of = change.note(found.selected);
  const rows = rowsOf(found);
  if (rows.length > rowsMax)
    throw new AppError(
      'data/withdrawal-too-large',
      `more than ${rowsMax} periods would be known otherwise: withdraw by series, or a range of periods at a time`,
    );
  await store.commitBatch({
    batch: { ...batchOf(rows, { project, key: change.key, now: clock.now() }), id: ids.next('bat') },
    tail: rows,
    segment: null,
    withdrawal: { of, readThrough },
  });
  highs.forget(project.name);
}

function rowsOf({ rows }: TruthOutput): ObservationRow[] {
  return Array.from(rows.series, (_, i) => rowAt(rows, i));
}

function batchOf(
  rows: readonly ObservationRow[],
  { project, key, now }: { project: Project; key: string; now: number },
): Omit<BatchRecord, 'seq' | 'id'> {
  const reports = rows.filter(({ status }) => isReport(status));
  const span = reports.reduce(
    ({ min, max }, { period }) => ({ min: Math.min(min, period), max: Math.max(max, period) }),
    { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY },
  );
  const text = canonicalJson(
    rows.map(({ seriesId, period, value, status }) => [seriesId, period, `${value}`, status]),
  );
  return {
    project: project.name,
    idempotencyKey: key,
    contentHash: createHash('sha256').update(text).digest('hex'),
    source: key.split(':')[0] ?? key,
    receivedAt: now,
    ...withoutRows,
    ...(rows.length === 0 ? {} : { rowsAccepted: rows.length, sealed: false }),
    ...(reports.length === 0 ? {} : { periodMin: span.min, periodMax: span.max }),
  };
}

function selectionOf({ batchSeq, seriesId, periodMin, periodMax }: RowSelection): RowSelection {
  return { batchSeq, seriesId, periodMin, periodMax };
}

/** Withdrawals since a snapshot was taken, of rows that may be inside: the next snapshot is without them. */
export function withdrawnSince(
  snapshot: Pick<SnapshotRecord, 'batchSeqMax' | 'periodMin' | 'periodMax'>,
  withdrawals: readonly WithdrawalRecord[],
): WithdrawalRecord[] {
  return withdrawals.filter(
    (each) =>
      each.restoredSeq === null &&
      each.correctionSeq > snapshot.batchSeqMax &&
      (each.batchSeq === null || each.batchSeq <= snapshot.batchSeqMax) &&
      (each.periodMin === null || each.periodMin <= snapshot.periodMax) &&
      (each.periodMax === null || each.periodMax >= snapshot.periodMin),
  );
}
