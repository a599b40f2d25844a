// One failed read of the store lost the trigger of a training: the position had moved before the work. Nothing was enqueued
// until the next batch, which for weekly data is a week later.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wholeProject } from '../../src/core/index.ts';
import { EventFeed } from '../../src/services/feed/index.ts';
import { definePipeline } from '../../src/services/jobs/index.ts';
import { engineOf, ManualTimers } from '../../src/services/jobs/testing.ts';
import { RetrainTrigger } from '../../src/services/learning/index.ts';
import type { BatchCommit, ControlStore } from '../../src/storage/ports/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { commitOf, project, row, startMs } from '../conformance/store-fixtures.ts';

async function world(): Promise<{ timers: ManualTimers; store: ControlStore; begin(): Promise<EventFeed> }> {
  const timers = new ManualTimers(startMs);
  const store = openSqliteStore({ path: ':memory:', clock: timers.clock });
  await store.putProject(project, startMs);
  const train = definePipeline({ name: 'train', steps: [{ name: 'fit', run: async () => null }] });
  const jobs = engineOf({ store, pipelines: [train], clock: timers.clock, timers });
  const begin = async (): Promise<EventFeed> => {
    const feed = new EventFeed({ store, clock: timers.clock, timers, log: { error: () => {} } });
    const { subscriber } = new RetrainTrigger({ projects: store, store, jobs });
    feed.follow(subscriber, { afterSeq: await feed.now(), projects: [project.name] });
    feed.start();
    await timers.advance(0);
    return feed;
  };
  return { timers, store, begin };
}

const history: BatchCommit = {
  ...commitOf('a', [row('apples', 1, 5), row('apples', 400, 5)]),
  closings: [{ group: wholeProject, through: 400, cause: 'reporters' }],
};

test('one failed read delays the trigger by one retry', async () => {
  const { timers, store, begin } = await world();
  const feed = await begin();
  await store.commitBatch(history);
  const { getProject } = store;
  let faults = 1;
  store.getProject = (name) =>
    faults-- > 0 ? Promise.reject(new Error('disk I/O error')) : getProject(name);
  await timers.advance(200);
  assert.deepEqual(await store.listJobs({ limit: 9 }), []);
  await timers.advance(200);
  assert.equal((await store.listJobs({ limit: 9 })).length, 1);
  await feed.stop();
  await store.close();
});

test('a trigger is not lost when the process dies between the event and the work', async () => {
  const { timers, store, begin } = await world();
  const dying = await begin();
  await store.commitBatch(history);
  const { getProject } = store;
  store.getProject = () => {
    store.getProject = getProject;
    return new Promise<never>(() => {});
  };
  await timers.advance(200);
  assert.equal(dying.lags()[0]?.events, 1, 'it hangs in the middle of the work, and is not heard of again');
  const feed = await begin();
  assert.equal((await store.listJobs({ limit: 9 })).length, 1);
  await feed.stop();
  await store.close();
});
