import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from '../../api.ts';
import { metricLines, paramLines } from './compare.ts';

const run = (change: Partial<Run>): Run => ({ metrics: {}, params: {}, ...change }) as Run;

test('figures of runs stand side by side, with what only one of them has', () => {
  assert.deepEqual(metricLines([run({ metrics: { loss: 1, wape: 0.2 } }), run({ metrics: { loss: 1 } })]), [
    { name: 'loss', values: [1, 1], differs: false },
    { name: 'wape', values: [0.2, undefined], differs: true },
  ]);
});

test('parameters in groups are named by their path, and lists are compared as a whole', () => {
  const one = run({ params: { seasons: [7], gbdt: { trees: 100 } } });
  const other = run({ params: { seasons: [7], gbdt: { trees: 200 } } });
  assert.deepEqual(paramLines([one, other]), [
    { name: 'gbdt.trees', values: [100, 200], differs: true },
    { name: 'seasons', values: ['[7]', '[7]'], differs: false },
  ]);
});
