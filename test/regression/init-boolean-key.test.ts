// `init` named series by a column of true and false, of which `ingest` then refused every row.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { isAppError } from '../../src/core/index.ts';
import { guessFile } from '../../src/interfaces/cli/guessing/guess-file.ts';

type Row = Record<string, unknown>;

const date = (i: number): string => new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
const ndjson = (rows: readonly Row[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const guess = (path: string, series?: readonly string[]) =>
  guessFile([path], () => (series === undefined ? {} : { series }), { dialect: undefined, now: 0 });

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-keys-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('what only a boolean tells apart is asked about; written as text it names series', () =>
  inFolder(async (folder) => {
    const rows = (word: (active: boolean) => unknown): Row[] =>
      Array.from({ length: 120 }, (_, i) => ({
        item: 'A',
        active: word(i % 2 === 0),
        date: date(Math.floor(i / 2)),
        units: (i * 7) % 11,
      }));
    const path = join(folder, 'a.ndjson');
    await writeFile(path, ndjson(rows((active) => active)));
    await assert.rejects(
      guess(path),
      (error) =>
        isAppError(error, 'cli/no-guess') && /"active" is true.*Write it as text/.test(error.message),
    );
    await assert.rejects(guess(path, ['item', 'active']), /what --series names cannot name series/);
    const parquet = join(folder, 'a.parquet');
    const db = await (await DuckDBInstance.create()).connect();
    await db.run(
      `COPY (SELECT item, active, CAST(date AS DATE) AS date, units FROM read_json('${path}')) TO '${parquet}'`,
    );
    db.closeSync();
    await assert.rejects(guess(parquet), /"active" is true.*Write it as text/);
    await writeFile(path, ndjson(rows(String)));
    assert.deepEqual((await guess(path)).guessed.project.columns?.series, ['item', 'active']);
  }));

test('a boolean that nothing needs to be told apart by names no series, and that is said', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'a.ndjson');
    const rows = Array.from({ length: 120 }, (_, i) => ({
      store: i % 2 === 0,
      shelf: i % 2,
      date: date(Math.floor(i / 2)),
      units: (i * 7) % 11,
    }));
    await writeFile(path, ndjson(rows));
    const { guessed } = await guess(path);
    assert.deepEqual(guessed.project.columns?.series, 'shelf');
    assert.match(guessed.notes.join('\n'), /Names no series.*store: its field "store" is true/);
  }));
