import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { metricsOfProcesses, shareMetrics } from './metrics-of-processes.ts';

test('without a serving process there are no metrics to put together', async () => {
  shareMetrics(new Registry());
  assert.equal((await metricsOfProcesses()).trim(), '');
});
