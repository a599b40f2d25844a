// The promise that matters most: a worker killed in the middle of a step loses nothing but that step's time.

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { definePipeline } from './pipeline.ts';
import { leaseMs } from './step-run.ts';
import { ManualTimers } from './testing.ts';
import { JobWorker } from './worker.ts';

const victimPath = fileURLToPath(new URL('../../../test/fixtures/hanging-worker.ts', import.meta.url));

test('a step whose process is killed is taken over; finished steps are not repeated', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-jobs-'));
  const path = join(folder, 'almanac.db');
  const timers = new ManualTimers(1_700_000_000_000);
  const store = openSqliteStore({ path, clock: timers.clock });
  try {
    const draft = {
      pipeline: 'train',
      pipelineVersion: 1,
      project: 'shop',
      singleFlightKey: 'k',
      step: '',
      input: {},
    };
    await store.enqueueJob({ id: 'job_1', ...draft, createdAt: 1, runAfter: 0 });
    const victim = fork(victimPath, [path, String(timers.clock.now())], { execArgv: [] });
    await once(victim, 'message');
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    const halfway = await store.getJob('job_1');
    assert.deepEqual([halfway?.state, halfway?.step], ['running', 'fit']);

    const ran: string[] = [];
    const step = (name: string) => ({
      name,
      run: async () => {
        ran.push(name);
        return `${name} by the heir`;
      },
    });
    const worker = new JobWorker({
      store,
      pipelines: [definePipeline({ name: 'train', steps: [step('seal'), step('fit')] })],
      clock: timers.clock,
      timers,
      workerId: 'heir',
      onError: (error) => assert.fail(String(error)),
    });
    worker.start();
    await timers.advance(leaseMs - 1000);
    assert.deepEqual(ran, [], 'the dead worker still has its lease');
    await timers.advance(2000);
    const done = await store.getJob('job_1');
    assert.deepEqual(ran, ['fit']);
    assert.deepEqual(done?.results, { seal: 'seal by the victim', fit: 'fit by the heir' });
    assert.equal(done?.state, 'done');
    await worker.stop();
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
