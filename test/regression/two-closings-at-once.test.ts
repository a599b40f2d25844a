// When the usual reporters had come for one period and the lateness of a later one had passed between two looks, both closings
// were of the whole project: the database refused the pair, and nothing closed in that project ever again.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { periodOf } from '../../src/core/index.ts';
import { type DataFixture, openDataFixture, project } from '../hostile/data-fixture.ts';

const dayMs = 86_400_000;
const first = periodOf(project.grid, Date.UTC(2024, 4, 1));

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

function rows(ids: readonly string[], periods: readonly number[]): string {
  return ids
    .flatMap((id) =>
      periods.map((period) => `${id},${new Date(period * dayMs).toISOString().slice(0, 10)},5,0`),
    )
    .join('\n');
}

test('what reporters close and what lateness closes may be found at once', async () => {
  const { data, clock } = fixture;
  const send = (lines: string): Promise<unknown> =>
    data.ingestBody(project, Buffer.from(`item,date,units,out\n${lines}\n`), { format: 'csv' });
  const days = Array.from({ length: 20 }, (_, i) => first + i);
  await send(`${rows(['a', 'b'], days)}\n${rows(['a'], [first + 20])}`);
  clock.moveTo(clock.now() + 2 * dayMs);
  await data.closePeriods(project);
  assert.equal(await data.projectClock(project.name), first + 20);
});
