import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { isAppError, ObservationStatus, type TimeGrid } from '../../core/index.ts';
import { buildPanel, type PanelRows } from './build-panel.ts';

const grid: TimeGrid = { frequency: 'day', weekStart: 1 };
const { observed, missing, stockout } = ObservationStatus;

function rowsOf(series: Record<string, [period: number, value: number, status?: number][]>): PanelRows {
  const all = Object.values(series);
  const offsets = [0];
  for (const own of all) offsets.push((offsets.at(-1) ?? 0) + own.length);
  return {
    grid,
    seriesIds: Object.keys(series),
    offsets: Int32Array.from(offsets),
    periods: Int32Array.from(all.flat().map((row) => row[0])),
    values: Float64Array.from(all.flat().map((row) => row[1])),
    status: Uint8Array.from(all.flat().map((row) => row[2] ?? (Number.isNaN(row[1]) ? missing : observed))),
  };
}

test('zero fills periods without a row and runs to the end of the panel, but keeps empty cells unknown', () => {
  const { panel, gapPeriods } = buildPanel(
    rowsOf({
      a: [
        [10, 5],
        [12, Number.NaN],
      ],
      b: [[14, 1]],
    }),
    { gaps: 'zero' },
  );
  assert.deepEqual([...(panel.series[0]?.values ?? [])], [5, 0, Number.NaN, 0, 0]);
  assert.deepEqual([...(panel.series[0]?.status ?? [])], [observed, observed, missing, observed, observed]);
  assert.deepEqual([...(panel.series[1]?.values ?? [])], [1]);
  assert.equal(gapPeriods, 3);
});

test('missing leaves periods without a row unknown and ends a series at its last row', () => {
  const { panel } = buildPanel(
    rowsOf({
      a: [
        [1, 2],
        [3, 4],
      ],
      b: [[9, 1]],
    }),
    { gaps: 'missing' },
  );
  assert.deepEqual([...(panel.series[0]?.values ?? [])], [2, Number.NaN, 4]);
  assert.equal(panel.series[0]?.status?.[1], missing);
});

test('fill draws the line between known neighbours and leaves stock-outs unknown', () => {
  const { panel } = buildPanel(
    rowsOf({
      a: [
        [0, Number.NaN],
        [1, 10],
        [3, 99, stockout],
        [5, 30],
      ],
    }),
    { gaps: 'fill' },
  );
  assert.deepEqual([...(panel.series[0]?.values ?? [])], [Number.NaN, 10, 15, Number.NaN, 25, 30]);
  assert.deepEqual(
    [...(panel.series[0]?.status ?? [])],
    [missing, observed, observed, stockout, observed, observed],
  );
});

test('counts the test periods from the first test row, gaps included', () => {
  const rows = {
    ...rowsOf({
      a: [
        [1, 1],
        [2, 1],
        [5, 1],
        [7, 1],
      ],
    }),
    test: Uint8Array.of(0, 0, 1, 1),
  };
  assert.deepEqual([...buildPanel(rows, { gaps: 'zero' }).testSteps], [3]);
  assert.throws(
    () => buildPanel({ ...rows, test: Uint8Array.of(0, 1, 0, 1) }, { gaps: 'zero' }),
    (error) => isAppError(error, 'data/bad-split'),
  );
});

test('refuses a panel that one stray date makes enormous, and names the series', () => {
  const rows = rowsOf({
    a: [
      [0, 1],
      [2_000_000_000, 1],
    ],
  });
  const steps: TimeGrid = { frequency: 'step', weekStart: 1 };
  assert.throws(
    () => buildPanel({ ...rows, grid: steps }, { gaps: 'missing' }),
    (error) => isAppError(error, 'data/too-many-periods') && error.message.includes('longest is a'),
  );
});

test('no rule changes an observed value, and every period between first and last row has exactly one place', () => {
  const history = fc.uniqueArray(fc.record({ period: fc.integer({ min: 0, max: 60 }), value: fc.nat(100) }), {
    selector: (row) => row.period,
    minLength: 1,
  });
  fc.assert(
    fc.property(history, fc.constantFrom('zero', 'missing', 'fill'), (given, gaps) => {
      const sorted = given.toSorted((a, b) => a.period - b.period);
      const rows = rowsOf({ a: sorted.map((row) => [row.period, row.value]) });
      const series = buildPanel(rows, { gaps }).panel.series[0];
      assert.ok(series);
      assert.equal(series.values.length, (sorted.at(-1)?.period ?? 0) - (sorted[0]?.period ?? 0) + 1);
      for (const row of sorted) assert.equal(series.values[row.period - series.start], row.value);
      if (gaps !== 'missing') assert.ok(series.values.every(Number.isFinite));
    }),
  );
});

test('no history reaches past what is closed, whatever the gap rule; a series that begins later has none', () => {
  const rows = {
    grid: { frequency: 'day', weekStart: 1 } as const,
    seriesIds: ['a', 'b'],
    offsets: Int32Array.of(0, 3, 4),
    periods: Int32Array.of(5, 6, 8, 8),
    values: Float64Array.of(1, 2, 3, 4),
  };
  for (const gaps of ['zero', 'missing', 'fill'] as const) {
    const { panel } = buildPanel(rows, { gaps, closedThrough: [7, 7] });
    const [a, b] = panel.series.map(({ values }) => [...values]);
    assert.deepEqual(a, gaps === 'zero' ? [1, 2, 0] : [1, 2], gaps);
    assert.deepEqual(b, []);
  }
});
