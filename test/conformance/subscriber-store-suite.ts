// What every relational store promises of how far subscribers have come.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SubscriberPosition } from '../../src/storage/ports/index.ts';
import { type ControlBackend, storePerTest } from './store-fixtures.ts';

const behind = { project: 'shop', seq: 3, events: 2, since: 1_700_000_000_000, reason: null };
const closing: SubscriberPosition = { subscriber: 'closing', seq: 7, behind: [] };
const training: SubscriberPosition = {
  subscriber: 'retraining',
  seq: 9,
  behind: [{ ...behind, project: 'depot', reason: 'the disk is full' }, behind],
};

export function subscriberStoreSuite(backend: ControlBackend): void {
  describe(`subscribers of ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('what was noted is there after a restart, and nothing before', async () => {
      assert.deepEqual(await fresh.store.readSubscribers(), []);
      await fresh.store.noteSubscribers([training, closing]);
      await fresh.reopen();
      assert.deepEqual(await fresh.store.readSubscribers(), [closing, training]);
    });

    test('what is noted takes the place of what was, of that subscriber alone', async () => {
      await fresh.store.noteSubscribers([closing, training]);
      const later = { ...training, seq: 12, behind: [{ ...behind, seq: 10, project: 'mill' }] };
      await fresh.store.noteSubscribers([later]);
      assert.deepEqual(await fresh.store.readSubscribers(), [closing, later]);
      await fresh.store.noteSubscribers([{ ...later, behind: [] }]);
      assert.deepEqual(await fresh.store.readSubscribers(), [closing, { ...later, behind: [] }]);
      await fresh.store.noteSubscribers([]);
      assert.equal((await fresh.store.readSubscribers()).length, 2);
    });

    test('all of them are noted or none', async () => {
      await fresh.store.noteSubscribers([closing]);
      const twice = { ...training, behind: [behind, behind] };
      await assert.rejects(fresh.store.noteSubscribers([{ ...closing, seq: 8 }, twice]));
      assert.deepEqual(await fresh.store.readSubscribers(), [closing]);
    });

    test('two processes that note the same subscriber leave one of their words whole', async () => {
      const other = fresh.place.connect(fresh.clock);
      const theirs = { ...training, seq: 8, behind: [behind] };
      await Promise.all([fresh.store.noteSubscribers([training]), other.noteSubscribers([theirs])]);
      const [found] = await fresh.store.readSubscribers();
      assert.ok([training, theirs].some((one) => JSON.stringify(one) === JSON.stringify(found)));
      await other.close();
    });
  });
}
