import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSearchWorld, type SearchWorld } from '../../../test/fixtures/search-world.ts';
import { isAppError, ManualClock } from '../../core/index.ts';
import type { JobRecord, JobStore, Json, JsonObject, RunRecord } from '../../storage/ports/index.ts';
import { type StepContext, systemTimers, type Timers } from '../jobs/index.ts';
import { engineOf, runToEnd } from '../jobs/testing.ts';
import type { ObjectiveAsk } from './objective.ts';
import { searchPipeline } from './pipeline.ts';
import type { SearchReport } from './search-report.ts';

const startMs = 1_700_000_000_000;
const victimPath = fileURLToPath(new URL('../../../test/fixtures/hanging-search.ts', import.meta.url));
const input = { trials: 12, seed: 3 };
let folder: string;
let worlds: SearchWorld[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'almanac-search-'));
  worlds = [];
});
afterEach(async () => {
  for (const { store } of worlds) await store.close();
  rmSync(folder, { recursive: true });
});

async function open(
  onAsk?: (count: number, ask: ObjectiveAsk) => Promise<void>,
  under: string | null = null,
  now = startMs,
): Promise<SearchWorld> {
  const world = await openSearchWorld({ folder: under, clock: new ManualClock(now) }, onAsk);
  worlds.push(world);
  return world;
}

/** Runs the steps as a worker would. */
async function search(
  { options }: SearchWorld,
  change: Partial<StepContext> & { input?: JsonObject } = {},
  timers?: Timers,
): Promise<Json> {
  const results: Record<string, Json> = {};
  const { steps } = searchPipeline(timers === undefined ? options : { ...options, timers });
  for (const step of steps) {
    results[step.name] = await runToEnd(step, {
      job: { id: 'job_1' } as JobRecord,
      project: 'shop',
      input,
      results,
      signal: new AbortController().signal,
      progress: () => {},
      ...change,
    });
  }
  return results.search as Json;
}

async function reportOf({ tracking }: SearchWorld, runId = 'run_1'): Promise<SearchReport> {
  return JSON.parse(new TextDecoder().decode(await tracking.loadArtifact(runId, 'search'))) as SearchReport;
}

/** What does not depend on how long things took. */
function lasting({ spent, ...report }: SearchReport): object {
  return { ...report, trialsSpent: spent.trials };
}

test('finds better parameters than the defaults, and says so on a window that the choice never saw', async () => {
  const world = await open();
  const messages: string[] = [];
  const result = await search(world, { progress: (_fraction, message) => void messages.push(message) });
  const report = await reportOf(world);
  assert.equal(report.verdict, 'better');
  assert.ok((report.difference?.high ?? 1) < 0 && report.difference?.series === 30);
  assert.ok(report.best.loss < report.best.defaultsLoss);
  assert.deepEqual(result, {
    runId: 'run_1',
    bestTrial: report.best.trial,
    params: report.best.params,
    verdict: 'better',
    trials: 12,
  });
  const chosenOn = world.asked.slice(0, -2).flatMap(({ folds }) => folds);
  assert.deepEqual([...new Set(chosenOn)].sort(), [1, 2]);
  assert.deepEqual(
    world.asked.slice(-2).map(({ folds, share }) => [folds, share]),
    [
      [[0], 1],
      [[0], 1],
    ],
  );
  assert.match(
    messages.join('\n'),
    /trial 7 of 12 · best \d\.\d+, -?\d+\.\d % beside the defaults · \d+ s left/,
  );
});

test('every evaluation is a run with its parameters, loss and cost, under the run of the search', async () => {
  const world = await open();
  await search(world);
  const runs = await world.tracking.list({ project: 'shop', limit: 1000 });
  const trials = runs.filter(({ kind }) => kind === 'trial');
  assert.equal(trials.length, world.asked.length);
  assert.ok(trials.every(({ experiment, params }) => experiment === 'run_1' && params.search === 'run_1'));
  const parent = await world.tracking.get('run_1');
  assert.deepEqual([parent.kind, parent.status, parent.metrics.trials], ['search', 'finished', 12]);
  assert.ok((parent.metrics['report.high'] ?? 1) < 0);
  const first = await world.tracking.get('run_1_t000_r2');
  assert.deepEqual([first.params.trial, first.params.rung, first.params.share], [0, 2, 1]);
  assert.ok(Number.isFinite(first.metrics.loss) && first.cpuSeconds === 1);
});

test('a worker killed in the middle of a search loses one evaluation: the next goes on and ends the same', async () => {
  const straight = await open();
  await search(straight);

  const victimWorld = await open(undefined, folder);
  const draft = {
    pipeline: 'search',
    pipelineVersion: 1,
    project: 'shop',
    singleFlightKey: 'k',
    step: '',
    input,
  };
  await victimWorld.store.enqueueJob({ id: 'job_1', ...draft, createdAt: 1, runAfter: 0 });
  const victim = fork(victimPath, [folder, String(startMs), '9'], { execArgv: [] });
  const gone = once(victim, 'exit').then(() => ['ended before it hung']);
  assert.deepEqual(await Promise.race([once(victim, 'message'), gone]), ['hanging', undefined]);
  victim.kill('SIGKILL');
  await gone;

  const heir = await open(undefined, folder, startMs + 3_600_000);
  const ended = new Promise<void>((resolve, reject) => {
    const worker = engineOf({
      store: {
        ...bound(heir.store),
        completeStep: async (id, token, options) => {
          const stored = await heir.store.completeStep(id, token, options);
          if (options.nextStep === null) void worker.stop().then(resolve);
          return stored;
        },
        failStep: async (_id, _token, { error }) => {
          reject(new Error(error ?? 'handed back'));
          return true;
        },
      },
      pipelines: [searchPipeline(heir.options)],
      clock: new ManualClock(startMs + 3_600_000),
      timers: systemTimers,
      workerId: 'heir',
      onError: (error) => assert.fail(String(error)),
    });
    worker.start();
  });
  await ended;
  assert.equal((await heir.store.getJob('job_1'))?.state, 'done');
  assert.equal(heir.asked.length, straight.asked.length - 9, 'what the victim finished is not done again');
  assert.deepEqual(heir.asked, straight.asked.slice(9));
  assert.deepEqual(lasting(await reportOf(heir)), lasting(await reportOf(straight)));
});

function bound(store: SearchWorld['store']): JobStore {
  return {
    enqueueJob: (job) => store.enqueueJob(job),
    leaseJob: (options) => store.leaseJob(options),
    renewLease: (id, token, options) => store.renewLease(id, token, options),
    shortenLease: (id, token, until) => store.shortenLease(id, token, until),
    isHeld: (id, token) => store.isHeld(id, token),
    listLeases: (limit) => store.listLeases(limit),
    completeStep: (id, token, options) => store.completeStep(id, token, options),
    postponeStep: (id, token, options) => store.postponeStep(id, token, options),
    cancelJob: (id, now) => store.cancelJob(id, now),
    failStep: (id, token, options) => store.failStep(id, token, options),
    getJob: (id) => store.getJob(id),
    jobEvents: async () => [],
    listJobs: (options) => store.listJobs(options),
  };
}

test('a stop leaves the evaluation under way to the next worker, and nothing finished is repeated', async () => {
  const stopped = new AbortController();
  const world = await open(async (count) => {
    if (count === 4 && !stopped.signal.aborted) stopped.abort(new Error('the worker stops'));
  });
  await assert.rejects(search(world, { signal: stopped.signal }), /the worker stops/);
  assert.equal((await world.tracking.get('run_1')).status, 'failed');
  world.asked.length = 0;
  await search(world);
  const straight = await open();
  await search(straight);
  assert.deepEqual(world.asked, straight.asked.slice(4));
});

test('points that the training refuses are left behind; trouble with the machine is not blamed on a point', async () => {
  const world = await open();
  const space = { rate: { kind: 'float', min: 0.5, max: 1 } };
  await search(world, { input: { trials: 20, rungs: 1, sampler: 'random', space } });
  const report = await reportOf(world);
  const failed = report.trials.filter(({ losses }) => losses[0] === null);
  assert.ok(failed.length > 0 && failed.every(({ params }) => Number(params.rate) > 0.9));
  const name = `run_1_t${String(failed[0]?.trial).padStart(3, '0')}_r0`;
  const run: RunRecord = await world.tracking.get(name);
  assert.deepEqual([run.status, run.metrics.loss, run.error], ['failed', null, 'the rate is too high']);

  const broken = await open(async (count) => {
    if (count === 3) throw new Error('out of memory');
  });
  await assert.rejects(search(broken), /out of memory/);
});

test('an evaluation that outlives the time of the search is stopped, and the report is made of what there is', async () => {
  // Timers that fire at once for the evaluation that hangs: the budget's own clock needs no waiting.
  let fire: (() => void) | undefined;
  const timers: Timers = {
    setTimeout: (callback) => {
      fire = callback;
      return 0;
    },
    clearTimeout: () => {},
  };
  const world = await open(async (count) => {
    if (count === 14) fire?.();
  });
  await search(world, { input: { trials: 12, seconds: 3600 } }, timers);
  const report = await reportOf(world);
  assert.equal(report.endedBy, 'seconds');
  const stopped = (await world.tracking.list({ project: 'shop', limit: 100 })).filter(
    ({ metrics }) => metrics.stopped === 1,
  );
  assert.equal(stopped.length, 1);
  assert.equal(world.asked.at(-1)?.folds[0], 0);
});

test('a budget too small for the defaults is an error that says so', async () => {
  const timers: Timers = {
    setTimeout: (callback) => void callback(),
    clearTimeout: () => {},
  };
  await assert.rejects(
    search(await open(), { input: { trials: 5, seconds: 1 } }, timers),
    (error) => isAppError(error, 'train/search-too-short') && /1 s/.test(error.message),
  );
});

test('when the defaults cannot be trained the search fails with the reason', async () => {
  const space = { rate: { kind: 'float', min: 0.91, max: 1 } };
  const world = await open();
  const { objective } = world.options;
  const options = {
    ...world.options,
    objective: async (given: Parameters<typeof objective>[0]) => {
      const made = await objective(given);
      return {
        ...made,
        evaluate: (ask: ObjectiveAsk, watch: Parameters<typeof made.evaluate>[1]) =>
          made.evaluate({ ...ask, params: { rate: 0.95, ...ask.params } }, watch),
      };
    },
  };
  await assert.rejects(search({ ...world, options }, { input: { space } }), (error) =>
    isAppError(error, 'models/unknown-model'),
  );
  assert.equal((await world.tracking.get('run_1')).status, 'failed');
});

test('hostile input is refused before anything is trained', async () => {
  const world = await open();
  for (const bad of [{ trials: -1 }, { space: [] }, { space: { rate: { kind: 'float' } } }, { what: 1 }]) {
    await assert.rejects(search(world, { input: bad as JsonObject }), (error) =>
      isAppError(error, 'train/bad-search'),
    );
  }
  assert.deepEqual(world.asked, []);
});
