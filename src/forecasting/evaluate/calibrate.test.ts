import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Rng } from '../../core/index.ts';
import { checkIntervalTable, offsetAt } from '../models/index.ts';
import { windowsPerOne } from './backtest-table.ts';
import { calibrate } from './calibrate.ts';
import { conformalQuantile, leadSpreads, leadWindow, sortScores } from './conformal-scores.ts';
import { intervalStrata } from './strata.ts';
import { pretendTable } from './testing.ts';

const levels = [0.025, 0.1, 0.5, 0.9, 0.975];
const only = { name: 'a', members: [0] };

const equalWeights = (...values: number[]): ReturnType<typeof sortScores> =>
  sortScores(Float64Array.from(values), new Float64Array(values.length).fill(1));

test('with equal weights the quantile is the ⌈(n+1)u⌉-th smallest score', () => {
  // n = 9: (9 + 1)·0.8 = 8, (9 + 1)·0.9 = 9.
  const scores = equalWeights(9, 1, 8, 2, 7, 3, 6, 4, 5);
  assert.equal(conformalQuantile(scores, 0.8), 8);
  assert.equal(conformalQuantile(scores, 0.9), 9);
  // (9 + 1)·0.01 < 1: nine scores do not reach that far.
  assert.ok(Math.abs(conformalQuantile(scores, 0.99) - 9 - 0.5 * Math.log(10)) < 1e-12);
});

test('leads of one window and windows that overlap are no independent scores, and a handful has no spread of its own', () => {
  const of = (count: number) => ({
    values: Array.from({ length: count }, (_, i) => (i + 1) * (i % 2 === 0 ? 1 : -1)),
    weights: Array<number>(count).fill(1),
  });
  const scores = [of(8), of(8), of(8)];
  const worth = (overlap: number) => leadWindow(scores, [1, 1, 1], 1, overlap).effectiveCount;
  assert.ok(worth(1) < 24 / 1.5 && worth(1) > 8);
  assert.equal(worth(2), worth(1) / 2);
  const chance = { values: [0.01, -0.01], weights: [1, 1] };
  const [first, second, third] = leadSpreads([of(8), chance, of(8)], true);
  assert.ok((second as number) > 1 && first === second && second === third);
  assert.deepEqual(leadSpreads([of(8), chance, of(8)], false), [1, 1, 1]);
});

test('lower quantiles mirror upper ones', () => {
  const up = equalWeights(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  const down = equalWeights(-1, -2, -3, -4, -5, -6, -7, -8, -9, -10, -11);
  for (const level of [0.6, 0.75, 0.83, 0.9, 0.95]) {
    assert.equal(conformalQuantile(down, 1 - level), -conformalQuantile(up, level));
  }
});

test('weights count: a series with many origins does not outvote the others', () => {
  const scores = sortScores(
    Float64Array.of(1, 1, 1, 1, 10, 10),
    Float64Array.of(0.25, 0.25, 0.25, 0.25, 1, 1),
  );
  assert.ok(Math.abs(scores.effectiveCount - 9 / 2.25) < 1e-12);
  assert.equal(conformalQuantile(scores, 0.5), 10);
});

test('no scores give presumed offsets and a sound table: of regular demand symmetric, of sparse demand mostly zeros', () => {
  const table = pretendTable(
    { models: ['a'], seriesCount: 2, originsMax: 1, horizon: 3 },
    () => 1,
    () => 1,
  );
  table.origins.fill(0);
  const { intervals, scaleFactors } = calibrate(table, { levels, candidateOf: () => only });
  checkIntervalTable(intervals);
  const at = (stratum: number, level: number): number => offsetAt(intervals, { stratum, lead: 1, level });
  assert.equal(at(0, 0.5), 0);
  assert.ok(at(0, 0.975) > 2 && Math.abs(at(0, 0.975) + at(0, 0.025)) < 1e-12);
  assert.deepEqual([at(4, 0.1), at(4, 0.5)], [-0.5, -0.5]);
  assert.deepEqual([...scaleFactors], [1, 1]);
});

test('a regular series among sparse ones is calibrated by its own few scores, not by their zeros', () => {
  const rng = new Rng(12);
  const table = pretendTable(
    { models: ['a'], seriesCount: 40, originsMax: 3, horizon: 4 },
    (series) => (series === 0 ? 100 + 8 * rng.normal() : rng.uniform() < 0.2 ? 3 : 0),
    (_model, series) => (series === 0 ? 100 : 0.6),
  );
  for (let series = 0; series < 40; series++)
    for (let origin = 0; origin < 3; origin++) {
      table.strata[series * 3 + origin] = series === 0 ? 0 : 4;
      table.scales[series * 3 + origin] = series === 0 ? 9 : 3;
    }
  const { intervals } = calibrate(table, { levels, candidateOf: () => only });
  const spread = Math.abs(9 * offsetAt(intervals, { stratum: 0, lead: 1, level: 0.1 }));
  assert.ok(spread > 2 && spread < 30, `P10 lies ${spread} below the mean`);
});

test('intervals cover fresh errors of the same kind as stated, at every lead', () => {
  const rng = new Rng(11);
  const seriesCount = 300;
  const table = pretendTable(
    { models: ['a'], seriesCount, originsMax: 3, horizon: 4 },
    // Errors grow with the lead and are skewed: nothing Gaussian is assumed.
    (_series, _origin, lead) => (lead + 1) * (Math.exp(rng.normal()) - 1.6),
    () => 0,
  );
  const { intervals } = calibrate(table, { levels, candidateOf: () => only });
  checkIntervalTable(intervals);
  for (const lead of [1, 4]) {
    let inside = 0;
    const draws = 4000;
    const high = offsetAt(intervals, { stratum: 0, lead, level: 0.9 });
    const low = offsetAt(intervals, { stratum: 0, lead, level: 0.1 });
    for (let i = 0; i < draws; i++) {
      const score = lead * (Math.exp(rng.normal()) - 1.6);
      if (score >= low && score <= high) inside++;
    }
    // 300 series: the standard error of the coverage is about 1.5 points.
    assert.ok(Math.abs(inside / draws - 0.8) < 0.04, `lead ${lead} covers ${inside / draws}`);
  }
});

test('a series that is always harder than its scale says gets a larger factor', () => {
  const rng = new Rng(12);
  const hard = (series: number): number => (series < 50 ? 4 : 1);
  const table = pretendTable(
    { models: ['a'], seriesCount: 100, originsMax: 3, horizon: 6 },
    (series) => hard(series) * rng.normal(),
    () => 0,
  );
  const { scaleFactors } = calibrate(table, { levels, candidateOf: () => only });
  const mean = (from: number, to: number): number =>
    scaleFactors.subarray(from, to).reduce((sum, factor) => sum + factor, 0) / (to - from);
  const ratio = mean(0, 50) / mean(50, 100);
  assert.ok(ratio > 2.5 && ratio < 5, `${ratio}`);
});

test('the zeros of sparse demand stay exactly zero below their share', () => {
  const rng = new Rng(13);
  const sparse = intervalStrata.findIndex((name) => name.startsWith('intermittent'));
  const table = {
    ...pretendTable(
      { models: ['a'], seriesCount: 400, originsMax: 2, horizon: 2 },
      () => (rng.uniform() < 0.3 ? 5 : 0),
      (_model, series) => 1 + 0.01 * series,
    ),
    nonNegative: true,
  };
  table.strata.fill(sparse);
  const { intervals } = calibrate(table, { levels: [0.5, 0.65, 0.75, 0.9], candidateOf: () => only });
  const quantile = (level: number): number =>
    Math.max(0, 2 + offsetAt(intervals, { stratum: sparse, lead: 1, level }));
  assert.equal(quantile(0.5), 0);
  assert.equal(quantile(0.65), 0);
  assert.ok(quantile(0.75) > 0);
});

test('six windows of fourteen periods, three apart, cover as much as two side by side', () => {
  const distances = [14, 17, 20, 23, 26, 29];
  assert.ok(Math.abs(6 / windowsPerOne({ span: 14, step: 3, distances }) - 29 / 14) < 1e-12);
  assert.equal(windowsPerOne({ span: 14, step: 14, distances: [14, 28] }), 1);
});
