// The first rows of a user's file as text, for guessing what its columns hold and for short lists.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { AppError, type Dialect } from '../../core/index.ts';
import { DuckDb, type FileSample, readFileSample } from '../../services/data/index.ts';

/** Columns and rows as text; an empty cell is ''. */
export type Sample = Omit<FileSample, 'supposed' | 'isWide' | 'delimiter'> &
  Partial<Pick<FileSample, 'supposed' | 'isWide' | 'delimiter'>>;

const sampleBytesMax = 16_000_000;
const sampleRowsMax = 200_000;

/**
 * Reads the beginning of a file of any kind that `ingest` takes.
 * @param dialect how it is written; null = suppose what is likely, and say it
 * @throws AppError `data/*` as `ingest`; `cli/unreadable-file` when it holds no table
 */
export async function readSample(path: string, dialect: Dialect | null = null): Promise<Sample> {
  const sample = await readFileSample(path, {
    rowsMax: sampleRowsMax,
    bytesMax: sampleBytesMax,
    dialect,
    withEngine,
  });
  if (sample.columns.length < 2)
    throw new AppError('cli/unreadable-file', `${path} holds no table with a header and rows`);
  return sample;
}

/** Of a column's cells, a larger share that is refused as a part of the name of a series makes it none. */
const refusedShareMax = 0.05;
const keyRowsMax = 2_000;

/**
 * Why the cells of a column of the file cannot name series, though their texts could: as values of JSON, Parquet or a spreadsheet they
 * are none, true and false say. Null = they can.
 * @throws AppError `data/*` as `ingest`
 */
export async function keyProblem(
  path: string,
  column: string,
  dialect: Dialect | null,
): Promise<string | null> {
  const { rows, ragged, problem } = await readFileSample(path, {
    rowsMax: keyRowsMax,
    bytesMax: sampleBytesMax,
    dialect,
    withEngine,
    key: column,
  });
  return ragged > refusedShareMax * (rows.length + ragged) ? (problem ?? null) : null;
}

async function withEngine<T>(use: (db: DuckDb) => Promise<T>): Promise<T> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'almanac-sample-'));
  const db = new DuckDb({
    scratchFolder,
    timers: { setTimeout, clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout) },
    workersMax: 1,
  });
  try {
    return await use(db);
  } finally {
    await db.close();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}
