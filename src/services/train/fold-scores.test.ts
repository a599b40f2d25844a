import assert from 'node:assert/strict';
import { test } from 'node:test';
import { project } from '../../../test/conformance/store-fixtures.ts';
import type { Panel } from '../../core/index.ts';
import { backtestSeries, candidateLosses, newBacktestTable } from '../../forecasting/evaluate/index.ts';
import { decodeForecaster, modelOf } from '../../forecasting/models/index.ts';
import { fitProject } from './fit-project.ts';
import { type FoldShape, ofForecaster, ofSeasonalNaive, panelFolds, scoreFolds } from './fold-scores.ts';
import { figures, scoredCells } from './gate.ts';

const shape: FoldShape = { horizon: 2, originsMax: 2, season: 2, nonNegative: true };

function panelOf(...values: number[][]): Panel {
  return {
    grid: project.grid,
    series: values.map((of, i) => ({ id: `s${i}`, start: 0, values: Float64Array.from(of) })),
  };
}

test('scores seasonal naive fold by fold, as by hand', async () => {
  // Origins 8 and 6 of ten periods. At 8 naive says 3 and 6, the truth is 4 and 9; at 6 it says 3 and 5, the truth is 3 and 6.
  const folds = await panelFolds(panelOf([2, 4, 3, 5, 3, 5, 3, 6, 4, 9]), shape);
  assert.deepEqual(folds.origins, [[8, 6]]);
  const scores = await scoreFolds(folds, ofSeasonalNaive(shape));
  assert.deepEqual([...scores.absoluteErrors], [4, 1]);
  assert.deepEqual([...scores.biases], [-4, -1]);
  assert.deepEqual([...scores.demands], [13, 9]);
  const [latest = 0] = folds.scales;
  assert.ok(Math.abs((scores.losses[0] ?? 0) - 2 / latest) < 1e-12, 'mean |error| in units of the scale');
  // Squared one-step differences before origin 8: 4, 1, 4, 4, 4, 4, 9; their mean is 30/7.
  assert.ok(Math.abs((scores.rmsses[0] ?? 0) - Math.sqrt((1 + 9) / 2 / (30 / 7))) < 1e-12);
  const { wape, bias } = figures(scores, scoredCells(scores));
  assert.deepEqual([wape, bias], [5 / 22, -5 / 22]);
});

test('skips unknown demand, short series and series the contender does not know', async () => {
  const { NaN: unknown } = Number;
  const folds = await panelFolds(
    panelOf([2, 4, 2, 4, 2, 4, 2, 4, unknown, 6], [1, 2, 3], [2, 4, 2, 4, 2, 4, 2, 4, unknown, unknown]),
    shape,
  );
  const naive = ofSeasonalNaive(shape);
  const scores = await scoreFolds(folds, (fold, errors) => fold.series !== 2 && naive(fold, errors));
  assert.deepEqual([...scores.absoluteErrors], [2, 0, unknown, unknown, unknown, unknown]);
  const all = await scoreFolds(folds, naive);
  assert.ok(Number.isNaN(all.losses[4]), 'nothing is known in that fold');
  assert.deepEqual(scoredCells(all), [0, 1, 5]);
});

test('measures the loss of a fold in the unit in which models were chosen', async () => {
  const smooth = [2, 4, 3, 5, 3, 5, 3, 6, 4, 9];
  const sparse = [0, 0, 3, 0, 0, 0, 6, 0, 4, 0];
  const panel = panelOf(smooth, sparse);
  const folds = await panelFolds(panel, shape);
  const scores = await scoreFolds(folds, ofSeasonalNaive(shape));
  const table = newBacktestTable({
    models: ['snaive'],
    seriesCount: 2,
    originsMax: 2,
    horizon: 2,
    nonNegative: true,
  });
  for (const [series, { values }] of panel.series.entries()) {
    backtestSeries(
      values,
      { models: [modelOf('snaive')], season: 2 },
      { table, series, costs: new Float64Array(1) },
    );
  }
  const candidates = [{ name: 'snaive', members: [0] }];
  for (const [series, kind] of folds.kinds.entries()) {
    const chosenBy = candidateLosses(table, { candidates, kind, isWanted: (s) => s === series });
    const at = series * shape.originsMax;
    for (const [o, loss] of chosenBy.values.subarray(at, at + 2).entries()) {
      assert.ok(
        loss > 0 && Math.abs(loss - (scores.losses[at + o] ?? 0)) < 1e-6,
        'forecasts are kept as 32 bits',
      );
    }
  }
  assert.deepEqual(folds.kinds, ['absolute', 'squared']);
});

test('compares folds of demand that never was only where they are forecast without error', async () => {
  const folds = await panelFolds(panelOf(new Array(10).fill(0), [0, 0, 0, 0, 0, 0, 0, 0, 5, 0]), shape);
  const scores = await scoreFolds(folds, ofSeasonalNaive(shape));
  assert.deepEqual([...scores.losses], [0, 0, Number.NaN, 0]);
});

test('a champion that has seen the folds is not worse on them than its own backtest', async () => {
  const season = [9, 4, 5, 5, 6, 8, 12];
  const panel = panelOf(
    ...[1, 2, 3].map((s) =>
      Array.from({ length: 120 }, (_, t) => s * 10 + (season[t % 7] ?? 0) + ((t * 31 * s) % 5)),
    ),
  );
  const { artifact, report } = await fitProject({
    project: { ...project, models: ['ets'] },
    snapshotId: 'a'.repeat(64),
    panel,
    threads: 0,
    onProgress: () => {},
  });
  const folds = await panelFolds(panel, report.shape);
  const champion = await scoreFolds(folds, ofForecaster(decodeForecaster(artifact), folds));
  const cells = scoredCells(report.selected);
  assert.deepEqual(scoredCells(champion), cells);
  assert.ok(figures(champion, cells).loss <= 1.1 * figures(report.selected, cells).loss);
});
