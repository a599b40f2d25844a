import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobRecord, JobState } from '../../storage/ports/index.ts';
import { parentOf, startAgain } from './again.ts';
import { jobLog } from './job-log.ts';
import type { EnqueueOptions } from './pipeline-engine.ts';

type Put = readonly [string, string, JobRecord['input'] | undefined, EnqueueOptions | undefined];

async function again(state: JobState): Promise<Put> {
  const job = {
    id: 'job_1',
    pipeline: 'search',
    project: 'shop',
    state,
    singleFlightKey: 'search:shop',
    input: { trials: 20, trigger: 'cli', reason: 'asked for', evidence: { rows: 3 }, parent: 'job_0' },
  } as unknown as JobRecord;
  let put: Put | undefined;
  await startAgain(
    {
      get: async () => job,
      enqueue: async (pipeline, project, input, options) => {
        put = [pipeline, project, input, options];
        return { job, created: true };
      },
    },
    { id: 'job_1', trigger: 'api', actor: 'http 127.0.0.1' },
  );
  return put as Put;
}

test('a failed job is started again with its own request, and names the one before', async () => {
  assert.deepEqual(await again('failed'), [
    'search',
    'shop',
    {
      trials: 20,
      trigger: 'api',
      reason: 'job_1 again, which failed; asked for by http 127.0.0.1',
      parent: 'job_1',
    },
    { singleFlightKey: 'search:shop' },
  ]);
  assert.match(String((await again('cancelled'))[2]?.reason), /which was cancelled/);
  assert.equal(parentOf({ input: { parent: 'job_1' } }), 'job_1');
  assert.equal(parentOf({ input: {} }), null);
});

test('one that is under way or done is refused', async () => {
  for (const state of ['queued', 'running', 'done'] as const)
    await assert.rejects(again(state), { code: 'jobs/not-failed' });
});

test('a log has a line for each thing that a job told, and none for others', () => {
  const job = { jobId: 'job_1', pipeline: 'train' };
  const step = { ...job, step: 'fit' };
  const at = { seq: 1, at: 0, project: 'shop' };
  const lines = jobLog([
    { ...at, type: 'job.queued', data: job },
    { ...at, type: 'job.progress', data: { ...step, fraction: 0.456, message: 'choosing' } },
    { ...at, type: 'job.waiting', data: { ...step, until: 60_000, message: 'tried again after a: b' } },
    { ...at, type: 'job.step', data: { ...step, nextStep: 'gate' } },
    { ...at, type: 'job.failed', data: { ...step, error: 'it broke' } },
    { ...at, type: 'project.added', data: {} } as never,
  ]);
  assert.deepEqual(
    lines.map(({ step: of, message }) => `${of ?? '-'}: ${message}`),
    [
      '-: put in',
      'fit: 45 % choosing',
      'fit: waits until 1970-01-01T00:01:00.000Z: tried again after a: b',
      'fit: is done, gate is next',
      'fit: it broke',
    ],
  );
});
