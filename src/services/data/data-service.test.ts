import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

import { type DataFixture, openDataFixture, project } from '../../../test/hostile/data-fixture.ts';
import { isAppError, ObservationStatus, periodOf } from '../../core/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

const header = 'item,date,units,out\n';

function csv(...rows: string[]): string {
  return `${header}${rows.join('\n')}\n`;
}

function day(date: string): number {
  return periodOf(project.grid, Date.parse(date));
}

function body(text: string): Uint8Array {
  return Buffer.from(text);
}

async function rowsSince(batchSeq: number): Promise<TailRow[]> {
  const rows: TailRow[] = [];
  for await (const page of fixture.data.observationsSince(project.name, batchSeq)) rows.push(...page.rows);
  return rows;
}

/** The latest panel as `{series: [start, …values]}`. */
async function panelOf(snapshotId: string, given = project): Promise<Record<string, number[]>> {
  const panel = await fixture.data.readPanel(given, snapshotId);
  return Object.fromEntries(panel.series.map((series) => [series.id, [series.start, ...series.values]]));
}

test('a file becomes one batch: good rows land, bad rows are kept with number, code, reason and text', async () => {
  const path = await fixture.file(
    'sales.csv',
    csv('a,2024-05-01,5,0', 'a,2024-05-02,"1,234",0', 'b,2024-05-01,-3,0', 'a,2024-05-01,5,0', 'short,row'),
  );
  const { batch, replayed } = await fixture.data.ingestFile(project, path);
  assert.equal(replayed, false);
  assert.deepEqual([batch.rowsAccepted, batch.rowsDuplicate, batch.rowsQuarantined], [1, 1, 3]);
  assert.deepEqual(batch.quarantinedByCode, { 'bad-number': 1, negative: 1, 'bad-row': 1 });
  assert.deepEqual(
    [batch.periodMin, batch.periodMax, batch.sealed],
    [day('2024-05-01'), day('2024-05-01'), true],
  );
  const quarantined = await fixture.data.quarantine(project.name, { limit: 10 });
  assert.deepEqual(
    quarantined.map(({ row, code, raw }) => [row, code, raw]),
    [
      [2, 'bad-number', 'a,2024-05-02,"1,234",0'],
      [3, 'negative', 'b,2024-05-01,-3,0'],
      [5, 'bad-row', 'short,row'],
    ],
  );
  assert.equal((await fixture.data.quarantine(project.name, { code: 'negative', limit: 10 })).length, 1);
  assert.deepEqual(await readdir(join(fixture.folder, 'scratch')), []);
});

test('the same file lands once; the same key with other bytes is refused', async () => {
  const path = await fixture.file('a.csv', csv('a,2024-05-01,5,0'));
  const first = await fixture.data.ingestFile(project, path);
  const again = await fixture.data.ingestFile(project, path);
  assert.equal(again.replayed, true);
  assert.equal(again.batch.id, first.batch.id);
  const options = { format: 'csv', idempotencyKey: 'k1' } as const;
  const sent = await fixture.data.ingestBody(project, body(csv('a,2024-05-02,5,0')), options);
  const resent = await fixture.data.ingestBody(project, body(csv('a,2024-05-02,5,0')), options);
  assert.deepEqual([sent.replayed, resent.replayed, resent.batch.id], [false, true, sent.batch.id]);
  await assert.rejects(fixture.data.ingestBody(project, body(csv('a,2024-05-02,6,0')), options), (error) =>
    isAppError(error, 'data/idempotency-conflict'),
  );
  assert.equal((await rowsSince(0)).length, 2);
});

test('bodies without a key are batches of their own, so that a correction can be taken back', async () => {
  for (const value of [5, 6, 5])
    await fixture.data.ingestBody(project, body(csv(`a,2024-05-01,${value},0`)), { format: 'csv' });
  const period = day('2024-05-01');
  const [latest] = await fixture.store.readActuals(project.name, { periodMin: period, periodMax: period });
  assert.deepEqual([latest?.value, latest?.batchSeq], [5, 3]);
});

test('a file that is refused leaves nothing behind', async () => {
  const path = await fixture.file(
    'broken.csv',
    Buffer.concat([Buffer.from(csv(...Array(80_000).fill('a,2024-05-01,5,0'))), Buffer.of(0xff)]),
  );
  await assert.rejects(fixture.data.ingestFile(project, path), (error) =>
    isAppError(error, 'data/bad-encoding'),
  );
  assert.deepEqual(await fixture.store.listBatches(project.name, { afterSeq: 0, limit: 10 }), []);
  assert.deepEqual(await readdir(join(fixture.folder, 'scratch')), []);
});

test('a file and a body go through the same rules', async () => {
  const rows = fc.array(
    fc
      .tuple(
        fc.constantFrom('a', 'b', '"c,d"', '', 'ü/x'),
        fc.constantFrom('2024-05-01', '2024-05-02', '2024-05-02 12:00', '2024-02-30', '2030-01-01'),
        fc.constantFrom('1', '2', '', 'x', '-1', '1e9', '0.5'),
        fc.constantFrom('', '0', '1', '?'),
      )
      .map((fields) => fields.join(',')),
    { minLength: 1, maxLength: 30 },
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom('quarantine', 'last', 'sum'), async (lines, conflicts) => {
      run += 1;
      const [one, two] = [`f${run}`, `b${run}`].map((name) => ({ ...project, name, conflicts }) as const);
      assert.ok(one && two);
      await fixture.store.putProject(one, 0);
      await fixture.store.putProject(two, 0);
      const text = csv(...lines);
      const file = await fixture.data.ingestFile(one, await fixture.file(`f${run}.csv`, text));
      const sent = await fixture.data.ingestBody(two, body(text), { format: 'csv' });
      for (const field of ['rowsAccepted', 'rowsDuplicate', 'rowsQuarantined', 'quarantinedByCode'] as const)
        assert.deepEqual(file.batch[field], sent.batch[field], field);
      const observed: unknown[] = [];
      for (const name of [one.name, two.name]) {
        const all: unknown[] = [];
        for await (const page of fixture.data.observationsSince(name, 0))
          all.push(
            ...page.rows.map(({ seriesId, period, value, status }) => [seriesId, period, value, status]),
          );
        observed.push(all.sort((a, b) => (String(a) < String(b) ? -1 : 1)));
        const quarantined = await fixture.data.quarantine(name, { limit: 100 });
        observed.push(quarantined.map(({ batchId: _, ...row }) => row).sort((a, b) => a.row - b.row));
      }
      assert.deepEqual(observed[0], observed[2]);
      assert.deepEqual(observed[1], observed[3]);
    }),
    { numRuns: 15 },
  );
});

test('the later batch wins, in panels and in what servers read, and nothing is overwritten', async () => {
  const { data } = fixture;
  await data.ingestFile(project, await fixture.file('a.csv', csv('a,2024-05-01,1,0', 'a,2024-05-03,3,0')));
  const before = await data.createSnapshot(project.name);
  await data.ingestBody(project, body(csv('a,2024-05-01,10,0', 'b,2024-05-02,2,0')), { format: 'csv' });
  await data.ingestBody(project, body(csv('a,2024-05-01,11,0')), { format: 'csv' });
  assert.deepEqual(await data.seal(project.name), { segments: 1, batches: 2, rows: 3 });
  assert.deepEqual(await data.seal(project.name), { segments: 0, batches: 0, rows: 0 });
  const after = await data.createSnapshot(project.name);
  assert.deepEqual(await panelOf(before.id), { a: [day('2024-05-01'), 1, 0, 3] });
  assert.deepEqual(await panelOf(after.id), {
    a: [day('2024-05-01'), 11, 0, 3],
    b: [day('2024-05-02'), 2, 0],
  });
  assert.deepEqual(await data.diffSnapshots(project.name, before.id, after.id), {
    from: before.id,
    to: after.id,
    rowsAdded: 1,
    rowsRemoved: 0,
    corrections: 1,
    seriesAdded: 1,
    seriesRemoved: 0,
    correctionExamples: [{ seriesId: 'a', period: 19844, before: 1, after: 11 }],
    seriesAddedExamples: ['b'],
    seriesRemovedExamples: [],
    segmentsAdded: [after.segments[1]?.hash],
    segmentsRemoved: [],
    batchesAdded: 2,
    periodMaxBefore: day('2024-05-03'),
    periodMaxAfter: day('2024-05-03'),
  });
  assert.deepEqual(
    (await rowsSince(0)).map((row) => [row.batchSeq, row.seriesId, row.value]),
    [
      [1, 'a', 1],
      [1, 'a', 3],
      // Between them the closing of what the file holds.
      [3, 'a', 10],
      [3, 'b', 2],
      [4, 'a', 11],
    ],
  );
  assert.deepEqual(
    (await rowsSince(3)).map((row) => row.value),
    [11],
  );
});

test('sealed and unsealed batches, files and bodies, are read in the order they came', async () => {
  const { data } = fixture;
  for (let i = 1; i <= 6; i++) {
    const text = csv(`a,2024-05-0${i},${i},0`, `b,2024-05-0${i},${i},0`);
    if (i % 3 === 0) await data.ingestFile(project, await fixture.file(`${i}.csv`, text));
    else await data.ingestBody(project, body(text), { format: 'csv' });
    if (i === 4) await data.seal(project.name);
  }
  const batches = await fixture.store.listBatches(project.name, { afterSeq: 0, limit: 100 });
  const seqs = batches.filter(({ source }) => source !== 'closing').map(({ seq }) => seq);
  assert.equal(seqs.length, 6);
  for (let after = 0; after <= 6; after++) {
    const expected = Array.from({ length: 2 * (6 - after) }, (_, i) => after + 1 + Math.floor(i / 2));
    const rows = await rowsSince(seqs[after - 1] ?? 0);
    assert.deepEqual(
      rows.map((row) => seqs.indexOf(row.batchSeq) + 1),
      expected,
    );
    assert.deepEqual(
      rows.map((row) => row.value),
      expected,
    );
    assert.ok(rows.every((row) => row.knownAt === fixture.clock.now()));
  }
});

test('a snapshot is named by its content: again without news it is the same, elsewhere from the same data too', async () => {
  const fill = async (target: DataFixture): Promise<string> => {
    await target.data.ingestFile(
      project,
      await target.file('a.csv', csv('a,2024-05-01,1,0', 'b,2024-05-01,2,0')),
    );
    await target.data.ingestBody(project, body(csv('a,2024-05-02,1,0')), { format: 'csv' });
    await target.data.seal(project.name);
    return (await target.data.createSnapshot(project.name)).id;
  };
  const id = await fill(fixture);
  const snapshot = await fixture.data.createSnapshot(project.name);
  assert.deepEqual([snapshot.id, snapshot.rowCount, snapshot.seriesCount], [id, 3, 2]);
  assert.equal((await fixture.data.listSnapshots(project.name)).length, 1);
  const other = await openDataFixture();
  try {
    assert.equal(await fill(other), id);
  } finally {
    await other.close();
  }
  assert.match(id, /^[0-9a-f]{64}$/);
});

test('a snapshot stops before the first batch that is not sealed', async () => {
  const { data } = fixture;
  await assert.rejects(data.createSnapshot(project.name), (error) => isAppError(error, 'data/no-history'));
  await data.ingestBody(project, body(csv('a,2024-05-01,1,0')), { format: 'csv' });
  await data.seal(project.name);
  await data.ingestBody(project, body(csv('a,2024-05-02,1,0')), { format: 'csv' });
  await data.ingestFile(project, await fixture.file('a.csv', csv('a,2024-05-03,1,0')));
  assert.equal((await data.createSnapshot(project.name)).batchSeqMax, 1);
  await data.seal(project.name);
  // The closing of the file's range is the last batch.
  assert.equal((await data.createSnapshot(project.name)).batchSeqMax, 4);
  await assert.rejects(data.readPanel(project, 'nope'), (error) =>
    isAppError(error, 'data/unknown-snapshot'),
  );
});

test('a batch of nothing but bad rows is kept, with nothing landed', async () => {
  const { data } = fixture;
  const { batch } = await data.ingestBody(project, body('[{"item":"a","date":"x","units":1}]'), {
    format: 'json',
  });
  assert.deepEqual([batch.rowsAccepted, batch.rowsQuarantined, batch.sealed], [0, 1, true]);
  const file = await data.ingestFile(project, await fixture.file('bad.csv', csv('a,x,1,0')));
  assert.deepEqual([file.batch.rowsAccepted, file.batch.periodMin], [0, null]);
  assert.deepEqual(await rowsSince(0), []);
  assert.deepEqual(await data.seal(project.name), { segments: 0, batches: 0, rows: 0 });
});

test('rows of a file after the first prediction cutoff also become labels', async () => {
  const { data, store } = fixture;
  await store.appendPredictions([
    {
      id: 'p1',
      requestId: 'r1',
      project: project.name,
      seriesId: 'a',
      versionId: 'v1',
      arm: 'champion',
      purpose: 'served',
      source: 'model',
      cutoff: day('2024-05-02'),
      madeAt: 0,
      levels: [],
      mean: Float64Array.of(1),
      quantiles: new Float64Array(0),
    },
  ]);
  await data.ingestFile(
    project,
    await fixture.file('a.csv', csv('a,2024-05-02,2,0', 'a,2024-05-03,3,0', 'a,2024-05-04,,1')),
  );
  const labels = await store.readActuals(project.name, { periodMin: 0, periodMax: day('2024-06-01') });
  assert.deepEqual(
    labels.map(({ period, value, status }) => [period, value, status]),
    [
      [day('2024-05-03'), 3, ObservationStatus.observed],
      [day('2024-05-04'), Number.NaN, ObservationStatus.stockout],
    ],
  );
  assert.equal((await rowsSince(0)).length, 3);
});

test('a unit jump is measured against what came in earlier batches, also after a restart', async () => {
  const { data } = fixture;
  const days = Array.from({ length: 9 }, (_, i) => `a,2024-05-0${i + 1},${i + 1},0`);
  await data.ingestBody(project, body(csv(...days.slice(0, 5))), { format: 'csv' });
  await data.ingestFile(project, await fixture.file('more.csv', csv(...days.slice(5))));
  const jump = await data.ingestBody(project, body(csv('a,2024-05-10,9000,0', 'a,2024-05-10,12,0')), {
    format: 'csv',
  });
  assert.deepEqual(jump.batch.quarantinedByCode, { 'unit-jump': 1 });
  assert.match(jump.problems[0]?.reason ?? '', /9000 is more than 100 times 9/);
  const file = await data.ingestFile(project, await fixture.file('jump.csv', csv('a,2024-05-11,9000,0')));
  assert.deepEqual(file.batch.quarantinedByCode, { 'unit-jump': 1 });
});

test('a body too large to check in passing goes the way of a file', async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({
    item: `item-${i % 200}`,
    date: new Date(Date.UTC(2024, 0, 1 + Math.floor(i / 200))).toISOString().slice(0, 10),
    units: i === 7 ? 'many' : i % 9,
  }));
  const text = JSON.stringify(rows);
  const { batch } = await fixture.data.ingestBody(project, body(text), {
    format: 'json',
    idempotencyKey: 'big',
  });
  assert.deepEqual([batch.rowsAccepted, batch.rowsQuarantined, batch.source], [19_999, 1, 'http']);
  assert.equal((await fixture.data.quarantine(project.name, { limit: 1 }))[0]?.row, 8);
});

test('validate says what an ingest would do and what the histories look like, and lands nothing', async () => {
  const rows = ['01', '08', '15', '22', '29'].map((date) => `a,2024-04-${date},4,0`);
  const path = await fixture.file('weekly.csv', csv(...rows, 'b,2024-05-01,1,0', 'b,bad,1,0'));
  const report = await fixture.data.validateFile(project, path);
  assert.deepEqual([report.rows, report.accepted, report.quarantined], [7, 6, 1]);
  assert.deepEqual(report.problems[0], {
    row: 7,
    code: 'bad-time',
    reason: '"bad" is not a time of frequency day',
    raw: 'b,bad,1,0',
  });
  assert.deepEqual(
    report.findings.map(({ kind }) => kind),
    ['refused-rows', 'frequency', 'gaps', 'short-series'],
  );
  assert.equal(report.histories.stalePeriods, day('2024-05-31') - day('2024-05-01'));
  assert.deepEqual(await fixture.store.listBatches(project.name, { afterSeq: 0, limit: 10 }), []);
});

test('an old history is refused where the contract says so, by what is closed, not by its newest row', async () => {
  const { data } = fixture;
  const strict = { ...project, contract: { ...project.contract, stalePeriodsMax: 3 } };
  const isStale = (error: unknown): boolean => isAppError(error, 'data/stale-history');
  await data.checkFresh(strict, { periodMax: day('2024-05-28') });
  await data.checkFresh(project, { periodMax: 0 });
  await assert.rejects(data.checkFresh(strict, { periodMax: day('2024-05-27') }), isStale);
  const all = ['a,2024-05-27,1,0', 'b,2024-05-27,1,0'];
  await data.ingestFile(project, await fixture.file('a.csv', csv(...all)));
  await data.ingestBody(project, body(csv('a,2024-05-30,1,0')), { format: 'csv' });
  await assert.rejects(data.checkFresh(strict, { periodMax: day('2024-05-30') }), isStale);
  await data.ingestBody(project, body(csv('b,2024-05-30,1,0')), {
    format: 'csv',
    closedThrough: '2024-05-30',
  });
  await data.checkFresh(strict, { periodMax: day('2024-05-30') });
});

test('more rows than a vector, a page and an appender hold all arrive', async () => {
  const rows: string[] = [];
  for (let i = 0; i < 210_000; i++)
    rows.push(
      `s${i % 1000},${new Date(Date.UTC(2023, 0, 1 + Math.floor(i / 1000))).toISOString().slice(0, 10)},${i % 7},0`,
    );
  const path = await fixture.file('many.csv.gz', gzipSync(`${header}${rows.join('\n')}\n`));
  const { batch } = await fixture.data.ingestFile(project, path);
  assert.equal(batch.rowsAccepted, 210_000);
  const snapshot = await fixture.data.createSnapshot(project.name);
  const panel = await fixture.data.readPanel(project, snapshot.id);
  assert.deepEqual([snapshot.rowCount, panel.series.length], [210_000, 1000]);
  const total = panel.series.reduce((sum, series) => sum + series.values.reduce((a, b) => a + b, 0), 0);
  assert.equal(
    total,
    rows.reduce((sum, _, i) => sum + (i % 7), 0),
  );
  let seen = 0;
  for await (const page of fixture.data.observationsSince(project.name, 0)) seen += page.rows.length;
  assert.equal(seen, 210_000);
});
