import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Panel, Rng } from '../../core/index.ts';
import { type PlanOptions, planFeatures, type SeriesWindow, windowOf, writeFeatures } from './index.ts';

const brands = ['x', 'y', 'z'];
const stores = 6;
const length = 130;
const horizon = 4;
const elasticities = [-2, -3, -4];

/** Prices of all brands in every row; each brand falls in its own and rises a little in the others'. Noise of 20 %. */
function promotedPanel(zeros = 0): Panel {
  const rng = new Rng(5);
  const rows = length + horizon;
  const count = stores * brands.length;
  const prices = brands.map(() => new Float32Array(count * rows));
  const series: Panel['series'][number][] = [];
  for (let store = 0; store < stores; store++) {
    const logs = brands.map((_, b) =>
      Float64Array.from(
        { length: rows },
        () => Math.log(1 + b) + (rng.uniform() < 0.25 ? -0.4 : 0.02 * rng.uniform()),
      ),
    );
    for (const [b, brand] of brands.entries()) {
      const s = series.length;
      for (const [p, log] of logs.entries())
        for (let t = 0; t < rows; t++) (prices[p] as Float32Array)[s * rows + t] = Math.exp(log[t] as number);
      const values = Float64Array.from({ length }, (_, t) => {
        let ln = 5 + store / 3 + 0.4 * (rng.uniform() - 0.5);
        for (const [p, log] of logs.entries())
          ln += (p === b ? (elasticities[b] as number) : 0.3) * ((log[t] as number) - Math.log(1 + p));
        return rng.uniform() < zeros ? 0 : Math.exp(ln);
      });
      series.push({ id: `store${store}/${brand}`, start: 0, values });
    }
  }
  return {
    grid: { frequency: 'week', weekStart: 1 },
    series,
    covariates: {
      begins: Int32Array.from({ length: count + 1 }, (_, s) => s * rows),
      starts: new Int32Array(count),
      varying: brands.map((_, p) => ({
        name: `price${p + 1}`,
        role: 'known',
        labels: null,
        values: prices[p] as Float32Array,
      })),
      fixed: [],
    },
  };
}

const options: PlanOptions = { horizon, seasons: [], nonNegative: true, lifts: true };

function unitOf(panel: Panel, window: SeriesWindow, lead: number): number {
  const plan = planFeatures(panel, options);
  const values = new Float32Array(plan.columns.length);
  const units = new Float64Array(1);
  writeFeatures(plan, window, Int32Array.of(lead), { values, rows: 1, at: 0, units });
  return units[0] as number;
}

test('each brand is found to fall in its own price among all, and to rise in the others’', () => {
  const plan = planFeatures(promotedPanel(), options);
  for (let s = 0; s < stores * brands.length; s++) {
    for (let p = 0; p < brands.length; p++) {
      const truth = p === s % brands.length ? (elasticities[p] as number) : 0.3;
      const found = plan.lift?.bySeries[s * brands.length + p] as number;
      assert.ok(Math.abs(found - truth) < 0.35, `series ${s}, price ${p + 1}: ${found} for ${truth}`);
    }
  }
});

test('the unit of a promoted week is that of a plain one times its lift', () => {
  const panel = promotedPanel();
  const price = panel.covariates?.varying[0]?.values as Float32Array;
  price[length] = 1;
  const plain = unitOf(panel, windowOf(panel, { series: 0, origin: length - 1 }), 1);
  price[length] = 0.7;
  const promoted = unitOf(panel, windowOf(panel, { series: 0, origin: length - 1 }), 1);
  const lift = 0.7 ** (elasticities[0] as number);
  assert.ok(Math.abs(promoted / plain / lift - 1) < 0.12, `${promoted / plain} for ${lift}`);
});

test('promoted weeks behind the origin leave the unit of a plain week where it was', () => {
  const panel = promotedPanel();
  const flat: Panel = {
    ...panel,
    series: panel.series.map((one) => ({ ...one, values: one.values.slice() })),
  };
  const price = flat.covariates?.varying[0]?.values as Float32Array;
  const values = (flat.series[0] as Panel['series'][number]).values;
  const before = unitOf(flat, windowOf(flat, { series: 0, origin: length - 1 }), 4);
  for (let t = length - 4; t < length; t++) {
    values[t] = (values[t] as number) * (0.6 / (price[t] as number)) ** (elasticities[0] as number);
    price[t] = 0.6;
  }
  const after = unitOf(flat, windowOf(flat, { series: 0, origin: length - 1 }), 4);
  assert.ok(Math.abs(after / before - 1) < 0.1, `${after} for ${before}`);
});

test('a falling effect keeps every price’s coefficient at or below zero', () => {
  const panel = promotedPanel();
  const plan = planFeatures(panel, { ...options, priceEffect: 'falling' });
  const priced = plan.varying.map(({ kind }) => kind === 'price');
  for (const [i, coefficient] of (plan.lift?.bySeries ?? []).entries())
    if (priced[i % brands.length]) assert.ok(coefficient <= 0);
  assert.equal(plan.columns.find(({ name }) => name === 'lift_missed')?.monotone, -1);
});

test('a history cut to what is looked back at has the same features and unit, bit for bit', () => {
  const panel = promotedPanel();
  const plan = planFeatures(panel, options);
  const rowsOf = (window: SeriesWindow): number[] => {
    const values = new Float32Array(plan.columns.length * horizon);
    const units = new Float64Array(horizon);
    writeFeatures(plan, window, Int32Array.of(1, 2, 3, 4), { values, rows: horizon, at: 0, units });
    return [...values, ...units];
  };
  const whole = windowOf(panel, { series: 4, origin: length - 1 });
  const kept = whole.values.slice(Math.max(0, length - plan.historyPeriods));
  const cut = { ...whole, values: kept, last: kept.length - 1 };
  assert.deepEqual(rowsOf(cut), rowsOf(whole));
});

test('a series whose attribute is unknown has the effects of the others', () => {
  const panel = promotedPanel();
  const covariates = panel.covariates as NonNullable<Panel['covariates']>;
  const region = Float32Array.from(panel.series, (_, s) => (s === 4 ? Number.NaN : s % 2));
  const fixed = [{ name: 'region', labels: ['north', 'south'], values: region }];
  const plan = planFeatures({ ...panel, covariates: { ...covariates, fixed } }, options);
  assert.ok(plan.lift?.bySeries.every(Number.isFinite));
  assert.ok((plan.lift?.bySeries[4 * brands.length + 1] as number) < -2);
});

test('demand that is often zero has no lifts, nor has a panel without plans', () => {
  assert.equal(planFeatures(promotedPanel(0.3), options).lift, undefined);
  const { covariates: _, ...plain } = promotedPanel();
  assert.equal(planFeatures(plain, options).lift, undefined);
});
