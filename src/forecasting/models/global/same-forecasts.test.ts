import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';

const script = new URL('../../../../test/fixtures/forecast-sum.ts', import.meta.url);

async function forecastSum(form: 'ratio' | 'log', sharesMemory: boolean): Promise<number> {
  const worker = new Worker(script, { workerData: { form, sharesMemory } });
  const [answer] = (await once(worker, 'message')) as [{ sum: number; finite: boolean; shares: boolean }];
  await worker.terminate();
  assert.equal(answer.shares, sharesMemory);
  assert.ok(answer.finite);
  return answer.sum;
}

/**
 * Check sums of the forecasts of a model trained on the small panel, from Node 24.21 on x64. They change when training or
 * features do; then take the new ones. They must not change with the engine, the machine or the kernel.
 */
const sums = { ratio: 2159734671, log: 390346659 };

test('a page without shared memory trains and forecasts the same numbers, bit for bit', async () => {
  for (const form of ['ratio', 'log'] as const) {
    const [shared, plain] = await Promise.all([forecastSum(form, true), forecastSum(form, false)]);
    assert.equal(plain, shared, form);
    assert.equal(shared, sums[form], form);
  }
});
