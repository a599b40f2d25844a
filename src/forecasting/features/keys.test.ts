import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Covariates, Panel } from '../../core/index.ts';
import { planFeatures, type SeriesWindow, windowOf, writeFeatures } from './index.ts';

/** Two stores × three brands, 120 weeks with a price; `same` = an attribute with a value per brand. */
function panel(same = false): Panel {
  const ids = ['a/x', 'a/y', 'a/z', 'b/x', 'b/y', 'b/z'];
  const length = 120;
  const covariates: Covariates = {
    begins: Int32Array.from({ length: ids.length + 1 }, (_, s) => s * length),
    starts: new Int32Array(ids.length),
    varying: [
      {
        name: 'price',
        role: 'known',
        labels: null,
        values: Float32Array.from({ length: ids.length * length }, (_, i) => 2 + (i % 17) / 10),
      },
    ],
    fixed: same
      ? [{ name: 'brand', labels: ['x', 'y', 'z'], values: Float32Array.of(0, 1, 2, 0, 1, 2) }]
      : [],
  };
  return {
    grid: { frequency: 'week', weekStart: 1 },
    series: ids.map((id) => ({ id, start: 0, values: new Float64Array(length).fill(5) })),
    covariates,
  };
}

function cellsOf(of: Panel, window: SeriesWindow): Record<string, number> {
  const plan = planFeatures(of, { horizon: 2, seasons: [], nonNegative: true });
  const values = new Float32Array(plan.columns.length);
  writeFeatures(plan, window, Int32Array.of(1), { values, rows: 1, at: 0 });
  return Object.fromEntries(plan.columns.map(({ name }, c) => [name, values[c] as number]));
}

test('the parts of the ids are attributes, without being told twice', () => {
  const of = panel();
  const cells = cellsOf(of, windowOf(of, { series: 4, origin: 100 }));
  assert.deepEqual([cells.key_1, cells.key_2], [1, 1]);
});

test('a part that an attribute says already is left out', () => {
  const of = panel(true);
  const cells = cellsOf(of, windowOf(of, { series: 4, origin: 100 }));
  assert.deepEqual([cells.key_1, cells.key_2, cells.brand], [1, undefined, 1]);
});

test('the key of a series that was not learnt from is unknown, and without columns beside demand there are no keys', () => {
  const of = panel();
  const window = { ...windowOf(of, { series: 4, origin: 100 }), series: -1 };
  assert.equal(cellsOf(of, window).key_1, Number.NaN);
  const { covariates: _, ...plain } = panel();
  assert.equal('key_1' in cellsOf(plain, windowOf(plain, { series: 4, origin: 100 })), false);
});
