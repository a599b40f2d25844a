import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from './rng.ts';

test('the same seed gives the same sequence, another seed another', () => {
  const draw = (seed: number): number[] => {
    const rng = new Rng(seed);
    return Array.from({ length: 20 }, () => rng.uint32());
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test('uniform, normal and Poisson variates have the mean and variance of their names', () => {
  const rng = new Rng(1);
  const n = 100_000;
  const moments = (next: () => number): { mean: number; variance: number } => {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const x = next();
      sum += x;
      squares += x * x;
    }
    return { mean: sum / n, variance: squares / n - (sum / n) ** 2 };
  };
  // Tolerances are five standard errors of the estimate at this n.
  const uniform = moments(() => rng.uniform());
  assert.ok(Math.abs(uniform.mean - 0.5) < 0.005 && Math.abs(uniform.variance - 1 / 12) < 0.002);
  const normal = moments(() => rng.normal());
  assert.ok(Math.abs(normal.mean) < 0.016 && Math.abs(normal.variance - 1) < 0.023);
  for (const mean of [0.3, 4, 80]) {
    const poisson = moments(() => rng.poisson(mean));
    assert.ok(
      Math.abs(poisson.mean - mean) < 5 * Math.sqrt(mean / n) + 0.001,
      `mean ${poisson.mean} of ${mean}`,
    );
    assert.ok(Math.abs(poisson.variance / mean - 1) < 0.05, `variance ${poisson.variance} of ${mean}`);
  }
});

test('below stays below its bound and reaches every value', () => {
  const rng = new Rng(3);
  const seen = new Set(Array.from({ length: 500 }, () => rng.below(5)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4]);
});
