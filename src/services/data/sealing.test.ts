import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type DataFixture, openDataFixture, project } from '../../../test/hostile/data-fixture.ts';
import type { BatchRecord } from '../../storage/ports/index.ts';
import type { StepContext } from '../jobs/index.ts';
import { ManualTimers } from '../jobs/testing.ts';
import { SealTrigger, sealPipeline } from './sealing.ts';

let fixture: DataFixture;
beforeEach(async () => {
  fixture = await openDataFixture();
});
afterEach(() => fixture.close());

const firstOfMay = Date.UTC(2024, 4, 1) / 86_400_000;

async function send(day: number, value: number): Promise<void> {
  const text = `item,date,units,out\na,2024-05-0${day},${value},0\n`;
  await fixture.data.ingestBody(project, Buffer.from(text), { format: 'csv' });
}

async function predictFrom(day: number): Promise<void> {
  const made = { madeAt: 0, levels: [], mean: Float64Array.of(1, 1), quantiles: new Float64Array(0) };
  const about = { project: project.name, seriesId: 'a', versionId: 'v1', arm: 'champion', source: 'model' };
  const cutoff = firstOfMay + day - 1;
  await fixture.store.appendPredictions([{ id: `p${day}`, requestId: 'r1', ...about, cutoff, ...made }]);
}

/** Runs the pipeline's steps as a worker would, each twice, as after a crash. */
async function runSealJob(): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const step of sealPipeline(fixture.data).steps) {
    results.push(await step.run({ project: project.name } as StepContext));
    await step.run({ project: project.name } as StepContext);
  }
  return results;
}

/** Days in the tail; `waiting` = those that are not sealed. */
async function tail(): Promise<{ days: number[]; waiting: number[] }> {
  const daysOf = async (unsealedOnly: boolean): Promise<number[]> => {
    const rows = await fixture.store.readTail(project.name, { afterSeq: 0, unsealedOnly, limit: 100 });
    return rows.map(({ period }) => period - firstOfMay + 1);
  };
  return { days: await daysOf(false), waiting: await daysOf(true) };
}

test('a seal job seals what waits and keeps every label; rows before the first cutoff leave with the next job', async () => {
  for (let day = 1; day <= 4; day++) await send(day, day);
  await predictFrom(2);
  const [, sealed] = await runSealJob();
  assert.deepEqual(sealed, { segments: 1, batches: 4, rows: 4 });
  await send(1, 9);
  const [pruned] = await runSealJob();
  assert.deepEqual(pruned, { rows: 0 }, 'sealing twice has pruned what was sealed before');
  const { days, waiting } = await tail();
  assert.deepEqual(waiting, []);
  assert.deepEqual(
    days.filter((day) => day > 2),
    [3, 4],
  );
  const labels = await fixture.store.readActuals(project.name, {
    periodMin: firstOfMay + 2,
    periodMax: firstOfMay + 9,
  });
  assert.deepEqual(
    labels.map(({ value }) => value),
    [3, 4],
  );
});

test('pruning touches nothing that is not sealed, and nothing at all before the first prediction', async () => {
  for (let day = 1; day <= 3; day++) await send(day, day);
  await fixture.data.seal(project.name);
  assert.equal(await fixture.data.prune(project.name), 0);
  await send(1, 7);
  await predictFrom(2);
  assert.equal(await fixture.data.prune(project.name), 2);
  assert.deepEqual(await tail(), { days: [3, 1], waiting: [1] });
});

test('a job is put into the queue once the unsealed rows pass the bound, and only then', async () => {
  const timers = new ManualTimers(0);
  const batches: { seq: number; sealed: boolean; rowsAccepted: number; rowsQuarantined: number }[] = [];
  const jobs: unknown[] = [];
  const errors: unknown[] = [];
  let isUnderWay = false;
  const trigger = new SealTrigger({
    store: {
      listProjects: async () => [project],
      listBatches: async (_name, { afterSeq, limit }) =>
        batches.filter(({ seq }) => seq > afterSeq).slice(0, limit) as unknown as BatchRecord[],
    },
    jobs: {
      enqueue: async (pipeline, name, input) => {
        jobs.push([pipeline, name, input]);
        return { job: {} as never, created: !isUnderWay };
      },
    },
    timers,
    onError: (error) => errors.push(error),
  });
  const arrive = async (rowsAccepted: number, sealed = false): Promise<number> => {
    batches.push({ seq: batches.length + 1, sealed, rowsAccepted, rowsQuarantined: 0 });
    await timers.advance(2000);
    return jobs.length;
  };
  trigger.start();
  assert.equal(await arrive(50_000), 0);
  assert.equal(await arrive(1_000_000, true), 0);
  assert.equal(await arrive(1), 1);
  assert.deepEqual(jobs[0], ['seal', 'shop', { unsealedRows: 50_001 }]);
  assert.equal(await arrive(50_000), 1);
  isUnderWay = true;
  assert.equal(await arrive(1), 2);
  isUnderWay = false;
  assert.equal(await arrive(0), 3, 'what a running job may have missed is sealed by the next one');
  assert.equal(await arrive(0), 3);
  await trigger.stop();
  assert.equal(await arrive(100_000), 3);
  assert.deepEqual(errors, []);
});
