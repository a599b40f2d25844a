// One row far ahead (step 900000000 in a project that ended at 100) took every other series out of service, for good.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Project, periodOf } from '../../src/core/index.ts';
import { projectLike } from '../fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

const steps = projectLike({
  name: 'steps',
  grid: { frequency: 'step', weekStart: 1 },
  columns: { series: ['item'], time: 't', target: 'units' },
});
const days = projectLike({ name: 'days', columns: { series: ['item'], time: 't', target: 'units' } });
const today = periodOf(days.grid, Date.UTC(2024, 5, 1));

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
  for (const project of [steps, days]) await fixture.store.putProject(project, 0);
});
afterEach(() => fixture.close());

type Row = readonly [item: string, period: number];

function csv(project: Project, rows: readonly Row[]): string {
  const label = (period: number): string =>
    project === steps ? String(period) : new Date(period * 86_400_000).toISOString().slice(0, 10);
  return `item,t,units\n${rows.map(([item, period]) => `${item},${label(period)},5`).join('\n')}\n`;
}

const items = Array.from({ length: 12 }, (_, i) => `i${i}`);
const history = (last: number, from = items): Row[] =>
  from.flatMap((item) => Array.from({ length: 100 }, (_, i): Row => [item, last - 99 + i]));
const all = (period: number): Row[] => items.map((item) => [item, period]);

async function send(project: Project, rows: readonly Row[], closedThrough?: string): Promise<number> {
  const body = Buffer.from(csv(project, rows));
  const closes = closedThrough === undefined ? {} : { closedThrough };
  const { batch } = await fixture.data.ingestBody(project, body, { format: 'csv', ...closes });
  await fixture.data.closePeriods(project);
  assert.equal(batch.quarantinedByCode['far-ahead'] ?? 0, batch.rowsQuarantined);
  return batch.rowsQuarantined;
}

async function file(project: Project, rows: readonly Row[]): Promise<number> {
  const path = await fixture.file('rows.csv', csv(project, rows));
  const { batch } = await fixture.data.ingestFile(project, path);
  assert.equal(batch.quarantinedByCode['far-ahead'] ?? 0, batch.rowsQuarantined);
  return batch.rowsQuarantined;
}

const clock = (project: Project): Promise<number | null> => fixture.data.projectClock(project.name);

test('a step far ahead is set aside with what to do, by body and by file, and moves nothing', async () => {
  await file(steps, history(100));
  assert.equal(await clock(steps), 100);
  for (const step of [900_000_000, 100_000, 129]) assert.equal(await send(steps, [['i0', step]]), 1);
  assert.equal(await file(steps, [...all(101), ['i0', 100_000]]), 1);
  assert.equal((await fixture.store.historyTotals(steps.name)).periodMax, 101);
  const [row] = await fixture.data.quarantine(steps.name, { limit: 1 });
  assert.match(
    String(row?.reason),
    /^129 is 29 periods after 100, .*closedThrough|^100000 is 99899 periods after 101/,
  );
  assert.equal(await send(steps, [['i0', 128]]), 0);
  await fixture.data.seal(steps.name);
  const { id } = await fixture.data.createSnapshot(steps.name);
  const { series } = await fixture.data.readPanel(steps, id);
  assert.deepEqual(
    series.map(({ values }) => values.length),
    [128, ...items.slice(1).map(() => 101)],
  );
});

test('in a first batch too, a lone row far from the bulk is set aside', async () => {
  assert.equal(await send(steps, [...history(100), ['i3', 5000]]), 1);
  assert.equal(await file(days, [...history(today - 500), ['i3', today]]), 1);
  assert.equal(await clock(days), today - 500);
});

test('after a long pause a usual upload is taken, a lone row beside it that is farther still is not', async () => {
  await file(days, history(today - 400));
  assert.equal(await send(days, [['i1', today]]), 1);
  assert.equal(await send(days, all(today - 200)), 0);
  assert.equal(await send(days, [...all(today - 100), ['i1', today]]), 1);
  assert.equal(await file(days, all(today - 1)), 0);
  await file(steps, history(100));
  assert.equal(await send(steps, [...all(1000), ['i1', 5000]]), 1);
  assert.equal(await send(steps, all(900_000_000)), 12);
});

test('one series alone goes on after a pause where time passes by itself, and what its sender closes is not too far', async () => {
  await file(days, history(today - 400, ['only']));
  assert.equal(await send(days, [['only', today]]), 0);
  await file(steps, history(100, ['only']));
  assert.equal(await send(steps, [['only', 1000]]), 1);
  assert.equal(await send(steps, [['only', 1000]], '1000'), 0);
  assert.equal(await clock(steps), 1000);
});
