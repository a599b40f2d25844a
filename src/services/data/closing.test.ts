import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { isAppError, type Project, periodOf, Rng } from '../../core/index.ts';

const shop = projectLike({ columns: { series: ['item'], time: 'date', target: 'units' } });
const sites = projectLike({
  name: 'sites',
  columns: { series: ['site', 'item'], time: 'date', target: 'units' },
});
const last = periodOf(shop.grid, Date.UTC(2024, 4, 30));
const date = (period: number): string => new Date(period * 86_400_000).toISOString().slice(0, 10);
const items = ['A', 'B', 'C', 'D', 'E', 'F'];

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
  for (const project of [shop, sites]) await fixture.store.putProject(project, 0);
});
afterEach(() => fixture.close());

type Row = readonly [series: string, period: number, units: number];

function csv(rows: readonly Row[], project = shop): string {
  const { series, time, target } = project.columns;
  const lines = rows.map(([id, period, units]) => `${id.replace('/', ',')},${date(period)},${units}`);
  return `${[...series, time, target].join(',')}\n${lines.join('\n')}\n`;
}

let files = 0;
async function ingestFile(rows: readonly Row[], project = shop): Promise<void> {
  files += 1;
  await fixture.data.ingestFile(project, await fixture.file(`${files}.csv`, csv(rows, project)));
}

async function send(rows: readonly Row[], project = shop): Promise<void> {
  await fixture.data.ingestBody(project, Buffer.from(csv(rows, project)), { format: 'csv' });
}

const history = (ids: readonly string[]): Row[] =>
  ids.flatMap((id, i) =>
    Array.from({ length: 40 }, (_, day): Row => [id, last - 39 + day, 10 * (i + 1) + (day % 7)]),
  );

/** Units per series from the last day of the history on. */
async function panel(project: Project = shop): Promise<Record<string, number[]>> {
  await fixture.data.seal(project.name);
  const { id } = await fixture.data.createSnapshot(project.name);
  const { series } = await fixture.data.readPanel(project, id);
  return Object.fromEntries(series.map((one) => [one.id, [...one.values.subarray(last - one.start)]]));
}

const clock = (project = shop): Promise<number | null> => fixture.data.projectClock(project.name);

test('a row for one series closes nothing for the others; the day is over when the last has come and the next begun', async () => {
  await ingestFile(history(items));
  assert.equal(await clock(), last);
  await send([['A', last + 1, 99]]);
  assert.equal(await fixture.data.closePeriods(shop), 0);
  assert.deepEqual(await panel(), { A: [14, 99], B: [24], C: [34], D: [44], E: [54], F: [64] });
  for (const id of items.slice(1, 5)) await send([[id, last + 1, 7]]);
  await send([['A', last + 2, 98]]);
  assert.equal(await fixture.data.closePeriods(shop), 0);
  assert.deepEqual((await panel()).F, [64]);
  await send([['F', last + 1, 6]]);
  assert.equal(await fixture.data.closePeriods(shop), 1);
  assert.equal(await fixture.data.closePeriods(shop), 0);
  assert.equal(await clock(), last + 1);
  const [closing] = await fixture.store.readClosings(shop.name, { afterSeq: 1, batchSeqMax: 1e9 });
  assert.deepEqual([closing?.group, closing?.through, closing?.cause], ['', last + 1, 'reporters']);
});

test('a project whose reporting groups have changed closes by the new ones', async () => {
  const whole: Project = { ...sites, closing: { group: [] } };
  await ingestFile(history(['north/A', 'south/B']), whole);
  await send([['north/A', last + 1, 9]], whole);
  await send([['north/A', last + 2, 9]], whole);
  assert.equal(await fixture.data.closePeriods(whole), 0);
  await fixture.data.forget('sites');
  assert.equal(await fixture.data.closePeriods(sites), 1);
});

test('an item that sells now and then is zero once the day is closed, and unknown before', async () => {
  await ingestFile([...history(items), ['now and then', last - 20, 3], ['now and then', last, 1]]);
  await send(items.map((id): Row => [id, last + 1, 5]));
  await fixture.data.closePeriods(shop);
  assert.deepEqual((await panel())['now and then'], [1]);
  await send([['A', last + 2, 5]]);
  await fixture.data.closePeriods(shop);
  assert.deepEqual((await panel())['now and then'], [1, 0]);
});

test('a day that some never report is closed by lateness: from its end, and from its first row', async () => {
  fixture.clock.moveTo(Date.UTC(2024, 4, 31, 6));
  await ingestFile(history(items));
  fixture.clock.moveTo(Date.UTC(2024, 5, 1, 6));
  await send([['A', last + 1, 99]]);
  fixture.clock.moveTo(Date.UTC(2024, 5, 2, 5, 59));
  assert.equal(await fixture.data.closePeriods(shop), 0);
  fixture.clock.moveTo(Date.UTC(2024, 5, 2, 6));
  assert.equal(await fixture.data.closePeriods(shop), 1);
  assert.deepEqual(await panel(), {
    A: [14, 99],
    B: [24, 0],
    C: [34, 0],
    D: [44, 0],
    E: [54, 0],
    F: [64, 0],
  });
  const hurried = { ...shop, closing: { latenessHours: 0 } };
  await send([['A', last + 3, 99]]);
  assert.equal(await fixture.data.closePeriods(hurried), 1);
  assert.equal(await clock(), last + 2);
  fixture.clock.moveTo(Date.UTC(2024, 5, 2, 23, 59));
  assert.equal(await fixture.data.closePeriods(hurried), 0);
  fixture.clock.moveTo(Date.UTC(2024, 5, 3));
  assert.equal(await fixture.data.closePeriods(hurried), 1);
});

test('sites close apart, and the project with the slowest that usually reports', async () => {
  const ids = ['north/a', 'north/b', 'south/a'];
  await ingestFile(history(ids), sites);
  assert.equal(await clock(sites), last);
  await send([['north/a', last + 1, 1]], sites);
  await send([['north/b', last + 2, 1]], sites);
  await send([['north/a', last + 2, 1]], sites);
  assert.equal(await fixture.data.closePeriods(sites), 1);
  assert.deepEqual(await panel(sites), { 'north/a': [14, 1, 1], 'north/b': [24, 0, 1], 'south/a': [34] });
  assert.equal(await clock(sites), last);
  await send([['south/a', last + 1, 1]], sites);
  assert.equal(await fixture.data.closePeriods(sites), 0);
  await send([['south/a', last + 2, 1]], sites);
  assert.equal(await fixture.data.closePeriods(sites), 2);
  assert.equal(await clock(sites), last + 1);
});

test('another process, or this one after a restart, finds the same evidence and closes nothing twice', async () => {
  await ingestFile(history(items));
  await send(items.map((id): Row => [id, last + 1, 5]));
  await fixture.data.seal(shop.name);
  await send([['A', last + 2, 5]]);
  const other = await openDataFixture({ store: fixture.store, blobs: fixture.blobs, files: fixture.blobs });
  assert.equal(await other.data.closePeriods(shop), 1);
  assert.equal(await fixture.data.closePeriods(shop), 0);
  assert.equal(await clock(), last + 1);
  const batches = await fixture.store.listBatches(shop.name, { afterSeq: 0, limit: 99 });
  assert.deepEqual(
    batches
      .filter(({ source }) => source === 'closing')
      .map(({ rowsAccepted, sealed }) => [rowsAccepted, sealed]),
    [
      [0, true],
      [0, true],
    ],
  );
  await other.close();
});

for (const by of ['file', 'body'] as const)
  test(`a day that comes in ten parts, by ${by}, gives when closed the bits of one that comes whole`, async () => {
    const rng = new Rng(5);
    const ids = Array.from({ length: 200 }, (_, i) => `i${i}`);
    const sells = ids.map((_, i) => (i < 120 ? 1 : 0.3));
    const day = (period: number): Row[] =>
      ids.flatMap((id, i): Row[] =>
        rng.uniform() < (sells[i] as number) ? [[id, period, rng.below(50)]] : [],
      );
    const past = Array.from({ length: 35 }, (_, i) => day(last - 34 + i)).flat();
    const today = day(last + 1);
    const next = day(last + 2);
    const bring = by === 'file' ? ingestFile : send;
    const whole = { ...shop, name: 'whole' };
    await fixture.store.putProject(whole, 0);
    for (const project of [whole, shop]) await ingestFile(past, project);
    await bring(today, whole);
    for (let part = 0; part < 10; part++) {
      await bring(
        today.filter((_, i) => i % 10 === part),
        shop,
      );
      await fixture.data.closePeriods(shop);
      if (part < 4) assert.equal(await clock(), last);
    }
    for (const project of [whole, shop]) {
      await bring(next.slice(0, 1), project);
      await fixture.data.closePeriods(project);
      assert.equal(await clock(project), last + 1);
    }
    assert.deepEqual(await panel(shop), await panel(whole));
  });

test('a sender says what is over: for the sites in its body, and without rows for the whole project', async () => {
  const ids = ['north/a', 'north/b', 'south/a'];
  await ingestFile(history(ids), sites);
  const ingest = async (rows: readonly Row[], closedThrough: string) => {
    const text = Buffer.from(rows.length === 0 ? '' : csv(rows, sites));
    const { batch } = await fixture.data.ingestBody(sites, text, { format: 'csv', closedThrough });
    return fixture.store.readClosings(sites.name, { afterSeq: batch.seq - 1, batchSeqMax: batch.seq });
  };
  const [north, ...others] = await ingest([['north/a', last + 1, 1]], date(last + 1));
  assert.deepEqual([north?.group, north?.through, north?.cause], ['north', last + 1, 'sender']);
  assert.deepEqual(others, []);
  assert.deepEqual(await panel(sites), { 'north/a': [14, 1], 'north/b': [24, 0], 'south/a': [34] });
  const [all] = await ingest([], date(last + 2));
  assert.deepEqual([all?.group, all?.through], ['', last + 2]);
  assert.deepEqual(await panel(sites), {
    'north/a': [14, 1, 0],
    'north/b': [24, 0, 0],
    'south/a': [34, 0, 0],
  });
  assert.deepEqual(await ingest([], date(last + 2)), []);
  const header = Buffer.from('site,item,date,units\n');
  const empty = { format: 'csv', closedThrough: date(last + 3) } as const;
  assert.equal((await fixture.data.ingestBody(sites, header, empty)).batch.rowsAccepted, 0);
  assert.equal(await clock(sites), last + 3);
});

test('a file may close for those who report with its series, and the same content with another word is another batch', async () => {
  const ids = ['north/a', 'north/b', 'south/a'];
  await ingestFile(history(ids), sites);
  const path = await fixture.file('north.csv', csv([['north/a', last + 1, 1]], sites));
  const first = await fixture.data.ingestFile(sites, path);
  assert.deepEqual((await panel(sites))['north/b'], [24]);
  const closedThrough = date(last + 2);
  const second = await fixture.data.ingestFile(sites, path, { closedThrough });
  assert.deepEqual([first.replayed, second.replayed, second.batch.closesThrough], [false, false, last + 2]);
  assert.equal((await fixture.data.ingestFile(sites, path, { closedThrough })).replayed, true);
  assert.deepEqual(await panel(sites), { 'north/a': [14, 1, 0], 'north/b': [24, 0, 0], 'south/a': [34] });
});

test('what cannot be closed is refused as a whole: no time, too far ahead, a group of nobody', async () => {
  await ingestFile(history(['north/a']), sites);
  const close = (closedThrough: string, group: string[] | null = null) =>
    fixture.data.ingestBody(sites, new Uint8Array(0), {
      format: 'csv',
      watermarks: [{ closedThrough, group }],
    });
  const isRefused = (error: unknown): boolean => isAppError(error, 'data/bad-closing');
  await assert.rejects(close('soon'), isRefused);
  await assert.rejects(close('2024-06-03'), isRefused);
  await assert.rejects(close(date(last), ['north', 'a']), isRefused);
  const steps = projectLike({ name: 'steps', grid: { frequency: 'step', weekStart: 1 } });
  await fixture.store.putProject(steps, 0);
  const send = (text: string, closedThrough: string) =>
    fixture.data.ingestBody(steps, Buffer.from(text), { format: 'json', closedThrough });
  await assert.rejects(send('[]', '5'), isRefused);
  await assert.rejects(send('[{"item":"a","date":1,"units":1}]', '900000000'), isRefused);
  await send('[{"item":"a","date":1,"units":1}]', '3');
  assert.equal(await clock(steps), 3);
  await close('2024-06-02', ['no/where']);
});
