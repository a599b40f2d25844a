import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Covariates, Panel } from '../../core/index.ts';
import { planFeatures } from './index.ts';
import { testPanel } from './testing.ts';

const options = { horizon: 14, seasons: [7], nonNegative: true };

function withCovariates(change: (covariates: Covariates) => Partial<Covariates>, panel = testPanel()): Panel {
  const { covariates } = panel;
  return covariates === undefined
    ? panel
    : { ...panel, covariates: { ...covariates, ...change(covariates) } };
}

test('kinds are read off the values: flags, prices, categories, numbers', () => {
  const plan = planFeatures(testPanel(), options);
  assert.deepEqual(
    plan.varying.map(({ name, kind }) => [name, kind]),
    [
      ['promo', 'flag'],
      ['holiday', 'flag'],
      ['price', 'price'],
      ['event', 'category'],
      ['visitors', 'number'],
    ],
  );
});

test('a column that never changes gets no feature', () => {
  const panel = withCovariates(({ varying }) => ({
    varying: varying.map((column) => ({ ...column, values: column.values.map(() => 1) })),
  }));
  assert.deepEqual(planFeatures(panel, options).varying, []);
});

test('a number whose level is common to all series is no price', () => {
  const panel = withCovariates(({ varying }) => ({
    varying: varying.map((column) => ({
      ...column,
      labels: null,
      values: column.values.map((_, i) => 20 + ((i % 540) % 37)),
    })),
  }));
  assert.ok(planFeatures(panel, options).varying.every(({ kind }) => kind === 'number'));
});

test('the raw id of an item is never a feature, whatever the column is called', () => {
  const panel = withCovariates(() => ({
    fixed: [
      {
        name: 'group',
        labels: Array.from({ length: 6 }, (_, s) => `item ${s}`),
        values: Float32Array.of(0, 1, 2, 3, 4, 5),
      },
    ],
  }));
  const plan = planFeatures(panel, options);
  assert.deepEqual(plan.fixed, []);
  assert.ok(!plan.columns.some(({ name }) => name === 'group'));
});

test('a gap in all plans is told to the model, as a closed day', () => {
  const panel = withCovariates(({ varying }) => ({
    varying: varying.map((column) => ({
      ...column,
      values: column.values.map((value, i) => (i % 7 === 3 ? Number.NaN : value)),
    })),
  }));
  const has = (used: Panel): boolean =>
    planFeatures(used, options).columns.some(({ name }) => name === 'gap_before');
  assert.equal(has(panel), true);
  assert.equal(has(testPanel()), false);
});

test('of many flags only four get all columns', () => {
  const panel = withCovariates(({ varying }) => ({
    varying: Array.from({ length: 9 }, (_, k) => ({
      ...(varying[0] as Covariates['varying'][number]),
      name: `flag${k}`,
      values: (varying[0] as Covariates['varying'][number]).values.map((_, i) => (i % (k + 2) === 0 ? 1 : 0)),
    })),
  }));
  const { columns } = planFeatures(panel, options);
  assert.equal(columns.filter(({ name }) => /^flag\d_same$/.test(name)).length, 4);
  assert.equal(columns.filter(({ name }) => /^flag\d$/.test(name)).length, 9);
});
