// The worker's half of what is known of every series at a glance: how much was asked for in a window, at which price, and how it varies.

import type { Transferable } from 'node:worker_threads';
import { ObservationStatus } from '../../../core/index.ts';
import { segmentColumn } from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import { openSegments } from './segment-files.ts';
import { sqlName } from './sql-text.ts';
import { type StoredRows, tailFile } from './stored-words.ts';

export interface SeriesFiguresInput {
  readonly stored: StoredRows;
  /** Periods that are summed up, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Periods of a year before, of which the sum is wanted too, inclusive. */
  readonly before: { readonly from: number; readonly to: number };
  /** The column of the price, which is a number; null = there is none. */
  readonly price: string | null;
}

/** Arrays of shape [series]. */
export interface SeriesFigures {
  readonly from: number;
  readonly to: number;
  /** In the order of `<`. */
  readonly ids: readonly string[];
  /** First and newest period with a row of demand. */
  readonly first: Int32Array;
  readonly newest: Int32Array;
  /** In the window: periods with demand known, and rows that say that it is unknown. */
  readonly known: Int32Array;
  readonly unknown: Int32Array;
  /** Of the known demand of the window: its sum, and that of its squares. */
  readonly units: Float64Array;
  readonly squares: Float64Array;
  /** Mean price by units of the periods of the window with both; else the plain mean; NaN = none is known. */
  readonly price: Float64Array;
  /** Sum of the known demand of `before`, and how many of its periods are known. */
  readonly unitsBefore: Float64Array;
  readonly knownBefore: Int32Array;
}

/** Cost: one read of the segments, and one group of the rows of the window by series and period. */
export async function seriesFiguresTask(
  { stored, from, to, before, price }: SeriesFiguresInput,
  context: TaskContext,
): Promise<{ output: SeriesFigures; transfer: Transferable[] }> {
  const { engine } = context;
  const segments = [...stored.segments, ...(await tailFile(context, stored.tail))];
  const { covariates } = await openSegments(context, 'history', segments);
  const { plan, refused, withdrawn, observed } = ObservationStatus;
  const priceCell =
    price !== null && covariates.includes(price)
      ? `TRY_CAST(arg_max(${sqlName(segmentColumn(price))}, seq) FILTER (${sqlName(segmentColumn(price))} IS NOT NULL) AS DOUBLE)`
      : 'NULL::DOUBLE';
  const inWindow = `period BETWEEN ${from} AND ${to}`;
  const isBefore = `period BETWEEN ${before.from} AND ${before.to}`;
  await engine.run(
    `CREATE TABLE latest AS SELECT series_id, period, w.v AS v, w.st AS st, c FROM (
       SELECT series_id, period, ${priceCell} AS c,
         arg_max({'v': value, 'st': status}, seq) FILTER (status NOT IN (${plan}, ${refused})) AS w
       FROM history_rows WHERE ${inWindow} OR ${isBefore} GROUP BY series_id, period)
     WHERE w IS NOT NULL AND w.st <> ${withdrawn}`,
  );
  const known = `st = ${observed} AND isfinite(v)`;
  const priced = `${inWindow} AND ${known} AND c > 0`;
  await engine.run(
    `CREATE TABLE figures AS SELECT series_id AS id,
       CAST(count(*) FILTER (${inWindow} AND ${known}) AS INTEGER) AS n,
       CAST(count(*) FILTER (${inWindow} AND NOT (${known})) AS INTEGER) AS u,
       coalesce(sum(v) FILTER (${inWindow} AND ${known}), 0) AS s,
       coalesce(sum(v * v) FILTER (${inWindow} AND ${known}), 0) AS q,
       CASE WHEN sum(v) FILTER (${priced}) > 0 THEN sum(c * v) FILTER (${priced}) / sum(v) FILTER (${priced})
         ELSE avg(c) FILTER (${inWindow} AND c > 0) END AS p,
       coalesce(sum(v) FILTER (${isBefore} AND ${known}), 0) AS sb,
       CAST(count(*) FILTER (${isBefore} AND ${known}) AS INTEGER) AS nb
     FROM latest GROUP BY series_id`,
  );
  const [count] = await engine.row('SELECT count(DISTINCT series_id) FROM history');
  const size = Number(count);
  const output: SeriesFigures = {
    from,
    to,
    ids: new Array<string>(size),
    first: new Int32Array(size),
    newest: new Int32Array(size),
    known: new Int32Array(size),
    unknown: new Int32Array(size),
    units: new Float64Array(size),
    squares: new Float64Array(size),
    price: new Float64Array(size).fill(Number.NaN),
    unitsBefore: new Float64Array(size),
    knownBefore: new Int32Array(size),
  };
  const sorted = engine.chunks(
    `SELECT series_id, f, l, n, u, s, q, p, sb, nb FROM
       (SELECT series_id, min(period) AS f, max(period) AS l FROM history GROUP BY series_id)
     LEFT JOIN figures ON id = series_id ORDER BY series_id`,
    size,
  );
  const columns = [
    output.first,
    output.newest,
    output.known,
    output.unknown,
    output.units,
    output.squares,
    output.price,
    output.unitsBefore,
    output.knownBefore,
  ];
  let at = 0;
  for await (const chunk of sorted) {
    const vectors = Array.from({ length: columns.length + 1 }, (_, i) => chunk.getColumnVector(i));
    for (let i = 0; i < chunk.rowCount; i++, at++) {
      (output.ids as string[])[at] = String(vectors[0]?.getItem(i));
      for (const [c, column] of columns.entries()) {
        const value = vectors[c + 1]?.getItem(i) as number | null;
        if (value !== null) column[at] = value;
      }
    }
  }
  return { output, transfer: columns.map((column) => column.buffer as Transferable) };
}
