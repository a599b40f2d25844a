// Totals of weeks followed by days were read as one large day between zeros, and nobody said so.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DuckDb } from '../../src/services/data/index.ts';
import { evaluateFile } from '../../src/services/evaluation/index.ts';
import { projectLike } from '../fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../hostile/data-fixture.ts';

const days = projectLike({
  name: 'days',
  columns: { series: ['item'], time: 'date', target: 'units' },
  gaps: 'zero',
  units: 'hold',
});
const dateOf = (day: number): string =>
  new Date(Date.UTC(2023, 0, 2) + day * 86_400_000).toISOString().slice(0, 10);
const weeks = Array.from({ length: 20 }, (_, i) => `bolt,${dateOf(7 * i)},${700 + i}`);
const single = Array.from({ length: 40 }, (_, i) => `bolt,${dateOf(140 + i)},${95 + (i % 9)}`);
const fileOf = (...parts: (readonly string[])[]): string => ['item,date,units', ...parts.flat()].join('\n');
const said =
  /^1 of 1 series \("bolt"\) have totals of 7 days before 2023-05-22, and single days otherwise: the days between totals count as zero/;

let fixture: DataFixture;
before(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(days, 0);
});
after(() => fixture.close());

test('weeks before days are named when a file is checked, taken in and evaluated, and in what is stored', async () => {
  const path = await fixture.file('both.csv', fileOf(weeks, single));
  const grainsOf = (findings: readonly { kind: string; message: string }[] = []): string =>
    findings.find(({ kind }) => kind === 'two-grains')?.message ?? '';
  assert.match(grainsOf((await fixture.data.validateFile(days, path)).findings), said);
  assert.match(grainsOf((await fixture.data.ingestFile(days, path)).findings), said);
  assert.match(grainsOf((await fixture.data.storedProfile(days)).findings), said);
  const db = new DuckDb({
    scratchFolder: `${fixture.folder}/evaluate`,
    timers: { setTimeout, clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout) },
  });
  try {
    const { notes } = await evaluateFile(db, {
      path,
      series: ['item'],
      time: 'date',
      target: 'units',
      frequency: 'day',
      gaps: 'zero',
      horizon: 7,
      models: ['naive'],
      threads: 0,
    });
    assert.match(notes[0] ?? '', said);
  } finally {
    await db.close();
  }
});

test('a batch of days that follows one of weeks is named when it comes', async () => {
  const project = projectLike({ ...days, name: 'batches' });
  await fixture.store.putProject(project, 0);
  const first = await fixture.data.ingestFile(project, await fixture.file('weeks.csv', fileOf(weeks)));
  assert.deepEqual(
    first.findings?.filter(({ kind }) => kind === 'two-grains'),
    [],
  );
  const second = await fixture.data.ingestFile(
    project,
    await fixture.file('days.csv', fileOf(single.slice(0, 10))),
  );
  assert.match(second.findings?.find(({ kind }) => kind === 'two-grains')?.message ?? '', said);
});
