import assert from 'node:assert/strict';
import { test } from 'node:test';

import { resolveProject } from './project.ts';

test('a series needs two seasons of history, and hardly any where there is no season', () => {
  const periodsMin = (seasons?: number[]): number =>
    resolveProject('shop', { frequency: 'month', ...(seasons === undefined ? {} : { seasons }) }).contract
      .historyPeriodsMin;
  assert.deepEqual([periodsMin(), periodsMin([]), periodsMin([6])], [24, 4, 12]);
});
