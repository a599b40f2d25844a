// The worker's half of a sample: the first rows of a Parquet file, all columns.

import type { Transferable } from 'node:worker_threads';

import type { TaskContext } from './engine.ts';
import { readRows, sourceColumns } from './read-rows.ts';
import { openSource } from './source-file.ts';
import type { SourceLimits } from './source-kind.ts';

export interface ReadSampleInput {
  readonly path: string;
  readonly limits: SourceLimits;
  readonly rowsMax: number;
}

export interface SampleRows {
  readonly columns: readonly string[];
  /** An empty cell is ''. */
  readonly rows: readonly (readonly string[])[];
  readonly whole: boolean;
}

class Enough extends Error {}

/** @throws AppError `data/*` */
export async function readSampleTask(
  { path, limits, rowsMax }: ReadSampleInput,
  context: TaskContext,
): Promise<{ output: SampleRows; transfer: Transferable[] }> {
  const source = await openSource(path, limits);
  const columns = await sourceColumns(source, context);
  const rows: string[][] = [];
  let whole = true;
  const fields = { series: [], time: null, target: null, stockout: null, extras: columns };
  try {
    await readRows(source, limits, {
      context,
      fields,
      sink: ({ extras }) => {
        if (rows.length >= rowsMax) throw new Enough();
        rows.push(extras.map((cell) => cell ?? ''));
      },
    });
  } catch (error) {
    if (!isEnough(error)) throw error;
    whole = false;
  }
  return { output: { columns, rows, whole }, transfer: [] };
}

function isEnough(error: unknown): boolean {
  return error instanceof Enough || (error instanceof Error && error.cause instanceof Enough);
}
