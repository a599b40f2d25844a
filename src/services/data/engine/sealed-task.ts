// The worker's half of reading demand of some periods out of the segments: the latest word on each, as a table of numbers.

import type { Transferable } from 'node:worker_threads';

import { ObservationStatus } from '../../../core/index.ts';
import type { TaskContext } from './engine.ts';
import { openSegments, type SegmentFile } from './segment-files.ts';

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
}

/** Cost: one read of the row groups that hold those periods. */
export async function sealedTask(
  { segments, from, to, cellsMax }: SealedInput,
  context: TaskContext,
): Promise<{ output: SealedValues; transfer: Transferable[] }> {
  const { engine } = context;
  await openSegments(context, 'history', segments);
  const span = to - from + 1;
  await engine.run(
    `CREATE TABLE known AS SELECT series_id AS id, period, arg_max({'v': value, 'st': status}, seq) AS w, CAST(max(seq) AS INTEGER) AS b
     FROM history WHERE period BETWEEN ${from} AND ${to} GROUP BY series_id, period`,
  );
  const seriesIds = (await engine.rows('SELECT DISTINCT id FROM known'))
    .map((row) => String(row[0]))
    .sort((a, b) => (a < b ? -1 : 1))
    .slice(0, Math.floor(cellsMax / span));
  const places = new Map(seriesIds.map((id, place) => [id, place]));
  const values = new Float64Array(seriesIds.length * span).fill(noRow);
  const batchSeqs = new Int32Array(values.length);
  const [count] = await engine.row('SELECT count(*) FROM known');
  for await (const chunk of engine.chunks('SELECT id, period, w.v, w.st, b FROM known', Number(count))) {
    const [ids, periods, demand, status, seqs] = [0, 1, 2, 3, 4].map((column) =>
      chunk.getColumnVector(column),
    );
    for (let i = 0; i < chunk.rowCount; i++) {
      const place = places.get(String(ids?.getItem(i)));
      if (place === undefined) continue;
      const value = (demand?.getItem(i) as number | null) ?? Number.NaN;
      const at = place * span + (periods?.getItem(i) as number) - from;
      const given = status?.getItem(i) as number;
      values[at] =
        given === ObservationStatus.stockout
          ? outOfStock
          : given === ObservationStatus.observed
            ? value
            : Number.NaN;
      batchSeqs[at] = seqs?.getItem(i) as number;
    }
  }
  const buffers = [values.buffer, batchSeqs.buffer];
  return { output: { from, to, seriesIds, values, batchSeqs }, transfer: buffers as Transferable[] };
}
