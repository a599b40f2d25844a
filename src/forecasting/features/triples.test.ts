import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel } from '../../core/index.ts';
import {
  launchLevelsByOthers,
  planFeatures,
  sampleTriples,
  trainingRows,
  windowOf,
  writeFeatures,
} from './index.ts';
import { testPanel } from './testing.ts';

const options = { horizon: 14, seasons: [7], nonNegative: true };
const panel = testPanel({ periods: 300 });
const plan = planFeatures(panel, options);
const ends = Int32Array.from(panel.series, ({ values }) => values.length);

test('the same seed draws the same rows, another seed others', () => {
  const draw = (seed: number) => sampleTriples(plan, panel, { rowsMax: 2000, ends, seed });
  assert.deepEqual(draw(3), draw(3));
  assert.notDeepEqual(draw(3), draw(4));
});

test('a sample has about as many rows as asked for and never more, whatever is asked', () => {
  for (const rowsMax of [0, 1, 100, 2000, 10_000]) {
    const { leads } = sampleTriples(plan, panel, { rowsMax, ends, seed: 1 });
    // Origins are drawn one by one: the number of rows scatters by a few square roots.
    const least = 0.9 * rowsMax - 10 * Math.sqrt(rowsMax);
    assert.ok(leads.length <= rowsMax && leads.length >= least, `${leads.length} of ${rowsMax}`);
  }
});

test('every target is known, ahead of its origin and within the usable history', () => {
  const half = ends.map((end) => end / 2);
  const sample = sampleTriples(plan, panel, { rowsMax: 5000, ends: half, seed: 1 });
  sample.leads.forEach((lead, i) => {
    const series = sample.series[i] as number;
    const target = (sample.origins[i] as number) + lead;
    assert.ok(lead >= 1 && lead <= 14 && target < (half[series] as number));
    assert.ok(Number.isFinite(panel.series[series]?.values[target]));
  });
});

test('all leads and all series are drawn about equally often', () => {
  const { leads, series } = sampleTriples(plan, panel, { rowsMax: 7000, ends, seed: 1 });
  for (let lead = 1; lead <= 14; lead++)
    assert.ok(Math.abs(leads.filter((l) => l === lead).length - 500) < 150);
  for (let s = 0; s < 6; s++) assert.ok(Math.abs(series.filter((other) => other === s).length - 1167) < 350);
});

test('recent origins are drawn more often than old ones', () => {
  const { origins } = sampleTriples(plan, panel, { rowsMax: 5000, ends, seed: 1 });
  const late = origins.filter((origin) => origin >= 150).length;
  assert.ok(late > 0.55 * origins.length && late < 0.85 * origins.length, `${late} of ${origins.length}`);
});

test('everything is taken where it fits', () => {
  const { leads, cold } = sampleTriples(plan, panel, { rowsMax: 1e6, ends, seed: 1, coldShare: 0 });
  let known = 0;
  for (const { values } of panel.series) {
    const first = values.findIndex((value) => value > 0);
    for (let origin = first; origin < 299; origin++) {
      known += values.subarray(origin + 1, origin + 15).filter(Number.isFinite).length;
    }
  }
  assert.equal(leads.length, known);
  assert.ok(cold.every((hidden) => hidden === 0));
});

test('where attributes tell series apart, some rows show a series without its history', () => {
  const sample = sampleTriples(plan, panel, { rowsMax: 10_000, ends, seed: 1, coldShare: 0.1 });
  const hidden = sample.cold.filter((cold) => cold === 1).length;
  assert.ok(Math.abs(hidden - 1000) < 300, String(hidden));
  const rows = trainingRows(plan, panel, sample);
  const age = plan.columns.findIndex(({ name }) => name === 'age');
  const lag = plan.columns.findIndex(({ name }) => name === 'lag_1');
  for (let i = 0; i < rows.rows; i++) {
    if (sample.cold[i] !== 1) continue;
    assert.equal(rows.values[age * rows.rows + i], 0);
    assert.ok(Number.isNaN(rows.values[lag * rows.rows + i]));
  }
});

test('launches within the panel are learnt from the period before their first value', () => {
  const late: Panel = {
    grid: panel.grid,
    series: Array.from({ length: 40 }, (_, s) => ({
      id: String(s),
      start: 17_000 + 20 * s,
      values: new Float64Array(60).fill(3),
    })),
  };
  const latePlan = planFeatures(late, options);
  const lateEnds = new Int32Array(40).fill(60);
  const sample = sampleTriples(latePlan, late, { rowsMax: 5000, ends: lateEnds, seed: 1, coldShare: 0.1 });
  const launched = sample.origins.filter((_, i) => sample.cold[i] === 1);
  assert.ok(launched.length > 100 && launched.every((origin) => origin === -1));
});

test('a training row is what serving writes for that origin, bit by bit', () => {
  const sample = sampleTriples(plan, panel, { rowsMax: 1500, ends, seed: 2 });
  const rows = trainingRows(plan, panel, sample);
  const served = new Float32Array(plan.columns.length);
  for (let i = 0; i < rows.rows; i += 7) {
    const series = sample.series[i] as number;
    const origin = sample.origins[i] as number;
    const lead = sample.leads[i] as number;
    const window = windowOf(panel, { series, origin, cold: sample.cold[i] === 1 });
    const level = writeFeatures(plan, window, Int32Array.of(lead), { values: served, rows: 1, at: 0 });
    const trained = plan.columns.map((_, c) => rows.values[c * rows.rows + i]);
    assert.deepEqual(Array.from(served), trained);
    assert.equal(rows.levels[i], level);
    assert.equal(
      rows.targets[i],
      Math.fround((panel.series[series]?.values[origin + lead] as number) / level),
    );
  }
});

test('a row without history is the same whatever the series sells later', () => {
  const changed = testPanel({ periods: 300 });
  const victim = 2;
  const own = changed.series[victim]?.values ?? assert.fail();
  own.forEach((value, t) => {
    own[t] = 50 * value;
  });
  const triples = {
    series: new Int32Array(14).fill(victim),
    origins: new Int32Array(14).fill(200),
    leads: Int32Array.from({ length: 14 }, (_, i) => i + 1),
    cold: new Uint8Array(14).fill(1),
  };
  const rowsOf = (of: Panel): ReturnType<typeof trainingRows> => {
    const made = planFeatures(of, options);
    return trainingRows(made, of, triples, { launchLevels: launchLevelsByOthers(made, of) });
  };
  const before = rowsOf(panel);
  const after = rowsOf(changed);
  assert.deepEqual(after.values, before.values);
  assert.deepEqual(after.levels, before.levels);
  assert.notDeepEqual(after.targets, before.targets);
});
