// Work that outlives the process was found again by looking at everything at each start: for closed periods, the whole history.
// Now each subscriber goes on behind the last event that it took in, and what was under way at a kill is done by the next
// process. For those whose work is lost with the process anyway: serving in `refused-version-after-restart.test.ts`, registered
// models in `src/services/inference/onnx.test.ts`, levels in `src/services/monitor/coverage.test.ts`.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { wholeProject } from '../../src/core/index.ts';
import { closeSubscriber, sealSubscriber } from '../../src/services/data/index.ts';
import { EventFeed } from '../../src/services/feed/index.ts';
import { definePipeline, type PipelineEngine } from '../../src/services/jobs/index.ts';
import { engineOf, ManualTimers } from '../../src/services/jobs/testing.ts';
import { RetrainTrigger } from '../../src/services/learning/index.ts';
import type { ControlStore, HistoryTotals } from '../../src/storage/ports/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { commitOf, project, row, startMs } from '../conformance/store-fixtures.ts';

const projects = [project.name];
let timers: ManualTimers;
let store: ControlStore;
beforeEach(async () => {
  timers = new ManualTimers(startMs);
  store = openSqliteStore({ path: ':memory:', clock: timers.clock });
  await store.putProject(project, startMs);
});
afterEach(() => store.close());

const feedOver = (): EventFeed =>
  new EventFeed({ store, clock: timers.clock, timers, log: { error: () => {} } });

function jobsOver(): PipelineEngine {
  const steps = [{ name: 'work', run: async () => null }];
  const pipelines = ['train', 'seal'].map((name) => definePipeline({ name, steps }));
  return engineOf({ store, pipelines, clock: timers.clock, timers });
}

/** A call that never comes back: the process ended in it. */
const killed = (): Promise<never> => new Promise<never>(() => {});

/** The process is gone: no timer of it runs out any more. */
function restart(): void {
  timers = new ManualTimers(timers.clock.now());
}

async function deliver(feed: EventFeed): Promise<void> {
  feed.start();
  await timers.advance(1500);
}

test('closing: a batch whose process was killed before its periods were closed', async () => {
  const closed: string[] = [];
  const closing = (closePeriods: () => Promise<number>) =>
    closeSubscriber({ projects: store, data: { closePeriods } });
  const note = async (): Promise<number> => closed.push('looked');
  const first = feedOver();
  await first.resume(closing(note), { projects });
  await deliver(first);
  assert.deepEqual(closed.splice(0), ['looked']);
  await first.stop();

  restart();
  const calm = feedOver();
  await calm.resume(closing(note), { projects });
  await deliver(calm);
  assert.deepEqual(closed, [], 'a start at which nothing is new reads no history');
  await calm.stop();

  restart();
  const dying = feedOver();
  await dying.resume(closing(killed), { projects });
  await store.commitBatch(commitOf('a', [row('apples', 1, 5)]));
  await deliver(dying);

  restart();
  const next = feedOver();
  await next.resume(closing(note), { projects });
  await next.reach('closing', await next.now());
  assert.ok(closed.length > 0);
  await next.stop();
});

test('retraining: a batch whose process was killed before the training was put in', async () => {
  const trigger = (jobs: Pick<PipelineEngine, 'enqueue'>) =>
    new RetrainTrigger({ projects: store, store, jobs }).subscriber;
  const dying = feedOver();
  await dying.resume(trigger({ enqueue: killed }), { projects, look: true });
  await deliver(dying);
  await store.commitBatch({
    ...commitOf('a', [row('apples', 1, 5), row('apples', 400, 5)]),
    closings: [{ group: wholeProject, through: 400, cause: 'reporters' }],
  });
  await timers.advance(1500);
  assert.deepEqual(await store.listJobs({ limit: 9 }), []);

  restart();
  const next = feedOver();
  await next.resume(trigger(jobsOver()), { projects });
  await next.reach('retraining', await next.now());
  assert.equal((await store.listJobs({ limit: 9 })).length, 1);
  await next.stop();
});

test('sealing: rows that waited when the process was killed, by a row of totals', async () => {
  const many = async (name: string): Promise<HistoryTotals> => ({
    ...(await store.historyTotals(name)),
    rowsUnsealed: 50_001,
  });
  const sealing = (jobs: Pick<PipelineEngine, 'enqueue'>) =>
    sealSubscriber({ store: { historyTotals: many }, jobs });
  const dying = feedOver();
  dying.follow(sealing({ enqueue: killed }), { afterSeq: await dying.now() });
  await store.commitBatch(commitOf('a', [row('apples', 1, 5)]));
  await deliver(dying);

  restart();
  const next = feedOver();
  const afterSeq = await next.now();
  next.follow(sealing(jobsOver()), { afterSeq, projects });
  await deliver(next);
  const [job] = await store.listJobs({ limit: 9 });
  assert.deepEqual([job?.pipeline, job?.input.unsealedRows], ['seal', 50_001]);
  await next.stop();
});
