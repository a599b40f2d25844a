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
  /** See `SampleOptions`. */
  readonly key?: string | undefined;
}

export interface SampleRows {
  readonly columns: readonly string[];
  /** An empty cell is ''; a number of its own format is written as the dialect writes numbers. */
  readonly rows: readonly (readonly string[])[];
  readonly whole: boolean;
  /** Rows left out because they are broken, and what is wrong with the first of them. */
  readonly ragged: number;
  readonly problem?: string | undefined;
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
  { path, limits, rowsMax, dialect, key }: ReadSampleInput,
  context: TaskContext,
): Promise<{ output: SampleRows; transfer: Transferable[] }> {
  const source = await openSource(path, limits);
  const columns = key === undefined ? await sourceColumns(source, context, { dialect, limits }) : [];
  const rows: string[][] = [];
  let whole = true;
  let ragged = 0;
  let first: string | undefined;
  const series = key === undefined ? [] : [key];
  const fields = { series, time: null, target: null, stockout: null, extras: columns };
  try {
    await readRows(source, limits, {
      context,
      dialect,
      fields,
      sink: ({ extras, extraIsNumber, problem }) => {
        if (rows.length + ragged >= rowsMax) throw new Enough();
        if (problem !== null) {
          ragged += 1;
          first ??= problem;
        } else rows.push(sampleCells(columns, extras, extraIsNumber, dialect));
      },
    });
  } catch (error) {
    if (!isEnough(error)) throw error;
    whole = false;
  }
  return { output: { columns, rows, whole, ragged, problem: first }, transfer: [] };
}

function isEnough(error: unknown): boolean {
  return error instanceof Enough || (error instanceof Error && error.cause instanceof Enough);
}
