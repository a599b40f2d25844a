import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { Rng } from '../../core/index.ts';
import { firstLeaf, type Hierarchy, sumUp } from './hierarchy.ts';
import { coherentQuantiles } from './paths.ts';
import { makeReconciler } from './reconcile.ts';
import { randomHierarchy, randomNodes, smallTree } from './testing.ts';
import type { NodeErrors } from './weights.ts';

const levels = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/** Uniform quantiles of width 2·`half` around a centre per node. */
function uniform(centres: Float64Array, half: number): Float64Array {
  return Float64Array.from(levels.flatMap((u) => [...centres].map((centre) => centre + half * (2 * u - 1))));
}

/** Errors in which all series move together (`sign` 1) or the second of each pair against the first (−1). */
function errorsOf(hierarchy: Hierarchy, sign: 1 | -1): NodeErrors {
  const count = 40;
  const rng = new Rng(8);
  const values = new Float64Array(hierarchy.nodeCount * count);
  for (let t = 0; t < count; t++) {
    const column = new Float64Array(hierarchy.nodeCount);
    const x = rng.uniform();
    for (let i = firstLeaf(hierarchy), s = 0; i < column.length; i++, s++)
      column[i] = s % 2 === 0 ? x : sign * x;
    sumUp(hierarchy, column);
    for (const [i, value] of column.entries()) values[i * count + t] = value;
  }
  return { count, values };
}

test('quantiles never cross and, not below zero, keep that', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const rng = new Rng(seed);
      const hierarchy = randomHierarchy(rng);
      const { nodeCount } = hierarchy;
      const quantiles = uniform(randomNodes(hierarchy, rng, 5), 10);
      const reconciler = makeReconciler(hierarchy, { methods: ['wls-struct'], nonNegative: true });
      const found = coherentQuantiles(hierarchy, {
        reconciler,
        levels,
        quantiles,
        errors: errorsOf(hierarchy, 1),
        draws: 60,
      });
      for (let l = 0; l < levels.length; l++) {
        for (let i = 0; i < nodeCount; i++) {
          const value = found[l * nodeCount + i] as number;
          assert.ok(value >= 0);
          if (l > 0) assert.ok(value >= (found[(l - 1) * nodeCount + i] as number));
        }
      }
    }),
    { numRuns: 20 },
  );
});

test('the spread of a sum follows from how the series moved together', () => {
  const tree = smallTree();
  const centres = Float64Array.of(400, 200, 200, 100, 100, 100, 100);
  const quantiles = uniform(centres, 10);
  const reconciler = makeReconciler(tree, { methods: ['bottom-up'], nonNegative: true });
  const spread = (sign: 1 | -1): number => {
    const found = coherentQuantiles(tree, {
      reconciler,
      levels,
      quantiles,
      errors: errorsOf(tree, sign),
      draws: 400,
    });
    return (found[6 * 7] as number) - (found[0] as number);
  };
  // Four uniform series that move together: the 90 % interval of their sum is four times one's, 4 × 18.
  assert.ok(Math.abs(spread(1) - 72) < 1);
  // Against each other they cancel, but for what one past column covers of each: 4 × 20 ÷ 40.
  assert.ok(spread(-1) < 2);
});

test('each series keeps its own quantiles when nothing is reconciled away', () => {
  const tree = smallTree();
  const quantiles = uniform(Float64Array.of(400, 200, 200, 100, 110, 120, 130), 10);
  const reconciler = makeReconciler(tree, { methods: ['bottom-up'], nonNegative: true });
  const found = coherentQuantiles(tree, {
    reconciler,
    levels,
    quantiles,
    errors: errorsOf(tree, -1),
    draws: 400,
  });
  for (let l = 0; l < levels.length; l++) {
    for (let i = 3; i < 7; i++)
      assert.ok(Math.abs((found[l * 7 + i] as number) - (quantiles[l * 7 + i] as number)) < 0.1);
  }
});

test('nothing is left to chance, and no past errors means moving together', () => {
  const tree = smallTree();
  const quantiles = uniform(Float64Array.of(400, 200, 200, 100, 100, 100, 100), 10);
  const reconciler = makeReconciler(tree, { methods: ['ols'], nonNegative: false });
  const none: NodeErrors = { count: 0, values: new Float64Array(0) };
  const once = coherentQuantiles(tree, { reconciler, levels, quantiles, errors: none, draws: 100 });
  assert.deepEqual(
    coherentQuantiles(tree, { reconciler, levels, quantiles, errors: none, draws: 100 }),
    once,
  );
  for (const level of [0, 6]) {
    const row = once.subarray(level * 7, (level + 1) * 7);
    assert.ok(Math.abs((row[0] as number) - (row[1] as number) - (row[2] as number)) < 1e-3);
  }
});
