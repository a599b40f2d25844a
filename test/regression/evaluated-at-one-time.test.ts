// `evaluate` held back the end of each series, whenever that was: an item discontinued 200 days ago was forecast from before its end,
// beside others whose demand of the days after it was known already, and scored as if it were sold.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Rng } from '../../src/core/index.ts';
import { DuckDb } from '../../src/services/data/index.ts';
import { evaluateFile } from '../../src/services/evaluation/index.ts';

let folder = '';
let db: DuckDb;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ends-'));
  db = new DuckDb({
    scratchFolder: join(folder, 'scratch'),
    timers: { setTimeout, clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout) },
  });
});
after(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

const days = 400;
const lasts: Readonly<Record<string, number>> = { live: 399, late: 394, ended30: 369, ended200: 199 };
const dateOf = (t: number): string => new Date(Date.UTC(2023, 0, 1 + t)).toISOString().slice(0, 10);

async function scored(gaps: 'missing' | 'zero') {
  const rng = new Rng(5);
  const rows = Object.entries(lasts).flatMap(([item, last]) =>
    Array.from({ length: days }, (_, t) => `${item},${dateOf(t)},${30 + rng.below(20)}`).slice(0, last + 1),
  );
  const path = join(folder, `${gaps}.csv`);
  await writeFile(path, `item,date,units\n${rows.join('\n')}\n`);
  const windows: [string, number, number][] = [];
  const { notes } = await evaluateFile(db, {
    path,
    series: ['item'],
    time: 'date',
    target: 'units',
    frequency: 'day',
    horizon: 14,
    gaps,
    threads: 0,
    models: ['snaive'],
    onForecast: ({ seriesId, firstPeriod, actual }) => windows.push([seriesId, firstPeriod, actual.length]),
  });
  return { notes, windows: windows.sort(([a], [b]) => (a < b ? -1 : 1)) };
}

test('all items are forecast from one day, and those without rows after it are left out by name of the reason', async () => {
  const { windows, notes } = await scored('missing');
  const first = Date.UTC(2023, 0, 1 + days - 14) / 86_400_000;
  assert.deepEqual(windows, [
    ['late', first, 9],
    ['live', first, 14],
  ]);
  assert.ok(notes.includes('2 series left out: their rows end before the test window.'), notes.join('\n'));
});

test('where a day without a row is one without demand, the ended ones are scored on their zeros', async () => {
  const { windows } = await scored('zero');
  assert.deepEqual(
    windows.map(([id, , steps]) => [id, steps]),
    [
      ['ended200', 14],
      ['ended30', 14],
      ['late', 14],
      ['live', 14],
    ],
  );
});
