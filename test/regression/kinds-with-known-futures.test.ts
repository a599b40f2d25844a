// Kinds of item whose distribution is known, for which what was served was wrong: a launch of two days went on along the line through
// them, an item of every Christmas had a median of zero in its season, erratic demand was symmetric around its mean, and of an item that is
// phased out a fifth too much was forecast.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Panel, Rng } from '../../src/core/index.ts';
import { autoPlanFor, isFading } from '../../src/forecasting/evaluate/index.ts';
import { closedPhases, forecastSeries } from '../../src/forecasting/models/index.ts';
import { fitPanel, toForecaster } from '../../src/services/fitting/index.ts';

const levels = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];

async function forecastOf(
  histories: readonly Float64Array[],
  of: { frequency: 'day' | 'month'; season: number; horizon: number },
) {
  const end = 20_000;
  const series = histories.map((values, i) => ({ id: `item ${i}`, start: end - values.length, values }));
  const panel: Panel = { grid: { frequency: of.frequency, weekStart: 1 }, series };
  const { horizon, season } = of;
  const seasons = [season];
  const plan = autoPlanFor(panel, { seasons, horizon });
  const fit = await fitPanel({ panel, horizon, plan, season, levels, nonNegative: true, threads: 0 });
  const forecaster = toForecaster(fit, { panel, horizon, seasons, nonNegative: true, recentCount: 0 });
  return (i: number) => forecastSeries(forecaster, i, { horizon, levels });
}

const drawn = (count: number, of: (t: number) => number): Float64Array =>
  Float64Array.from({ length: count }, (_, t) => Math.max(0, Math.round(of(t))));

test('two days of a launch are a level, no line: alone, and among items that are known for long', async () => {
  const rng = new Rng(2);
  const old = [40, 60].map((level) => drawn(364, () => level * (1 + 0.25 * rng.normal())));
  for (const [first, second] of [
    [30, 50],
    [50, 30],
  ] as const)
    for (const others of [[], old]) {
      const launch = Float64Array.of(first, second);
      const forecast = await forecastOf([launch, ...others], { frequency: 'day', season: 7, horizon: 14 });
      const { mean, quantiles } = forecast(0);
      assert.ok(
        mean.every((value) => value > 30 && value < 50),
        [...mean].join(' '),
      );
      // The other days of its week are unknown: half as much again is nothing special.
      assert.ok(
        quantiles[6]?.every((value) => value > 75),
        [...(quantiles[6] ?? [])].join(' '),
      );
    }
});

test('an item sold in two months of every year is sold in those alone, with intervals of their own', async () => {
  const rng = new Rng(3);
  const history = drawn(56, (t) => (t % 12 >= 10 ? 90 * (1 + 0.15 * rng.normal()) : 0));
  const forecast = await forecastOf([history], { frequency: 'month', season: 12, horizon: 6 });
  const { mean, quantiles } = forecast(0);
  for (let k = 0; k < 6; k++) {
    const row = quantiles.map((one) => one[k] as number);
    if ((56 + k) % 12 < 10) assert.deepEqual([mean[k], ...row], [0, 0, 0, 0, 0, 0, 0, 0]);
    else
      assert.ok((row[1] as number) > 45 && (row[3] as number) > 75 && (row[6] as number) < 160, String(row));
  }
});

test('phases without a sale are closed only where that is no accident', () => {
  const rng = new Rng(4);
  // Sold in one block of one year: nobody knows what comes next year.
  const once = drawn(60, (t) => (t >= 10 && t < 18 ? 9 : 0));
  assert.equal(closedPhases(once, 12), undefined);
  // Shut on two days, and by chance never sold on a third: that one stays open.
  const rare = drawn(350, (t) => (t % 7 < 4 && rng.uniform() < 0.12 ? 2 : 0));
  assert.notEqual(closedPhases(rare, 7)?.[4], 1);
  // Delivered on Tuesdays and Fridays.
  const deliveries = drawn(350, (t) => (t % 7 === 1 || t % 7 === 4 ? (rng.uniform() < 0.6 ? 5 : 0) : 0));
  assert.deepEqual([...(closedPhases(deliveries, 7) ?? [])], [1, 0, 1, 1, 0, 1, 1]);
});

test('erratic demand reaches further up than down, as it does', async () => {
  const sigma = 0.8;
  let inside = 0;
  let above = 0;
  const trials = 10;
  for (let trial = 0; trial < trials; trial++) {
    const rng = new Rng(100 + trial);
    const draw = (): number => 100 * Math.exp(sigma * rng.normal() - sigma ** 2 / 2);
    const forecast = await forecastOf([drawn(364, draw)], { frequency: 'day', season: 7, horizon: 7 });
    const { mean, quantiles } = forecast(0);
    for (let k = 0; k < 7; k++) {
      const [, low = 0, , middle = 0, , high = 0, highest = 0] = quantiles.map((row) => row[k] as number);
      if (high - middle > 1.3 * (middle - low)) above++;
      const truth = draw();
      if (truth <= highest) inside++;
      assert.ok(middle < (mean[k] as number));
    }
  }
  assert.ok(above >= 0.9 * 7 * trials, `${above} of ${7 * trials} lean upwards`);
  assert.ok(inside >= 0.93 * 7 * trials, `${inside} of ${7 * trials} below the 97.5 % quantile`);
});

test('demand that runs out along a line is followed, alone and among others; other falls are not', async () => {
  const days = 364;
  const left = (t: number): number => Math.min(1, (days + 60 - t) / 180);
  for (let trial = 0; trial < 4; trial++) {
    const rng = new Rng(200 + trial);
    const weekday = Array.from({ length: 7 }, () => Math.exp(0.2 * rng.normal()));
    const at = (t: number, share: number): number =>
      150 * share * weekday[t % 7]! * (1 + 0.15 * rng.normal());
    const fading = drawn(days, (t) => at(t, left(t)));
    const steady = drawn(days, (t) => at(t, 1));
    assert.deepEqual([isFading(fading, 7), isFading(steady, 7)], [true, false]);
    for (const histories of [[fading], [fading, steady]]) {
      const forecast = await forecastOf(histories, { frequency: 'day', season: 7, horizon: 14 });
      const truth = Array.from({ length: 14 }, (_, k) => 150 * left(days + k) * weekday[(days + k) % 7]!);
      const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);
      const bias = total(forecast(0).mean) / total(truth) - 1;
      assert.ok(Math.abs(bias) < 0.12, `trial ${trial}: bias ${bias}`);
    }
    const fallen = drawn(days, (t) => at(t, t < days - 30 ? 1 : 0.4));
    const waves = drawn(days, (t) => at(t, 1 + 0.3 * Math.sin(t / 4)));
    assert.deepEqual([isFading(fallen, 7), isFading(waves, 7)], [false, false]);
  }
});
