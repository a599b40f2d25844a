// What every relational store promises of sources: a position that moves with the rows or not at all, rows known by their names, and
// what stands in the way of a source.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { isAppError, ManualClock } from '../../src/core/index.ts';
import type { ControlStore, SourceAdvance, SourceRow } from '../../src/storage/ports/index.ts';
import { type ControlBackend, commitOf, project, row, startMs } from './store-fixtures.ts';

const orders = { name: 'orders', project: 'shop', identity: 'key id' };
const rowOf = (key: string, place: string, value: number, period = 3): SourceRow => ({
  key,
  place,
  hash: `h${value}`,
  word: { seriesId: 'apples', period, value, status: Number.isNaN(value) ? 1 : 0 },
});
const advance = (from: number, rows: readonly SourceRow[] = []): SourceAdvance => ({
  source: 'orders',
  from,
  position: { watermark: String(from) },
  rows,
  taken: rows.length,
  corrected: 0,
});

export function sourceStoreSuite(backend: ControlBackend): void {
  describe(`source store ${backend.name}`, () => {
    let place: ReturnType<ControlBackend['fresh']>;
    let store: ControlStore;

    beforeEach(async () => {
      place = backend.fresh();
      store = place.connect(new ManualClock(startMs));
      await store.putProject(project, 1);
      await store.openSource(orders);
    });
    afterEach(async () => {
      await store.close();
      place.remove();
    });
    const events = async (): Promise<string[]> =>
      (await store.readEvents({ afterSeq: 0, limit: 100 }))
        .map(({ type }) => type)
        .filter((type) => type.startsWith('source.'));

    test('a source is one of its project and identity, as long as anything is kept of it', async () => {
      assert.equal((await store.openSource(orders)).revision, 0);
      for (const other of [{ project: 'depot' }, { identity: 'key id, line' }])
        await assert.rejects(store.openSource({ ...orders, ...other }), (e) =>
          isAppError(e, 'sources/other-source'),
        );
      assert.equal(await store.readSource('other'), undefined);
    });

    test('a position moves from where it stands, and from nowhere else, with its batch or not at all', async () => {
      await store.advanceSource(advance(0, [rowOf('a', '1', 5)]));
      const batch = commitOf('k', [row('apples', 3, 5)]);
      const moved = (e: unknown): boolean => isAppError(e, 'sources/position-moved');
      await assert.rejects(store.advanceSource(advance(0)), moved);
      await assert.rejects(store.commitBatch({ ...batch, source: advance(0, [rowOf('a', '1', 6)]) }), moved);
      assert.equal((await store.historyTotals('shop')).batches, 0);
      assert.equal((await store.readSourceRows('orders', ['a']))[0]?.word?.value, 5);
      await store.commitBatch({ ...batch, source: advance(1, [rowOf('a', '2', 6), rowOf('b', '2', 7)]) });
      const { revision, rows, position } = (await store.readSource('orders')) ?? assert.fail();
      assert.deepEqual([revision, rows, position], [2, 3, { watermark: '1' }]);
      // A batch that is known moves nothing.
      const again = await store.commitBatch({ ...batch, source: advance(2) });
      assert.deepEqual([again.replayed, (await store.readSource('orders'))?.revision], [true, 2]);
    });

    test('of rows of one period the last one is found, one that knows a value first', async () => {
      const silent: SourceRow = { key: 'e', place: '9', hash: 'h', word: null };
      const all = [
        rowOf('a', '1', 5),
        rowOf('b', '2', 6),
        rowOf('c', '2', 7),
        rowOf('d', '3', Number.NaN),
        silent,
      ];
      await store.advanceSource(advance(0, [...all, rowOf('f', '1', 8, 4)]));
      const last = async (...without: string[]): Promise<string[]> => {
        const cells = [3, 4, 5].map((period) => ({ seriesId: 'apples', period }));
        return (await store.lastSourceRows('orders', { cells, without })).map(({ key }) => key).sort();
      };
      assert.deepEqual(await last(), ['c', 'f']);
      assert.deepEqual(await last('c', 'f'), ['b']);
      assert.deepEqual(await last('a', 'b', 'c'), ['d', 'f']);
      assert.deepEqual((await store.readSourceRows('orders', ['e', 'd', 'x'])).length, 2);
    });

    test('what stands in its way is told once, and again when it is over', async () => {
      const fail = (pause: boolean, now: number): Promise<void> =>
        store.noteSourceProblem({ name: 'orders', code: 'sources/unreachable', message: 'down', pause, now });
      await fail(false, 5);
      await fail(false, 6);
      const { problem } = (await store.readSource('orders')) ?? assert.fail();
      assert.deepEqual(problem, { code: 'sources/unreachable', message: 'down', since: 5, failures: 2 });
      await store.noteSourceRead({ name: 'orders', readAt: 7, now: 8 });
      await store.noteSourceRead({ name: 'orders', readAt: 9, now: 9 });
      assert.equal((await store.readSource('orders'))?.readAt, 9);
      assert.equal(await store.resumeSource({ name: 'orders', position: {}, now: 9 }), false);
      await fail(true, 10);
      assert.equal((await store.readSource('orders'))?.paused, true);
      assert.equal(await store.resumeSource({ name: 'orders', position: { watermark: '3' }, now: 11 }), true);
      const resumed = (await store.readSource('orders')) ?? assert.fail();
      assert.deepEqual(
        [resumed.paused, resumed.problem, resumed.position],
        [false, null, { watermark: '3' }],
      );
      assert.deepEqual(await events(), [
        'source.failing',
        'source.recovered',
        'source.paused',
        'source.resumed',
      ]);
    });
  });
}
