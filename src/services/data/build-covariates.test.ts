import assert from 'node:assert/strict';
import { test } from 'node:test';

import { covariateAt, ObservationStatus, type Panel, type TimeGrid } from '../../core/index.ts';
import { buildPanel, type PanelRows } from './build-panel.ts';
import type { ExtraColumn } from './engine/table-columns.ts';

const grid: TimeGrid = { frequency: 'day', weekStart: 1 };
const unknown = Number.NaN;

interface Row {
  readonly period: number;
  readonly value: number;
  readonly status?: number;
  readonly test?: 1;
  readonly cells: readonly number[];
}

function rowsOf(
  series: Record<string, readonly Row[]>,
  columns: readonly Pick<ExtraColumn, 'name' | 'role' | 'kind'>[],
): PanelRows {
  const all = Object.values(series);
  const flat = all.flat();
  const offsets = [0];
  for (const own of all) offsets.push((offsets.at(-1) ?? 0) + own.length);
  return {
    grid,
    seriesIds: Object.keys(series),
    offsets: Int32Array.from(offsets),
    periods: Int32Array.from(flat.map(({ period }) => period)),
    values: Float64Array.from(flat.map(({ value }) => value)),
    ...(flat.some(({ status }) => status !== undefined)
      ? { status: Uint8Array.from(flat.map(({ status }) => status ?? ObservationStatus.observed)) }
      : {}),
    test: flat.some((row) => row.test) ? Uint8Array.from(flat.map((row) => row.test ?? 0)) : null,
    extras: columns.map(({ name, role, kind }, c): ExtraColumn => {
      const cells = flat.map((row) => row.cells[c] ?? Number.NaN);
      return kind === 'number'
        ? { name, role, kind, values: Float64Array.from(cells) }
        : {
            name,
            role,
            kind,
            labels: ['none', 'feast'],
            codes: Int32Array.from(cells, (x) => (x >= 0 ? x : -1)),
          };
    }),
  };
}

/** A column of a series over a range of periods. */
function cells(panel: Panel, name: string, of: { series: number; from: number; to: number }): number[] {
  const { covariates } = panel;
  const column = covariates?.varying.find((one) => one.name === name);
  assert.ok(covariates && column);
  return Array.from({ length: of.to - of.from + 1 }, (_, i) =>
    covariateAt(covariates, column, { series: of.series, period: of.from + i }),
  );
}

const price = { name: 'price', role: 'known', kind: 'number' } as const;
const event = { name: 'event', role: 'known', kind: 'text' } as const;
const visitors = { name: 'visitors', role: 'past', kind: 'number' } as const;
const size = { name: 'size', role: 'static', kind: 'number' } as const;

test('rows with an empty target after the last known one give known values and do not lengthen the history', () => {
  for (const gaps of ['zero', 'missing', 'fill'] as const) {
    const { panel } = buildPanel(
      rowsOf(
        {
          a: [
            { period: 1, value: 5, cells: [2] },
            { period: 2, value: unknown, cells: [2] },
            { period: 3, value: 6, cells: [2] },
            { period: 4, value: unknown, cells: [1] },
            { period: 6, value: unknown, cells: [1.5] },
          ],
        },
        [price],
      ),
      { gaps },
    );
    assert.equal(panel.series[0]?.values.length, 3, gaps);
    assert.deepEqual(cells(panel, 'price', { series: 0, from: 1, to: 7 }), [
      2,
      2,
      2,
      1,
      unknown,
      1.5,
      unknown,
    ]);
  }
});

test('test rows keep their place in the history, empty or not', () => {
  const { panel, testSteps } = buildPanel(
    rowsOf(
      {
        a: [
          { period: 1, value: 5, cells: [2] },
          { period: 2, value: 6, test: 1, cells: [1] },
          { period: 3, value: unknown, test: 1, cells: [1] },
        ],
      },
      [price],
    ),
    { gaps: 'missing' },
  );
  assert.equal(panel.series[0]?.values.length, 3);
  assert.deepEqual([...testSteps], [2]);
});

test('rows of status plan are no history, wherever they lie', () => {
  const { plan } = ObservationStatus;
  const { panel, gapPeriods } = buildPanel(
    rowsOf(
      {
        a: [
          { period: 1, value: unknown, status: plan, cells: [3] },
          { period: 2, value: 5, cells: [3] },
          { period: 3, value: unknown, status: plan, cells: [4] },
          { period: 4, value: 6, cells: [4] },
          { period: 9, value: unknown, status: plan, cells: [5] },
        ],
      },
      [price],
    ),
    { gaps: 'zero' },
  );
  assert.equal(panel.series[0]?.start, 2);
  assert.deepEqual([...(panel.series[0]?.values ?? [])], [5, 0, 6]);
  assert.equal(gapPeriods, 1);
  assert.deepEqual(cells(panel, 'price', { series: 0, from: 1, to: 5 }), [3, 3, 4, 4, unknown]);
  assert.deepEqual(cells(panel, 'price', { series: 0, from: 9, to: 9 }), [5]);
});

test('a price stays what it was over periods without a row, up to the end of the history; a number with zeros does not', () => {
  const discount = { ...price, name: 'discount' };
  const { panel } = buildPanel(
    rowsOf(
      {
        a: [
          { period: 1, value: 1, cells: [2, 0] },
          { period: 3, value: 1, cells: [unknown, 0.3] },
        ],
        b: [{ period: 6, value: 1, cells: [9, 0.5] }],
      },
      [price, discount],
    ),
    { gaps: 'zero' },
  );
  assert.deepEqual(cells(panel, 'price', { series: 0, from: 1, to: 7 }), [
    2,
    2,
    unknown,
    unknown,
    unknown,
    unknown,
    unknown,
  ]);
  assert.deepEqual(cells(panel, 'price', { series: 1, from: 5, to: 7 }), [unknown, 9, unknown]);
  assert.equal(cells(panel, 'discount', { series: 0, from: 2, to: 2 })[0], unknown);
});

test('a category that says the same for all series holds for those without a row, up to the last period of all', () => {
  const { panel } = buildPanel(
    rowsOf(
      {
        a: [
          { period: 1, value: 1, cells: [0] },
          { period: 2, value: 1, cells: [1] },
          { period: 3, value: 1, cells: [0] },
        ],
        b: [
          { period: 1, value: 1, cells: [0] },
          { period: 3, value: 1, cells: [0] },
          { period: 4, value: unknown, cells: [1] },
        ],
      },
      [event],
    ),
    { gaps: 'missing' },
  );
  assert.deepEqual(cells(panel, 'event', { series: 1, from: 1, to: 4 }), [0, 1, 0, 1]);
  assert.deepEqual(cells(panel, 'event', { series: 0, from: 1, to: 5 }), [0, 1, 0, 1, unknown]);
  assert.deepEqual(panel.covariates?.varying[0]?.labels, ['none', 'feast']);
});

test('a flag that differs between series, or was never seen on two at once, is unknown without a row', () => {
  const flag = { ...price, name: 'promo' };
  const differing = buildPanel(
    rowsOf(
      {
        a: [
          { period: 1, value: 1, cells: [0] },
          { period: 2, value: 1, cells: [1] },
        ],
        b: [
          { period: 1, value: 1, cells: [1] },
          { period: 3, value: 1, cells: [1] },
        ],
      },
      [flag],
    ),
    { gaps: 'missing' },
  );
  assert.deepEqual(cells(differing.panel, 'promo', { series: 1, from: 1, to: 3 }), [1, unknown, 1]);
  const apart = buildPanel(
    rowsOf({ a: [{ period: 1, value: 1, cells: [0] }], b: [{ period: 3, value: 1, cells: [1] }] }, [flag]),
    { gaps: 'zero' },
  );
  assert.deepEqual(cells(apart.panel, 'promo', { series: 0, from: 1, to: 3 }), [0, unknown, unknown]);
});

test('past columns are never filled, and a static column is the last value its series has', () => {
  const { panel } = buildPanel(
    rowsOf(
      {
        a: [
          { period: 1, value: 1, cells: [7, 1] },
          { period: 3, value: 1, cells: [8, 2] },
          { period: 4, value: 1, cells: [Number.POSITIVE_INFINITY, unknown] },
        ],
        b: [{ period: 3, value: 1, cells: [unknown, unknown] }],
      },
      [visitors, size],
    ),
    { gaps: 'zero' },
  );
  assert.deepEqual(cells(panel, 'visitors', { series: 0, from: 1, to: 4 }), [7, unknown, 8, unknown]);
  assert.deepEqual([...(panel.covariates?.fixed[0]?.values ?? [])], [2, unknown]);
});
