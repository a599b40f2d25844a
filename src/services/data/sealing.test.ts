import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type DataFixture, openDataFixture, project } from '../../../test/hostile/data-fixture.ts';
import type { StepContext } from '../jobs/index.ts';
import { sealPipeline, sealSubscriber } from './sealing.ts';

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
  const about = {
    project: project.name,
    seriesId: 'a',
    versionId: 'v1',
    arm: 'champion',
    purpose: 'served',
    source: 'model',
  } as const;
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
  let rowsUnsealed = 0;
  let faults = 0;
  const jobs: unknown[] = [];
  const { apply } = sealSubscriber({
    store: {
      historyTotals: async () => ({ batches: 0, batchSeq: 0, rowsUnsealed, periodMin: 0, periodMax: 0 }),
    },
    jobs: {
      enqueue: async (pipeline, name, input) => {
        if (faults-- > 0) throw new Error('disk I/O error');
        jobs.push([pipeline, name, input]);
        return { job: {} as never, created: true };
      },
    },
  });
  const arrive = async (rows: number): Promise<number> => {
    rowsUnsealed += rows;
    await apply({ project: 'shop', events: [] });
    return jobs.length;
  };
  const sealed = async (pipeline: string, rows: number): Promise<number> => {
    rowsUnsealed -= rows;
    const data = { jobId: 'job_1', pipeline, step: 'seal' };
    await apply({ project: 'shop', events: [{ seq: 1, at: 0, project: 'shop', type: 'job.done', data }] });
    return jobs.length;
  };
  assert.equal(await arrive(50_000), 0);
  faults = 1;
  await assert.rejects(arrive(1), /disk I\/O error/);
  assert.equal(await arrive(0), 1, 'one that could not be put there is put there by the next try');
  assert.deepEqual(jobs[0], ['seal', 'shop', { unsealedRows: 50_001 }]);
  assert.equal(await arrive(50_000), 1, 'a job that does not seal is not repeated with every batch');
  assert.equal(await arrive(1), 2, 'but with as many rows again');
  assert.equal(await sealed('train', 0), 2);
  assert.equal(await sealed('seal', 100_002), 2);
  assert.equal(await arrive(100_002), 3, 'what was sealed counts no more, even where as much has come again');
  assert.equal(await sealed('seal', 0), 4, 'what a job has missed is sealed by the next one');
  const data = { by: 'cli ann@shop 1', version: 2, data: 'kept' };
  await apply({
    project: 'shop',
    events: [{ seq: 2, at: 0, project: 'shop', type: 'project.removed', data }],
  });
  assert.equal(jobs.length, 5, 'what comes by the name of one that is gone begins anew');
});
