import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bring,
  csv,
  date,
  first,
  followed,
  learnt,
  type Row,
  send,
  till,
  withTill,
} from '../../../test/fixtures/till.ts';
import type { DataFixture } from '../../../test/hostile/data-fixture.ts';
import { ObservationStatus, type Project } from '../../core/index.ts';

test('5 and 3 of one file and 4 of the next are 12, counted as added to, and the same file again adds nothing', () =>
  withTill(async (fixture) => {
    await bring(fixture, [
      ['A', 0, 5],
      ['A', 0, 3],
    ]);
    const path = await fixture.file('b.csv', csv([['A', 0, 4]]));
    const { batch } = await fixture.data.ingestFile(till, path);
    assert.deepEqual([batch.rowsAdded, batch.rowsReplaced], [1, 0]);
    assert.deepEqual(await learnt(fixture), { A0: 12 });
    const again = await fixture.data.ingestFile(till, path);
    assert.ok(again.replayed);
    await send(fixture, [['A', 0, 1]]);
    assert.deepEqual(await learnt(fixture), { A0: 13 });
    const [label] = await fixture.store.readActuals('shop', { periodMin: first, periodMax: first });
    assert.equal(label?.value, 13);
    assert.deepEqual(await followed(fixture), { A0: 13 });
  }));

test('a file that is added to an earlier one keeps what its rows say beside demand', () =>
  withTill(async (fixture) => {
    const columns = { ...till.columns, known: ['price', 'shelf'], categories: ['shelf'], static: ['brand'] };
    const priced: Project = { ...till, columns };
    const head = 'item,date,units,out,price,shelf,brand\n';
    for (const [name, cells] of [
      ['a', '5,,1.5,top,x'],
      ['b', '4,,2.5,low,y'],
    ] as const) {
      const path = await fixture.file(`${name}.csv`, `${head}A,${date(0)},${cells}\nB,${date(1)},7,,9,,\n`);
      await fixture.data.ingestFile(priced, path);
    }
    const found: unknown[] = [];
    for await (const { rows } of fixture.data.observationsSince('shop', 0))
      for (const { seriesId, value, covariates } of rows) found.push([seriesId, value, covariates]);
    assert.deepEqual(found, [
      ['A', 5, { price: 1.5, shelf: 'top' }],
      ['B', 7, { price: 9 }],
      ['A', 9, { price: 2.5, shelf: 'low' }],
      ['B', 14, { price: 9 }],
    ]);
  }));

test('a part that was taken back is no longer in the sum; what comes then is added to the rest', () =>
  withTill(async (fixture) => {
    const one = await send(fixture, [['A', 0, 5]]);
    const { withdrawal } = await fixture.data.withdraw(till, { batchId: one, reason: 'wrong' });
    await send(fixture, [['A', 0, 4]]);
    assert.deepEqual(await learnt(fixture), { A0: 4 });
    await fixture.data.restoreWithdrawal(till, withdrawal.id);
    assert.deepEqual(await learnt(fixture), { A0: 9 });
    await bring(fixture, [['A', 0, 2]]);
    assert.deepEqual(await learnt(fixture), { A0: 11 });
  }));

test('one stock-out makes the sum one; taken back, the demand is known again', () =>
  withTill(async (fixture) => {
    await send(fixture, [['A', 0, 5]]);
    const out = await fixture.data.ingestBody(
      till,
      Buffer.from(`item,date,units,out\nA,${date(0)},2,yes\n`),
      {
        format: 'csv',
      },
    );
    await send(fixture, [['A', 0, 1]]);
    const actual = async () =>
      (await fixture.store.readActuals('shop', { periodMin: first, periodMax: first }))[0];
    const stocked = await actual();
    assert.deepEqual([stocked?.value, stocked?.status], [8, ObservationStatus.stockout]);
    await fixture.data.withdraw(till, { batchId: out.batch.id, reason: 'there was stock' });
    const now = await actual();
    assert.deepEqual([now?.value, now?.status], [6, ObservationStatus.observed]);
  }));

test('batches that come at once are all in the sum', () =>
  withTill(async (fixture) => {
    await Promise.all(Array.from({ length: 8 }, (_, i) => send(fixture, [['A', 0, 2 ** i]])));
    assert.deepEqual(await learnt(fixture), { A0: 255 });
  }));

test('batches of other periods that come at once, and of another process, are met by what comes later', () =>
  withTill(async (fixture) => {
    await Promise.all([send(fixture, [['A', 0, 5]]), send(fixture, [['B', 1, 7]])]);
    await send(fixture, [['A', 0, 4]]);
    assert.deepEqual(await learnt(fixture), { A0: 9, B1: 7 });
    // Another process commits to the same store; this one has batches of its own before and after.
    const other = { ...fixture, data: fixture.another() };
    await Promise.all([send(other, [['C', 2, 5]]), send(fixture, [['D', 3, 1]])]);
    await send(fixture, [['E', 4, 1]]);
    await send(fixture, [['C', 2, 3]]);
    assert.deepEqual(await learnt(fixture), { A0: 9, B1: 7, C2: 8, D3: 1, E4: 1 });
  }));

test('under the other rules a later value replaces an earlier one, and is counted', () =>
  withTill(async (fixture) => {
    const shop = { ...till, conflicts: 'last' as const };
    await bring(
      fixture,
      [
        ['A', 0, 5],
        ['A', 1, 5],
        ['A', 2, 5],
      ],
      shop,
    );
    const ask = async (id: Promise<string>) => {
      const batch = await fixture.store.getBatch(await id);
      return [batch?.rowsReplaced, batch?.rowsAdded];
    };
    assert.deepEqual(
      await ask(
        send(
          fixture,
          [
            ['A', 0, 6],
            ['A', 1, 5],
            ['A', 3, 1],
          ],
          shop,
        ),
      ),
      [1, 0],
    );
    assert.deepEqual(
      await ask(
        bring(
          fixture,
          [
            ['A', 0, 7],
            ['A', 1, 5],
            ['A', 4, 2],
          ],
          shop,
        ),
      ),
      [1, 0],
    );
    await fixture.data.seal('shop');
    assert.deepEqual(
      await ask(
        send(
          fixture,
          [
            ['A', 2, 6],
            ['A', 0, 7],
          ],
          shop,
        ),
      ),
      [1, 0],
    );
    assert.deepEqual(await ask(bring(fixture, [['A', 2, 9]], shop)), [1, 0]);
  }));

type Act =
  | { kind: 'body' | 'file'; rows: Row[] }
  | { kind: 'withdraw'; at: number }
  | { kind: 'restore'; at: number }
  | { kind: 'seal' };

const row = fc.tuple(fc.constantFrom('A', 'B'), fc.nat(2), fc.integer({ min: 1, max: 9 }));
const rows = fc.array(row, { minLength: 1, maxLength: 4 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('body' as const), rows }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('file' as const), rows }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'seal' as const }) },
);

test('however rows fall into batches, in whatever order, with what was taken back between: the sum is that of those that count', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 9 }), async (acts) => {
      await withTill(async (fixture) => {
        const batches: { id: string; rows: Row[]; withdrawn: string | null }[] = [];
        for (const one of acts) {
          if (one.kind === 'seal') await fixture.data.seal('shop');
          else if ('rows' in one) {
            const id = await (one.kind === 'body' ? send : bring)(fixture, one.rows);
            batches.push({ id, rows: one.rows, withdrawn: null });
          } else {
            const batch = batches[one.at % Math.max(1, batches.length)];
            if (batch === undefined) continue;
            if (one.kind === 'withdraw' && batch.withdrawn === null)
              batch.withdrawn = (
                await fixture.data.withdraw(till, { batchId: batch.id, reason: 'test' })
              ).withdrawal.id;
            else if (one.kind === 'restore' && batch.withdrawn !== null) {
              await fixture.data.restoreWithdrawal(till, batch.withdrawn);
              batch.withdrawn = null;
            }
          }
        }
        const expected: Record<string, number> = {};
        for (const batch of batches.filter(({ withdrawn }) => withdrawn === null))
          for (const [item, day, units] of batch.rows)
            expected[`${item}${day}`] = (expected[`${item}${day}`] ?? 0) + Number(units);
        assert.deepEqual(await followed(fixture), expected);
        if (batches.length > 0) assert.deepEqual(await learntOrNothing(fixture), expected);
      });
    }),
    { numRuns: 6 },
  );
});

async function learntOrNothing(fixture: DataFixture): Promise<Record<string, number>> {
  return learnt(fixture).catch((error: { code?: string }) => {
    if (error.code === 'data/no-history') return {};
    throw error;
  });
}
