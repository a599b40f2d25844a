// The worker's half of reading demand of some periods out of the segments: the latest word on each, as a table of numbers.

import type { Transferable } from 'node:worker_threads';

import { ObservationStatus } from '../../../core/index.ts';
import type { TaskContext } from './engine.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';
import { sqlText } from './sql-text.ts';

/** Values beside demand itself, which is finite, and NaN where it is unknown. */
export const noRow: number = Number.NEGATIVE_INFINITY;
export const outOfStock: number = Number.POSITIVE_INFINITY;

export interface SealedInput {
  readonly segments: readonly SegmentFile[];
  /** Inclusive. */
  readonly from: number;
  readonly to: number;
  /** Series × periods at most: the series that come last are left out. */
  readonly cellsMax: number;
  /** Only these; absent = all. */
  readonly series?: readonly string[] | undefined;
}

export interface SealedValues {
  readonly from: number;
  readonly to: number;
  /** In the order of `<`. */
  readonly seriesIds: readonly string[];
  /** Shape [series × periods]: demand, NaN = unknown, `outOfStock`, `noRow`. */
  readonly values: Float64Array;
  /** Shape [series × periods]: of which batch it is; 0 = no row. */
  readonly batchSeqs: Int32Array;
  /** Whether series were left out, which are those after the last of `seriesIds`. */
  readonly isCut: boolean;
}

/** Cost: one read of the row groups that hold those periods. */
export async function sealedTask(
  { segments, from, to, cellsMax, series }: SealedInput,
  context: TaskContext,
): Promise<{ output: SealedValues; transfer: Transferable[] }> {
  const { engine } = context;
  await openSegments(context, 'history', segments);
  const span = to - from + 1;
  const wanted = series === undefined ? '' : ` AND series_id IN (${series.map(sqlText).join()})`;
  await engine.run(
    `CREATE TABLE known AS SELECT series_id AS id, period, arg_max({'v': value, 'st': status}, seq) AS w, CAST(max(seq) AS INTEGER) AS b
     FROM history WHERE period BETWEEN ${from} AND ${to}${wanted} GROUP BY series_id, period`,
  );
  await engine.run(
    `CREATE TABLE numbered AS SELECT id, CAST(row_number() OVER () - 1 AS INTEGER) AS n FROM (SELECT DISTINCT id FROM known)`,
  );
  const all = (await engine.rows('SELECT id FROM numbered ORDER BY n')).map((row) => String(row[0]));
  const order = Uint32Array.from(all, (_, n) => n).sort((a, b) =>
    (all[a] as string) < (all[b] as string) ? -1 : 1,
  );
  const size = Math.min(all.length, Math.floor(cellsMax / span));
  const seriesIds = Array.from(order.subarray(0, size), (n) => all[n] as string);
  const places = new Int32Array(all.length).fill(-1);
  for (let place = 0; place < size; place++) places[order[place] as number] = place;
  const values = new Float64Array(size * span).fill(noRow);
  const batchSeqs = new Int32Array(values.length);
  const [count] = await engine.row('SELECT count(*) FROM known');
  const rows = `SELECT n, CAST(period AS INTEGER), coalesce(w.v, 'nan'::DOUBLE), w.st, b FROM known JOIN numbered USING (id)`;
  for await (const chunk of engine.chunks(rows, Number(count))) {
    const [numbers, periods, demand, status, seqs] = [0, 1, 2, 3, 4].map(
      (column) => (chunk.getColumnVector(column) as unknown as { items: ArrayLike<number> }).items,
    ) as [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>, ArrayLike<number>];
    for (let i = 0; i < chunk.rowCount; i++) {
      const place = places[numbers[i]!]!;
      if (place < 0) continue;
      const at = place * span + periods[i]! - from;
      const given = status[i]!;
      values[at] =
        given === ObservationStatus.stockout
          ? outOfStock
          : given === ObservationStatus.observed
            ? demand[i]!
            : Number.NaN;
      batchSeqs[at] = seqs[i]!;
    }
  }
  const buffers = [values.buffer, batchSeqs.buffer];
  const isCut = size < all.length;
  return { output: { from, to, seriesIds, values, batchSeqs, isCut }, transfer: buffers as Transferable[] };
}
