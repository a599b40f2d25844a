import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { Rng } from '../../core/index.ts';
import { firstLeaf, type Hierarchy, incoherence, pushDown, sumUp } from './hierarchy.ts';
import { makeReconciler, type ReconcileMethod, reconcileMethods } from './reconcile.ts';
import { denseReconcile, denseSums, randomHierarchy, randomNodes, smallTree } from './testing.ts';
import { diagonalWeights, errorVariances, type NodeErrors, shrunkCovariance } from './weights.ts';

const squares = reconcileMethods.filter((method) => method !== 'bottom-up' && method !== 'top-down');

function run(
  hierarchy: Hierarchy,
  base: Float64Array,
  options: { method: ReconcileMethod; errors?: NodeErrors; nonNegative?: boolean },
): Float64Array {
  const out = new Float64Array(base.length);
  const { method, ...rest } = options;
  makeReconciler(hierarchy, { nonNegative: false, methods: [method], ...rest }).reconcile(base, out);
  return out;
}

function randomErrors(hierarchy: Hierarchy, rng: Rng): NodeErrors {
  const count = 4 + rng.below(20);
  return {
    count,
    values: Float64Array.from({ length: count * hierarchy.nodeCount }, () => 5 * rng.normal()),
  };
}

function near(found: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  for (let i = 0; i < want.length; i++) {
    const gap = Math.abs((found[i] as number) - (want[i] as number));
    assert.ok(
      gap <= tolerance * Math.max(1, Math.abs(want[i] as number)),
      `${i}: ${found[i]}, not ${want[i]}`,
    );
  }
}

// Inputs in the manner of hierarchicalforecast tests/test_methods.py (7 × 4 summing matrix, base forecasts that do not
// add up); the values are S(SᵀW⁻¹S)⁻¹SᵀW⁻¹ŷ in exact fractions (Python 3 `fractions`, Gauss–Jordan), 2026-11-23.
const base = Float64Array.of(10, 5, 4, 2, 1, 2, 1);
const pastErrors: NodeErrors = {
  count: 4,
  // biome-ignore format: a row per node
  values: Float64Array.of(
    3, -1, 2, -4,
    1, -2, 2, -1,
    2, 1, -1, -3,
    1, -1, 1, 0,
    0, -1, 1, -1,
    1, 1, -2, -2,
    1, 0, 1, -1,
  ),
};

test('least squares with equal weights gives the exact fractions', () => {
  const want = [64 / 7, 103 / 21, 89 / 21, 62 / 21, 41 / 21, 55 / 21, 34 / 21];
  near(run(smallTree(), base, { method: 'ols' }), want, 1e-14);
});

test('least squares by size of node gives the exact fractions', () => {
  const want = [25 / 3, 53 / 12, 47 / 12, 65 / 24, 41 / 24, 59 / 24, 35 / 24];
  near(run(smallTree(), base, { method: 'wls-struct' }), want, 1e-14);
});

test('least squares by past variance gives the exact fractions', () => {
  const variances = [9, 4, 3, 2, 1, 1 / 2, 5];
  const values = Float64Array.from(variances, Math.sqrt);
  const want = [4129, 2106, 2023, 1404, 702, 1051, 972].map((value) => value / 502);
  near(run(smallTree(), base, { method: 'wls-var', errors: { count: 1, values } }), want, 1e-14);
});

test('shrunk covariance gives the exact shrinkage and the exact forecasts', () => {
  const { shrinkage } = shrunkCovariance(smallTree(), pastErrors);
  near([shrinkage], [92368 / 97713], 1e-14);
  const want = [
    7.942374326666172, 3.998307478540848, 3.944066848125324, 2.499153739270424, 1.499153739270424,
    2.731071308472953, 1.212995539652371,
  ];
  near(run(smallTree(), base, { method: 'mint-shrink', errors: pastErrors }), want, 1e-13);
});

test('every least squares method agrees with the dense formula on crossed groups', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const rng = new Rng(seed);
      const hierarchy = randomHierarchy(rng);
      const errors = randomErrors(hierarchy, rng);
      const forecasts = randomNodes(hierarchy, rng, 20);
      const variances = errorVariances(hierarchy, errors);
      const { shrinkage } = shrunkCovariance(hierarchy, errors);
      const entry = (method: ReconcileMethod, i: number, j: number): number => {
        if (method === 'mint-shrink') return covariance({ errors, variances, shrinkage }, i, j);
        if (i !== j) return 0;
        if (method === 'ols') return 1;
        return (method === 'wls-struct' ? hierarchy.leafCounts[i] : variances[i]) as number;
      };
      for (const method of squares) {
        const weights = Array.from(forecasts, (_, i) =>
          Array.from(forecasts, (_unused, j) => entry(method, i, j)),
        );
        near(
          run(hierarchy, forecasts, { method, errors }),
          denseReconcile(hierarchy, weights, forecasts),
          1e-7,
        );
      }
    }),
    { numRuns: 25 },
  );
});

/** λ·diag + (1 − λ)·sample covariance, with the variances as they were lifted. */
function covariance(
  of: { errors: NodeErrors; variances: Float64Array; shrinkage: number },
  i: number,
  j: number,
): number {
  const { errors, variances, shrinkage } = of;
  let sum = 0;
  for (let t = 0; t < errors.count; t++)
    sum += (errors.values[i * errors.count + t] as number) * (errors.values[j * errors.count + t] as number);
  const own = i === j ? shrinkage * (variances[i] as number) : 0;
  return own + ((1 - shrinkage) * sum) / errors.count;
}

test('forecasts that add up already stay as they are: S·P·S = S', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const rng = new Rng(seed);
      const hierarchy = randomHierarchy(rng);
      const errors = randomErrors(hierarchy, rng);
      const coherent = randomNodes(hierarchy, rng, 50).map(Math.abs);
      sumUp(hierarchy, coherent);
      for (const method of reconcileMethods) {
        for (const nonNegative of [false, true])
          near(run(hierarchy, coherent, { method, errors, nonNegative }), coherent, 1e-12);
      }
    }),
  );
  const tree = smallTree();
  for (const [i, row] of denseSums(tree).entries()) {
    const column = Float64Array.from(denseSums(tree), (other) => other[i % 4] as number);
    assert.equal(row.length, 4);
    for (const method of squares) near(run(tree, column, { method, errors: pastErrors }), column, 1e-12);
  }
});

test('whatever comes in, what comes out adds up and does not change when reconciled again', () => {
  fc.assert(
    fc.property(fc.integer(), fc.boolean(), (seed, nonNegative) => {
      const rng = new Rng(seed);
      const hierarchy = randomHierarchy(rng);
      const errors = randomErrors(hierarchy, rng);
      const forecasts = randomNodes(hierarchy, rng, nonNegative ? 3 : 0);
      for (const method of reconcileMethods) {
        if (method === 'top-down' && !nonNegative) continue;
        const once = run(hierarchy, forecasts, { method, errors, nonNegative });
        assert.ok(incoherence(hierarchy, once) <= 1e-12, method);
        near(run(hierarchy, once, { method, errors, nonNegative }), once, 1e-9);
        if (nonNegative)
          assert.ok(
            once.every((value) => value >= 0),
            method,
          );
      }
    }),
  );
});

test('with a series held at zero the others solve the problem that is left', () => {
  const tree = smallTree();
  const skewed = Float64Array.of(6, 1, 6, -3, 3, 4, 3);
  const free = run(tree, skewed, { method: 'ols' });
  assert.ok((free[3] as number) < 0);
  const found = run(tree, skewed, { method: 'ols', nonNegative: true });
  // The same least squares over three series: rows of S without the column of the one held.
  // By hand: normal equations [3 1 1; 1 3 2; 1 2 3] b = [10, 16, 15].
  const want = [19 / 13, 43 / 13, 30 / 13];
  near([found[4] as number, found[5] as number, found[6] as number], want, 1e-12);
  assert.equal(found[3], 0);
});

test('no series below zero: each method finds the best such answer, also where series have to be let go again', () => {
  let held = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const rng = new Rng(seed);
    const hierarchy = randomHierarchy(rng);
    const errors = randomErrors(hierarchy, rng);
    // Many below zero, so that holding them drags others along.
    const forecasts = Float64Array.from({ length: hierarchy.nodeCount }, () => 4 * rng.normal());
    for (const method of squares) {
      const found = run(hierarchy, forecasts, { method, errors, nonNegative: true });
      const weights =
        method === 'mint-shrink'
          ? shrunkCovariance(hierarchy, errors)
          : diagonalWeights(
              method === 'wls-var'
                ? errorVariances(hierarchy, errors)
                : method === 'ols'
                  ? new Float64Array(hierarchy.nodeCount).fill(1)
                  : hierarchy.leafCounts,
            );
      const pull = forecasts.map((value, i) => value - (found[i] as number));
      weights.applyInverse(pull);
      pushDown(hierarchy, pull);
      const leaf = firstLeaf(hierarchy);
      for (let i = leaf; i < found.length; i++) {
        const rise = (pull[i] as number) * (weights.variances[i] as number);
        const where = `seed ${seed}, ${method}, series ${i - leaf}: ${found[i]} would move by ${rise}`;
        if (found[i] === 0) held++;
        assert.ok(found[i] === 0 ? rise < 1e-6 : Math.abs(rise) < 1e-6, where);
      }
    }
  }
  assert.ok(held > 300);
});

test('the closed form ends in one step on a tree, and crossed groups take a few dozen at most', () => {
  const tree = smallTree();
  const out = new Float64Array(tree.nodeCount);
  assert.ok(makeReconciler(tree, { methods: ['ols'], nonNegative: false }).reconcile(base, out) <= 1);
  const rng = new Rng(3);
  for (let i = 0; i < 20; i++) {
    const hierarchy = randomHierarchy(rng);
    const reconciler = makeReconciler(hierarchy, { methods: ['wls-struct'], nonNegative: false });
    const crossed = new Float64Array(hierarchy.nodeCount);
    assert.ok(reconciler.reconcile(randomNodes(hierarchy, rng, 9), crossed) <= 40);
  }
});

test('top-down gives the total its own forecast and keeps the shares of the series', () => {
  const tree = smallTree();
  const found = run(tree, base, { method: 'top-down', nonNegative: true });
  assert.equal(found[0], 10);
  near(found.subarray(3), [20 / 6, 10 / 6, 20 / 6, 10 / 6], 1e-14);
  const nothing = run(tree, Float64Array.of(8, 0, 0, 0, 0, 0, 0), { method: 'top-down', nonNegative: true });
  assert.deepEqual([...nothing], [8, 4, 4, 2, 2, 2, 2]);
});

test('the input may be overwritten', () => {
  const tree = smallTree();
  for (const method of reconcileMethods) {
    const reconciler = makeReconciler(tree, { methods: [method], errors: pastErrors, nonNegative: true });
    const apart = new Float64Array(7);
    reconciler.reconcile(base, apart);
    const inPlace = base.slice();
    reconciler.reconcile(inPlace, inPlace);
    assert.deepEqual(inPlace, apart);
    assert.ok(incoherence(tree, inPlace) < 1e-15);
    assert.equal(firstLeaf(tree), 3);
  }
});

test('nodes without known errors, or without any error, still get a usable weight', () => {
  const values = pastErrors.values.slice();
  values.fill(Number.NaN, 0, 4);
  values.fill(0, 12, 16);
  for (const method of squares) {
    const found = run(smallTree(), base, { method, errors: { count: 4, values } });
    assert.ok(found.every(Number.isFinite), method);
    assert.ok(incoherence(smallTree(), found) < 1e-9);
  }
});

test('several methods give their mean, which adds up', () => {
  const tree = smallTree();
  const found = new Float64Array(7);
  makeReconciler(tree, { methods: ['ols', 'bottom-up'], nonNegative: false }).reconcile(base, found);
  const [ols, bottomUp] = (['ols', 'bottom-up'] as const).map((method) => run(tree, base, { method }));
  near(
    found,
    Array.from(found, (_, i) => ((ols?.[i] as number) + (bottomUp?.[i] as number)) / 2),
    1e-14,
  );
  assert.ok(incoherence(tree, found) < 1e-15);
});
