import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAppError, type Panel, type Series, seriesIdOf } from '../../core/index.ts';
import { buildHierarchy } from '../../forecasting/hierarchy/index.ts';
import { alignEnds, attributesOfPanel, totalsOf } from './hierarchy-panel.ts';

const grid = { frequency: 'month', weekStart: 1 } as const;
const series = (id: string, start: number, ...values: number[]): Series => ({
  id,
  start,
  values: Float64Array.from(values),
});
const unknown = Number.NaN;

test('attributes are the parts of an id and what is fixed about a series', () => {
  const panel: Panel = {
    grid,
    series: [series(seriesIdOf(['a/b', '7%']), 0, 1), series(seriesIdOf(['c', '8']), 0, 1)],
    covariates: {
      begins: Int32Array.of(0, 0, 0),
      starts: Int32Array.of(0, 0),
      varying: [],
      fixed: [
        { name: 'type', labels: ['big', 'small'], values: Float32Array.of(1, Number.NaN) },
        { name: 'size', labels: null, values: Float32Array.of(120, 80) },
      ],
    },
  };
  const attributes = attributesOfPanel(panel, ['store', 'item']);
  assert.deepEqual(attributes.get('store'), ['a/b', 'c']);
  assert.deepEqual(attributes.get('item'), ['7%', '8']);
  assert.deepEqual(attributes.get('type'), ['small', '']);
  assert.deepEqual(attributes.get('size'), ['120', '80']);
});

test('an id of one column is its value, whatever is in it', () => {
  const panel: Panel = { grid, series: [series('a/b%2F', 0, 1)] };
  assert.deepEqual(attributesOfPanel(panel, ['item']).get('item'), ['a/b%2F']);
});

test('a series that ends before the others sells nothing from there on', () => {
  const panel: Panel = { grid, series: [series('a', 0, 1, 2, 3, 4), series('b', 1, 5)] };
  const { panel: aligned, testSteps, endedEarly } = alignEnds(panel, null);
  assert.deepEqual([...(aligned.series[1] as Series).values], [5, 0, 0]);
  assert.equal(aligned.series[0], panel.series[0]);
  assert.equal(testSteps, null);
  assert.equal(endedEarly, 1);
});

test('test windows begin in one period, also for series that ended or began in them', () => {
  const panel: Panel = {
    grid,
    series: [series('a', 0, 1, 2, 3, 4), series('b', 1, 5), series('new', 3, 9)],
  };
  const { testSteps } = alignEnds(panel, Int32Array.of(2, 0, 1));
  assert.deepEqual([...(testSteps ?? [])], [2, 2, 1]);
  assert.throws(
    () => alignEnds(panel, Int32Array.of(2, 1, 1)),
    (error) => isAppError(error, 'hierarchy/uneven-test'),
  );
});

const hierarchyOf = (count: number): ReturnType<typeof buildHierarchy> =>
  buildHierarchy({
    seriesIds: Array.from({ length: count }, (_, s) => `s${s}`),
    attributes: new Map([['group', Array.from({ length: count }, (_, s) => (s === 0 ? 'x' : 'y'))]]),
    groupings: ['group'],
  });

test('totals begin with their first series and add up what there is', () => {
  const leaves = [series('s0', 2, 1, 2), series('s1', 0, 10, 20, 30, 40), series('s2', 3, 7)];
  const totals = totalsOf(hierarchyOf(3), leaves);
  assert.deepEqual(
    totals.map(({ id, start, values }) => [id, start, [...values]]),
    [
      ['total', 0, [10, 20, 31, 49]],
      ['group=x', 2, [1, 2]],
      ['group=y', 0, [10, 20, 30, 47]],
    ],
  );
});

test('an unknown series is estimated from the others when it is a tenth or less, else the total is unknown', () => {
  const leaves = [
    series('s0', 0, 5, unknown, 5),
    series('s1', 0, 95, 90, 95),
    series('s2', 0, 10, 10, unknown),
  ];
  const [total, , others] = totalsOf(hierarchyOf(3), leaves);
  assert.equal(total?.values[0], 110);
  // 5 of 108.33 usual units are unknown: the 100 known ones stand for 100 ÷ (1 − 5 ÷ 108.33).
  assert.ok(Math.abs((total?.values[1] ?? 0) - 100 / (1 - 5 / (5 + 280 / 3 + 10))) < 1e-9);
  assert.ok(Number.isFinite(others?.values[2]));
  const half = totalsOf(hierarchyOf(2), [series('s0', 0, 5, unknown), series('s1', 0, 5, 5)]);
  assert.ok(Number.isNaN(half[0]?.values[1]));
});
