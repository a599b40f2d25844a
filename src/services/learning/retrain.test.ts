import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { commitOf, project, row, runOf, snapshot } from '../../../test/conformance/store-fixtures.ts';
import { wholeProject } from '../../core/index.ts';
import type { BatchCommit, ControlStore } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { EventFeed } from '../feed/index.ts';
import { definePipeline } from '../jobs/index.ts';
import { engineOf, ManualTimers } from '../jobs/testing.ts';
import { decideRetrain, type RetrainSituation } from './decide-retrain.ts';
import { RetrainTrigger } from './retrain-trigger.ts';

const weekly: RetrainSituation = {
  retrainEveryPeriods: 7,
  trainingPeriodsMin: 7,
  history: { periodMin: 1, periodMax: 100 },
  championPeriodMax: 93,
  attemptPeriodMax: 93,
};

test('retrains when enough periods have come, and says on what evidence', () => {
  assert.deepEqual(decideRetrain(weekly), {
    retrain: true,
    reason: "7 periods since the champion's data ended, the project asks for 7",
    evidence: {
      trigger: 'periods',
      newPeriods: 7,
      retrainEveryPeriods: 7,
      latestPeriod: 100,
      championPeriodMax: 93,
    },
  });
  assert.equal(decideRetrain({ ...weekly, championPeriodMax: 94 }).retrain, false);
});

test('never retrains by itself when the project says so, or without data', () => {
  assert.equal(decideRetrain({ ...weekly, retrainEveryPeriods: 0 }).retrain, false);
  assert.equal(decideRetrain({ ...weekly, history: null }).retrain, false);
});

test('trains the first model as soon as the history is long enough', () => {
  const first = { ...weekly, championPeriodMax: null, attemptPeriodMax: null };
  assert.equal(decideRetrain({ ...first, history: { periodMin: 1, periodMax: 7 } }).retrain, true);
  assert.equal(decideRetrain({ ...first, history: { periodMin: 1, periodMax: 6 } }).retrain, false);
  // Not one that would be refused, and would hold up a training asked for meanwhile.
  const short = { ...first, trainingPeriodsMin: 28, history: { periodMin: 1, periodMax: 27 } };
  assert.match(decideRetrain(short).reason, /27 of the 28 periods that a training needs/);
});

test('however batches arrive, tries are at least the interval apart', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 80 }),
      (retrainEveryPeriods, steps) => {
        let now = 0;
        let attemptPeriodMax: number | null = null;
        for (const step of steps) {
          now += step;
          const decision = decideRetrain({
            retrainEveryPeriods,
            trainingPeriodsMin: 1,
            history: { periodMin: 0, periodMax: now },
            championPeriodMax: null,
            attemptPeriodMax,
          });
          if (!decision.retrain) continue;
          if (attemptPeriodMax !== null) assert.ok(now - attemptPeriodMax >= retrainEveryPeriods);
          attemptPeriodMax = now;
        }
      },
    ),
  );
});

let timers: ManualTimers;
let store: ControlStore;
let trigger: RetrainTrigger;
let feed: EventFeed;

/** Nothing runs it: what counts is that it was put in. */
const waiting = definePipeline({ name: 'train', steps: [{ name: 'fit', run: async () => null }] });

beforeEach(async () => {
  timers = new ManualTimers(1000);
  store = openSqliteStore({ path: ':memory:', clock: timers.clock });
  const jobs = engineOf({ store, pipelines: [waiting], clock: timers.clock, timers });
  trigger = new RetrainTrigger({ projects: store, store, jobs });
  feed = new EventFeed({ store, clock: timers.clock, timers, log: { error: () => {} } });
  await store.putProject(project, 1);
});
afterEach(async () => {
  await feed.stop();
  await store.close();
});

/** As a server does: every project once, then with every batch. */
async function start(): Promise<void> {
  feed.follow(trigger.subscriber, { afterSeq: await feed.now(), projects: ['shop'] });
  feed.start();
  await timers.advance(0);
}

async function promote(periodMax: number, of: Partial<typeof snapshot> = {}): Promise<void> {
  const id = String(periodMax).padStart(64, '0');
  const snap = { ...snapshot, ...of, id, periodMax };
  await store.putSnapshot(snap);
  await store.putRun(runOf(`run_${periodMax}`));
  const version = {
    id: `ver_${periodMax}`,
    project: 'shop',
    kind: 'forecaster' as const,
    signature: null,
    runId: `run_${periodMax}`,
    snapshotId: id,
    artifactHash: 'f'.repeat(64),
    artifactBytes: 1,
    createdAt: 1,
    metrics: {},
    gate: null,
  };
  await store.addVersion(version);
  const cause = { at: 1, by: 'gate', reason: 'first' };
  await store.setAlias({ project: 'shop', alias: 'champion', versionId: version.id, ...cause });
}

async function jobs(): Promise<(unknown | string)[][]> {
  return (await store.listJobs({ limit: 99 })).map((j) => [j.state, j.input.latestPeriod]);
}

/** A batch that closes the project through a period. */
function closing(key: string, through: number, rows: readonly ReturnType<typeof row>[] = []): BatchCommit {
  return { ...commitOf(key, rows), closings: [{ group: wholeProject, through, cause: 'reporters' }] };
}

test('watches closed periods and starts one training when the interval has passed', async () => {
  await store.commitBatch(closing('a', 93, [row('apples', 1, 5), row('apples', 93, 5)]));
  await promote(93);
  await start();
  assert.deepEqual(await jobs(), []);
  for (let day = 94; day <= 102; day++) {
    await store.commitBatch(closing(`d${day}`, day, [row('apples', day, 1)]));
    await timers.advance(200);
  }
  assert.deepEqual(await jobs(), [['queued', 100]]);
  const [job] = await store.listJobs({ limit: 1 });
  assert.deepEqual(job?.input.evidence, {
    newPeriods: 7,
    retrainEveryPeriods: 7,
    latestPeriod: 100,
    championPeriodMax: 93,
  });
  assert.match(String(job?.input.reason), /^7 periods since/);
});

test('does not try again with every batch after a failed training or a refused challenger', async () => {
  await store.commitBatch(closing('a', 93, [row('apples', 1, 5), row('apples', 93, 5)]));
  await promote(86);
  await start();
  assert.deepEqual(await jobs(), [['queued', 93]]);
  const [job] = await store.listJobs({ limit: 1 });
  await store.cancelJob(job?.id ?? '', 5);
  for (let day = 94; day <= 100; day++) {
    await store.commitBatch(closing(`d${day}`, day, [row('apples', day, 1)]));
    await timers.advance(200);
  }
  // Job ids of one millisecond are ordered by chance, states tell them apart.
  assert.deepEqual(new Set((await jobs()).map(String)), new Set(['queued,100', 'cancelled,93']));
});

for (const gaps of ['missing', 'zero'] as const) {
  test(`counts closed periods where gaps are ${gaps}: rows of a period that is open start nothing`, async () => {
    await store.putProject({ ...project, gaps }, 2);
    await store.commitBatch(closing('a', 86, [row('apples', 1, 5), row('apples', 86, 5)]));
    await store.commitBatch(commitOf('b', [row('apples', 93, 1), row('pears', 900, 1)]));
    await promote(86, { seriesCount: 4 });
    await start();
    assert.deepEqual(await jobs(), []);
    await store.commitBatch(closing('c', 93));
    await timers.advance(200);
    assert.deepEqual(await jobs(), [['queued', 93]]);
  });
}

test('a project that is to be retrained more often is considered at once', async () => {
  await store.putProject({ ...project, retrainEveryPeriods: 0 }, 2);
  await promote(50);
  await store.commitBatch(closing('a', 93, [row('apples', 1, 5), row('apples', 93, 5)]));
  await start();
  assert.deepEqual(await jobs(), []);
  await store.putProject(project, 3);
  await timers.advance(200);
  assert.deepEqual(await jobs(), [['queued', 93]]);
});

test('catches up at its start on what came while nobody watched', async () => {
  await promote(50);
  await store.commitBatch(closing('a', 93, [row('apples', 1, 5), row('apples', 93, 5)]));
  await start();
  assert.deepEqual(await jobs(), [['queued', 93]]);
  assert.deepEqual(await trigger.consider('nowhere'), []);
});

test('what came while a training ran is considered when that has ended', async () => {
  await store.commitBatch(closing('a', 93, [row('apples', 1, 5), row('apples', 93, 5)]));
  await start();
  assert.deepEqual(await jobs(), [['queued', 93]]);
  await store.commitBatch(closing('b', 100, [row('apples', 100, 5)]));
  await timers.advance(200);
  assert.deepEqual(await jobs(), [['queued', 93]]);
  const [job] = await store.listJobs({ limit: 1 });
  await store.cancelJob(job?.id ?? '', 5);
  await timers.advance(200);
  assert.deepEqual(new Set((await jobs()).map(String)), new Set(['queued,100', 'cancelled,93']));
});

test('a withdrawal begins one training where the project asks for it, and says why', async () => {
  const retrainOn = [{ event: 'withdrawal' }, { event: 'refusal' }] as const;
  await store.putProject({ ...project, retrainEveryPeriods: 0, retrainOn }, 2);
  await store.commitBatch(closing('a', 93, [row('apples', 1, 5), row('apples', 93, 5)]));
  await promote(93, { batchSeqMax: 1 });
  await start();
  assert.deepEqual(await jobs(), []);
  const note = { id: 'wdr_1', project: 'shop', batchSeq: null, seriesId: 'apples', at: 1, rows: 3 };
  await store.commitBatch({
    ...commitOf('b', [row('apples', 93, 1)]),
    withdrawal: {
      of: { ...note, periodMin: null, periodMax: null, reason: 'wrong unit' },
      readThrough: 1,
    },
  });
  await timers.advance(200);
  const [job] = await store.listJobs({ limit: 1 });
  assert.deepEqual([job?.pipeline, job?.input.trigger], ['train', 'withdrawal']);
  assert.match(String(job?.input.reason), /3 rows .* withdrawn: wrong unit$/);
  await store.cancelJob(job?.id ?? '', 5);
  await timers.advance(200);
  assert.equal((await store.listJobs({ limit: 9 })).length, 1, 'it is not begun again because it failed');
});
