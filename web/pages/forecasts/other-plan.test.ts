import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherPlan, type Planned, plannedValues } from './other-plan.ts';

const series = {
  forecast: { steps: [{ timestamp: '2026-01-03' }, { timestamp: '2026-01-04' }] },
  planned: [{ timestamp: '2026-01-04', covariates: { price: 5, colour: 'red' } }],
  history: [{ timestamp: '2026-01-01', covariates: { price: 4 } }, { timestamp: '2026-01-02' }],
} as unknown as Planned;

test('a step has what is planned for it, else what was last known', () => {
  assert.deepEqual(plannedValues(series, 'price'), [4, 5]);
  assert.deepEqual(plannedValues(series, 'colour'), [Number.NaN, Number.NaN]);
  assert.deepEqual(plannedValues({ ...series, forecast: null }, 'price'), []);
});

test('a plan is a value for all steps, or so many percent of what is planned', () => {
  assert.deepEqual(otherPlan('3.5', [4, 5]), [3.5, 3.5]);
  assert.deepEqual(otherPlan('-2', [4, 5]), [-2, -2]);
  assert.deepEqual(otherPlan('-10%', [4, 5]), [3.6, 4.5]);
  assert.deepEqual(otherPlan(' +100 % ', [4, 5]), [8, 10]);
  assert.deepEqual(otherPlan('7', [Number.NaN]), [7]);
});

test('what cannot be told is no plan: percent without a sign, of nothing, or no number', () => {
  for (const written of ['10%', '', 'cheap', '1e3', '--1', '5 EUR'])
    assert.equal(otherPlan(written, [4]), undefined);
  assert.equal(otherPlan('-10%', [4, Number.NaN]), undefined);
});
