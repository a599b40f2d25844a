// A file that ends in the middle of a period says nothing of the rest of it: no series is zero there, and the answer says why.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { periodLabel } from '../../core/index.ts';

const months = projectLike({
  name: 'months',
  grid: { frequency: 'month', weekStart: 1 },
  columns: { series: ['item'], time: 'date', target: 'units' },
  conflicts: 'sum',
  gaps: 'zero',
});
const days = projectLike({
  name: 'days',
  columns: { series: ['item'], time: 'date', target: 'units' },
  gaps: 'zero',
});

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
  for (const project of [months, days]) await fixture.store.putProject(project, 0);
});
afterEach(() => fixture.close());

/** Rows of A each day, of B each day up to one before the last month begins. */
function daily(until: string): string {
  const lines: string[] = [];
  for (let ms = Date.UTC(2023, 7, 1); ms <= Date.parse(until); ms += 86_400_000) {
    const date = new Date(ms).toISOString().slice(0, 10);
    lines.push(`A,${date},10`);
    if (date < '2024-02-01') lines.push(`B,${date},3`);
  }
  return `item,date,units\n${lines.join('\n')}\n`;
}

async function closedOf(project: typeof months, text: string, closedThrough?: string) {
  const path = await fixture.file('a.csv', text);
  const { batch, findings = [] } = await fixture.data.ingestFile(project, path, { closedThrough });
  const through = batch.closesThrough;
  return {
    through: through === null ? null : periodLabel(project.grid, through),
    said: findings.filter(({ kind }) => kind === 'unfinished').map(({ message }) => message),
  };
}

test('a month of which the rows end on the ninth is unfinished, not low, and stays open for who has no row in it', async () => {
  const { through, said } = await closedOf(months, daily('2024-02-09'));
  assert.equal(through, '2024-01-01');
  assert.match(
    said[0] ?? '',
    /^2024-02-01 is unfinished: its last row lies 28 % into it, those of earlier periods at least 97 %/,
  );
});

test('a month that is whole closes with its file', async () => {
  assert.deepEqual(await closedOf(months, daily('2024-02-29')), { through: '2024-02-01', said: [] });
});

test('the day that is today is not over, whatever the file holds', async () => {
  const lines = ['2024-05-30', '2024-05-31', '2024-06-01'].map((date) => `A,${date},1`);
  const { through, said } = await closedOf(days, `item,date,units\n${lines.join('\n')}\n`);
  assert.equal(through, '2024-05-31');
  assert.match(said[0] ?? '', /2024-06-01 is unfinished: it is not over yet/);
  const alone = await closedOf(days, 'item,date,units\nA,2024-06-01,2\n');
  assert.equal(alone.through, null);
});

test('who says what is over means that no more is', async () => {
  const said = await closedOf(months, daily('2024-02-29'), '2024-01');
  assert.equal(said.through, '2024-01-01');
});
