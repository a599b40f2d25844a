// The worker's half of a sample: the first rows of a Parquet file, all columns.

import type { Transferable } from 'node:worker_threads';

import type { Dialect } from '../../../core/index.ts';
import { inDialect } from '../rows/number-reader.ts';
import type { TaskContext } from './engine.ts';
import { readRows, sourceColumns } from './read-rows.ts';
import { openSource } from './source-file.ts';
import type { SourceLimits } from './source-kind.ts';

export interface ReadSampleInput {
  readonly path: string;
  readonly limits: SourceLimits;
  readonly rowsMax: number;
  readonly dialect: Dialect;
}

export interface SampleRows {
  readonly columns: readonly string[];
  /** An empty cell is ''; a number of its own format is written as the dialect writes numbers. */
  readonly rows: readonly (readonly string[])[];
  readonly whole: boolean;
}

export function sampleCells(
  columns: readonly string[],
  cells: readonly (string | null)[],
  isNumber: readonly boolean[],
  dialect: Dialect,
): string[] {
  return columns.map((_, i) => (isNumber[i] ? inDialect(cells[i] ?? '', dialect) : (cells[i] ?? '')));
}

class Enough extends Error {}

/** @throws AppError `data/*` */
export async function readSampleTask(
  { path, limits, rowsMax, dialect }: ReadSampleInput,
  context: TaskContext,
): Promise<{ output: SampleRows; transfer: Transferable[] }> {
  const source = await openSource(path, limits);
  const columns = await sourceColumns(source, context, { dialect, limits });
  const rows: string[][] = [];
  let whole = true;
  const fields = { series: [], time: null, target: null, stockout: null, extras: columns };
  try {
    await readRows(source, limits, {
      context,
      dialect,
      fields,
      sink: ({ extras, extraIsNumber, problem }) => {
        if (problem !== null) return;
        if (rows.length >= rowsMax) throw new Enough();
        rows.push(sampleCells(columns, extras, extraIsNumber, dialect));
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
