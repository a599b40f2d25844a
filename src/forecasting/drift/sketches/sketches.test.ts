// Sketches: bounds that hold, memory that stays, and merging in any order.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Rng } from '../../../core/index.ts';
import { compareNumbers } from '../samples/compare-numbers.ts';
import { compareSketches } from './compare-sketches.ts';
import { addLevels, type HeavyHitters, heavyHitters, mergeHitters } from './heavy-hitters.ts';
import {
  addToSketch,
  mergeSketch,
  type QuantileSketch,
  quantileSketch,
  rankError,
  sketchQuantile,
  sketchSteps,
} from './quantile-sketch.ts';

function sketchOf(values: ArrayLike<number>, seed = 1, size = 400): QuantileSketch {
  const sketch = quantileSketch({ seed, size });
  for (let i = 0; i < values.length; i++) addToSketch(sketch, values[i]!);
  return sketch;
}

function numbersIn(sketch: QuantileSketch): number {
  return sketch.levels.reduce((sum, level) => sum + level.length, 0);
}

/** Largest error of a rank over all values. */
function worstRank(sketch: QuantileSketch, values: Float64Array): number {
  const sorted = values.toSorted();
  const { values: kept, weights } = sketchSteps(sketch);
  let [worst, sum, k] = [0, 0, 0];
  for (let i = 0; i < sorted.length; i++) {
    if (i + 1 < sorted.length && sorted[i + 1] === sorted[i]) continue;
    for (; k < kept.length && kept[k]! <= sorted[i]!; k++) sum += weights[k]!;
    worst = Math.max(worst, Math.abs(sum - (i + 1)) / sorted.length);
  }
  return worst;
}

function draws(seed: number, n: number): Float64Array {
  const rng = new Rng(seed);
  return Float64Array.from({ length: n }, () => Math.exp(rng.normal()));
}

test('ranks are wrong by no more than is said, at most 2 % of 200,000 values in 1,300 numbers', () => {
  for (let seed = 1; seed <= 8; seed++) {
    const values = draws(seed, 200_000);
    const sketch = sketchOf(values, seed);
    const bound = rankError(sketch);
    assert.ok(worstRank(sketch, values) <= bound, `${worstRank(sketch, values)} ${bound}`);
    assert.ok(bound < 0.02, String(bound));
    assert.ok(numbersIn(sketch) <= 1_300, String(numbersIn(sketch)));
  }
});

test('values in order, and all of one value, are as good', () => {
  const ascending = Float64Array.from({ length: 50_000 }, (_, i) => i);
  for (const values of [ascending, ascending.toReversed(), new Float64Array(50_000).fill(3)]) {
    const sketch = sketchOf(values);
    assert.ok(worstRank(sketch, values) <= rankError(sketch));
  }
});

test('merged in any order and any grouping, counts and bounds are right', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(4_000), { minLength: 1, maxLength: 12 }), fc.nat(), (sizes, order) => {
      const parts = sizes.map((size, i) => draws(i + 1, size));
      const rng = new Rng(order);
      const sketches = parts.map((values, i) => sketchOf(values, i + 1, 100));
      while (sketches.length > 1) {
        const [one] = sketches.splice(rng.below(sketches.length), 1);
        const other = sketches[rng.below(sketches.length)];
        if (one && other) mergeSketch(other, one);
      }
      const [all] = sketches as [QuantileSketch];
      const values = Float64Array.from(parts.flatMap((part) => Array.from(part)));
      assert.equal(all.count, values.length);
      assert.equal(
        sketchSteps(all).weights.reduce((sum, weight) => sum + weight, 0),
        values.length,
      );
      if (values.length === 0) return;
      assert.ok(worstRank(all, values) <= rankError(all) + 1e-12);
      assert.ok(numbersIn(all) < 450, String(numbersIn(all)));
      assert.equal(all.low, Math.min(...values.subarray(0, 1), all.low ?? 0));
    }),
    { numRuns: 40 },
  );
});

test('few values are kept whole: quantiles are those of the values', () => {
  const sketch = sketchOf([3, 1, 2, Number.NaN, 5, 4]);
  assert.deepEqual(
    [0, 0.2, 0.5, 0.9, 1].map((level) => sketchQuantile(sketch, level)),
    [1, 1, 3, 5, 5],
  );
  assert.deepEqual([sketch.count, sketch.dropped, rankError(sketch)], [5, 1, 0]);
  assert.equal(sketchQuantile(quantileSketch(), 0.5), null);
});

test('written as JSON at any value and read again, it goes on bit for bit', () => {
  const values = draws(3, 3_000);
  const whole = sketchOf(values);
  const half = JSON.parse(JSON.stringify(sketchOf(values.subarray(0, 1_234)))) as QuantileSketch;
  for (const value of values.subarray(1_234)) addToSketch(half, value);
  assert.deepEqual(half, whole);
});

test('the test of two sketches is that of the values where nothing was left out, and never surer than it', () => {
  const [few, many] = [
    [draws(1, 100), draws(2, 80)],
    [draws(3, 40_000), draws(4, 30_000)],
  ] as const;
  const exact = (sides: readonly Float64Array[]) => {
    const found = compareNumbers(sides[0]!, sides[1]!);
    assert.ok(found.status === 'ok');
    return found;
  };
  const small = compareSketches(sketchOf(few[0]), sketchOf(few[1]));
  assert.ok(small.status === 'ok');
  assert.ok(Math.abs(small.statistic - exact(few).kolmogorovSmirnov.statistic) < 1e-12);
  assert.ok(Math.abs((small.wasserstein ?? 0) - (exact(few).wasserstein.raw ?? 0)) < 1e-12);
  const large = compareSketches(sketchOf(many[0]), sketchOf(many[1], 2));
  assert.ok(large.status === 'ok');
  assert.ok(Math.abs(large.statistic - exact(many).kolmogorovSmirnov.statistic) <= large.error);
  assert.ok(large.p >= exact(many).kolmogorovSmirnov.p);
  const moved = compareSketches(
    sketchOf(many[0]),
    sketchOf(
      many[1].map((value) => 1.2 * value),
      2,
    ),
  );
  assert.ok(moved.status === 'ok' && moved.p < 1e-6 && moved.sign === 1);
});

test('sketches of one law alarm no more than 5 % of the time, though their ranks are wrong', () => {
  let alarms = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const found = compareSketches(
      sketchOf(draws(seed, 6_000), seed, 50),
      sketchOf(draws(seed + 500, 4_000), seed, 50),
    );
    if (found.status === 'ok' && found.p <= 0.05) alarms++;
  }
  assert.ok(alarms <= 3, String(alarms));
});

test('counts of levels are too small by no more than is said, merged in any order', () => {
  const level = fc.integer({ min: 0, max: 30 }).map((k) => `l${Math.floor((k * k) / 30)}`);
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.option(level), { maxLength: 200 }), { minLength: 1, maxLength: 5 }),
      (parts) => {
        const sketches = parts.map((part) => {
          const own = heavyHitters({ size: 5 });
          addLevels(own, part.slice(0, 20));
          addLevels(own, part.slice(20));
          return own;
        });
        const all = heavyHitters({ size: 5 });
        for (const one of sketches.reverse())
          mergeHitters(all, JSON.parse(JSON.stringify(one)) as HeavyHitters);
        const truth = new Map<string, number>();
        for (const one of parts.flat()) if (one !== null) truth.set(one, (truth.get(one) ?? 0) + 1);
        const rows = [...truth.values()].reduce((sum, count) => sum + count, 0);
        const kept = new Map(all.levels);
        assert.ok(kept.size <= 5);
        assert.equal(all.count, rows);
        assert.equal(all.dropped, parts.flat().filter((one) => one === null).length);
        assert.ok(all.missing <= rows / 6 + 1e-9, `${all.missing} of ${rows}`);
        for (const [name, count] of truth) {
          const found = kept.get(name) ?? 0;
          assert.ok(
            found <= count && found >= count - all.missing,
            `${name} ${found} ${count} ${all.missing}`,
          );
        }
      },
    ),
  );
});

test('whatever values come, no sketch holds NaN, and sizes out of range are refused', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double(), { maxLength: 300 }),
      fc.array(fc.double(), { maxLength: 300 }),
      (a, b) => {
        const [one, two] = [sketchOf(a, 1, 20), sketchOf(b, 2, 20)];
        assert.doesNotMatch(JSON.stringify(compareSketches(one, two)), /NaN|Infinity/);
        mergeSketch(one, two);
        assert.doesNotMatch(JSON.stringify(one), /null.*null.*null/);
        for (const level of one.levels) for (const value of level) assert.ok(Number.isFinite(value));
      },
    ),
  );
  assert.throws(() => quantileSketch({ size: 5 }), /`size` must be/);
  assert.throws(() => heavyHitters({ size: 0 }), /`size` must be/);
  assert.throws(() => mergeSketch(quantileSketch(), quantileSketch({ size: 50 })), /of one size/);
});
