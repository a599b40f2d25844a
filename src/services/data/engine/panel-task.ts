// The worker's half of reading a panel: the latest word on every series and period, on the time grid, with covariates.

import type { Transferable } from 'node:worker_threads';
import type { DuckDBDataChunk } from '@duckdb/node-api';

import {
  ClosedPeriods,
  type Closing,
  type Covariates,
  type GapRule,
  isReport,
  ObservationStatus,
  type Project,
  type TimeGrid,
} from '../../../core/index.ts';
import type { ClosingBatch } from '../../../storage/ports/index.ts';
import type { PeriodColumn } from '../build-covariates.ts';
import { buildPanel } from '../build-panel.ts';
import { segmentColumn } from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import { makeCloses, wholePeriod } from './reports-task.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';
import { sqlName } from './sql-text.ts';
import type { ExtraColumn } from './table-columns.ts';

/** Plans further past the last observation than this are left out: one wrong date must not make the panel enormous. */
const planPeriodsMax = 1000;
const none = Number.NEGATIVE_INFINITY;

/** A covariate column to read. */
export interface PanelColumn {
  readonly name: string;
  readonly role: 'known' | 'past';
  readonly isText: boolean;
}

export interface ReadPanelInput {
  readonly segments: readonly SegmentFile[];
  readonly grid: TimeGrid;
  readonly gaps: GapRule;
  readonly periodsMax: number;
  readonly columns: readonly PanelColumn[];
  /** What the calendar says of each period, as a known category; null = no calendar. */
  readonly calendar: PeriodColumn | null;
  /** What closes periods beside the rows themselves. */
  readonly closed: {
    readonly project: Pick<Project, 'columns' | 'closing'>;
    readonly closings: readonly Pick<Closing, 'group' | 'through'>[];
    readonly batches: readonly ClosingBatch[];
  };
}

/** Histories without holes, all in two shared buffers: series i is values[starts…] of lengths[i]. */
export interface FlatPanel {
  readonly seriesIds: readonly string[];
  /** Shape [series]: first period. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;
  readonly values: Float64Array;
  readonly status: Uint8Array;
  /** Known and past columns; null without any. */
  readonly covariates: Covariates | null;
}

/** The latest value of every series and period, gaps filled by rule. A series of which there are only plans is left out. */
export async function readPanelTask(
  input: ReadPanelInput,
  context: TaskContext,
): Promise<{ output: FlatPanel; transfer: Transferable[] }> {
  const { engine } = context;
  const found = await openSegments(context, 'history', input.segments);
  await engine.run(
    `CREATE TABLE ids AS SELECT id, CAST(row_number() OVER (ORDER BY id) - 1 AS INTEGER) AS k
     FROM (SELECT DISTINCT series_id AS id FROM history)`,
  );
  const seriesIds = (await engine.rows('SELECT id FROM ids ORDER BY k')).map((row) => String(row[0]));
  const columns: Source[] = [];
  for (const column of input.columns)
    columns.push(await sourceOf(context, column, { at: columns.length, found: found.covariates }));
  const latest = await latestRows(context, seriesIds.length, columns);
  const closedThrough = await closedOf(context, input.closed, { ...latest, seriesIds });
  context.progress({ fraction: 0.8, message: 'filling gaps' });
  const { panel } = buildPanel(
    { ...latest, grid: input.grid, seriesIds },
    { gaps: input.gaps, closedThrough, periodsMax: input.periodsMax, calendar: input.calendar },
  );
  const covariates = panel.covariates ?? null;
  const output: FlatPanel = {
    seriesIds,
    starts: Int32Array.from(panel.series, (series) => series.start),
    lengths: Int32Array.from(panel.series, (series) => series.values.length),
    values: new Float64Array(panel.series[0]?.values.buffer ?? new ArrayBuffer(0)),
    status: new Uint8Array(panel.series[0]?.status?.buffer ?? new ArrayBuffer(0)),
    covariates,
  };
  const arrays: { readonly buffer: ArrayBufferLike }[] = [
    output.starts,
    output.lengths,
    output.values,
    output.status,
    ...(covariates?.varying.map((column) => column.values) ?? []),
  ];
  return { output, transfer: arrays.map((array) => array.buffer as Transferable) };
}

/** Shape [series]: the newest closed period of each. */
async function closedOf(
  context: TaskContext,
  { project, closings, batches }: ReadPanelInput['closed'],
  rows: Pick<LatestRows, 'offsets' | 'periods' | 'status'> & { seriesIds: readonly string[] },
): Promise<Float64Array> {
  const { engine } = context;
  const closed = new ClosedPeriods(project);
  for (const closing of closings) closed.close(closing);
  const hasParts = batches.some(({ openFrom }) => openFrom !== null);
  if (!hasParts)
    rows.seriesIds.forEach((id, k) => {
      let at = (rows.offsets[k + 1] ?? 0) - 1;
      while (at >= (rows.offsets[k] ?? 0) && !isReport(rows.status[at])) at -= 1;
      if (at >= (rows.offsets[k] ?? 0)) closed.observe(id, rows.periods[at] ?? 0);
    });
  if (batches.length > 0) {
    const { plan, refused } = ObservationStatus;
    await makeCloses(context, batches);
    const said = await engine.rows(
      `SELECT series_id, max(through), max(${wholePeriod}) FILTER (status <> ${refused})
       FROM history_standing ${hasParts ? 'LEFT ' : ''}JOIN closes USING (seq) WHERE status <> ${plan} GROUP BY series_id`,
    );
    for (const [id, through, whole] of said)
      closed.observe(String(id), whole === null || !hasParts ? none : Number(whole), {
        closesThrough: through === null ? none : Number(through),
      });
  }
  return Float64Array.from(rows.seriesIds, (id) => closed.closedThrough(id));
}

interface Source extends PanelColumn {
  /** In SQL: the number, or the code of the text. */
  readonly select: string;
  readonly join: string;
  readonly labels: readonly string[] | null;
}

async function sourceOf(
  context: TaskContext,
  column: PanelColumn,
  of: { at: number; found: readonly string[] },
): Promise<Source> {
  const name = sqlName(segmentColumn(column.name));
  if (!of.found.includes(column.name))
    return { ...column, select: 'NULL::DOUBLE', join: '', labels: column.isText ? [] : null };
  if (!column.isText) return { ...column, select: `TRY_CAST(${name} AS DOUBLE)`, join: '', labels: null };
  const table = `panel_labels_${of.at}`;
  await context.engine.run(
    `CREATE TABLE ${table} AS SELECT e, CAST(row_number() OVER (ORDER BY e) - 1 AS DOUBLE) AS c
     FROM (SELECT DISTINCT CAST(${name} AS VARCHAR) AS e FROM history_rows WHERE ${name} IS NOT NULL)`,
  );
  const labels = await context.engine.rows(`SELECT e FROM ${table} ORDER BY c`);
  return {
    ...column,
    select: `${table}.c`,
    join: ` LEFT JOIN ${table} ON ${table}.e = CAST(${name} AS VARCHAR)`,
    labels: labels.map((row) => String(row[0])),
  };
}

interface LatestRows {
  offsets: Int32Array;
  periods: Int32Array;
  values: Float64Array;
  status: Uint8Array;
  extras: ExtraColumn[];
}

/**
 * One row per series and period: demand by the latest batch that speaks of it, which a plan does not, and each covariate
 * by the latest batch that knows it. Sorted.
 */
async function latestRows(
  context: TaskContext,
  seriesCount: number,
  columns: readonly Source[],
): Promise<LatestRows> {
  const { engine } = context;
  const plans = `period <= (SELECT max(period) FROM history) + ${planPeriodsMax}`;
  const [count] = await engine.row(
    `SELECT count(*) FROM history_rows JOIN ids ON id = series_id WHERE ${plans}`,
  );
  const rows = Number(count);
  const latest: LatestRows = {
    offsets: new Int32Array(seriesCount + 1),
    periods: new Int32Array(rows),
    values: new Float64Array(rows).fill(Number.NaN),
    status: new Uint8Array(rows).fill(ObservationStatus.plan),
    extras: [],
  };
  const cells = columns.map(() => new Float32Array(rows).fill(Number.NaN));
  const sorted = engine.chunks(
    `SELECT k, period, value, status${columns.map(({ select }) => `, ${select}`).join('')}
     FROM history_rows JOIN ids ON id = series_id${columns.map(({ join }) => join).join('')}
     WHERE ${plans} ORDER BY k, period, seq`,
    rows,
  );
  const place = { at: -1, series: -1 };
  for await (const chunk of sorted) takeChunk(chunk, { latest, cells, place });
  const { offsets } = latest;
  for (let k = 0; k < seriesCount; k++) offsets[k + 1] = (offsets[k + 1] ?? 0) + (offsets[k] ?? 0);
  const used = place.at + 1;
  return {
    offsets,
    periods: latest.periods.subarray(0, used),
    values: latest.values.subarray(0, used),
    status: latest.status.subarray(0, used),
    extras: columns.map(({ name, role, labels }, i): ExtraColumn => {
      const values = (cells[i] as Float32Array).subarray(0, used);
      if (labels === null) return { kind: 'number', name, role, values };
      const codes = Int32Array.from(values, (code) => (Number.isNaN(code) ? -1 : code));
      return { kind: 'text', name, role, codes, labels };
    }),
  };
}

function takeChunk(
  chunk: DuckDBDataChunk,
  into: {
    latest: LatestRows;
    cells: readonly Float32Array[];
    place: { at: number; series: number };
  },
): void {
  const { latest, cells, place } = into;
  const { offsets, periods, values, status } = latest;
  const [ks, ps, vs, ss] = [0, 1, 2, 3].map((column) => chunk.getColumnVector(column));
  const extras = cells.map((_, i) => chunk.getColumnVector(4 + i));
  for (let i = 0; i < chunk.rowCount; i++) {
    const k = ks?.getItem(i) as number;
    const period = ps?.getItem(i) as number;
    // The same series and period again: the later batch wins.
    if (k !== place.series || periods[place.at] !== period) {
      place.at += 1;
      offsets[k + 1] = (offsets[k + 1] ?? 0) + 1;
    }
    const { at } = place;
    place.series = k;
    periods[at] = period;
    const given = ss?.getItem(i) as number;
    if (given === ObservationStatus.refused) {
      // It says nothing against a batch before or after it; alone it makes the period unknown.
      if (status[at] === ObservationStatus.plan) status[at] = given;
    } else if (given !== ObservationStatus.plan) {
      values[at] = (vs?.getItem(i) as number | null) ?? Number.NaN;
      status[at] = given;
    }
    for (let c = 0; c < extras.length; c++) {
      const cell = extras[c]?.getItem(i) as number | null;
      if (cell !== null) (cells[c] as Float32Array)[at] = cell;
    }
  }
}
