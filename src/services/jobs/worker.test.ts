import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AppError, IdSource, isAppError } from '../../core/index.ts';
import type { ControlStore, Json } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { againAt, definePipeline, type Pipeline, type Step, type StepContext } from './pipeline.ts';
import { Queue } from './queue.ts';
import { ManualTimers } from './testing.ts';
import { JobWorker } from './worker.ts';

let timers: ManualTimers;
let store: ControlStore;
let queue: Queue;
let workers: JobWorker[];
let errors: unknown[];
let made: number;

beforeEach(() => {
  timers = new ManualTimers(1_700_000_000_000);
  store = openSqliteStore({ path: ':memory:', clock: timers.clock });
  made = 0;
  const ids = new IdSource(
    () => timers.clock.now(),
    (bytes) => bytes.fill(made++),
  );
  queue = new Queue({ store, ids, clock: timers.clock, timers, pipelines: [oneStep(async () => null)] });
  workers = [];
  errors = [];
});

afterEach(async () => {
  for (const worker of workers) {
    const stopped = worker.stop();
    await timers.advance(10_000);
    await stopped;
  }
  await store.close();
});

function startWorker(
  pipelines: readonly Pipeline[],
  more: { concurrency?: number; isGone?: (workerId: string) => boolean } = {},
): JobWorker {
  const worker = new JobWorker({
    store,
    pipelines,
    clock: timers.clock,
    timers,
    workerId: `w${workers.length}`,
    onError: (error) => errors.push(error),
    ...more,
  });
  workers.push(worker);
  worker.start();
  return worker;
}

function oneStep(run: Step['run']): Pipeline {
  return definePipeline({ name: 'train', steps: [{ name: 'fit', run }] });
}

/** A step that waits until it is let go. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

test('runs the steps in order, each with the results of those before', async () => {
  const seen: Json[] = [];
  const pipeline = definePipeline({
    name: 'train',
    steps: ['seal', 'fit', 'promote'].map((name) => ({
      name,
      run: async (context: StepContext) => {
        seen.push({ name, results: context.results, input: context.input, project: context.project });
        return `${name} done`;
      },
    })),
  });
  startWorker([pipeline]);
  const { job } = await queue.enqueue('train', 'shop', { why: 'asked' });
  await timers.advance(1000);
  const done = await queue.get(job.id);
  assert.equal(done.state, 'done');
  assert.deepEqual(done.results, { seal: 'seal done', fit: 'fit done', promote: 'promote done' });
  assert.deepEqual(seen[2], {
    name: 'promote',
    results: { seal: 'seal done', fit: 'fit done' },
    input: { why: 'asked' },
    project: 'shop',
  });
});

test('is single flight per project, and free again when the job has ended', async () => {
  const { opened, open } = gate();
  startWorker([oneStep(() => opened.then(() => null))]);
  const first = await queue.enqueue('train', 'shop');
  await timers.advance(300);
  const second = await queue.enqueue('train', 'shop');
  const other = await queue.enqueue('train', 'elsewhere');
  assert.deepEqual([second.created, second.job.id, other.created], [false, first.job.id, true]);
  open();
  await timers.advance(300);
  assert.equal((await queue.enqueue('train', 'shop')).created, true);
});

test('keeps its lease while a step takes longer than the lease lasts', async () => {
  const { opened, open } = gate();
  let runs = 0;
  const pipeline = oneStep(async () => {
    runs++;
    await opened;
    return null;
  });
  startWorker([pipeline]);
  startWorker([pipeline]);
  const { job } = await queue.enqueue('train', 'shop');
  await timers.advance(200_000);
  assert.equal((await queue.get(job.id)).state, 'running');
  open();
  await timers.advance(1000);
  assert.deepEqual([(await queue.get(job.id)).state, runs], ['done', 1]);
});

test('writes progress of the whole pipeline at most four times a second', async () => {
  const { opened, open } = gate();
  const renewals: number[] = [];
  const renew = store.renewLease;
  store.renewLease = (id, token, options) => {
    renewals.push(options.progress.fraction);
    return renew(id, token, options);
  };
  const pipeline = definePipeline({
    name: 'train',
    steps: [
      { name: 'seal', run: async () => null },
      {
        name: 'fit',
        weight: 3,
        run: async ({ progress }) => {
          for (let i = 1; i <= 50; i++) progress(i / 100, `series ${i}`);
          await opened;
          return null;
        },
      },
    ],
  });
  startWorker([pipeline]);
  const { job } = await queue.enqueue('train', 'shop');
  const seen: string[] = [];
  const ended = queue.waitFor(job.id, (now) => seen.push(`${now.state} ${now.progress.message}`));
  await timers.advance(1000);
  assert.deepEqual((await queue.get(job.id)).progress, { fraction: 0.25 + 0.5 * 0.75, message: 'series 50' });
  assert.deepEqual(renewals, [0.625]);
  open();
  await timers.advance(1000);
  assert.equal((await ended).state, 'done');
  assert.ok(seen.includes('running series 50') && seen.at(-1) === 'done series 50');
});

test('tries again after what may pass, with growing pauses, and then goes on', async () => {
  let tries = 0;
  startWorker([
    oneStep(async () => {
      tries++;
      if (tries < 3) throw new AppError('store/full', 'no space');
      return 'at last';
    }),
  ]);
  const { job } = await queue.enqueue('train', 'shop');
  await timers.advance(500);
  assert.deepEqual([(await queue.get(job.id)).state, tries], ['queued', 1]);
  assert.match((await queue.get(job.id)).error ?? '', /store\/full/);
  await timers.advance(1000);
  assert.equal(tries, 2);
  await timers.advance(1000);
  assert.equal(tries, 2);
  await timers.advance(1500);
  const done = await queue.get(job.id);
  assert.deepEqual([done.state, done.error, done.results], ['done', null, { fit: 'at last' }]);
});

test('fails at once on an error that cannot heal, and says which', async () => {
  startWorker([oneStep(() => Promise.reject(new AppError('train/no-data', 'shop has no rows: send some')))]);
  const { job } = await queue.enqueue('train', 'shop');
  await timers.advance(500);
  const failed = await queue.get(job.id);
  assert.deepEqual([failed.state, failed.error], ['failed', 'train/no-data: shop has no rows: send some']);
  assert.equal(errors.length, 1);
});

test('fails a job of a pipeline whose step this version does not have', async () => {
  startWorker([oneStep(async () => null)]);
  await store.enqueueJob({
    id: 'job_old',
    pipeline: 'train',
    pipelineVersion: 1,
    project: 'shop',
    singleFlightKey: 'k',
    step: 'distill',
    input: {},
    createdAt: 1,
    runAfter: 0,
  });
  await timers.advance(500);
  assert.match((await queue.get('job_old')).error ?? '', /^jobs\/unknown-pipeline/);
});

test('a step that waits is run again at its time, as often as it asks, and takes no room meanwhile', async () => {
  const until = timers.clock.now() + 3 * 2000;
  const runs: [number, number][] = [];
  const waits = oneStep(async ({ job }) => {
    runs.push([timers.clock.now(), job.attempts]);
    const now = timers.clock.now();
    return now >= until ? 'labels are there' : againAt(now + 2000, 'waits for labels');
  });
  const other = definePipeline({ name: 'seal', steps: [{ name: 'seal', run: async () => null }] });
  startWorker([waits, other], { concurrency: 1 });
  const { job } = await queue.enqueue('train', 'shop');
  await timers.advance(1000);
  const waiting = await queue.get(job.id);
  assert.deepEqual([waiting.state, waiting.progress.message], ['queued', 'waits for labels']);
  await timers.advance(8000);
  assert.deepEqual(
    runs.map(([, attempts]) => attempts),
    [1, 1, 1, 1],
  );
  assert.ok(runs.every(([at], i) => i === 0 || at - (runs[i - 1]?.[0] ?? 0) >= 2000));
  assert.deepEqual((await queue.get(job.id)).results, { fit: 'labels are there' });
});

test('a job of an earlier version of its pipeline is run only by steps that say they can finish it', async () => {
  const steps = [{ name: 'fit', run: async () => 'by the new steps' }];
  const old = { pipeline: 'train', pipelineVersion: 1, project: 'shop', step: 'fit', input: {} };
  const put = (id: string) =>
    store.enqueueJob({ ...old, id, singleFlightKey: id, createdAt: 1, runAfter: 0 });
  const refusing = startWorker([{ name: 'train', version: 2, steps }]);
  await put('job_1');
  await timers.advance(500);
  assert.match((await queue.get('job_1')).error ?? '', /^jobs\/unknown-pipeline: .*version 1/);
  const stopped = refusing.stop();
  await timers.advance(10_000);
  await stopped;
  startWorker([{ name: 'train', version: 2, finishes: [1], steps }]);
  await put('job_2');
  await timers.advance(500);
  assert.deepEqual((await queue.get('job_2')).results, { fit: 'by the new steps' });
});

test('a job may be put in for later', async () => {
  startWorker([oneStep(async () => 'done')]);
  const { job } = await queue.enqueue('train', 'shop', {}, { runAfter: timers.clock.now() + 5000 });
  await timers.advance(4000);
  assert.equal((await queue.get(job.id)).state, 'queued');
  await timers.advance(2000);
  assert.equal((await queue.get(job.id)).state, 'done');
});

test('cancelling tells the step within a quarter of a second and stores nothing more', async () => {
  let heard = '';
  startWorker([
    oneStep(
      ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            heard = String(signal.reason);
            resolve('too late');
          });
        }),
    ),
  ]);
  const { job } = await queue.enqueue('train', 'shop');
  await timers.advance(300);
  await queue.cancel(job.id);
  await timers.advance(250);
  assert.match(heard, /cancelled/);
  const cancelled = await queue.get(job.id);
  assert.deepEqual([cancelled.state, cancelled.results], ['cancelled', {}]);
  await assert.rejects(queue.cancel(job.id), (e) => isAppError(e, 'jobs/not-active'));
  await assert.rejects(queue.cancel('job_none'), (e) => isAppError(e, 'jobs/unknown-job'));
  await assert.rejects(queue.get('job_none'), (e) => isAppError(e, 'jobs/unknown-job'));
});

test('stopping waits for short work and hands long work back without counting it', async () => {
  const { opened, open } = gate();
  let starts = 0;
  const pipeline = oneStep(async ({ signal }) => {
    starts++;
    await Promise.race([opened, new Promise((resolve) => signal.addEventListener('abort', resolve))]);
    signal.throwIfAborted();
    return 'finished';
  });
  const first = startWorker([pipeline]);
  const { job } = await queue.enqueue('train', 'shop');
  await timers.advance(300);
  const stopped = first.stop({ drainMs: 1000 });
  await timers.advance(1200);
  await stopped;
  const back = await queue.get(job.id);
  assert.deepEqual([back.state, back.attempts, back.crashes, back.error], ['queued', 0, 0, null]);
  startWorker([pipeline]);
  open();
  await timers.advance(500);
  assert.deepEqual([(await queue.get(job.id)).state, starts], ['done', 2]);
});

test('goes on after the store was in trouble, without losing a finished step', async () => {
  const { leaseJob, completeStep } = store;
  let trouble = true;
  const failing = async (): Promise<never> => {
    throw new AppError('store/busy', 'locked');
  };
  store.completeStep = (...args) => (trouble ? failing() : completeStep(...args));
  let runs = 0;
  startWorker([
    oneStep(async () => {
      runs++;
      return null;
    }),
  ]);
  const { job } = await queue.enqueue('train', 'shop');
  await timers.advance(3000);
  trouble = false;
  await timers.advance(2000);
  assert.deepEqual([(await queue.get(job.id)).state, runs], ['done', 1]);
  store.leaseJob = failing;
  const next = await queue.enqueue('train', 'shop');
  await timers.advance(5000);
  store.leaseJob = leaseJob;
  await timers.advance(5000);
  assert.equal((await queue.get(next.job.id)).state, 'done');
  assert.ok(errors.every((e) => isAppError(e, 'store/busy')));
});

test('takes over the job of a worker that is gone after a short pause, not after its lease', async () => {
  await queue.enqueue('train', 'shop');
  const now = timers.clock.now();
  const dead = {
    workerId: 'gone',
    crashesMax: 5,
    excludeIds: [],
    pipelines: [{ name: 'train', firstStep: 'fit' }],
  };
  await store.leaseJob({ ...dead, now, leaseMs: 60_000 });
  let runs = 0;
  startWorker([oneStep(async () => ++runs)], { isGone: (workerId) => workerId === 'gone' });
  await timers.advance(500);
  assert.equal(runs, 0);
  await timers.advance(1500);
  assert.equal(runs, 1);
});

test('runs as many jobs at once as it is told to', async () => {
  const { opened, open } = gate();
  let now = 0;
  let most = 0;
  const pipeline = oneStep(async () => {
    now++;
    most = Math.max(most, now);
    await opened;
    now--;
    return null;
  });
  startWorker([pipeline], { concurrency: 3 });
  for (let i = 0; i < 8; i++) await queue.enqueue('train', `p${i}`);
  await timers.advance(1000);
  assert.deepEqual([now, most], [3, 3]);
  open();
  await timers.advance(1000);
  const states = (await queue.list({ limit: 99 })).map((job) => job.state);
  assert.deepEqual([most, new Set(states)], [3, new Set(['done'])]);
});
