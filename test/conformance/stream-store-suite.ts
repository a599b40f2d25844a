// What every relational store promises of streams: positions that move with the rows or not at all, and one reader at a time.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { isAppError, ManualClock } from '../../src/core/index.ts';
import type { ControlStore, StreamAdvance } from '../../src/storage/ports/index.ts';
import { type ControlBackend, commitOf, project, row, startMs } from './store-fixtures.ts';

const step = (partition: number, from: number, to: number): StreamAdvance['steps'][number] => ({
  partition,
  from,
  to,
  messages: to - from,
  deadLetters: 0,
});
const advance = (...steps: StreamAdvance['steps']): StreamAdvance => ({ stream: 'sales', at: 5, steps });
const moved = (error: unknown): boolean => isAppError(error, 'streams/position-moved');

export function streamStoreSuite(backend: ControlBackend): void {
  describe(`stream store ${backend.name}`, () => {
    let place: ReturnType<ControlBackend['fresh']>;
    let store: ControlStore;

    beforeEach(async () => {
      place = backend.fresh();
      store = place.connect(new ManualClock(startMs));
      await store.putProject(project, 1);
      await store.resetStream({ name: 'sales', origin: 'broker 1', at: 1, positions: new Map() });
    });
    afterEach(async () => {
      await store.close();
      place.remove();
    });

    const next = async (): Promise<[number, number][]> =>
      ((await store.readStream('sales'))?.positions ?? []).map((at) => [at.partition, at.next]);

    test('a stream that was never heard of has no record', async () => {
      assert.equal(await store.readStream('other'), undefined);
      assert.deepEqual(await store.readStream('sales'), {
        name: 'sales',
        origin: 'broker 1',
        holder: null,
        leaseUntil: 0,
        positions: [],
      });
    });

    test('a position moves from where it stands, and from nowhere else', async () => {
      await store.advanceStream(advance(step(0, 0, 5), step(1, 0, 3)));
      await store.advanceStream(advance({ ...step(0, 5, 9), messages: 2, deadLetters: 1 }));
      assert.deepEqual((await store.readStream('sales'))?.positions, [
        { partition: 0, next: 9, messages: 7, deadLetters: 1, movedAt: 5 },
        { partition: 1, next: 3, messages: 3, deadLetters: 0, movedAt: 5 },
      ]);
      for (const from of [0, 5, 8, 10])
        await assert.rejects(store.advanceStream(advance(step(0, from, 12))), moved);
      // A partition without a record is at 0.
      await assert.rejects(store.advanceStream(advance(step(2, 4, 6))), moved);
      assert.deepEqual(await next(), [
        [0, 9],
        [1, 3],
      ]);
    });

    test('several partitions move together or not at all', async () => {
      await store.advanceStream(advance(step(0, 0, 5), step(1, 0, 3)));
      await assert.rejects(store.advanceStream(advance(step(0, 5, 9), step(1, 2, 4))), moved);
      assert.deepEqual(await next(), [
        [0, 5],
        [1, 3],
      ]);
    });

    test('a batch lands with its messages once: the same messages in another batch do not', async () => {
      await store.commitBatch({ ...commitOf('a', [row('apples', 1, 5)]), advance: advance(step(0, 0, 2)) });
      const again = { ...commitOf('b', [row('apples', 1, 5)]), advance: advance(step(0, 0, 1)) };
      await assert.rejects(store.commitBatch(again), moved);
      assert.equal((await store.listBatches('shop', { afterSeq: 0, limit: 10 })).length, 1);
      const rows = await store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 });
      assert.equal(rows.length, 1);
      assert.deepEqual(await next(), [[0, 2]]);
    });

    test('a reset says where reading goes on, of which stream, and keeps the counts', async () => {
      await store.advanceStream(advance(step(0, 0, 5), step(1, 0, 3)));
      await store.resetStream({ name: 'sales', origin: 'broker 2', at: 9, positions: new Map([[1, 2]]) });
      const record = await store.readStream('sales');
      assert.equal(record?.origin, 'broker 2');
      assert.deepEqual(
        record?.positions.map((at) => [at.partition, at.next, at.messages]),
        [
          [0, 0, 5],
          [1, 2, 3],
        ],
      );
      await assert.rejects(store.advanceStream(advance(step(0, 5, 6))), moved);
      await store.advanceStream(advance(step(0, 0, 1)));
    });

    test('one holds the lease at a time, until it ends or is given back', async () => {
      const lease = (holder: string, now: number): Promise<boolean> =>
        store.leaseStream({ name: 'sales', holder, now, leaseUntil: now + 100 });
      assert.equal(await lease('a', 0), true);
      assert.equal(await lease('b', 50), false);
      assert.equal(await lease('a', 60), true);
      assert.equal(await lease('b', 159), false);
      assert.equal(await lease('b', 160), true);
      assert.equal(await lease('a', 161), false);
      await store.releaseStream('sales', 'a');
      assert.equal(await lease('a', 162), false);
      await store.releaseStream('sales', 'b');
      assert.equal(await lease('a', 163), true);
      assert.equal((await store.readStream('sales'))?.origin, 'broker 1');
      assert.equal(await store.leaseStream({ name: 'new', holder: 'a', now: 0, leaseUntil: 1 }), true);
    });
  });
}
