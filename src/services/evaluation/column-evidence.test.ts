import assert from 'node:assert/strict';
import { test } from 'node:test';

import { type Panel, Rng } from '../../core/index.ts';
import { unusedNote } from './column-evidence.ts';
import { type Evaluation, evaluatePanel } from './evaluate-panel.ts';

/** One series of days with a weekly rhythm; a promotion every few days that lifts demand by this factor. */
function promotedSeries(lift: number, days: number): Panel {
  const rng = new Rng(21);
  const promo = Float32Array.from({ length: days }, () => (rng.uniform() < 0.3 ? 1 : 0));
  const values = Float64Array.from({ length: days }, (_, t) => {
    const week = 100 + 20 * Math.sin((2 * Math.PI * t) / 7);
    return week * (promo[t] === 1 ? lift : 1) * Math.exp(0.05 * rng.normal());
  });
  return {
    grid: { frequency: 'day', weekStart: 1 },
    series: [{ id: 'item', start: 0, values }],
    covariates: {
      begins: Int32Array.of(0, promo.length),
      starts: Int32Array.of(0),
      varying: [{ name: 'promo', role: 'known', labels: null, values: promo }],
      fixed: [],
    },
  };
}

const evaluate = (panel: Panel): Promise<Evaluation> =>
  evaluatePanel({
    panel,
    testSteps: null,
    horizon: 14,
    seasons: [7],
    maseSeason: 7,
    folds: 1,
    models: 'auto',
    levels: [0.1, 0.5, 0.9],
    threads: 0,
    params: { trees: 25 },
  });

test('one series is served by the model that looks at its promotions', async () => {
  const { selected, columnsUsed } = await evaluate(promotedSeries(3, 280));
  assert.deepEqual([Object.keys(selected.chosen.model), columnsUsed], [['gbdt'], ['promo']]);
  assert.ok((selected.metrics.wape ?? 1) < 0.12);
});

test('a column that is left out has been tried, and the note says how that went', async () => {
  const { columnsUsed, columnEvidence } = await evaluate(promotedSeries(1, 280));
  assert.deepEqual(columnsUsed, []);
  assert.equal(columnEvidence?.windows, 9);
  const note = unusedNote(['promo'], { model: 'gbdt', evidence: columnEvidence });
  assert.match(
    note,
    /^Not used: promo\. gbdt, .* [0-9]+ % (worse|better, but not surely,) than what was chosen, in 9 past windows of 1 series\.$/,
  );
});

test('a column is not said to be of no help where nothing was tried', async () => {
  const { columnEvidence } = await evaluate(promotedSeries(3, 45));
  assert.equal(columnEvidence?.windows, 0);
  assert.match(
    unusedNote(['promo'], { model: 'gbdt', evidence: columnEvidence }),
    /too little history to be tried/,
  );
});
