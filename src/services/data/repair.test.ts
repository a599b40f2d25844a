import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { defaultDialect, isAppError, ObservationStatus, type Project, periodOf } from '../../core/index.ts';
import type { RepairRequest, RepairResult } from './repair.ts';

const columns = { series: ['item'], time: 'date', target: 'units' };
const shop = projectLike({ columns });
const first = periodOf(shop.grid, Date.UTC(2024, 4, 1));
const date = (day: number): string => new Date((first + day) * 86_400_000).toISOString().slice(0, 10);

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(shop, 0);
});
afterEach(() => fixture.close());

type Row = readonly [item: string, day: number, units: number | string];

async function send(rows: readonly Row[], project: Project = shop): Promise<string> {
  const lines = rows.map(([item, day, units]) => `${item},${date(day)},${units}`);
  const body = Buffer.from(`item,date,units\n${lines.join('\n')}\n`);
  return (await fixture.data.ingestBody(project, body, { format: 'csv' })).batch.id;
}

function repair(request: Omit<RepairRequest, 'by'>, project: Project = shop): Promise<RepairResult> {
  return fixture.data.repair(project, { by: 'cli ann', ...request });
}

/** What is known now: by series and day, `?` = unknown. */
async function known(): Promise<Record<string, number | '?'>> {
  const rows = await fixture.store.readActuals('shop', { periodMin: first, periodMax: first + 40 });
  return Object.fromEntries(
    rows.map(({ seriesId, period, value, status }) => [
      `${seriesId}${period - first}`,
      status === ObservationStatus.observed ? value : '?',
    ]),
  );
}

test('a mended row lands as a batch of its own, and is marked where it lay', async () => {
  const wrong = await send([
    ['a', 1, 10],
    ['a', 2, '12 pcs'],
    ['a', 3, -4],
  ]);
  assert.deepEqual(await known(), { a1: 10, a2: '?', a3: '?' });
  const done = await repair({
    batchId: wrong,
    code: 'bad-number',
    edit: { map: { units: { '12 pcs': '12' } } },
  });
  assert.deepEqual(await known(), { a1: 10, a2: 12, a3: '?' });
  assert.equal(done.rowsSent, 1);
  const [batch] = done.batches;
  assert.deepEqual(batch?.repair, {
    batchId: wrong,
    edit: { map: { units: { '12 pcs': '12' } } },
    accepted: false,
    rows: [[2, 2]],
    by: 'cli ann',
    reason: '',
  });
  assert.equal((await fixture.store.getBatch(wrong))?.rowsRepaired, 1);
  const listed = await fixture.data.quarantine('shop', { limit: 10 });
  assert.deepEqual(
    listed.map(({ row, repairedBy }) => [row, repairedBy]),
    [
      [2, batch?.id],
      [3, null],
    ],
  );
  assert.ok(!('cells' in (listed[0] ?? {})));
});

test('the same repair adds nothing a second time, and another one takes only what is left', async () => {
  const sum = projectLike({ columns, conflicts: 'sum' });
  const wrong = await send(
    [
      ['a', 1, 'x'],
      ['a', 2, 'x'],
      ['b', 2, 'y'],
    ],
    sum,
  );
  const edit = { map: { units: { x: '5' } } };
  const once = await repair({ batchId: wrong, edit }, sum);
  const twice = await repair({ batchId: wrong, edit }, sum);
  assert.deepEqual([once.replayed, twice.replayed, twice.rowsSent], [false, true, 0]);
  assert.deepEqual(
    twice.batches.map(({ id }) => id),
    once.batches.map(({ id }) => id),
  );
  await repair({ batchId: wrong, edit: { set: { units: '7' } } }, sum);
  assert.deepEqual(await known(), { a1: 5, a2: 5, b2: 7 });
  await assert.rejects(repair({ batchId: wrong, edit: { set: { units: '8' } } }, sum), (error) =>
    isAppError(error, 'data/nothing-to-repair'),
  );
});

test('what is still refused waits in the new batch, with its new reason, and can be mended there', async () => {
  const wrong = await send([['a', 1, 'x']]);
  const done = await repair({ batchId: wrong, edit: { set: { units: '-5' } } });
  const [batch] = done.batches;
  assert.deepEqual(
    done.problems.map(({ code }) => code),
    ['negative'],
  );
  const waiting = (await fixture.data.quarantine('shop', { limit: 10 })).filter(
    (row) => row.repairedBy === null,
  );
  assert.deepEqual(
    waiting.map(({ batchId, code }) => [batchId, code]),
    [[batch?.id, 'negative']],
  );
  assert.deepEqual(await known(), { a1: '?' });
  await repair({ batchId: batch?.id ?? '', edit: { set: { units: '5' } } });
  assert.deepEqual(await known(), { a1: 5 });
});

test('keys are mapped, and units scaled in the dialect of the project', async () => {
  const german = projectLike({
    columns,
    contract: { maxValue: 101 },
    dialect: { ...defaultDialect, decimal: ',' },
  });
  const wrong = await send(
    [
      ['OLD', 1, '"1206,6"'],
      ['OLD', 2, '"1200"'],
    ],
    german,
  );
  await repair({ batchId: wrong, edit: { divide: 12, map: { item: { OLD: 'new' } } } }, german);
  const { new1, new2 } = await known();
  assert.deepEqual({ new1, new2 }, { new1: 100.55, new2: 100 });
});

test('a jump of unit can be accepted as it is', async () => {
  const wary = projectLike({ columns, contract: { unitJumpFactor: 100 } });
  const history = Array.from({ length: 20 }, (_, day): Row => ['a', day, 5]);
  await send(history, wary);
  const jump = await send([['a', 20, 9000]], wary);
  assert.equal((await known()).a20, '?');
  await repair({ batchId: jump, accept: true, reason: 'a launch' }, wary);
  assert.equal((await known()).a20, 9000);
});

test('what a later batch said of a period stands', async () => {
  const wrong = await send([
    ['a', 1, 'x'],
    ['a', 2, 'x'],
  ]);
  await send([['a', 1, 7]]);
  const done = await repair({ batchId: wrong, edit: { set: { units: '5' } } });
  assert.deepEqual(await known(), { a1: 7, a2: 5 });
  assert.deepEqual(
    done.batches.map(({ rowsAccepted, rowsDuplicate }) => [rowsAccepted, rowsDuplicate]),
    [[1, 1]],
  );
});

test('a broken record that tells no number lands only where the repair says it', async () => {
  const body = Buffer.from(`item,date,units\na,${date(1)},1,5\na,${date(2)},3\n`);
  const { batch } = await fixture.data.ingestBody(shop, body, { format: 'csv' });
  const done = await repair({ batchId: batch.id, edit: { map: { item: { a: 'b' } } } });
  assert.deepEqual(
    done.problems.map(({ code }) => code),
    ['no-target'],
  );
  await repair({ batchId: done.batches[0]?.id ?? '', edit: { set: { units: '1.5' } } });
  const { a2, b1 } = await known();
  assert.deepEqual({ a2, b1 }, { a2: 3, b1: 1.5 });
});

test('a repair that says nothing, names no column of the project or no batch is refused', async () => {
  const wrong = await send([['a', 1, 'x']]);
  const refused = async (code: Parameters<typeof isAppError>[1], request: Omit<RepairRequest, 'by'>) =>
    assert.rejects(repair(request), (error) => isAppError(error, code));
  await refused('data/bad-repair', { batchId: wrong });
  await refused('data/bad-repair', { batchId: wrong, edit: { set: { colour: 'red' } } });
  await refused('data/bad-repair', { batchId: wrong, edit: { divide: 0 } });
  await refused('data/bad-repair', { batchId: wrong, edit: { multiply: Number.NaN } });
  await refused('data/unknown-batch', { batchId: 'bat_none', edit: { set: { units: '1' } } });
  await refused('data/nothing-to-repair', { batchId: wrong, edit: { divide: 12 } });
  await refused('data/nothing-to-repair', {
    batchId: wrong,
    code: 'negative',
    edit: { set: { units: '1' } },
  });
});

test('two repairs of one batch at once send each row once', async () => {
  const sum = projectLike({ columns, conflicts: 'sum' });
  const wrong = await send(
    Array.from({ length: 30 }, (_, day): Row => ['a', day, 'x']),
    sum,
  );
  const outcomes = await Promise.allSettled([
    repair({ batchId: wrong, edit: { set: { units: '1' } } }, sum),
    repair({ batchId: wrong, edit: { map: { units: { x: '1' } } } }, sum),
    repair({ batchId: wrong, rows: [[1, 10]], edit: { set: { units: '1' } } }, sum),
  ]);
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') assert.ok(isAppError(outcome.reason, 'data/nothing-to-repair'));
  const values = Object.values(await known());
  assert.deepEqual([values.length, new Set(values)], [30, new Set([1])]);
});

test('rows mended in any order come to what the batches say in theirs, whether they add up or replace, sealed or not', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('send' as const),
      rows: fc.uniqueArray(
        fc.record({ day: fc.nat(4), units: fc.integer({ min: 1, max: 9 }), good: fc.boolean() }),
        { minLength: 1, maxLength: 4, selector: ({ day }) => day },
      ),
    }),
    fc.record({ kind: fc.constant('mend' as const), which: fc.nat(9), day: fc.nat(4) }),
    fc.record({ kind: fc.constant('seal' as const) }),
  );
  let project = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('sum', 'last'),
      fc.array(step, { maxLength: 12 }),
      async (conflicts, steps) => {
        const one = { ...projectLike({ columns, conflicts }), name: `shop-${project++}` };
        await fixture.store.putProject(one, 0);
        /** Of each batch: what its rows say by day, and which of them count by now. */
        const sent: { id: string; rows: Map<number, { units: number; counts: boolean }> }[] = [];
        for (const each of steps) {
          if (each.kind === 'seal') await fixture.data.seal(one.name);
          else if (each.kind === 'send') {
            const rows = each.rows.map(({ day, units, good }): Row => ['a', day, good ? units : `?${units}`]);
            const id = await send(rows, one);
            sent.push({
              id,
              rows: new Map(each.rows.map(({ day, units, good }) => [day, { units, counts: good }])),
            });
          } else if (sent.length > 0) {
            const of = sent[each.which % sent.length];
            const map = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`?${i + 1}`, `${i + 1}`]));
            const row = [...(of?.rows.keys() ?? [])].indexOf(each.day) + 1;
            const request = {
              batchId: of?.id ?? '',
              rows: [[row, row]] as const,
              edit: { map: { units: map } },
            };
            await repair(request, one).catch((error) => {
              if (!isAppError(error, 'data/nothing-to-repair')) throw error;
            });
            const mended = of?.rows.get(each.day);
            if (mended !== undefined) mended.counts = true;
          }
        }
        const expected: Record<string, number> = {};
        for (const { rows } of sent)
          for (const [day, { units, counts }] of rows)
            if (counts)
              expected[`a${day}`] = conflicts === 'sum' ? (expected[`a${day}`] ?? 0) + units : units;
        await fixture.data.seal(one.name);
        const { id } = await fixture.data.createSnapshot(one.name).catch(() => ({ id: null }));
        const found: Record<string, number> = {};
        if (id !== null)
          for (const { values, start } of (await fixture.data.readPanel(one, id)).series)
            for (const [i, value] of values.entries())
              if (!Number.isNaN(value) && (value > 0 || `a${start + i - first}` in expected))
                found[`a${start + i - first}`] = value;
        assert.deepEqual(found, expected);
      },
    ),
    { numRuns: 6 },
  );
});
