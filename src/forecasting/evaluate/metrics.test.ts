import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { addErrors, biasOf, mapeOf, mase, noErrors, rmspeOf, rmsse, smape, wapeOf } from './point-metrics.ts';
import { centralIntervals, coverage, pinball, pitCoverage, winkler } from './quantile-metrics.ts';
import { absoluteDifferenceScale, seasonalNaiveScale, squaredDifferenceScale } from './scales.ts';

const of = (...values: number[]): Float64Array => Float64Array.from(values);
const close = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

// Golden values of this file were worked out by hand from the formulas of docs/reference/metrics.md.

test('sMAPE is the mean of 200·|y − f| / (|y| + |f|), zero over zero counts as no error', () => {
  close(smape(of(100, 50, 0), of(110, 40, 0)), (2000 / 210 + 2000 / 90 + 0) / 3);
  close(smape(of(0), of(3)), 200);
});

test('MASE divides by the in-sample error of the seasonal naive forecast', () => {
  const history = of(1, 2, 4, 7, 11);
  close(seasonalNaiveScale(history, 1), 2.5);
  close(seasonalNaiveScale(history, 2), (3 + 5 + 7) / 3);
  close(mase(of(12, 14), of(10, 15), 2.5), 0.6);
});

test('scales start at the first sale, that of MASE from the first row where it is asked for', () => {
  close(seasonalNaiveScale(of(0, 0, 0, 3, 1, 4), 2), 1);
  close(seasonalNaiveScale(of(Number.NaN, 0, 3, 1, 4), 1), (2 + 3) / 2);
  close(seasonalNaiveScale(of(0, 0, 0, 3, 1, 4), 2, 'first-row'), (0 + 3 + 1 + 1) / 4);
});

test('the scale of RMSSE starts after the first sale', () => {
  close(squaredDifferenceScale(of(0, 0, 3, 1, 4)), (4 + 9) / 2);
  close(absoluteDifferenceScale(of(0, 0, 3, 1, 4)), (2 + 3) / 2);
  close(rmsse(of(5, 0), of(3, 2), 6.5), Math.sqrt(4 / 6.5));
});

test('a metric without a usable scale is NaN, never infinite', () => {
  for (const history of [of(), of(5), of(0, 0, 0), of(2, 2, 2), of(Number.NaN, Number.NaN)]) {
    assert.ok(Number.isNaN(mase(of(1), of(2), seasonalNaiveScale(history, 1))));
    assert.ok(Number.isNaN(rmsse(of(1), of(2), squaredDifferenceScale(history))));
  }
});

test('WAPE, bias, MAPE and RMSPE follow from the sums; zero demand has no percentage', () => {
  const sums = noErrors();
  addErrors(sums, of(10, 0, 20), of(12, 1, 15));
  close(wapeOf(sums), 8 / 30);
  close(biasOf(sums), -2 / 30);
  close(mapeOf(sums), (100 * (0.2 + 0.25)) / 2);
  close(rmspeOf(sums), Math.sqrt((0.04 + 0.0625) / 2));
});

test('pinball charges u below the truth and 1 − u above', () => {
  close(pinball(of(10), of(8), 0.9), 1.8);
  close(pinball(of(10), of(13), 0.9), 0.3);
  close(pinball(of(10), of(10), 0.9), 0);
});

test('coverage counts the bounds as inside', () => {
  close(coverage(of(1, 2, 3, 4), of(1, 3, 0, 0), of(1, 9, 9, 3)), 0.5);
});

test('the interval score adds 2/α times what lies outside', () => {
  close(winkler(of(5, 12), { low: of(0, 0), high: of(10, 10), alpha: 0.05 }), (10 + 10 + 40 * 2) / 2);
});

test('central intervals pair the levels that add to one', () => {
  const found = centralIntervals([0.025, 0.1, 0.5, 0.6, 0.9, 0.975]);
  assert.deepEqual(
    found.map(({ name, lowIndex, highIndex }) => [name, lowIndex, highIndex]),
    [
      ['0.95', 0, 5],
      ['0.8', 1, 4],
    ],
  );
});

test('unknown actuals change no metric', () => {
  const gap = Number.NaN;
  close(smape(of(100, gap, 50), of(110, 1e9, 40)), smape(of(100, 50), of(110, 40)));
  close(pinball(of(10, gap), of(8, 1e9), 0.9), 1.8);
  close(coverage(of(1, gap), of(0, 0), of(2, 0)), 1);
});

test('scaled metrics do not change when history, truth and forecast are scaled', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 4, maxLength: 30 });
  fc.assert(
    fc.property(values, fc.constantFrom(0.5, 4, 1024), (list, factor) => {
      const all = Float64Array.from(list);
      const history = all.subarray(0, all.length - 2);
      const actual = all.subarray(all.length - 2);
      const forecast = of(3, 5);
      const times = (x: Float64Array): Float64Array => x.map((value) => value * factor);
      const before = [
        mase(actual, forecast, seasonalNaiveScale(history, 1)),
        rmsse(actual, forecast, squaredDifferenceScale(history)),
        smape(actual, forecast),
      ];
      const after = [
        mase(times(actual), times(forecast), seasonalNaiveScale(times(history), 1)),
        rmsse(times(actual), times(forecast), squaredDifferenceScale(times(history))),
        smape(times(actual), times(forecast)),
      ];
      for (const [i, value] of before.entries()) {
        assert.ok(
          Number.isNaN(value) ? Number.isNaN(after[i]) : Math.abs(value - (after[i] as number)) < 1e-9,
        );
      }
    }),
  );
});

test('rounding puts no truth outside an interval: a constant is forecast exactly but for its last digit', () => {
  const options = { levels: [0.1, 0.5, 0.9], nominal: 0.8 };
  const exact = pitCoverage(of(7), new Float64Array(3).fill(7), options);
  for (const forecast of [6.999999999999999, 7, 7.000000000000001]) {
    assert.equal(coverage(of(7), of(forecast), of(forecast)), 1);
    assert.equal(pitCoverage(of(7), new Float64Array(3).fill(forecast), options), exact);
  }
  assert.equal(coverage(of(7), of(7.0001), of(7.0002)), 0);
});
