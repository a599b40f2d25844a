import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rng } from '../../core/index.ts';
import { chooseMethod, nodeErrors, type PastWindow, scoreLevels } from './choose-method.ts';
import { firstLeaf, type Hierarchy, sumUp } from './hierarchy.ts';
import { smallTree } from './testing.ts';

/** Windows in which the forecast of node i misses by normal errors of size `spread(i)`. */
function windows(
  hierarchy: Hierarchy,
  options: { count: number; seed: number; spread: (node: number) => number; bias?: number },
): PastWindow[] {
  const rng = new Rng(options.seed);
  const horizon = 6;
  const { nodeCount } = hierarchy;
  return Array.from({ length: options.count }, () => {
    const actual = new Float64Array(horizon * nodeCount);
    const base = new Float64Array(horizon * nodeCount);
    for (let k = 0; k < horizon; k++) {
      const row = actual.subarray(k * nodeCount, (k + 1) * nodeCount);
      for (let i = firstLeaf(hierarchy); i < nodeCount; i++) row[i] = 100 + 10 * rng.normal();
      sumUp(hierarchy, row);
      for (let i = 0; i < nodeCount; i++) {
        const off = i >= firstLeaf(hierarchy) ? (options.bias ?? 0) : 0;
        base[k * nodeCount + i] = (row[i] as number) + options.spread(i) * rng.normal() + off;
      }
    }
    return { horizon, base, actual, units: hierarchy.leafCounts.map((leaves) => 10 * Math.sqrt(leaves)) };
  });
}

test('totals that know nothing leave the series alone', () => {
  const tree = smallTree();
  const past = windows(tree, { count: 4, seed: 1, spread: (i) => (i < 3 ? 200 : 1) });
  const { methods, losses } = chooseMethod(tree, past, { nonNegative: true });
  for (const method of methods) assert.ok(['bottom-up', 'wls-var', 'mint-shrink'].includes(method), method);
  assert.ok((losses['bottom-up'] as number) < (losses['wls-struct'] as number));
});

test('series that all miss in the same direction are corrected by their totals', () => {
  const tree = smallTree();
  const past = windows(tree, { count: 4, seed: 2, spread: (i) => (i < 3 ? 0.5 : 5), bias: 15 });
  const { methods, losses } = chooseMethod(tree, past, { nonNegative: true });
  assert.ok(!methods.includes('bottom-up'));
  for (const method of methods) assert.ok((losses[method] as number) < (losses.base as number));
});

test('methods that past windows cannot tell apart all take part', () => {
  const tree = smallTree();
  const past = windows(tree, { count: 3, seed: 6, spread: () => 0 });
  const { methods } = chooseMethod(tree, past, { nonNegative: true });
  assert.deepEqual(methods, ['bottom-up', 'top-down', 'ols', 'wls-struct', 'wls-var', 'mint-shrink']);
});

test('without past windows nodes are weighted by their size', () => {
  assert.deepEqual(chooseMethod(smallTree(), [], { nonNegative: true }).methods, ['wls-struct']);
});

test('one window says nothing about variances: the methods that need them stay out', () => {
  const past = windows(smallTree(), { count: 1, seed: 3, spread: () => 3 });
  const { losses } = chooseMethod(smallTree(), past, { nonNegative: false });
  assert.deepEqual(Object.keys(losses), ['base', 'bottom-up', 'top-down', 'ols', 'wls-struct']);
});

test('a node that cannot be scored, and a period nobody knows, are left out', () => {
  const tree = smallTree();
  const past = windows(tree, { count: 3, seed: 4, spread: () => 3 });
  for (const { units, actual } of past) {
    units[4] = 0;
    actual[0] = Number.NaN;
  }
  const { losses } = chooseMethod(tree, past, { nonNegative: true });
  for (const loss of Object.values(losses)) assert.ok(Number.isFinite(loss));
});

test('errors of windows stand side by side, a column per lead', () => {
  const tree = smallTree();
  const past = windows(tree, { count: 2, seed: 5, spread: () => 3 });
  const { count, values } = nodeErrors(tree, past);
  assert.equal(count, 12);
  const second = past[1] as PastWindow;
  const at = 4 * 7 + 2;
  assert.equal(values[2 * count + 6 + 4], (second.actual[at] as number) - (second.base[at] as number));
});

test('levels are scored as they came and reconciled; their mean is what the choice goes by', () => {
  const tree = smallTree();
  const past = windows(tree, { count: 3, seed: 7, spread: (i) => (i < 3 ? 1 : 6) });
  const { losses } = chooseMethod(tree, past, { nonNegative: true });
  for (const method of ['ols', 'mint-shrink'] as const) {
    const levels = scoreLevels(tree, past, { methods: [method], nonNegative: true });
    assert.deepEqual(
      levels.map(({ level }) => level),
      ['total', 'group', 'bottom'],
    );
    const mean = levels.reduce((sum, { rmsse }) => sum + rmsse / levels.length, 0);
    assert.ok(Math.abs(mean - (losses[method] as number)) < 1e-12);
  }
  const [total] = scoreLevels(tree, past, { methods: [], nonNegative: true });
  const errors = past.flatMap((one) =>
    [0, 7, 14, 21, 28, 35].map((at) => Math.abs((one.actual[at] as number) - (one.base[at] as number))),
  );
  const demand = past.flatMap((one) => [0, 7, 14, 21, 28, 35].map((at) => one.actual[at] as number));
  const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
  assert.ok(Math.abs((total?.wape ?? 0) - sum(errors) / sum(demand)) < 1e-12);
});
