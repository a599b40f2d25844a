import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { ObservationStatus, type Project, periodOf, Rng } from '../../core/index.ts';
import type { IngestResult } from './taken-batch.ts';

const columns = { series: ['item'], time: 'date', target: 'units' };
const shop = projectLike({ columns, units: 'hold' });
const first = periodOf(shop.grid, Date.UTC(2024, 1, 1));
const date = (day: number): string => new Date((first + day) * 86_400_000).toISOString().slice(0, 10);

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(shop, 0);
});
afterEach(() => fixture.close());

type Row = readonly [item: string, day: number, units: number];

/** Pieces of an item on a day: about 20, never all of them dozens. */
function pieces(item: string, day: number): number {
  return 15 + new Rng(item.charCodeAt(0) * 1000 + day).below(12);
}

function days(items: string, from: number, to: number, of: (pieces: number) => number = (one) => one): Row[] {
  return [...items].flatMap((item) =>
    Array.from({ length: to - from }, (_, i): Row => [item, from + i, of(pieces(item, from + i))]),
  );
}

function send(rows: readonly Row[], project: Project = shop, data = fixture.data): Promise<IngestResult> {
  const lines = rows.map(([item, day, units]) => `${item},${date(day)},${units}`);
  return data.ingestBody(project, Buffer.from(`item,date,units\n${lines.join('\n')}\n`), { format: 'csv' });
}

/** What is known of a series by day; `?` = unknown. */
async function known(item: string, from: number, to: number): Promise<(number | '?' | undefined)[]> {
  const rows = await fixture.store.readActuals('shop', {
    periodMin: first + from,
    periodMax: first + to - 1,
  });
  return Array.from({ length: to - from }, (_, i) => {
    const row = rows.find(({ seriesId, period }) => seriesId === item && period === first + from + i);
    if (row === undefined) return undefined;
    return row.status === ObservationStatus.observed ? row.value : '?';
  });
}

const held = ({ batch }: IngestResult): number => batch.quarantinedByCode['unit-change'] ?? 0;

test('cases for pieces of all series of a batch are held back at once, and unknown', async () => {
  await send(days('abcd', 0, 40));
  const cases = await send(days('abcd', 40, 41, (one) => 12 * one));
  assert.equal(held(cases), 4);
  assert.match(cases.problems[0]?.reason ?? '', /is 12 times what series "a" usually has/);
  assert.deepEqual(await known('a', 40, 41), ['?']);
  // A batch of one of them says nothing by itself, and its series is watched.
  assert.equal(held(await send(days('b', 41, 42, (one) => 12 * one))), 1);
  assert.equal(held(await send(days('b', 42, 43))), 0, 'what is usual lands');
});

test('rows that were held back land rescaled by one command, once, and the next ones are held back again', async () => {
  await send(days('abcd', 0, 40));
  const { batch } = await send(days('abcd', 40, 42, (one) => one / 12));
  assert.equal(batch.quarantinedByCode['unit-change'], 8);
  const request = { batchId: batch.id, code: 'unit-change', edit: { rescale: true }, by: 'cli ann' };
  const done = await fixture.data.repair(shop, request);
  assert.deepEqual([done.rowsSent, done.batches[0]?.rowsAccepted], [8, 8]);
  assert.deepEqual(await known('a', 40, 42), [pieces('a', 40), pieces('a', 41)]);
  assert.equal((await fixture.data.repair(shop, request)).replayed, true);
  assert.equal(held(await send(days('a', 42, 43, (one) => one / 12))), 1, 'the sender is still watched');
});

test('rows that are accepted land as they are, and their unit is usual from then on', async () => {
  await send(days('abcd', 0, 40));
  const { batch } = await send(days('abcd', 40, 41, (one) => 12 * one));
  await fixture.data.repair(shop, { batchId: batch.id, accept: true, by: 'cli ann' });
  assert.deepEqual(await known('a', 40, 41), [12 * pieces('a', 40)]);
  for (let day = 41; day < 60; day++)
    assert.equal(held(await send(days('abcd', day, day + 1, (one) => 12 * one))), 0, `day ${day}`);
  assert.equal(held(await send(days('abcd', 60, 61))), 4, 'pieces for cases');
  const other = fixture.another();
  assert.equal(
    held(
      await send(
        days('abcd', 61, 62, (one) => 12 * one),
        shop,
        other,
      ),
    ),
    0,
    'after a restart',
  );
});

test('one series in cases is held back after a few values, whether they come in a file, a body or one by one, sealed or not', async () => {
  await send(days('ab', 0, 40));
  const inOne = await send([...days('a', 40, 46, (one) => 12 * one), ...days('b', 40, 46)]);
  assert.equal(held(inOne), 6);
  const path = await fixture.file(
    'b.csv',
    `item,date,units\n${days('b', 46, 52, (one) => 24 * one)
      .map(([item, day, units]) => `${item},${date(day)},${units}`)
      .join('\n')}\n`,
  );
  const byFile = await fixture.data.ingestFile(shop, path);
  assert.equal(held(byFile), 6);
  assert.match(byFile.findings?.[0]?.message ?? '', /held back: they are 24 times what is usual/);
});

/** The same of rows in segments too. */
async function stored(item: string, from: number, to: number): Promise<(number | '?' | undefined)[]> {
  const found = new Map<number, number | '?'>();
  for await (const { rows } of fixture.data.observationsSince('shop', 0))
    for (const { seriesId, period, value, status } of rows)
      if (seriesId === item) found.set(period - first, status === ObservationStatus.observed ? value : '?');
  return Array.from({ length: to - from }, (_, i) => found.get(from + i));
}

/** A second file of so many days, of each item. */
async function fileOf(name: string, rows: readonly Row[]): Promise<IngestResult> {
  const lines = rows.map(([item, day, units]) => `${item},${date(day)},${units}`);
  return fixture.data.ingestFile(shop, await fixture.file(name, `item,date,units\n${lines.join('\n')}\n`));
}

test('a long second file in another unit is held back like a short one, though its level is usual by its end', async () => {
  await send(days('abc', 0, 40));
  const dozens = await fileOf(
    'long.csv',
    days('abc', 40, 70, (one) => Math.round((10 * one) / 12) / 10),
  );
  assert.equal(held(dozens), 90);
  assert.match(dozens.problems[0]?.reason ?? '', /is (about )?1\/12 of what series "a" usually has/);
  assert.deepEqual(await stored('a', 40, 70), Array(30).fill('?'));
  assert.equal(
    held(
      await fileOf(
        'next.csv',
        days('abc', 70, 71, (one) => Math.round((10 * one) / 12) / 10),
      ),
    ),
    3,
    'and the next',
  );
  assert.equal(held(await fileOf('pieces.csv', days('abc', 71, 90))), 0);
});

test('of a long file only the days in another unit are held back, whether they are its first, its last or between', async () => {
  await send(days('abc', 0, 40));
  const cases = (day: number, one: number): number => (day >= 50 && day < 65 ? 12 * one + 5 : one);
  const rows = days('abc', 40, 90).map(([item, day, units]): Row => [item, day, cases(day, units)]);
  assert.equal(held(await fileOf('between.csv', rows)), 45);
  assert.deepEqual(await stored('b', 49, 51), [pieces('b', 49), '?']);
  assert.deepEqual(await stored('b', 64, 66), ['?', pieces('b', 65)]);
});

test('series that move at different times, or of which some do not, are in no other unit', async () => {
  await send(days('abcd', 0, 40));
  const rows = days('abcd', 40, 80);
  const starts = { a: 42, b: 50, c: 58, d: 66 } as Record<string, number>;
  const moved = rows.map(
    ([item, day, units]): Row => [item, day, day >= (starts[item] ?? 0) ? 12 * units + 5 : units],
  );
  assert.equal(held(await fileOf('one-by-one.csv', moved)), 0);
  const half = days('abcd', 80, 120).map(
    ([item, day, units]): Row => [item, day, item < 'c' ? 150 * units + 5 : 12 * units + 5],
  );
  assert.equal(held(await fileOf('half.csv', half)), 0);
});

test('cases that a series is counted in, after pieces in full cases, are held back and land rescaled', async () => {
  await send(days('a', 0, 60, (one) => 12 * one));
  const cases = await send(days('a', 60, 70));
  assert.equal(held(cases), 10);
  assert.match(cases.problems[0]?.reason ?? '', /is 1\/12 of what series "a" usually has/);
  const request = { batchId: cases.batch.id, code: 'unit-change', edit: { rescale: true }, by: 'cli ann' };
  await fixture.data.repair(shop, request);
  assert.deepEqual(await known('a', 60, 62), [12 * pieces('a', 60), 12 * pieces('a', 61)]);
});

test('one by one the first few values land and are followed by none', async () => {
  await send(days('ab', 0, 40));
  const found: number[] = [];
  let data = fixture.data;
  for (let day = 40; day < 50; day++) {
    if (day === 45) await fixture.data.seal('shop');
    if (day === 47) data = fixture.another();
    found.push(
      held(
        await send(
          days('a', day, day + 1, (one) => 12 * one),
          shop,
          data,
        ),
      ),
    );
  }
  const landed = found.indexOf(1);
  assert.ok(landed >= 3 && landed <= 5, `${found}`);
  assert.ok(
    found.slice(landed).every((one) => one === 1),
    `${found}`,
  );
});

test('most series of a sender that sends single rows are evidence together', async () => {
  const items = 'abcdefghijkl';
  await send(days(items, 0, 40));
  const found: number[] = [];
  for (const item of items) found.push(held(await send(days(item, 40, 41, (one) => one / 12))));
  assert.deepEqual(found.slice(0, 6), [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(found.slice(-4), [1, 1, 1, 1]);
});

test('a promotion, growth, a launch, an ending and another project rule hold nothing back', async () => {
  await send(days('abcd', 0, 40));
  assert.equal(held(await send(days('a', 40, 43, (one) => 12 * one + 5))), 0, 'a promotion');
  assert.equal(held(await send(days('bcd', 40, 41, (one) => 3 * one))), 0, 'a good day');
  assert.equal(held(await send(days('xyz', 40, 60, (one) => (one % 7) * 12))), 0, 'unknown series');
  assert.equal(held(await send(days('bcd', 41, 42, () => 0))), 0, 'nothing sold');
  const named = projectLike({ columns, units: 'name' });
  assert.equal(
    held(
      await send(
        days('bcd', 42, 43, (one) => 12 * one),
        named,
      ),
    ),
    0,
  );
});

test('parts that are added up are held against parts, and count once when they are rescaled', async () => {
  const sum = projectLike({ columns, units: 'hold', conflicts: 'sum' });
  for (let day = 0; day < 40; day += 10) await send(days('abc', day, day + 10), sum);
  await send(days('abc', 40, 41), sum);
  const { batch } = await send(
    days('abc', 40, 41, (one) => 12 * one),
    sum,
  );
  assert.equal(batch.quarantinedByCode['unit-change'], 3);
  assert.deepEqual(await known('a', 40, 41), ['?'], 'the sum waits for it');
  const request = { batchId: batch.id, edit: { rescale: true }, by: 'cli ann' };
  await fixture.data.repair(sum, request);
  await fixture.data.repair(sum, request);
  assert.deepEqual(await known('a', 40, 41), [2 * pieces('a', 40)]);
});

test('added up, every row counts once: as it came, rescaled where it was held back, not at all once it is taken back', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), day: fc.nat(3), isCases: fc.boolean() }),
    fc.record({ kind: fc.constantFrom('rescale' as const, 'withdraw' as const), which: fc.nat(9) }),
    fc.record({ kind: fc.constant('seal' as const), which: fc.constant(0) }),
  );
  let name = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
      const sum = { ...projectLike({ columns, units: 'hold', conflicts: 'sum' }), name: `shop-${name++}` };
      await fixture.store.putProject(sum, 0);
      await send(days('abc', 0, 40), sum);
      /** Of each batch: what it said of `a`, and how much of that counts. */
      const sent: { id: string; day: number; isHeld: boolean; landed: boolean; rescaled: boolean }[] = [];
      for (const each of steps) {
        const of = each.kind === 'send' ? undefined : sent[each.which % Math.max(1, sent.length)];
        if (each.kind === 'send') {
          const scale = each.isCases ? 12 : 1;
          const result = await send(
            days('abc', 40 + each.day, 41 + each.day, (one) => scale * one),
            sum,
          );
          assert.equal(held(result), each.isCases ? 3 : 0);
          sent.push({
            id: result.batch.id,
            day: each.day,
            isHeld: each.isCases,
            landed: !each.isCases,
            rescaled: false,
          });
        } else if (each.kind === 'seal') await fixture.data.seal(sum.name);
        else if (of !== undefined && each.kind === 'withdraw' && of.landed) {
          await fixture.data.withdraw(sum, { batchId: of.id, reason: '' });
          of.landed = false;
        } else if (of?.isHeld === true && each.kind === 'rescale') {
          await fixture.data.repair(sum, { batchId: of.id, edit: { rescale: true }, by: 'cli ann' });
          of.rescaled = true;
        }
      }
      const expected = [0, 1, 2, 3].map((day) => {
        const ofDay = sent.filter((one) => one.day === day);
        // What is held back is waited for.
        if (ofDay.some(({ isHeld, rescaled }) => isHeld && !rescaled)) return 0;
        const counted = ofDay.filter((one) => one.landed || one.rescaled);
        return counted.length * pieces('a', 40 + day);
      });
      const rows = await fixture.store.readActuals(sum.name, {
        periodMin: first + 40,
        periodMax: first + 43,
      });
      const pages: number[] = [0, 0, 0, 0];
      await fixture.data.seal(sum.name);
      for (const { seriesId, period, value, status } of rows)
        if (seriesId === 'a' && status === ObservationStatus.observed) pages[period - first - 40] = value;
      assert.deepEqual(pages, expected);
    }),
    { numRuns: 6 },
  );
});
