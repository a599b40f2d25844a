import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { fixedProjects, projectLike } from '../../../test/fixtures/project.ts';
import { ManualClock, ObservationStatus, type Project, Rng, wholeProject } from '../../core/index.ts';
import type { ControlStore, PredictionRecord } from '../../storage/ports/index.ts';
import { openSqliteStore } from '../../storage/sqlite/open.ts';
import { EventFeed } from '../feed/index.ts';
import { ManualTimers } from '../jobs/testing.ts';
import type { LevelAdaptation } from '../serving/index.ts';
import { adaptationOf, CoverageMonitor, type CoverageReport } from './coverage.ts';
import { coverageSubscriber } from './coverage-watch.ts';

const project = projectLike({ horizonSteps: 3, seasons: [7], levels: [0.1, 0.5, 0.9], gaps: 'missing' });
const seriesIds = Array.from({ length: 40 }, (_, i) => `s${i}`);
const clock = new ManualClock(0);
const breathe = (): Promise<void> => Promise.resolve();
const rng = new Rng(1);
let store: ControlStore;

beforeEach(async () => {
  store = openSqliteStore({ path: ':memory:', clock });
  await store.putProject(project, 0);
  serving = 'ver_1';
});
afterEach(() => store.close());

function monitorOf(predictionsMax?: number): CoverageMonitor {
  return new CoverageMonitor({
    store,
    servingVersion: async () => serving,
    breathe,
    ...(predictionsMax === undefined ? {} : { predictionsMax }),
  });
}

/** The version that serves. */
let serving = 'ver_1';

let batches = 0;
/** One batch with a value of each series; the first of a period closes the one before. */
async function observe(period: number, value: () => number): Promise<void> {
  const batch = {
    id: `bat_${++batches}`,
    project: project.name,
    idempotencyKey: String(batches),
    contentHash: '',
    source: 'test',
    receivedAt: 0,
    rowsAccepted: seriesIds.length,
    rowsPlanned: 0,
    rowsDescribed: 0,
    rowsDuplicate: 0,
    rowsReplaced: 0,
    rowsAdded: 0,
    rowsQuarantined: 0,
    quarantinedByCode: {},
    quarantineHash: null,
    closesThrough: null,
    openFrom: null,
    periodMin: period,
    periodMax: period,
    sealed: false,
  };
  const tail = seriesIds.map((seriesId) => ({
    seriesId,
    period,
    value: value(),
    status: ObservationStatus.observed,
  }));
  const closings = [{ group: wholeProject, through: period - 1, cause: 'reporters' }] as const;
  await store.commitBatch({ batch, tail, segment: null, closings });
}

/** A forecast of every series: 10 ± 1.28, as if demand were normal with a deviation of 1. */
async function forecast(cutoff: number, change: Partial<PredictionRecord> = {}): Promise<void> {
  const steps = [0, 1, 2];
  await store.appendPredictions(
    seriesIds.map((seriesId) => ({
      id: `prd_${cutoff}_${seriesId}_${change.requestId ?? ''}`,
      requestId: 'req',
      project: project.name,
      seriesId,
      versionId: 'ver_1',
      arm: 'champion',
      purpose: 'served',
      source: 'model',
      cutoff,
      madeAt: 0,
      levels: [0.1, 0.5, 0.9],
      mean: Float64Array.from(steps, () => 10),
      quantiles: Float64Array.from([
        ...steps.map(() => 8.72),
        ...steps.map(() => 10),
        ...steps.map(() => 11.28),
      ]),
      adapted: { demand: 'regular', levels: [0.1, 0.5, 0.9] },
      ...change,
    })),
  );
}

/** Twenty days of demand with twice the deviation that was forecast. */
async function liveWithTooLittleSpread(change: Partial<PredictionRecord> = {}): Promise<void> {
  for (let day = 0; day < 20; day++) {
    await observe(day, () => 10 + 2 * rng.normal());
    await forecast(day, change);
  }
}

function levelOf(report: CoverageReport, level: number): CoverageReport['kinds'][number]['levels'][number] {
  const found = report.kinds[0]?.levels.find((each) => each.level === level);
  assert.ok(found !== undefined);
  return found;
}

test('before any data, and before any label, nothing is known', async () => {
  assert.deepEqual((await monitorOf().measure(project)).kinds, []);
  await observe(0, () => 1);
  await forecast(0);
  const report = await monitorOf().measure(project);
  assert.deepEqual([report.labels, report.kinds], [0, []]);
  assert.deepEqual(adaptationOf(report), {});
});

test('quantiles that demand oversteps are asked for further out, on every label of closed periods', async () => {
  await liveWithTooLittleSpread();
  const report = await monitorOf().measure(project);
  // Periods 1 … 18: one forecast of period 1, two of period 2, three of each later one.
  assert.equal(report.labels, (1 + 2 + 3 * 16) * seriesIds.length);
  assert.equal(report.window?.toPeriod, 18);
  const [low, middle, high] = [0.1, 0.5, 0.9].map((level) => levelOf(report, level));
  assert.ok((low?.below as number) > 0.2 && (low?.modelLevel as number) < 0.07);
  assert.ok((high?.atOrBelow as number) < 0.8 && (high?.modelLevel as number) > 0.93);
  assert.ok(Math.abs((middle?.modelLevel as number) - 0.5) < 0.1);
  assert.deepEqual(adaptationOf(report).regular?.levels, [0.1, 0.5, 0.9]);
});

test('what was served with shifted levels is taken as that: holding what they say, they stay shifted', async () => {
  const wide = Float64Array.of(7.44, 7.44, 7.44, 10, 10, 10, 12.56, 12.56, 12.56);
  const adapted = { demand: 'regular', levels: [0.01, 0.5, 0.99] };
  await liveWithTooLittleSpread({ quantiles: wide, adapted });
  const report = await monitorOf().measure(project);
  assert.ok(Math.abs((levelOf(report, 0.1).below as number) - 0.1) < 0.02);
  assert.ok(levelOf(report, 0.1).modelLevel < 0.025);
  assert.ok(levelOf(report, 0.9).modelLevel > 0.975);
});

test('another process, or the same after a restart, finds the same; a forecast asked for twice counts once', async () => {
  await liveWithTooLittleSpread();
  const first = await monitorOf().measure(project);
  assert.deepEqual(await monitorOf().measure(project), first);
  for (let day = 0; day < 20; day++) await forecast(day, { requestId: 'again' });
  assert.deepEqual(await monitorOf().measure(project), first);
});

test('a report stands until the next period is closed, and then takes in corrections', async () => {
  await liveWithTooLittleSpread();
  const monitor = monitorOf();
  const first = await monitor.measure(project);
  await observe(18, () => 10);
  assert.equal(await monitor.measure(project), first);
  await observe(20, () => 10);
  const next = await monitor.measure(project);
  assert.equal(next.window?.toPeriod, 19);
  assert.ok((levelOf(next, 0.1).below as number) < (levelOf(first, 0.1).below as number));
  assert.equal(monitor.latest(project.name), next);
});

test('labels of another version count little beside those of the version that serves', async () => {
  await liveWithTooLittleSpread();
  const monitor = monitorOf();
  const own = levelOf(await monitor.measure(project), 0.9).modelLevel;
  serving = 'ver_2';
  const inherited = levelOf(await monitor.measure(project), 0.9).modelLevel;
  assert.ok(inherited > 0.9 && inherited < own);
  // The new version has learnt the spread.
  for (let day = 20; day < 40; day++) {
    await observe(day, () => 10 + rng.normal());
    await forecast(day, { versionId: 'ver_2' });
  }
  assert.ok(Math.abs(levelOf(await monitor.measure(project), 0.9).modelLevel - 0.9) < 0.03);
});

test('answers of the baseline say nothing of the model', async () => {
  for (let day = 0; day < 20; day++) {
    await observe(day, () => 10 + 2 * rng.normal());
    await forecast(day, { source: 'baseline', adapted: undefined });
  }
  assert.deepEqual((await monitorOf().measure(project)).kinds, []);
});

test('of very many predictions a sample is read', async () => {
  await liveWithTooLittleSpread();
  const report = await monitorOf(200).measure(project);
  assert.equal(report.oneIn, 4);
  const share = report.labels / ((1 + 2 + 3 * 16) * seriesIds.length);
  assert.ok(share > 0.15 && share < 0.35, `${share}`);
  assert.ok(levelOf(report, 0.1).modelLevel < 0.08);
});

function feedOver(timers: ManualTimers = new ManualTimers(0)): EventFeed {
  return new EventFeed({ store, clock: timers.clock, timers, log: { error: () => {} } });
}

test('following gives serving new levels when a batch has come, to projects that want them', async () => {
  const given: LevelAdaptation[] = [];
  const count = (): number => given.length;
  const follow = (of: Project): EventFeed => {
    const feed = feedOver();
    const serving = {
      adapt: (_name: string, adaptation: LevelAdaptation) => void given.push(adaptation),
      versionsOf: () => ['ver_1'],
    };
    feed.follow(coverageSubscriber({ projects: fixedProjects(of), coverage: monitorOf(), serving }), {
      afterSeq: 0,
    });
    return feed;
  };
  const feed = follow(project);
  const reach = async (): Promise<boolean> => feed.reach('coverage', await feed.now());
  await reach();
  assert.equal(count(), 0);
  await liveWithTooLittleSpread();
  await reach();
  await reach();
  assert.equal(count(), 1);
  assert.ok((given[0]?.regular?.modelLevels[0] as number) < 0.07);
  const afterKill = adaptationOf(await monitorOf().measure(project));
  assert.deepEqual(afterKill, given[0], 'a process that begins after a kill finds the same');
  await follow({ ...project, adaptCoverage: false }).reach('coverage', await feed.now());
  assert.equal(count(), 1);
});

test('labels that cannot be read leave the levels in use, which the next try brings up to date', async () => {
  const timers = new ManualTimers(0);
  const feed = feedOver(timers);
  const monitor = monitorOf();
  let faults = 1;
  const coverage = {
    measure: (of: Project) =>
      faults-- > 0 ? Promise.reject(new Error('disk is full')) : monitor.measure(of),
  };
  let adapted = 0;
  const serving = { adapt: () => void adapted++, versionsOf: () => ['ver_1'] };
  await observe(0, () => 1);
  feed.follow(coverageSubscriber({ projects: fixedProjects(project), coverage, serving }), { afterSeq: 0 });
  await feed.poll();
  await timers.advance(0);
  assert.equal(adapted, 0);
  assert.match(feed.failures().join(), /coverage is 1 events .* disk is full/);
  await timers.advance(200);
  assert.equal(adapted, 1);
  assert.deepEqual(feed.failures(), []);
});
