// Snapshots: immutable dataset versions. A snapshot is a list of segments; its id is the hash of that list, so the same
// data has the same id, and any past training set can be read again.

import { createHash } from 'node:crypto';

import {
  AppError,
  type Closing,
  type Covariates,
  canonicalJson,
  type Panel,
  type Project,
  type Series,
} from '../../core/index.ts';
import type { AttributeRow, SegmentRecord, SnapshotRecord } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import type { HistoryDiff } from './engine/history-tasks.ts';
import { fixedColumns } from './fixed-columns.ts';
import { holidayColumn } from './holidays.ts';
import { attributesSince } from './known-ahead.ts';
import { closingSource } from './period-closer.ts';
import { covariateColumns } from './rows/covariate-rules.ts';
import { localSegments } from './segments.ts';

const pageBatches = 1_000;
const periodsMax = 250_000_000;

export interface SnapshotDiff extends HistoryDiff {
  readonly from: string;
  readonly to: string;
  readonly segmentsAdded: readonly string[];
  readonly segmentsRemoved: readonly string[];
  /** Batches in the second and not in the first; negative when it is the older one. */
  readonly batchesAdded: number;
  readonly periodMaxBefore: number;
  readonly periodMaxAfter: number;
}

/**
 * Makes the snapshot of everything sealed so far, up to the first batch that is not. Repeating it without new data
 * returns the same snapshot.
 * @throws AppError `data/no-history`
 */
export async function createSnapshot(context: DataContext, project: string): Promise<SnapshotRecord> {
  const { store, clock, engine, limitMs } = context;
  const batchSeqMax = await lastSealed(context, project);
  const segments = await store.listSegments(project, { batchSeqMax });
  const attributesSeq = await store.lastAttributesSeq(project, batchSeqMax);
  const closings = await store.readClosings(project, { batchSeqMax });
  const id = snapshotId(project, segments, { attributesSeq, closings });
  const known = await store.getSnapshot(id);
  if (known !== undefined) return known;
  const files = await localSegments(context, segments);
  const batches = (await store.closingBatches(project, batchSeqMax)).filter(
    ({ openFrom }) => openFrom !== null,
  );
  const facts = await engine.run('countHistory', { segments: files, batches }, { limitMs });
  if (facts.rows === 0)
    throw new AppError('data/no-history', `project ${project} has no accepted observation yet`);
  await store.putSnapshot({
    id,
    project,
    createdAt: clock.now(),
    batchSeqMax,
    segments,
    rowCount: facts.rows,
    seriesCount: facts.series,
    periodMin: facts.periodMin,
    periodMax: closings.reduce(
      (newest, { through }) => Math.min(facts.periodMax, Math.max(newest, through)),
      facts.wholeMax,
    ),
  });
  return getSnapshot(context, project, id);
}

/** The hash of the manifest: project, segments and attributes with their places in the order of batches, what is closed; nothing about when. */
function snapshotId(
  project: string,
  segments: readonly SegmentRecord[],
  beside: { attributesSeq: number; closings: readonly Closing[] },
): string {
  const { attributesSeq, closings } = beside;
  const closed = closings.map(({ group, through }) => [group, through] as const);
  closed.sort(([a], [b]) => (a < b ? -1 : 1));
  const manifest = {
    format: 1,
    project,
    segments: segments.map((segment) => ({ ...segment })),
    ...(attributesSeq === 0 ? {} : { attributesSeq }),
    ...(closed.length === 0 ? {} : { closed }),
  };
  return createHash('sha256').update(canonicalJson(manifest)).digest('hex');
}

/** The last batch before the first unsealed one. */
async function lastSealed(context: DataContext, project: string): Promise<number> {
  const [newest] = await context.store.listSnapshots(project, 1);
  let last = newest?.batchSeqMax ?? 0;
  for (;;) {
    const page = await context.store.listBatches(project, { afterSeq: last, limit: pageBatches });
    for (const batch of page) {
      if (!batch.sealed) return last;
      last = batch.seq;
    }
    if (page.length < pageBatches) return last;
  }
}

/** @throws AppError `data/unknown-snapshot`, also when the snapshot is another project's */
export async function getSnapshot(
  context: Pick<DataContext, 'store'>,
  project: string,
  id: string,
): Promise<SnapshotRecord> {
  const snapshot = await context.store.getSnapshot(id);
  if (snapshot === undefined || snapshot.project !== project)
    throw new AppError('data/unknown-snapshot', `project ${project} has no snapshot ${id}`);
  return snapshot;
}

/**
 * The histories of a snapshot on the time grid, gaps filled by the project's rule, the latest value of each period. With gap
 * rule `zero` a series ends at its newest closed period, as of the snapshot: see `core/closed-periods.ts`.
 * @throws AppError `data/unknown-snapshot`, `data/too-many-periods`
 * Cost: one sort of its rows in the worker; here only one small object per series.
 */
export async function readPanel(context: DataContext, project: Project, id: string): Promise<Panel> {
  const snapshot = await getSnapshot(context, project.name, id);
  const columns = covariateColumns(project.columns).flatMap(({ name, role, isText }) =>
    role === 'static' ? [] : [{ name, role, isText }],
  );
  const { batchSeqMax } = snapshot;
  const closings = await context.store.readClosings(project.name, { batchSeqMax });
  const batches = await context.store.closingBatches(project.name, batchSeqMax);
  const newest = [
    ...closings.map(({ through }) => through),
    ...batches.map((batch) => batch.closesThrough ?? snapshot.periodMax),
  ];
  // Folds and forecasts look at most one horizon past the end of the last history.
  const to = newest.reduce((a, b) => Math.max(a, b), snapshot.periodMax) + project.horizonSteps;
  const flat = await context.engine.run(
    'readPanel',
    {
      segments: await localSegments(context, snapshot.segments),
      grid: project.grid,
      gaps: project.gaps,
      periodsMax,
      columns,
      calendar: holidayColumn(project, { from: snapshot.periodMin, to }),
      closed: { project, closings, batches },
    },
    { limitMs: context.limitMs },
  );
  let at = 0;
  const series = flat.seriesIds.map((seriesId, i): Series => {
    const end = at + (flat.lengths[i] ?? 0);
    const values = flat.values.subarray(at, end);
    const status = flat.status.subarray(at, end);
    at = end;
    return { id: seriesId, start: flat.starts[i] ?? 0, values, status };
  });
  const covariates = await withFixed(context, project, { snapshot, series, covariates: flat.covariates });
  return { grid: project.grid, series, ...(covariates === null ? {} : { covariates }) };
}

/** Adds the static columns, as they were known when the snapshot was taken. */
async function withFixed(
  context: DataContext,
  project: Project,
  panel: { snapshot: SnapshotRecord; series: readonly Series[]; covariates: Covariates | null },
): Promise<Covariates | null> {
  const { snapshot, series, covariates } = panel;
  const { static: names = [], categories = [] } = project.columns;
  if (names.length === 0) return covariates;
  const attributes: AttributeRow[] = [];
  const from = { afterSeq: 0, batchSeqMax: snapshot.batchSeqMax };
  for await (const page of attributesSince(context, project.name, from)) attributes.push(...page);
  const ids = series.map(({ id }) => id);
  const fixed = fixedColumns(ids, attributes, { names, categories });
  const empty = {
    begins: new Int32Array(ids.length + 1),
    starts: Int32Array.from(series, ({ start }) => start),
  };
  return { ...(covariates ?? { ...empty, varying: [] }), fixed };
}

/** @throws AppError `data/unknown-snapshot` */
export async function diffSnapshots(
  context: DataContext,
  project: string,
  ids: { readonly from: string; readonly to: string },
): Promise<SnapshotDiff> {
  const from = await getSnapshot(context, project, ids.from);
  const to = await getSnapshot(context, project, ids.to);
  const history = await context.engine.run(
    'diffHistory',
    { from: await localSegments(context, from.segments), to: await localSegments(context, to.segments) },
    { limitMs: context.limitMs },
  );
  const key = (segment: SegmentRecord): string => `${segment.batchSeqMin}:${segment.hash}`;
  const before = new Set(from.segments.map(key));
  const after = new Set(to.segments.map(key));
  return {
    from: from.id,
    to: to.id,
    ...history,
    segmentsAdded: to.segments.filter((segment) => !before.has(key(segment))).map(({ hash }) => hash),
    segmentsRemoved: from.segments.filter((segment) => !after.has(key(segment))).map(({ hash }) => hash),
    batchesAdded: await batchesBetween(context, project, { after: from.batchSeqMax, to: to.batchSeqMax }),
    periodMaxBefore: from.periodMax,
    periodMaxAfter: to.periodMax,
  };
}

async function batchesBetween(
  context: DataContext,
  project: string,
  seqs: { after: number; to: number },
): Promise<number> {
  const sign = seqs.to >= seqs.after ? 1 : -1;
  const [low, high] = sign > 0 ? [seqs.after, seqs.to] : [seqs.to, seqs.after];
  let count = 0;
  for (let afterSeq = low; ; ) {
    const page = await context.store.listBatches(project, { afterSeq, limit: pageBatches });
    count += page.filter(({ seq, source }) => seq <= high && source !== closingSource).length;
    afterSeq = page.at(-1)?.seq ?? afterSeq;
    if (page.length < pageBatches || afterSeq >= high) return count === 0 ? 0 : sign * count;
  }
}
