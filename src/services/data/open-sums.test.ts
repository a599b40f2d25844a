// With rule `sum`, a period of which a row was refused is unknown until that row is mended, given up, or its batch taken back: the sum
// of the other rows is never taken for its demand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bring,
  csv,
  date,
  first,
  followed,
  type Known,
  learnt,
  type Row,
  send,
  till,
  withTill,
} from '../../../test/fixtures/till.ts';
import type { DataFixture } from '../../../test/hostile/data-fixture.ts';
import { ObservationStatus } from '../../core/index.ts';

/** What labels are joined with. */
async function labels(fixture: DataFixture): Promise<Known> {
  const rows = await fixture.store.readActuals('shop', { periodMin: first, periodMax: first + 100 });
  return Object.fromEntries(
    rows
      .filter(({ status }) => status === ObservationStatus.observed)
      .map(({ seriesId, period, value }) => [`${seriesId}${period - first}`, value]),
  );
}

const learntOrNothing = (fixture: DataFixture): Promise<Known> =>
  learnt(fixture).catch((error: { code?: string }) => {
    if (error.code === 'data/no-history') return {};
    throw error;
  });

async function expectAll(fixture: DataFixture, expected: Known, { inTail = true } = {}): Promise<void> {
  assert.deepEqual(await followed(fixture), expected);
  if (inTail) assert.deepEqual(await labels(fixture), expected);
  assert.deepEqual(await learntOrNothing(fixture), expected);
}

for (const [kind, take] of [
  ['body', send],
  ['file', bring],
] as const)
  test(`a period of which a row of a ${kind} was refused is unknown until the row is mended: then it is the sum`, () =>
    withTill(async (fixture) => {
      const inTail = kind === 'body';
      const batch = await take(fixture, [
        ['A', 0, 5],
        ['A', 0, '3 pcs'],
        ['A', 1, 7],
        ['B', 0, 'many'],
      ]);
      await expectAll(fixture, { A1: 7 }, { inTail });
      await take(fixture, [
        ['A', 0, 4],
        ['B', 0, 2],
      ]);
      await expectAll(fixture, { A1: 7 }, { inTail });
      const fix = {
        batchId: batch,
        rows: [[2, 2]],
        edit: { map: { units: { '3 pcs': '3' } } },
        by: 'cli',
      } as const;
      const done = await fixture.data.repair(till, fix);
      assert.equal(done.rowsSent, 1);
      await expectAll(fixture, { A0: 12, A1: 7 }, { inTail: false });
      assert.equal((await fixture.data.repair(till, fix)).replayed, true);
      await fixture.data.repair(till, {
        batchId: batch,
        rows: [[4, 4]],
        edit: { set: { units: '1' } },
        by: 'cli',
      });
      await expectAll(fixture, { A0: 12, A1: 7, B0: 3 }, { inTail: false });
    }));

test('given up, a row is in no sum and none waits for it; without a reason none is given up', () =>
  withTill(async (fixture) => {
    const batch = await send(fixture, [
      ['A', 0, 5],
      ['A', 0, 'x'],
      ['B', 0, 'y'],
      ['A', 1, 2],
    ]);
    const request = { batchId: batch, discard: true, by: 'cli ann' };
    await assert.rejects(fixture.data.repair(till, request), { code: 'data/bad-repair', message: /say why/ });
    await expectAll(fixture, { A1: 2 });
    const done = await fixture.data.repair(till, { ...request, reason: 'a test of the till' });
    assert.deepEqual([done.rowsSent, done.batches[0]?.rowsAccepted], [2, 0]);
    await expectAll(fixture, { A0: 5, A1: 2 });
    await send(fixture, [['B', 0, 4]]);
    await expectAll(fixture, { A0: 5, A1: 2, B0: 4 });
    assert.equal((await fixture.store.getBatch(batch))?.rowsRepaired, 2);
    assert.ok(
      (await fixture.data.quarantine('shop', { limit: 9 })).every(({ repairedBy }) => repairedBy !== null),
    );
  }));

test('what is still refused when it is sent again waits in its new batch, also where it names another period', () =>
  withTill(async (fixture) => {
    const batch = await send(fixture, [
      ['A', 0, 5],
      ['A', 0, 'x'],
    ]);
    const moved = await fixture.data.repair(till, {
      batchId: batch,
      edit: { set: { item: 'B' } },
      by: 'cli',
    });
    await send(fixture, [['B', 0, 1]]);
    await expectAll(fixture, { A0: 5 });
    const again = moved.batches[0]?.id ?? '';
    await fixture.data.repair(till, { batchId: again, edit: { set: { units: '3' } }, by: 'cli' });
    await expectAll(fixture, { A0: 5, B0: 4 });
  }));

test('a batch that is taken back takes its refused rows with it; mended rows stand, and an answer stays one', () =>
  withTill(async (fixture) => {
    const one = await send(fixture, [
      ['A', 0, 5],
      ['A', 0, 'x'],
    ]);
    await send(fixture, [['A', 0, 4]]);
    const { withdrawal } = await fixture.data.withdraw(till, { batchId: one, reason: 'wrong' });
    await expectAll(fixture, { A0: 4 });
    const mended = await fixture.data.repair(till, {
      batchId: one,
      edit: { set: { units: '3' } },
      by: 'cli',
    });
    await expectAll(fixture, { A0: 7 });
    await fixture.data.restoreWithdrawal(till, withdrawal.id);
    await expectAll(fixture, { A0: 12 });
    await fixture.data.withdraw(till, { batchId: mended.batches[0]?.id ?? '', reason: 'no sale' });
    await expectAll(fixture, { A0: 9 });
  }));

test('a batch of nothing but a refused row makes what is known unknown, and taken back it is known again', () =>
  withTill(async (fixture) => {
    await bring(fixture, [['A', 0, 5]]);
    const one = await send(fixture, [['A', 0, 'x']]);
    await expectAll(fixture, {}, { inTail: false });
    await fixture.data.withdraw(till, { batchId: one, reason: 'a slip' });
    await expectAll(fixture, { A0: 5 }, { inTail: false });
  }));

test('a row without demand, one whose period cannot be read, and one that a rule leaves out are waited for by nobody', () =>
  withTill(async (fixture) => {
    const dialect = { ...(till.dialect ?? (await import('../../core/index.ts')).defaultDialect) };
    const project = { ...till, dialect: { ...dialect, leaveOut: [{ column: 'out', startsWith: 'sum' }] } };
    const body = `item,date,units,out\nA,${date(0)},5,\nA,someday,3,\n,${date(0)},3,\nA,${date(0)},5,sum\n`;
    await fixture.data.ingestBody(project, Buffer.from(body), { format: 'csv' });
    await expectAll(fixture, { A0: 5 });
  }));

test('a file of very many refused rows is said by periods, and is mended in batches', () =>
  withTill(async (fixture) => {
    const sent = Array.from(
      { length: 6_000 },
      (_, i): Row => [i % 2 === 0 ? 'A' : 'B', i % 11, i % 3 === 0 ? 'x' : 1],
    );
    const path = await fixture.file('many.csv', csv(sent));
    const { batch, periodsOpen } = await fixture.data.ingestFile(till, path);
    const open = new Set(sent.filter(([, , units]) => units === 'x').map(([item, day]) => `${item}${day}`));
    assert.deepEqual([batch.rowsQuarantined, periodsOpen], [2_000, open.size]);
    const known = await learnt(fixture);
    assert.ok(Object.keys(known).every((cell) => !open.has(cell)));
    await fixture.data.repair(till, { batchId: batch.id, edit: { set: { units: '1' } }, by: 'cli' });
    const sums: Known = {};
    for (const [item, day] of sent) sums[`${item}${day}`] = (sums[`${item}${day}`] ?? 0) + 1;
    assert.deepEqual(await learnt(fixture), sums);
  }));

test('what a snapshot has lost to a refused row, and has again, is a correction', () =>
  withTill(async (fixture) => {
    await send(fixture, [['A', 0, 5]]);
    await fixture.data.seal('shop');
    const before = await fixture.data.createSnapshot('shop');
    const one = await send(fixture, [['A', 0, 'x']]);
    await fixture.data.seal('shop');
    const waiting = await fixture.data.createSnapshot('shop');
    await fixture.data.repair(till, { batchId: one, edit: { set: { units: '3' } }, by: 'cli' });
    await fixture.data.seal('shop');
    const after = await fixture.data.createSnapshot('shop');
    const diff = async (from: { id: string }, to: { id: string }) =>
      (await fixture.data.diffSnapshots('shop', from.id, to.id)).correctionExamples.map((found) => [
        found.before,
        found.after,
      ]);
    assert.deepEqual(await diff(before, waiting), [[5, null]]);
    assert.deepEqual(await diff(waiting, after), [[null, 8]]);
  }));

test('a row far ahead is waited for where it would be, and moves nothing until then', () =>
  withTill(async (fixture) => {
    const far = { ...till, contract: { ...till.contract, jumpPeriodsMax: 20 } };
    const usual = Array.from(
      { length: 40 },
      (_, i): Row => ['ABCDEFGH'[i % 8] ?? '', Math.floor(i / 8) - 100, 1],
    );
    await send(fixture, usual, far);
    const one = await send(fixture, [['A', -30, 7]], far);
    assert.equal((await fixture.store.getBatch(one))?.quarantinedByCode['far-ahead'], 1);
    const near = { ...till, contract: { ...till.contract, jumpPeriodsMax: 1_000 } };
    const other = await send(fixture, [['A', -30, 2]], near);
    assert.equal((await fixture.store.getBatch(other))?.rowsAccepted, 1);
    assert.equal((await followed(fixture))['A-30'], undefined);
    await fixture.data.repair(far, { batchId: one, accept: true, by: 'cli' });
    assert.equal((await followed(fixture))['A-30'], 9);
  }));

test('a row dated too late is waited for when its time has come', () =>
  withTill(async (fixture) => {
    await send(fixture, [['A', 0, 1]]);
    const early = { ...till, contract: { ...till.contract, futurePeriodsMax: -400 } };
    const one = await send(fixture, [['A', 1, 7]], early);
    assert.deepEqual((await fixture.store.getBatch(one))?.quarantinedByCode, { 'future-time': 1 });
    await send(fixture, [['A', 1, 2]]);
    await expectAll(fixture, { A0: 1 });
    await fixture.data.repair(till, { batchId: one, accept: true, by: 'cli' });
    await expectAll(fixture, { A0: 1, A1: 9 });
  }));

test('under the other rules nothing waits', () =>
  withTill(async (fixture) => {
    const shop = { ...till, conflicts: 'last' as const };
    await send(
      fixture,
      [
        ['A', 0, 5],
        ['A', 0, 'x'],
      ],
      shop,
    );
    assert.deepEqual(await followed(fixture), { A0: 5 });
  }));

test('batches that come at once, some with refused rows, are all waited for', () =>
  withTill(async (fixture) => {
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        send(fixture, [
          ['A', 0, i % 3 === 1 ? 'x' : 2 ** i],
          ['B', i, 1],
        ]),
      ),
    );
    const days = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`B${i}`, 1]));
    await expectAll(fixture, days);
    for (const { batchId } of await fixture.data.quarantine('shop', { limit: 9 }))
      await fixture.data.repair(till, { batchId, edit: { set: { units: '1' } }, by: 'cli' });
    await expectAll(fixture, { A0: 1 + 4 + 8 + 32 + 64 + 3, ...days });
  }));

/** What became of a row that was refused. */
interface Waiting {
  readonly batch: Batch;
  readonly row: number;
  readonly cell: string;
  isAnswered: boolean;
}

interface Batch {
  readonly id: string;
  readonly parts: readonly (readonly [cell: string, units: number])[];
  withdrawn: string | null;
}

type Act =
  | { kind: 'body' | 'file'; rows: Row[] }
  | { kind: 'mend'; at: number; item: 'A' | 'B' | null; units: number | 'no' }
  | { kind: 'discard'; at: number }
  | { kind: 'withdraw' | 'restore'; at: number }
  | { kind: 'seal' };

const row = fc.tuple(
  fc.constantFrom('A', 'B'),
  fc.nat(2),
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }) },
    { weight: 1, arbitrary: fc.constant('x') },
  ),
);
const rows = fc.array(row, { minLength: 1, maxLength: 4 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('body' as const), rows }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('file' as const), rows }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('mend' as const),
      at: fc.nat(9),
      item: fc.constantFrom('A' as const, 'B' as const, null),
      units: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant('no' as const)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('discard' as const), at: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restore' as const), at: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'seal' as const }) },
);

/** Does what the acts say, and keeps account of it. */
class Account {
  readonly batches: Batch[] = [];
  readonly waiting: Waiting[] = [];
  readonly #fixture: DataFixture;

  constructor(fixture: DataFixture) {
    this.#fixture = fixture;
  }

  async do(one: Act): Promise<void> {
    const { data } = this.#fixture;
    if (one.kind === 'seal') await data.seal('shop');
    else if ('rows' in one)
      this.#note(await (one.kind === 'body' ? send : bring)(this.#fixture, one.rows), one.rows);
    else if (one.kind === 'mend' || one.kind === 'discard') await this.#answer(one);
    else await this.#takeBack(one);
  }

  #note(id: string, sent: readonly Row[]): void {
    const cellOf = ([item, day]: Row): string => `${item}${day}`;
    const good = sent.filter(([, , units]) => typeof units === 'number');
    const batch = { id, parts: good.map((one) => [cellOf(one), Number(one[2])] as const), withdrawn: null };
    this.batches.push(batch);
    sent.forEach((one, i) => {
      if (typeof one[2] !== 'number')
        this.waiting.push({ batch, row: i + 1, cell: cellOf(one), isAnswered: false });
    });
  }

  async #answer(
    one: Exclude<Act, { kind: 'seal' | 'body' | 'file' | 'withdraw' | 'restore' }>,
  ): Promise<void> {
    const open = this.waiting.filter(({ isAnswered }) => !isAnswered);
    const chosen = open[one.at % Math.max(1, open.length)];
    if (chosen === undefined) return;
    const of = { batchId: chosen.batch.id, rows: [[chosen.row, chosen.row]] as const, by: 'test' };
    chosen.isAnswered = true;
    if (one.kind === 'discard')
      await this.#fixture.data.repair(till, { ...of, discard: true, reason: 'test' });
    else {
      const item = one.item ?? chosen.cell.slice(0, 1);
      const set = { item, units: `${one.units}` };
      const { batches } = await this.#fixture.data.repair(till, { ...of, edit: { set } });
      this.#note(batches[0]?.id ?? '', [[item, Number(chosen.cell.slice(1)), one.units]]);
    }
  }

  async #takeBack(one: Extract<Act, { kind: 'withdraw' | 'restore' }>): Promise<void> {
    const batch = this.batches[one.at % Math.max(1, this.batches.length)];
    const { data } = this.#fixture;
    if (batch === undefined) return;
    if (one.kind === 'withdraw' && batch.withdrawn === null)
      batch.withdrawn = (await data.withdraw(till, { batchId: batch.id, reason: 'test' })).withdrawal.id;
    else if (one.kind === 'restore' && batch.withdrawn !== null) {
      await data.restoreWithdrawal(till, batch.withdrawn);
      batch.withdrawn = null;
    }
  }

  expected(): Known {
    const sums: Known = {};
    for (const { parts } of this.batches.filter(({ withdrawn }) => withdrawn === null))
      for (const [cell, units] of parts) sums[cell] = (sums[cell] ?? 0) + units;
    for (const { cell, isAnswered, batch } of this.waiting)
      if (!isAnswered && batch.withdrawn === null) delete sums[cell];
    return sums;
  }
}

test('whatever is refused, mended, given up and taken back in whatever order: a period is the sum of all its rows or unknown', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 10 }), async (acts) => {
      await withTill(async (fixture) => {
        const account = new Account(fixture);
        for (const one of acts) await account.do(one);
        assert.deepEqual(await followed(fixture), account.expected());
        if (account.batches.length > 0) assert.deepEqual(await learntOrNothing(fixture), account.expected());
      });
    }),
    { numRuns: Number(process.env.RUNS ?? 6) },
  );
});
