import assert from 'node:assert/strict';
import { test } from 'node:test';
import { driftPanel, driftThrough } from '../../../test/fixtures/drift-panel.ts';
import { projectLike } from '../../../test/fixtures/project.ts';
import { ManualClock, type Project } from '../../core/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import type { StepContext } from '../jobs/index.ts';
import { DriftReports, driftPipeline, driftSubscriber } from './index.ts';
import { checkStored } from './stored-check.ts';

const project: Project = {
  ...projectLike(),
  columns: { series: ['shop', 'item'], time: 'day', target: 'units', known: ['price', 'promo'] },
  drift: { everyPeriods: 1 },
};
const fallen = { days: 40, demand: (value: number) => 0.6 * value } as const;

async function openWorld() {
  const clock = new ManualClock(1_700_000_000_000);
  const store = openSqliteStore({ path: ':memory:', clock });
  await store.putProject(project, 1);
  const state = { through: driftThrough - 10, checks: 0 };
  const data = {
    seal: async () => {},
    closePeriods: async () => 0,
    createSnapshot: async () => ({ id: 'snap', periodMax: driftThrough, seriesCount: 4 }),
    projectClock: async () => state.through,
    readPanel: async () => driftPanel(fallen),
  };
  const pipeline = driftPipeline({
    projects: store,
    data: data as never,
    store,
    clock,
    check: (task) => {
      state.checks++;
      return checkStored(task, { data, store, monitor: { steps: async function* () {} } });
    },
  });
  /** All steps of a job, the last of them as often as a crash would have it. */
  const run = async (id: string, times = 1): Promise<unknown> => {
    const results: Record<string, unknown> = {};
    const context = () =>
      ({
        job: { id },
        project: project.name,
        input: {},
        results,
        signal: new AbortController().signal,
        progress: () => {},
      }) as unknown as StepContext;
    for (const step of pipeline.steps)
      for (let i = 0; i < (step.name === 'check' ? times : 1); i++)
        results[step.name] = await step.run(context());
    clock.moveTo(clock.now() + 1000);
    return results.check;
  };
  const told = async () =>
    (await store.readEvents({ afterSeq: 0, limit: 999 })).filter(({ type }) => type === 'drift.detected');
  return { store, clock, state, data, run, told, reports: new DriftReports(store) };
}

test('a job leaves one report and one event, however often its last step is run', async () => {
  const { run, told, reports, state } = await openWorld();
  await run('job_1', 3);
  assert.equal(state.checks, 1, 'what was stored is not made again');
  assert.equal((await reports.list(project, 9)).length, 1);
  const [event, ...more] = await told();
  assert.equal(more.length, 0);
  assert.ok(event?.type === 'drift.detected' && event.data.columns.length > 0);
});

test('what the next check confirms is told once more, and then no more', async () => {
  const { run, told, state, reports } = await openWorld();
  for (const [i, through] of [driftThrough - 8, driftThrough - 5, driftThrough - 3, driftThrough].entries()) {
    state.through = through;
    await run(`job_${i}`);
  }
  const events = await told();
  const ofDemand = events.flatMap((event) =>
    event.type === 'drift.detected'
      ? event.data.columns.filter(({ column, group }) => column === 'units' && group === null)
      : [],
  );
  assert.deepEqual(
    ofDemand.map(({ confirmed }) => confirmed),
    [false, true],
  );
  assert.equal((await reports.one(project)).columns[0]?.confirmed, true);
  await assert.rejects(reports.one(project, 'job_99'), { code: 'drift/no-report' });
});

test('a check begins when so many periods are closed, and not again for the same ones', async () => {
  const { store, data, state, run } = await openWorld();
  const asked: string[] = [];
  const subscriber = driftSubscriber({
    projects: { getProject: async () => project },
    data,
    store,
    jobs: { enqueue: async (_pipeline, _project, _input, options) => asked.push(options?.id ?? '') as never },
  });
  const look = (): Promise<void> => subscriber.apply({ project: project.name, events: [] });
  await look();
  await look();
  assert.deepEqual(new Set(asked).size, 1, 'the same state of things is the same job');
  await run(asked[0] as string);
  asked.length = 0;
  await look();
  assert.deepEqual(asked, [], 'nothing more is closed');
  state.through += 1;
  await look();
  assert.equal(asked.length, 1);
});
