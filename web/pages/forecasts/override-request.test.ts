import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as api from '../../api.ts';
import { amountOf, comesTo, overriddenAt, requestOf, stepsOf } from './override-request.ts';

const steps = ['d1', 'd2', 'd3'].map((timestamp) => ({ timestamp, mean: 10, quantiles: {} }));

test('a range of steps is asked for as it is said, whichever end is given first', () => {
  const draft = {
    from: 'd3',
    through: 'd2',
    kind: 'percent',
    amount: ' −12,5 ',
    reason: ' leaflet ',
  } as const;
  assert.deepEqual(requestOf('a', steps, draft), {
    series: 'a',
    periods: [
      { timestamp: 'd2', percent: -12.5 },
      { timestamp: 'd3', percent: -12.5 },
    ],
    reason: 'leaflet',
  });
  assert.equal(stepsOf(steps, { from: 'd2', through: 'd2' }).length, 1);
  assert.deepEqual(
    [comesTo('value', 7, 10), comesTo('percent', -12.5, 10), comesTo('units', 3, 10)],
    [7, 8.75, 13],
  );
  assert.ok(Number.isNaN(amountOf('')) && Number.isNaN(amountOf('many')));
});

test('the chart has what stands ahead and what stood when its period closed, and nothing else', () => {
  const past = [
    { timestamp: 'd0', value: 4, state: 'closed' },
    { timestamp: 'd1', value: 5, state: 'withdrawn' },
    { timestamp: 'd2', value: 6, state: 'open' },
  ] as unknown as api.Override[];
  const override = { id: 'o', value: 9, reason: '', by: '', at: '' };
  const forecast = { steps: [steps[0], { ...steps[1], override }] } as unknown as api.ServedNow;
  assert.deepEqual(overriddenAt(['d0', 'd1', 'd2', 'd3'], { forecast }, past), [4, null, 9, null]);
});
