// Working weeks from Sunday to Thursday, of which only those from Monday to Friday were tried: a week has five periods that begin on
// Sunday, Thursday is followed by Sunday, and each weekday keeps its own demand.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { periodLabel, Rng } from '../../src/core/index.ts';
import { guessGrid } from '../../src/interfaces/cli/guessing/guess-grid.ts';
import { DuckDb } from '../../src/services/data/index.ts';
import { evaluateFile } from '../../src/services/evaluation/index.ts';

const dayMs = 86_400_000;
/** A Sunday. */
const begin = Date.UTC(2023, 0, 1);
/** By day of the week, Sunday first. */
const levels = [200, 100, 120, 80, 150];
const weeks = 60;
const days = Array.from({ length: 7 * weeks }, (_, t) => begin + t * dayMs);
const weekdayOf = (ms: number): number => new Date(ms).getUTCDay();
const worked = days.filter((ms) => weekdayOf(ms) < 5);
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

let folder = '';
let db: DuckDb;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sunday-'));
  db = new DuckDb({
    scratchFolder: join(folder, 'scratch'),
    timers: { setTimeout, clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout) },
  });
});
after(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

test('the week is guessed from the rows', () => {
  const { grid } = guessGrid('day', worked, { name: 'date', isEvents: false, isWhole: true });
  assert.deepEqual(grid.workdays, [0, 1, 2, 3, 4]);
});

for (const seasons of [undefined, [5]])
  test(`each weekday is forecast at its own level, and no other day (seasons: ${seasons ?? 'by frequency'})`, async () => {
    const rng = new Rng(4);
    const rows = ['bolt', 'nut'].flatMap((item) =>
      worked.map((ms) => `${item},${dateOf(ms)},${rng.poisson(levels[weekdayOf(ms)] as number)}`),
    );
    // A Friday is no day of this grid.
    rows.push(`bolt,${dateOf(begin + 5 * dayMs)},9`);
    const path = join(folder, 'orders.csv');
    await writeFile(path, `item,date,units\n${rows.join('\n')}\n`);
    const seen: string[] = [];
    const { refused, seasons: used } = await evaluateFile(db, {
      path,
      series: ['item'],
      time: 'date',
      target: 'units',
      frequency: 'day',
      workdays: [0, 1, 2, 3, 4],
      seasons,
      horizon: 10,
      gaps: 'zero',
      threads: 0,
      onForecast: ({ firstPeriod, mean, actual }, grid) => {
        for (const [k, value] of mean.entries()) {
          const label = periodLabel(grid, firstPeriod + k);
          const level = levels[weekdayOf(Date.parse(label))] ?? 0;
          assert.ok(Math.abs(value - level) < 0.15 * level, `${label}: ${value} for ${level}`);
          assert.ok((actual[k] as number) > 0, label);
          seen.push(label);
        }
      },
    });
    assert.deepEqual(used, [5]);
    assert.equal(refused.rows, 1);
    assert.deepEqual(seen.slice(0, 10), worked.slice(-10).map(dateOf));
  });
