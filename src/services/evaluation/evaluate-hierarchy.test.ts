import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Panel, Rng } from '../../core/index.ts';
import { incoherence } from '../../forecasting/hierarchy/index.ts';
import { type EvaluateHierarchyOptions, evaluateHierarchy } from './evaluate-hierarchy.ts';
import type { HierarchyWindow } from './hierarchy-window.ts';
import type { ScoredForecast } from './score-fold.ts';

/** Items in three stores that share their stores' fortune, too noisy to see it one by one. */
function pretendPanel(length = 60): Panel {
  const rng = new Rng(11);
  const fortunes = Array.from({ length: 3 }, () =>
    Array.from({ length }, (_, t) => 40 + 10 * Math.sin((2 * Math.PI * t) / 12) + rng.normal()),
  );
  return {
    grid: { frequency: 'month', weekStart: 1 },
    series: Array.from({ length: 18 }, (_, s) => ({
      id: `${s % 3}/${Math.floor(s / 3)}`,
      start: 0,
      values: Float64Array.from({ length }, (_unused, t) =>
        Math.max(0, (fortunes[s % 3]?.[t] ?? 0) + 12 * rng.normal()),
      ),
    })),
  };
}

function options(change: Partial<EvaluateHierarchyOptions> = {}): EvaluateHierarchyOptions {
  const panel = change.panel ?? pretendPanel();
  const part = (at: number): string[] => panel.series.map(({ id }) => id.split('/')[at] as string);
  return {
    panel,
    testSteps: null,
    horizon: 6,
    seasons: [12],
    maseSeason: 12,
    folds: 1,
    models: ['snaive', 'ets'],
    levels: [0.1, 0.5, 0.9],
    threads: 0,
    groupings: ['store', 'item'],
    attributes: new Map([
      ['store', part(0)],
      ['item', part(1)],
    ]),
    ...change,
  };
}

test('every level is scored as forecast, summed up and reconciled, and the whole adds up', async () => {
  const { hierarchy, series } = await evaluateHierarchy(options());
  assert.equal(series, 18);
  assert.deepEqual(
    hierarchy.levels.map(({ level, nodes }) => [level, nodes]),
    [
      ['total', 1],
      ['store', 3],
      ['item', 6],
      ['bottom', 18],
      ['all', 28],
    ],
  );
  assert.ok(hierarchy.coherence < 1e-9);
  for (const { level, base, bottomUp, reconciled } of hierarchy.levels) {
    for (const metrics of [base, bottomUp, reconciled]) {
      assert.ok(Number.isFinite(metrics.rmsse), level);
      assert.ok(Number.isFinite(metrics.spl), level);
    }
    if (level === 'bottom') assert.equal(bottomUp.rmsse, base.rmsse);
  }
  for (const method of hierarchy.method.split('+')) assert.ok(method in hierarchy.losses);
});

test('the truth of the test window changes nothing but the scores', async () => {
  const panel = pretendPanel();
  const changed: Panel = {
    ...panel,
    series: panel.series.map((one) => ({ ...one, values: one.values.map((y, t) => (t < 54 ? y : 1e6)) })),
  };
  const seen: HierarchyWindow[] = [];
  const onWindow = (window: HierarchyWindow): void => void seen.push(window);
  const before = await evaluateHierarchy(options({ onWindow }));
  const after = await evaluateHierarchy(options({ onWindow, panel: changed }));
  assert.deepEqual(after.hierarchy.losses, before.hierarchy.losses);
  const [one, other] = seen as [HierarchyWindow, HierarchyWindow];
  assert.deepEqual(other.base, one.base);
  assert.deepEqual(other.quantiles, one.quantiles);
  assert.deepEqual(other.past, one.past);
  assert.notDeepEqual(other.actual, one.actual);
});

test('past windows and the truth add up; only forecasts made one by one do not', async () => {
  const seen: HierarchyWindow[] = [];
  await evaluateHierarchy(options({ onWindow: (window) => void seen.push(window) }));
  const { hierarchy, past, actual, base } = seen[0] as HierarchyWindow;
  const row = (values: Float64Array): Float64Array => values.subarray(0, hierarchy.nodeCount);
  assert.ok(past.length > 1);
  for (const window of past) assert.ok(incoherence(hierarchy, row(window.actual)) < 1e-12);
  assert.ok(incoherence(hierarchy, row(actual)) < 1e-12);
  assert.ok(incoherence(hierarchy, row(base)) > 1e-6);
});

test('a series too young for the backtest, and one without a known test value, do not stop the rest', async () => {
  const panel = pretendPanel();
  const series = panel.series.map((one, s) => {
    if (s === 4) return { ...one, start: 50, values: one.values.slice(50) };
    if (s === 5) return { ...one, values: one.values.map((y, t) => (t < 54 ? y : Number.NaN)) };
    return one;
  });
  const { hierarchy, skipped } = await evaluateHierarchy(options({ panel: { ...panel, series }, folds: 2 }));
  assert.deepEqual(Object.values(skipped), [1, 1]);
  assert.equal(hierarchy.levels.at(-1)?.level, 'all');
  assert.ok(!JSON.stringify(hierarchy).includes('NaN'));
  assert.ok(Number.isFinite(hierarchy.levels[0]?.reconciled.rmsse));
});

test('hands on the reconciled forecasts of every node: totals equal the sums of their series, in every fold', async () => {
  const forecasts: ScoredForecast[] = [];
  await evaluateHierarchy(options({ folds: 2, onForecast: (forecast) => void forecasts.push(forecast) }));
  assert.equal(forecasts.length, 2 * 28);
  for (const firstPeriod of [54, 48]) {
    const fold = forecasts.filter((one) => one.firstPeriod === firstPeriod);
    const series = fold.filter(({ level }) => level === 'bottom');
    assert.equal(series.length, 18);
    for (const { level, seriesId, mean, actual, model, valueAdded, quantiles } of fold) {
      const label = seriesId.split('=')[1];
      const own = series.filter((one) => {
        const [store, item] = one.seriesId.split('/');
        if (level === 'bottom') return one.seriesId === seriesId;
        return level === 'total' || (level === 'store' ? store : item) === label;
      });
      assert.ok(own.length > 0);
      for (let k = 0; k < 6; k++) {
        const sum = (of: 'mean' | 'actual'): number =>
          own.reduce((so, one) => so + (one[of][k] as number), 0);
        assert.ok(Math.abs((mean[k] as number) - sum('mean')) < 1e-6, `${level} ${seriesId}`);
        assert.ok(Math.abs((actual[k] as number) - sum('actual')) < 1e-6);
        const [low, middle, high] = [0, 1, 2].map((l) => quantiles[l * 6 + k] as number) as [
          number,
          number,
          number,
        ];
        assert.ok(low <= middle && middle <= high);
      }
      assert.ok(['snaive', 'ets', 'snaive+ets'].includes(model), model);
      assert.ok(valueAdded < 1);
    }
  }
});

test('a series may be called as a total is: both have forecasts of their own', async () => {
  const panel = pretendPanel();
  const series = panel.series.map((one, s) => (s === 0 ? { ...one, id: 'total' } : one));
  const seen: HierarchyWindow[] = [];
  await evaluateHierarchy({
    ...options({ onWindow: (window) => void seen.push(window) }),
    panel: { ...panel, series },
  });
  const { models, base, hierarchy } = seen[0] as HierarchyWindow;
  assert.ok(models.every((name) => name !== ''));
  const leaves = base.subarray(hierarchy.nodeCount - hierarchy.leafCount, hierarchy.nodeCount);
  const sum = leaves.reduce((so, value) => so + value, 0);
  assert.ok(
    Math.abs((base[0] as number) - sum) > 1e-3 * sum,
    'no sum took the place of the forecast of the total',
  );
});
