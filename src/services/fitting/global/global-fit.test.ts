import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallPanel } from '../../../../test/fixtures/small-panel.ts';
import type { Panel } from '../../../core/index.ts';
import { type EvaluatePanelOptions, evaluatePanel } from '../../evaluation/evaluate-panel.ts';

const params = { trees: 30, leaves: 5, learningRate: 0.25, rowsPerLeafMin: 10 };

const options = (panel: Panel, change: Partial<EvaluatePanelOptions> = {}): EvaluatePanelOptions => ({
  panel,
  testSteps: null,
  horizon: 7,
  seasons: [7],
  maseSeason: 7,
  folds: 1,
  models: ['snaive', 'gbdt'],
  levels: [0.1, 0.9],
  threads: 0,
  params,
  ...change,
});

const panel = smallPanel({ series: 24, length: 56, ahead: 0 });

test('what is known ahead makes forecasts better, and is said to be used', async () => {
  const { models, selected, columnsUsed } = await evaluatePanel(options(panel));
  const rmsse = (name: string): number =>
    models.find((one) => one.name === name)?.metrics.rmsse ?? Number.NaN;
  assert.ok(rmsse('gbdt') < 0.6 * rmsse('snaive'), `${rmsse('gbdt')} and ${rmsse('snaive')}`);
  assert.deepEqual(selected.chosen.model, { gbdt: 24 });
  assert.deepEqual(columnsUsed, ['kind', 'promotion']);
  assert.ok((selected.valueAdded?.median ?? 0) > 0.3);
  const covered = selected.metrics.coverage['0.8'] ?? 0;
  assert.ok(covered > 0.65 && covered < 0.95, `${covered} in the 80 % interval`);
});

test('the truth of the test window changes nothing but the scores', async () => {
  const changed: Panel = {
    ...panel,
    series: panel.series.map((one) => {
      const values = one.values.slice();
      values.fill(9e5, values.length - 7);
      return { ...one, values };
    }),
  };
  const meansOf = async (of: Panel): Promise<number[][]> => {
    const means: number[][] = [];
    await evaluatePanel(
      options(of, {
        models: ['gbdt'],
        params: { ...params, trees: 10 },
        onForecast: ({ mean }) => means.push([...mean]),
      }),
    );
    return means;
  };
  assert.deepEqual(await meansOf(changed), await meansOf(panel));
});

test('a series that begins in the test window is scored where its attributes say something', async () => {
  const launched: Panel = {
    ...panel,
    series: panel.series.map((one, s) => {
      if (s !== 5) return one;
      const values = one.values.slice();
      values.fill(Number.NaN, 0, values.length - 7);
      return { ...one, values };
    }),
  };
  const names: string[] = [];
  const evaluation = await evaluatePanel(
    options(launched, {
      onForecast: ({ seriesId, mean }) => mean.every(Number.isFinite) && names.push(seriesId),
    }),
  );
  assert.equal(evaluation.launched, 1);
  assert.equal(evaluation.series, 24);
  assert.deepEqual(evaluation.skipped, {});
  assert.ok(names.includes('s5'));
});

test('without anything known beside demand it is dropped where the default is far better', async () => {
  const wave = (t: number, s: number): number => 100 + s + 40 * Math.sin((2 * Math.PI * (t + s)) / 7);
  const plain: Panel = {
    grid: { frequency: 'day', weekStart: 1 },
    series: Array.from({ length: 30 }, (_, s) => ({
      id: `w${s}`,
      start: 0,
      values: Float64Array.from({ length: 98 }, (_, t) => wave(t, s)),
    })),
  };
  const { models, selected } = await evaluatePanel(options(plain, { models: 'auto' }));
  assert.equal(
    models.some(({ name }) => name === 'gbdt'),
    false,
  );
  assert.ok(Object.keys(selected.chosen.model).every((name) => !name.includes('gbdt')));
});
