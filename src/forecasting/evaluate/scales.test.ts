import assert from 'node:assert/strict';
import { test } from 'node:test';

import { errorUnit } from './error-unit.ts';
import { demandSize, recentDemandShare, recentScale } from './scales.ts';
import { intervalStrata, strataFamilies } from './strata.ts';

const of = (...values: number[]): Float64Array => Float64Array.from(values);

test('of a few values the recent scale is not what chance made of them', () => {
  assert.ok(recentScale(of(20, 21), 7) > 4);
  assert.ok(recentScale(of(20, 45), 7) > 20, 'a wide spread is believed');
  assert.ok(recentScale(of(5000, 5010, 5020, 5030, 5040), 1) < 50, 'four alike are no chance');
  const days = Float64Array.from({ length: 30 }, (_, t) => 20 + (t % 2));
  assert.ok(Math.abs(recentScale(days, 1) - 1) < 0.02);
});

test('the recent scale follows a series that has grown', () => {
  const calmThenWild = Float64Array.from({ length: 200 }, (_, t) => (t % 2) * (t < 150 ? 1 : 20));
  assert.ok(recentScale(calmThenWild, 1) > 10);
  const wildThenCalm = calmThenWild.slice().reverse();
  assert.ok(recentScale(wildThenCalm, 1) < 10);
});

test('what fell to a quarter is measured by a quarter of what it varied by, what rose is not', () => {
  const steady = Float64Array.from({ length: 200 }, (_, t) => 100 + 30 * (t % 2));
  const fallen = steady.map((value, t) => (t < 185 ? 4 * value : value));
  assert.ok(recentScale(fallen, 1) < 1.4 * recentScale(steady, 1));
  const risen = steady.map((value, t) => (t < 185 ? value / 4 : value));
  assert.ok(recentScale(risen, 1) < recentScale(steady, 1));
});

test('a drifting history shorter than two cycles is measured over half of it, as longer ones are over a cycle', () => {
  const rising = Float64Array.from({ length: 80 }, (_, t) => 100 + t);
  assert.ok(
    recentScale(rising, 52) >
      0.7 *
        recentScale(
          Float64Array.from({ length: 120 }, (_, t) => 60 + t),
          52,
        ),
  );
});

test('two weeks of days are measured by what weekdays differ by: no model sees their season yet', () => {
  const weeks = (n: number) =>
    Float64Array.from({ length: n }, (_, t) => 100 + 40 * (t % 7 < 2 ? 1 : 0) + (t % 3));
  assert.ok(recentScale(weeks(14), 7) > 8);
  assert.ok(recentScale(weeks(28), 7) < 3);
});

test('units are positive and finite for every history', () => {
  const histories = [of(), of(Number.NaN), of(0, 0, 0), of(5), of(7, 7, 7, 7), of(0, 3, 0, 0), of(-2, 4, -1)];
  for (const history of histories) {
    for (const season of [1, 2, 12]) {
      const { scale, stratum } = errorUnit(history, season);
      assert.ok(scale > 0 && Number.isFinite(scale), `${[...history]} at season ${season}: ${scale}`);
      assert.ok(stratum >= 0 && stratum < intervalStrata.length);
    }
  }
});

test('the size of a demand does not count the periods without one', () => {
  // Weighted, so exact up to rounding.
  assert.ok(Math.abs(demandSize(of(0, 6, 0, 0, 6, 0)) - 6) < 1e-12);
});

test('the share of periods with demand is that of late', () => {
  const dying = Float64Array.from({ length: 100 }, (_, t) => (t < 50 ? 1 : 0));
  assert.ok(recentDemandShare(dying) < 0.05);
  assert.equal(recentDemandShare(of(0, 0, 2, 2, 2)), 1);
  assert.equal(recentDemandShare(of(0, 0)), 0);
});

test('the families cover all strata once, in order', () => {
  let end = 0;
  for (const [from, to] of strataFamilies) {
    assert.equal(from, end);
    end = to;
  }
  assert.equal(end, intervalStrata.length);
});
