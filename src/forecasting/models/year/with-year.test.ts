import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weeklyItem } from '../../../../test/fixtures/weekly-retail.ts';
import { periodOf } from '../../../core/index.ts';
import { modelOf } from '../catalog.ts';
import type { FitOptions, Model } from '../model.ts';
import { isYearState } from './with-year.ts';

const horizon = 8;
const models = ['dotm', 'theta', 'ets', 'ses', 'damped', 'dotm+ets'];

function forecast(model: Model, state: Float64Array, steps = horizon): Float64Array {
  const out = new Float64Array(steps);
  model.forecast(state, out);
  return out;
}

test('a state that is advanced for years keeps to the dates: the peak is where it is, in years of 53 weeks too', () => {
  for (const weekStart of [0, 1, 4, 6]) {
    const item = weeklyItem({ shape: 'christmas', weekStart, years: 12, noise: 0.02, seed: 4 });
    const options: FitOptions = { seasons: [52], horizon, grid: item.grid, start: item.start };
    const learnt = 5 * 52;
    for (const name of models) {
      const model = modelOf(name);
      const state = model.fit(item.values.subarray(0, learnt), options);
      let errors = 0;
      let peaks = 0;
      for (let t = learnt; t + horizon <= item.values.length; t++) {
        const out = forecast(model, state);
        for (let h = 0; h < horizon; h++) {
          if (item.peak[t + h] !== 1) continue;
          errors += Math.abs((out[h] as number) - (item.expected[t + h] as number));
          peaks += item.expected[t + h] as number;
        }
        model.update(state, item.values[t] as number);
      }
      assert.ok(
        errors / peaks < 0.09,
        `${name}, weeks from ${weekStart}: ${errors / peaks} off in peak weeks`,
      );
    }
  }
});

test('without a grid of weeks, or with another season, a model is what it was', () => {
  const { values, grid, start } = weeklyItem({
    shape: 'christmas',
    weekStart: 1,
    years: 5,
    noise: 0.1,
    seed: 1,
  });
  const plain = { seasons: [52], horizon, start };
  for (const name of ['dotm', 'ets']) {
    const model = modelOf(name);
    assert.ok(isYearState(model.fit(values, { ...plain, grid })));
    const state = model.fit(values, plain);
    assert.ok(!isYearState(state));
    assert.deepEqual(model.fit(values, { ...plain, grid: { ...grid, frequency: 'step' } }), state);
    assert.deepEqual(model.fit(values, { ...plain, grid: { ...grid, frequency: 'day' } }), state);
    const quarter = { ...plain, seasons: [13] };
    assert.deepEqual(model.fit(values, { ...quarter, grid }), model.fit(values, quarter));
  }
});

test('a history of less than two years is fitted as it was, and chance is hardly taken for a season', () => {
  const short = weeklyItem({ shape: 'christmas', weekStart: 1, years: 1.8, noise: 0.1, seed: 2 });
  const plain = { seasons: [52], horizon, start: short.start };
  const model = modelOf('dotm');
  assert.deepEqual(model.fit(short.values, { ...plain, grid: short.grid }), model.fit(short.values, plain));
  let off = 0;
  for (let seed = 0; seed < 10; seed++) {
    const { values, grid, start } = weeklyItem({ shape: 'none', weekStart: 1, years: 5, noise: 0.2, seed });
    const dated = forecast(model, model.fit(values, { seasons: [52], horizon, grid, start }), 52);
    const none = forecast(model, model.fit(values, { seasons: [], horizon }), 52);
    for (let h = 0; h < 52; h++) off += Math.abs((dated[h] as number) / (none[h] as number) - 1) / 520;
  }
  assert.ok(off < 0.03, `${off} of the forecast, where chance is .2`);
});

test('a history that begins elsewhere is run by its own dates', () => {
  const { values, grid, start } = weeklyItem({
    shape: 'christmas',
    weekStart: 1,
    years: 6,
    noise: 0.05,
    seed: 3,
  });
  const model = modelOf('dotm+ets');
  const like = model.fit(values, { seasons: [52], horizon, grid, start });
  const later = model.run(values.subarray(30), like, start + 30);
  const [whole, part] = [forecast(model, like), forecast(model, later)];
  for (let h = 0; h < horizon; h++)
    assert.ok(Math.abs((whole[h] as number) / (part[h] as number) - 1) < 0.05, `step ${h + 1}`);
});

test('a week that no year of the history has had takes what its days are worth', () => {
  // Three years from March 2021: no week of them begins on a 29th of December, as one of 2025 does.
  const grid = { frequency: 'week', weekStart: 1 } as const;
  const first = periodOf(grid, Date.UTC(2021, 2, 1));
  const last = periodOf(grid, Date.UTC(2024, 2, 1));
  const worth = (period: number): number =>
    new Date((period * 7 + 4) * 864e5).getUTCMonth() === 11 ? 200 : 100;
  const values = Float64Array.from({ length: last - first }, (_, t) => worth(first + t) + (t % 3));
  const model = modelOf('dotm');
  const state = model.fit(values, { seasons: [52], horizon, grid, start: first });
  const ahead = periodOf(grid, Date.UTC(2025, 11, 29)) - last + 1;
  const out = forecast(model, state, ahead);
  const value = out[ahead - 1] as number;
  assert.ok(value > 100 && value < 210, `${value}`);
});
