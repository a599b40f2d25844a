import assert from 'node:assert/strict';
import { test } from 'node:test';
import { periodOf } from '../../../core/index.ts';
import { modelOf } from '../catalog.ts';
import type { FitOptions } from '../model.ts';

const monday = { frequency: 'week', weekStart: 1 } as const;

function weekOf(iso: string): number {
  return periodOf(monday, Date.parse(`${iso}T00:00:00Z`));
}

test('a week is worth what its dates were a year before, by the days that they had of two weeks', () => {
  // From 23 to 29 December 2024: a year before, two days of the week from the 18th and five of that from the 25th.
  const [before, after, target] = [weekOf('2023-12-18'), weekOf('2023-12-25'), weekOf('2024-12-23')];
  const start = weekOf('2022-01-03');
  const values = Float64Array.from({ length: target - start }, (_, t) =>
    start + t === before ? 800 : start + t === after ? 170 : 100,
  );
  const options: FitOptions = { seasons: [52], horizon: 3, grid: monday, start };
  const out = new Float64Array(3);
  const model = modelOf('snaive-growth');
  model.forecast(model.fit(values, options), out);
  // Of the nine weeks before, the dates of the newest had five days of the peak a year ago.
  const growth = 900 / (800 + (2 * 100 + 5 * 800) / 7);
  assert.ok(Math.abs((out[0] as number) - (growth * (2 * 800 + 5 * 170)) / 7) < 1e-9, `${out[0]}`);
  assert.ok(Math.abs((out[1] as number) - (growth * (2 * 170 + 5 * 100)) / 7) < 1e-9, `${out[1]}`);
  const average = modelOf('seasonal-average');
  average.forecast(average.fit(values, options), out);
  // Two years before, the same dates had a plain week.
  assert.ok(Math.abs((out[0] as number) - ((2 * 800 + 5 * 170) / 7 + 100) / 2) < 1e-9, `${out[0]}`);
  const naive = modelOf('snaive');
  naive.forecast(naive.fit(values, options), out);
  assert.equal(out[0], 170);
});

test('a 29th of February, two years ahead and weeks that nobody knows have a copy too', () => {
  const start = weekOf('2023-01-02');
  const values = Float64Array.from({ length: weekOf('2024-02-26') - start }, (_, t) =>
    t % 5 === 0 ? Number.NaN : 50 + t,
  );
  for (const name of ['snaive-growth', 'seasonal-average']) {
    const model = modelOf(name);
    const out = new Float64Array(120);
    model.forecast(model.fit(values, { seasons: [52], horizon: 120, grid: monday, start }), out);
    for (const value of out) assert.ok(value > 40 && value < 300, `${name}: ${value}`);
  }
});
