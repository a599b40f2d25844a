import assert from 'node:assert/strict';
import { test } from 'node:test';

import { owa } from './point-metrics.ts';
import { pitCoverage } from './quantile-metrics.ts';
import { Scorecard } from './scorecard.ts';

const of = (...values: number[]): Float64Array => Float64Array.from(values);

test('scaled metrics average over the series that have a scale and say how many these are', () => {
  const card = new Scorecard({ season: 1, levels: [] });
  card.add({ history: of(1, 3), actual: of(5), mean: of(3), quantiles: of() });
  card.add({ history: of(2, 2), actual: of(5), mean: of(3), quantiles: of() });
  const metrics = card.metrics();
  assert.equal(metrics.mase, 1);
  assert.equal(metrics.counts.mase, 1);
  assert.equal(metrics.counts.smape, 2);
  assert.equal(metrics.wape, 4 / 10);
  assert.equal(metrics.bias, -4 / 10);
});

test('a metric that cannot be had is null with a reason, never NaN', () => {
  const card = new Scorecard({ season: 12, levels: [0.1, 0.9] });
  card.add({ history: of(0, 0), actual: of(0, 0), mean: of(0, 0), quantiles: of(0, 0, 0, 0) });
  const metrics = card.metrics();
  for (const name of ['mase', 'rmsse', 'spl', 'mape', 'rmspe', 'wape', 'bias', 'wql'] as const) {
    assert.equal(metrics[name], null, name);
    assert.ok((metrics.reasons[name] ?? '').length > 10, name);
  }
  assert.equal(metrics.smape, 0);
  assert.ok(!JSON.stringify(metrics).includes('NaN'));
});

test('series without a known actual are not counted', () => {
  const card = new Scorecard({ season: 1, levels: [0.5] });
  card.add({ history: of(1, 2), actual: of(Number.NaN), mean: of(1), quantiles: of(1) });
  assert.equal(card.metrics().smape, null);
  assert.equal(card.metrics().counts.smape, 0);
});

test('quantile rows are read by level', () => {
  const card = new Scorecard({ season: 1, levels: [0.1, 0.9] });
  card.add({ history: of(1, 2), actual: of(5, 20), mean: of(5, 5), quantiles: of(4, 4, 8, 8) });
  assert.deepEqual(card.metrics().coverage, { '0.8': 0.5 });
});

test('without ties the coverage by probability is the plain one', () => {
  const quantiles = of(1, 2, 3, 4);
  const options = { levels: [0.025, 0.1, 0.9, 0.975], nominal: 0.8 };
  assert.equal(pitCoverage(of(2.5), quantiles, options), 1);
  assert.equal(pitCoverage(of(1.5), quantiles, options), 0);
  assert.equal(pitCoverage(of(9), quantiles, options), 0);
});

test('a zero that carries most of the probability counts by its part inside', () => {
  // Quantiles 0.1 … 0.8 lie on zero, 0.9 above: zero has the probability from 0 to 0.85, of which 0.1 to 0.85 is inside.
  const levels = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
  const found = pitCoverage(of(0), of(0, 0, 0, 0, 0, 0, 0, 0, 3), { levels, nominal: 0.8 });
  assert.ok(Math.abs(found - 0.75 / 0.85) < 1e-12);
});

test('the scaled interval score charges width, and misses by their distance', () => {
  // Width 4 at both steps; 20 lies 12 above its interval, which at 80 % costs 2/0.2 · 12. The scale of the history is 1.
  const card = new Scorecard({ season: 1, levels: [0.1, 0.9] });
  card.add({ history: of(1, 2), actual: of(5, 20), mean: of(5, 5), quantiles: of(4, 4, 8, 8) });
  assert.ok(Math.abs((card.metrics().msis['0.8'] ?? 0) - (4 + 4 + 120) / 2) < 1e-9);
});

test('OWA of M4 comes out as published for the hourly seasonal naive forecast', () => {
  // M4 "Evaluation and Ranks": sNaive 13.912 / 1.193, Naive2 18.383 / 2.395, OWA 0.627454.
  const found = owa({ smape: 13.912, mase: 1.193 }, { smape: 18.383, mase: 2.395 });
  assert.equal(found.toFixed(6), '0.627454');
});
