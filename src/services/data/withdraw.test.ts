import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { projectLike } from '../../../test/fixtures/project.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { isAppError, ObservationStatus, periodOf } from '../../core/index.ts';
import { withdrawnSince } from './withdraw.ts';

const shop = projectLike({ columns: { series: ['item'], time: 'date', target: 'units' } });
const first = periodOf(shop.grid, Date.UTC(2024, 4, 1));
const date = (day: number): string => new Date((first + day) * 86_400_000).toISOString().slice(0, 10);

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
  await fixture.store.putProject(shop, 0);
});
afterEach(() => fixture.close());

type Row = readonly [item: string, day: number, units: number];

async function send(rows: readonly Row[]): Promise<string> {
  const lines = rows.map(([item, day, units]) => `${item},${date(day)},${units}`);
  const body = Buffer.from(`item,date,units\n${lines.join('\n')}\n`);
  return (await fixture.data.ingestBody(shop, body, { format: 'csv' })).batch.id;
}

/** What is known now, as a training reads it: by series and day, `?` = unknown. */
async function known(): Promise<Record<string, Record<number, number | '?'>>> {
  await fixture.data.seal('shop');
  const { id } = await fixture.data.createSnapshot('shop');
  const { series } = await fixture.data.readPanel(shop, id);
  return Object.fromEntries(
    series.map((one) => [
      one.id,
      Object.fromEntries(
        Array.from(one.values, (value, i) => [one.start + i - first, Number.isNaN(value) ? '?' : value]),
      ),
    ]),
  );
}

/** What labels see. */
async function labels(): Promise<Record<string, number | null>> {
  const rows = await fixture.store.readActuals('shop', { periodMin: first, periodMax: first + 30 });
  return Object.fromEntries(
    rows.map(({ seriesId, period, value, status }) => [
      `${seriesId}${period - first}`,
      status === ObservationStatus.observed ? value : null,
    ]),
  );
}

test('without a batch an earlier value is known again, or none; undone, all is as it was', async () => {
  await send([
    ['a', 1, 10],
    ['a', 2, 20],
    ['b', 1, 5],
  ]);
  const wrong = await send([
    ['a', 2, 2000],
    ['a', 3, 3000],
    ['b', 1, 500],
  ]);
  await send([['b', 1, 6]]);
  const before = await known();
  assert.deepEqual(before, { a: { 1: 10, 2: 2000, 3: 3000 }, b: { 1: 6 } });

  const { withdrawal, batch } = await fixture.data.withdraw(shop, { batchId: wrong, reason: 'wrong unit' });
  assert.equal(withdrawal.rows, 3);
  assert.equal(batch.rowsAccepted, 2, 'a later correction of b stands as it is');
  // The third day of `a` has no row any more: it is no part of a history until it is closed.
  assert.deepEqual(await known(), { a: { 1: 10, 2: 20 }, b: { 1: 6 } });
  const { a2, a3, b1 } = await labels();
  assert.deepEqual({ a2, a3, b1 }, { a2: 20, a3: null, b1: 6 });

  const [newest, older] = await fixture.data.listSnapshots('shop');
  const withdrawals = await fixture.data.withdrawals('shop');
  assert.deepEqual(older && withdrawnSince(older, withdrawals).map(({ id }) => id), [withdrawal.id]);
  assert.deepEqual(newest && withdrawnSince(newest, withdrawals), []);

  await fixture.data.restoreWithdrawal(shop, withdrawal.id);
  assert.deepEqual(await known(), before);
  assert.equal((await labels()).a3, 3000);
  assert.deepEqual(older && withdrawnSince(older, await fixture.data.withdrawals('shop')), []);
  await assert.rejects(fixture.data.restoreWithdrawal(shop, withdrawal.id), (error) =>
    isAppError(error, 'data/unknown-withdrawal'),
  );
});

test('a series, or some periods of it, may be withdrawn; rows that come later count', async () => {
  await send(
    [1, 2, 3, 4].flatMap((day): Row[] => [
      ['a', day, day],
      ['b', day, 10 * day],
    ]),
  );
  await fixture.data.withdraw(shop, {
    seriesId: 'b',
    periodMin: first + 2,
    periodMax: first + 3,
    reason: '',
  });
  assert.deepEqual((await known()).b, { 1: 10, 2: '?', 3: '?', 4: 40 });
  await send([['b', 2, 7]]);
  assert.deepEqual((await known()).b, { 1: 10, 2: 7, 3: '?', 4: 40 });
  assert.deepEqual((await known()).a, { 1: 1, 2: 2, 3: 3, 4: 4 });
  for (const request of [{ reason: '' }, { seriesId: 'none', reason: '' }])
    await assert.rejects(fixture.data.withdraw(shop, request), (error) =>
      isAppError(error, 'data/nothing-to-withdraw'),
    );
  await assert.rejects(fixture.data.withdraw(shop, { batchId: 'bat_none', reason: '' }), (error) =>
    isAppError(error, 'data/unknown-batch'),
  );
});

test('a row that was taken back closes nothing and is nobody’s report; said again, it does and is', async () => {
  await send([
    ['a', 1, 10],
    ['a', 2, 20],
    ['b', 1, 1],
    ['b', 2, 2],
  ]);
  const far = await send([['a', 20, 7]]);
  const alone = await send([['c', 3, 1]]);
  assert.equal(Object.keys((await known()).a ?? {}).length, 20, 'its own later row closed the days between');
  const { withdrawal } = await fixture.data.withdraw(shop, { batchId: far, reason: 'a wrong clock' });
  await fixture.data.withdraw(shop, { batchId: alone, reason: 'no such item' });
  assert.deepEqual(await known(), { a: { 1: 10, 2: 20 }, b: { 1: 1, 2: 2 } });
  await fixture.data.restoreWithdrawal(shop, withdrawal.id);
  assert.equal(Object.keys((await known()).a ?? {}).length, 20);
});

test('whatever is sent, withdrawn and undone, what is known is what the rows that count say', async () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('send' as const),
      rows: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 }), fc.nat(99)), {
        minLength: 1,
        maxLength: 4,
        selector: ([item, day]) => `${item}${day}`,
      }),
    }),
    fc.record({ do: fc.constant('withdraw' as const), batch: fc.nat(5) }),
    fc.record({ do: fc.constant('undo' as const), withdrawal: fc.nat(3) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 7 }), async (steps) => {
      const own = await openDataFixture();
      await own.store.putProject(shop, 0);
      const outer = fixture;
      fixture = own;
      try {
        const sent: { id: string; rows: readonly Row[]; gone: boolean }[] = [];
        const withdrawn: { id: string; batch: number }[] = [];
        for (const each of steps) {
          if (each.do === 'send') sent.push({ id: await send(each.rows), rows: each.rows, gone: false });
          else if (each.do === 'withdraw') {
            const batch = sent[each.batch];
            if (batch === undefined || batch.gone) continue;
            const { withdrawal } = await own.data.withdraw(shop, { batchId: batch.id, reason: '' });
            withdrawn.push({ id: withdrawal.id, batch: each.batch });
            batch.gone = true;
          } else {
            const [undone] = withdrawn.splice(each.withdrawal, 1);
            if (undone === undefined) continue;
            await own.data.restoreWithdrawal(shop, undone.id);
            (sent[undone.batch] as { gone: boolean }).gone = false;
          }
        }
        const expected: Record<string, number | null> = {};
        for (const { rows } of sent) for (const [item, day] of rows) expected[`${item}${day}`] = null;
        for (const { rows, gone } of sent)
          if (!gone) for (const [item, day, units] of rows) expected[`${item}${day}`] = units;
        if (sent.length > 0) assert.deepEqual(await labels(), expected);
      } finally {
        fixture = outer;
        await own.close();
      }
    }),
    { numRuns: 6 },
  );
});
