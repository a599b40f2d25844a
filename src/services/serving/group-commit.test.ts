import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers, predictionRecord } from '../../../test/fixtures/serving-world.ts';
import { AppError } from '../../core/index.ts';
import type { PredictionRecord, PredictionStore } from '../../storage/ports/index.ts';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';

function records(count: number): PredictionRecord[] {
  return Array.from({ length: count }, (_, i) => predictionRecord({ id: `prd_${i}` }));
}

class Writes {
  readonly sizes: number[] = [];
  failNext = false;
  async appendPredictions(batch: readonly PredictionRecord[]): Promise<void> {
    this.sizes.push(batch.length);
    if (this.failNext) {
      this.failNext = false;
      throw new AppError('serving/stopped', 'disk is full');
    }
  }
}

/** As serving stores forecasts. */
function logOf({
  store,
  ...more
}: Omit<GroupCommitOptions<PredictionRecord>, 'what' | 'write'> & {
  readonly store: Pick<PredictionStore, 'appendPredictions'>;
}): GroupCommit<PredictionRecord> {
  return new GroupCommit({ ...more, what: 'forecasts', write: (batch) => store.appendPredictions(batch) });
}

test('requests that arrive together share one write', async () => {
  const store = new Writes();
  const timers = new ManualTimers();
  const log = logOf({ store, timers });
  const both = Promise.all([log.append(records(2)), log.append(records(3))]);
  assert.equal(log.waiting, 5);
  await timers.run();
  await both;
  assert.deepEqual(store.sizes, [5]);
  assert.equal(log.waiting, 0);
});

test('nothing is answered before its write is done', async () => {
  const disk = Promise.withResolvers<void>();
  const store = { appendPredictions: () => disk.promise };
  const timers = new ManualTimers();
  const log = logOf({ store, timers });
  let answered = false;
  const request = log.append(records(1)).then(() => {
    answered = true;
  });
  await timers.run();
  assert.equal(answered, false);
  disk.resolve();
  await request;
  assert.equal(answered, true);
});

test('a large request is spread over bounded writes and answered after the last', async () => {
  const store = new Writes();
  const timers = new ManualTimers();
  const log = logOf({ store, timers, recordsPerWriteMax: 4 });
  const request = log.append(records(10));
  await timers.run();
  await request;
  assert.deepEqual(store.sizes, [4, 4, 2]);
});

test('a failed write fails its requests and no others', async () => {
  const store = new Writes();
  store.failNext = true;
  const timers = new ManualTimers();
  const log = logOf({ store, timers, recordsPerWriteMax: 4 });
  const failing = assert.rejects(log.append(records(6)), /disk is full/);
  const fine = log.append(records(1));
  await timers.run();
  await failing;
  await fine;
  assert.deepEqual(store.sizes, [4, 1]);
  assert.equal(log.waiting, 0);
});

test('refuses what would wait beyond the bound, and says when to come back', async () => {
  const timers = new ManualTimers();
  const log = logOf({ store: new Writes(), timers, recordsWaitingMax: 5 });
  const first = log.append(records(4));
  await assert.rejects(log.append(records(2)), { code: 'serving/overloaded' });
  await timers.run();
  await first;
  await Promise.all([log.append(records(2)), timers.run()]);
});

test('stopping writes what waits and refuses what comes later', async () => {
  const store = new Writes();
  const timers = new ManualTimers();
  const log = logOf({ store, timers });
  const request = log.append(records(3));
  await Promise.all([log.stop(), timers.run()]);
  await request;
  assert.deepEqual(store.sizes, [3]);
  await assert.rejects(log.append(records(1)), { code: 'serving/stopped' });
});
