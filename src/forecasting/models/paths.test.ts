import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../core/index.ts';
import {
  defaultOrder,
  type PathBlock,
  type PathCurve,
  recentCorrelation,
  samplePaths,
  windowOrder,
} from './paths.ts';

const levels = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Quantiles of a uniform distribution on 0 … width at every lead. */
function uniform(horizon: number, change: Partial<PathCurve> = {}): PathCurve {
  const width = 100;
  return {
    levels,
    mean: new Float64Array(horizon).fill(width / 2),
    quantiles: Float64Array.from(levels.flatMap((level) => new Array(horizon).fill(level * width))),
    floor: 0,
    whole: false,
    ...change,
  };
}

function sumsOf(paths: Float64Array, horizon: number): Float64Array {
  return Float64Array.from({ length: paths.length / horizon }, (_, i) =>
    paths.subarray(i * horizon, (i + 1) * horizon).reduce((sum, value) => sum + value, 0),
  );
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Windows whose ranks are equal at all leads, or unrelated. */
function block(windows: number, horizon: number, together: boolean): PathBlock {
  const rng = new Rng(3);
  const ranks = new Uint16Array(windows * horizon);
  for (let k = 0; k < horizon; k++) {
    const order = Array.from({ length: windows }, (_, i) => i);
    if (!together) order.sort(() => rng.uniform() - 0.5);
    for (let w = 0; w < windows; w++) ranks[w * horizon + k] = order[w] as number;
  }
  return { windows, mirrored: false, ranks };
}

test('at each lead the paths have the quantiles of the forecast, whatever goes together', () => {
  for (const together of [true, false]) {
    const order = windowOrder(block(50, 3, together), { count: 1000, seed: 1 });
    assert.equal(order.count, 1000);
    const paths = samplePaths(uniform(3), order);
    for (let k = 0; k < 3; k++) {
      const values = Float64Array.from({ length: 1000 }, (_, i) => paths[i * 3 + k] as number).sort();
      assert.ok(Math.abs((values[499] as number) - 50) < 0.2);
      assert.ok(Math.abs((values[949] as number) - 95) < 0.2);
    }
  }
});

test('errors that go together spread the sum as wide as it can be, unrelated ones by the square root', () => {
  const horizon = 4;
  const one = deviation(
    sumsOf(samplePaths(uniform(1), windowOrder(block(50, 1, true), { count: 1000, seed: 1 })), 1),
  );
  const wide = samplePaths(uniform(horizon), windowOrder(block(50, horizon, true), { count: 1000, seed: 1 }));
  const narrow = samplePaths(
    uniform(horizon),
    windowOrder(block(200, horizon, false), { count: 1000, seed: 1 }),
  );
  assert.ok(Math.abs(deviation(sumsOf(wide, horizon)) / (4 * one) - 1) < 0.01);
  assert.ok(Math.abs(deviation(sumsOf(narrow, horizon)) / (2 * one) - 1) < 0.1);
});

test('a mirrored block has every rank once and no direction', () => {
  const mirrored: PathBlock = { windows: 2, mirrored: true, ranks: Uint16Array.of(0, 3, 1, 2) };
  const order = windowOrder(mirrored, { count: 4, seed: 1 });
  assert.deepEqual([...order.ranks], [0, 3, 1, 2, 3, 0, 2, 1]);
});

test('the same seed gives the same paths, another seed others', () => {
  const make = (seed: number): Float64Array =>
    samplePaths(uniform(3), windowOrder(block(20, 3, false), { count: 100, seed }));
  assert.deepEqual(make(1), make(1));
  assert.notDeepEqual(make(1), make(2));
  const byDefault = (seed: number): Uint32Array =>
    defaultOrder({ horizon: 3, correlation: 0.5, count: 100, seed }).ranks;
  assert.deepEqual(byDefault(1), byDefault(1));
});

test('the default order has the correlation asked for', () => {
  const { ranks } = defaultOrder({ horizon: 2, correlation: 0.6, count: 4000, seed: 1 });
  let product = 0;
  for (let i = 0; i < 4000; i++)
    product += ((ranks[2 * i] as number) - 1999.5) * ((ranks[2 * i + 1] as number) - 1999.5);
  const spearman = product / (4000 * (4000 ** 2 - 1)) / (1 / 12);
  // A normal pair of correlation ρ has rank correlation (6 ÷ π)·asin(ρ ÷ 2).
  assert.ok(Math.abs(spearman - (6 / Math.PI) * Math.asin(0.3)) < 0.04);
});

test('demand that stays high or low is taken as more alike than demand that jumps', () => {
  const rng = new Rng(1);
  let level = 0;
  const slow = Float64Array.from({ length: 200 }, () => {
    level = 0.9 * level + rng.normal();
    return level;
  });
  assert.equal(recentCorrelation(slow, 1), 0.8);
  assert.equal(
    recentCorrelation(
      slow.map((value, t) => (t % 2 ? value : -value)),
      1,
    ),
    0.2,
  );
  assert.equal(recentCorrelation(Float64Array.of(1, 2, Number.NaN), 1), 0.2);
  // A weekly rhythm is no news about errors.
  assert.equal(
    recentCorrelation(
      Float64Array.from({ length: 70 }, (_, t) => t % 7),
      7,
    ),
    0.2,
  );
});

test('whole demand has whole paths, and none falls below the floor', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 5, maxLength: 5 }),
      (values) => {
        const quantiles = Float64Array.from(values).sort();
        const curve: PathCurve = {
          levels,
          mean: Float64Array.of(quantiles[2] as number),
          quantiles,
          floor: 0,
          whole: true,
        };
        const paths = samplePaths(curve, windowOrder(block(20, 1, true), { count: 200, seed: 1 }));
        for (const value of paths) assert.ok(Number.isInteger(value) && value >= 0);
      },
    ),
  );
});

test('a rare demand that even the highest quantile misses is in the paths with its mean', () => {
  const curve: PathCurve = {
    levels,
    mean: Float64Array.of(0.2),
    quantiles: new Float64Array(5),
    floor: 0,
    whole: false,
  };
  const paths = samplePaths(curve, windowOrder(block(20, 1, true), { count: 2000, seed: 1 }));
  const mean = paths.reduce((sum, value) => sum + value, 0) / paths.length;
  assert.ok(Math.abs(mean - 0.2) < 0.02, String(mean));
});

test('leads past the table go with its last one', () => {
  const order = windowOrder(block(20, 2, false), { count: 100, seed: 1 });
  const paths = samplePaths(uniform(4), order);
  for (let i = 0; i < 100; i++) assert.equal(paths[4 * i + 3], paths[4 * i + 1]);
});
