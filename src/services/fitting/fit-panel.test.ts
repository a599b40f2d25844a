import assert from 'node:assert/strict';
import { test } from 'node:test';

import { smallPanel } from '../../../test/fixtures/small-panel.ts';
import { type Panel, Rng } from '../../core/index.ts';
import { autoPlan, namedPlan } from '../../forecasting/evaluate/index.ts';
import { forecastState } from '../../forecasting/models/index.ts';
import { type FitPanelOptions, fitPanel } from './fit-panel.ts';
import { seasonGrid } from './fit-task.ts';
import { toForecaster } from './to-forecaster.ts';

const horizon = 14;

/** Steady sales by day; those of the first series stop for the last 28 days. */
function withOneEnded(): Panel {
  const rng = new Rng(3);
  const series = Array.from({ length: 12 }, (_, s) => ({
    id: `item ${s}`,
    start: 0,
    values: Float64Array.from({ length: 210 }, (_, t) =>
      s === 0 && t >= 182 ? 0 : 20 + s + Math.round(3 * rng.normal()),
    ),
  }));
  return { grid: { frequency: 'day', weekStart: 1 }, series };
}

const options = (change: Partial<FitPanelOptions> = {}): FitPanelOptions => ({
  panel: withOneEnded(),
  horizon,
  plan: autoPlan([7]),
  season: 7,
  levels: [0.1, 0.5, 0.9],
  nonNegative: true,
  threads: 0,
  ...change,
});

test('a steady series that has ended is served by what lets go of it', async () => {
  const { panel } = options();
  const fit = await fitPanel(options());
  assert.deepEqual(fit.ended, [0]);
  assert.equal(fit.chosen[0]?.name, 'tsb');
  const forecaster = toForecaster(fit, { panel, horizon, seasons: [7], nonNegative: true, recentCount: 14 });
  const meanOf = (series: number): number => {
    const state = forecaster.states.at(series) as Float64Array;
    return forecastState(forecaster, series, { horizon, levels: [], state }).mean[0] as number;
  };
  assert.ok(meanOf(0) < 0.3 * meanOf(1), `${meanOf(0)} beside ${meanOf(1)}`);
});

test('whoever names only models that hold on gets them, for series that have ended too', async () => {
  const fit = await fitPanel(options({ plan: namedPlan(['ets'], [7]) }));
  assert.deepEqual(fit.ended, []);
  assert.ok(fit.chosen.every(({ name }) => name === 'ets'));
});

test('the model over all series stays for new ones where attributes tell series apart, whoever serves the others', async () => {
  const noisy = smallPanel({ series: 24, length: 56, ahead: 0 });
  // Every week like the one before: nothing beats its copy.
  const weekly = (s: number) => Float64Array.from({ length: 56 }, (_, t) => (s + 3) * (1 + (t % 7)));
  const known = { ...noisy, series: noisy.series.map((one, s) => ({ ...one, values: weekly(s) })) };
  const given = { plan: namedPlan(['snaive', 'gbdt'], [7]), horizon: 7 };
  const params = { trees: 2, learningRate: 0.01, leaves: 2 };
  const withAttributes = await fitPanel(options({ ...given, params, panel: known }));
  assert.ok(withAttributes.chosen.every(({ name }) => name === 'snaive'));
  assert.equal(withAttributes.trained?.name, 'gbdt');
  const covariates = { ...(known.covariates as NonNullable<Panel['covariates']>), fixed: [] };
  const without = await fitPanel(options({ ...given, params, panel: { ...known, covariates } }));
  assert.ok(without.chosen.every(({ name }) => name === 'snaive'));
  assert.equal(without.trained, undefined);
});

test('weeks of very many series have a season by place: one by date costs ten times as much', () => {
  const weeks = { frequency: 'week', weekStart: 1 } as const;
  assert.equal(seasonGrid(weeks, 10_000), weeks);
  assert.equal(seasonGrid(weeks, 10_001), undefined);
  const days = { frequency: 'day', weekStart: 1 } as const;
  assert.equal(seasonGrid(days, 1_000_000), days);
});
