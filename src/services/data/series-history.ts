// What is stored of one series, period by period, and of all series at a glance.

import { type CovariateValues, ObservationStatus, type Project } from '../../core/index.ts';
import type { DataContext } from './data-options.ts';
import type { SeriesFigures, SeriesFiguresInput } from './engine/figures-task.ts';
import type { SeriesRow } from './engine/series-task.ts';
import { localSegments } from './segments.ts';
import { storedRows } from './stored-rows.ts';

/** Rows of one series read at most: a period may have been corrected many times. */
const rowsMax = 200_000;

/** What is known of one period of a series. */
export interface KnownPeriod {
  readonly period: number;
  /** Demand, or what was sold of a stock-out; NaN = unknown. */
  readonly value: number;
  /** What rows say of demand; `plan` = nothing, as no row does or they were taken back. */
  readonly status: ObservationStatus;
  /** Each by the latest row that knows it. */
  readonly covariates: CovariateValues;
}

/**
 * The periods of a series that rows speak of, ascending; plans among them, of which the status is `plan`.
 * Cost: O(periods asked for); where some of them are sealed also one task of the engine over the segments that hold such periods.
 */
export async function seriesHistory(
  context: DataContext,
  project: Project,
  of: { readonly seriesId: string; readonly from: number; readonly to: number },
): Promise<KnownPeriod[]> {
  const { seriesId, from, to } = of;
  const columns = [...(project.columns.known ?? []), ...(project.columns.past ?? [])];
  // The tail first: what is sealed and removed meanwhile is in both, which says it twice and changes nothing.
  const tail = await context.store.readSeriesRows(project.name, { seriesId, periodMin: from, periodMax: to });
  const all = await context.store.listSegments(project.name, { batchSeqMax: Number.MAX_SAFE_INTEGER });
  const near = all.filter(({ periodMin, periodMax }) => periodMin <= to && periodMax >= from);
  const sealed =
    near.length === 0
      ? []
      : await context.engine.run(
          'seriesRows',
          { segments: await localSegments(context, near), seriesId, from, to, columns, rowsMax },
          { limitMs: context.limitMs },
        );
  const waiting = tail.map(
    ({ period, value, status, batchSeq, covariates = {} }): SeriesRow => ({
      period,
      value: Number.isFinite(value) ? value : null,
      status,
      batchSeq,
      cells: columns.map((name) => covariates[name] ?? null),
    }),
  );
  return mergedRows([...sealed, ...waiting], columns);
}

/** @param rows in any order */
function mergedRows(rows: readonly SeriesRow[], columns: readonly string[]): KnownPeriod[] {
  const known = new Map<number, { value: number; status: ObservationStatus; covariates: Cells }>();
  for (const { period, value, status, cells } of [...rows].sort((a, b) => a.batchSeq - b.batchSeq)) {
    const at = known.get(period) ?? { value: Number.NaN, status: ObservationStatus.plan, covariates: {} };
    known.set(period, at);
    columns.forEach((name, c) => {
      const cell = cells[c] ?? null;
      if (cell !== null) at.covariates[name] = cell;
    });
    if (status === ObservationStatus.plan) continue;
    // One that was refused never wins over another word.
    if (status === ObservationStatus.refused && at.status !== ObservationStatus.plan) continue;
    const isTakenBack = status === ObservationStatus.withdrawn;
    at.value = isTakenBack ? Number.NaN : (value ?? Number.NaN);
    at.status = isTakenBack ? ObservationStatus.plan : status;
  }
  return [...known].sort(([a], [b]) => a - b).map(([period, at]): KnownPeriod => ({ period, ...at }));
}

type Cells = Record<string, number | string>;

/** What is known of each series at a glance. Cost: one reading of the history, in a worker. */
export async function seriesFigures(
  context: DataContext,
  project: Project,
  of: Omit<SeriesFiguresInput, 'stored'>,
): Promise<SeriesFigures> {
  const { engine, limitMs } = context;
  const stored = await storedRows(context, project.name);
  return await engine.run('seriesFigures', { ...of, stored }, { limitMs });
}
