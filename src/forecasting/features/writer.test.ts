import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frequency, Panel } from '../../core/index.ts';
import { type FeaturePlan, planFeatures, type SeriesWindow, windowOf, writeFeatures } from './index.ts';
import { plannedPeriods, testPanel } from './testing.ts';

const horizon = 28;
const options = { horizon, seasons: [7], nonNegative: true };
const leads = Int32Array.from({ length: horizon }, (_, i) => i + 1);
const panel = testPanel();
const plan = planFeatures(panel, options);

/** One row per lead, row by row, and the level. */
function rowsOf(used: FeaturePlan, window: SeriesWindow): { rows: Float32Array[]; level: number } {
  const steps = leads.subarray(0, used.horizon);
  const values = new Float32Array(used.columns.length * steps.length);
  const level = writeFeatures(used, window, steps, { values, rows: steps.length, at: 0 });
  const rows = Array.from(steps, (_, r) =>
    Float32Array.from(used.columns, (_, c) => values[c * steps.length + r]!),
  );
  return { rows, level };
}

const places = fc.record({
  series: fc.integer({ min: 0, max: 5 }),
  origin: fc.integer({ min: 0, max: 499 }),
});

test('nothing after the origin changes one bit of a feature', () => {
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 1_000_000 }), ({ series, origin }, other) => {
      const changed = testPanel();
      const late = changed.series[series]?.values.subarray(origin + 1);
      late?.fill(other);
      const { covariates } = changed;
      const visitors = covariates?.varying.find(({ role }) => role === 'past');
      const begin = covariates?.begins[series] ?? 0;
      visitors?.values.fill(other, begin + origin + 1, begin + 500 + plannedPeriods);
      // The panel's first demand lies before every origin here, so `firstPeriod` stays.
      assert.deepEqual(
        rowsOf(plan, windowOf(changed, { series, origin })),
        rowsOf(plan, windowOf(panel, { series, origin })),
      );
    }),
    { numRuns: 60 },
  );
});

test('known covariates are read no further ahead than the horizon', () => {
  const changed = testPanel();
  for (const column of changed.covariates?.varying ?? []) {
    for (let s = 0; s < 6; s++) column.values.fill(1, s * 540 + 400 + horizon + 1, (s + 1) * 540);
  }
  assert.deepEqual(
    rowsOf(plan, windowOf(changed, { series: 2, origin: 400 })),
    rowsOf(plan, windowOf(panel, { series: 2, origin: 400 })),
  );
});

test('a history cut to what the plan looks back at gives the same bits as the whole', () => {
  const long = testPanel({ periods: 900, zeros: 0.3 });
  const longPlan = planFeatures(long, options);
  const kept = longPlan.historyPeriods;
  assert.ok(kept < 800);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5 }), fc.integer({ min: kept, max: 899 }), (series, origin) => {
      const whole = windowOf(long, { series, origin });
      const cut = { ...whole, values: whole.values.slice(origin + 1 - kept, origin + 1), last: kept - 1 };
      assert.deepEqual(rowsOf(longPlan, cut), rowsOf(longPlan, whole));
    }),
    { numRuns: 40 },
  );
});

test('a plan read back from JSON writes the same rows', () => {
  const window = windowOf(panel, { series: 1, origin: 450 });
  assert.deepEqual(rowsOf(JSON.parse(JSON.stringify(plan)) as FeaturePlan, window), rowsOf(plan, window));
});

test('scaling the history scales the level and nothing else but its logarithm', () => {
  const lnLevel = plan.columns.findIndex(({ name }) => name === 'ln_level');
  fc.assert(
    fc.property(places, fc.constantFrom(0.25, 2, 1024), ({ series, origin }, factor) => {
      const window = windowOf(panel, { series, origin: Math.max(20, origin) });
      const before = rowsOf(plan, window);
      // A power of two scales without rounding, so the bits can be compared.
      const after = rowsOf(plan, { ...window, values: window.values.map((value) => value * factor) });
      assert.equal(after.level, before.level * factor);
      for (const { rows } of [before, after]) for (const row of rows) row[lnLevel] = 0;
      assert.deepEqual(after.rows, before.rows);
    }),
    { numRuns: 60 },
  );
});

const frequencies: Frequency[] = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'step'];

test('histories of no, one and two values, all unknown and all zero have a finite level at every frequency', () => {
  const histories = [[], [3], [3, 4], Array(30).fill(Number.NaN), Array(30).fill(0), [0, 0, Number.NaN, 0]];
  for (const frequency of frequencies) {
    const long = testPanel({ frequency, periods: 800 });
    const used = planFeatures(long, { ...options, seasons: [] });
    for (const history of histories) {
      const window: SeriesWindow = {
        values: Float64Array.from(history),
        last: history.length - 1,
        period: 700,
        series: -1,
        covariates: undefined,
      };
      const { rows, level } = rowsOf(used, window);
      assert.ok(level > 0 && Number.isFinite(level), `${frequency}, ${history.length} values`);
      assert.ok(rows.every((row) => row.every((value) => Number.isNaN(value) || Number.isFinite(value))));
    }
  }
});

test('a panel of empty and of very short series has a plan', () => {
  for (const periods of [0, 1, 2, 3]) {
    for (const frequency of frequencies) {
      const short = testPanel({ frequency, periods, unknown: 0 });
      const used = planFeatures(short, options);
      assert.ok(used.historyPeriods >= 1);
      const { rows } = rowsOf(used, windowOf(short, { series: 0, origin: periods - 1 }));
      assert.equal(rows[0]?.length, used.columns.length);
    }
  }
});

test('a panel without covariates has the columns of its history and calendar only', () => {
  const plain = testPanel({ withCovariates: false });
  const used = planFeatures(plain, options);
  assert.ok(used.columns.every(({ name }) => !/promo|price|event|visitors|format/.test(name)));
  assert.equal(rowsOf(used, windowOf(plain, { series: 0, origin: 499 })).rows.length, horizon);
});

test('a bare step has the phase in its season for a calendar', () => {
  const steps = testPanel({ frequency: 'step', withCovariates: false });
  const used = planFeatures(steps, { ...options, seasons: [7] });
  const at = used.columns.findIndex(({ name }) => name === 'phase_7');
  const { rows } = rowsOf(used, windowOf(steps, { series: 0, origin: 499 }));
  // The panel starts at step 1, so the origin is step 500 and lead 1 is step 501.
  assert.deepEqual([rows[0]?.[at], rows[3]?.[at]], [501 % 7, 504 % 7]);
  assert.ok(!used.columns.some(({ name }) => name === 'weekday'));
});

test('the calendar knows leap days and the clock change does not move it', () => {
  const days = testPanel({ withCovariates: false });
  const used = planFeatures(days, options);
  const column = (name: string): number => used.columns.findIndex((candidate) => candidate.name === name);
  const on = (date: number): Float32Array => {
    const period = date / 86_400_000 - 1;
    return rowsOf(used, { ...windowOf(days, { series: 0, origin: 499 }), period }).rows[0] as Float32Array;
  };
  const leapDay = on(Date.UTC(2028, 1, 29));
  assert.deepEqual(
    ['weekday', 'month_day', 'month', 'month_left'].map((name) => leapDay[column(name)]),
    [2, 29, 2, 0],
  );
  // 2026-03-29 has 23 hours in most of Europe; it is a Sunday all the same.
  assert.equal(on(Date.UTC(2026, 2, 29))[column('weekday')], 0);
  assert.equal(on(Date.UTC(2026, 2, 30))[column('weekday')], 1);
});

test('plans given with a request replace the stored ones, also for a series nobody knows', () => {
  const at = plan.columns.findIndex(({ name }) => name === 'price');
  const window = windowOf(panel, { series: 0, origin: 400 });
  const news = { back: 0, columns: new Map([['price', Float32Array.of(9, Number.NaN, 7)]]) };
  const stored = rowsOf(plan, window).rows.map((row) => row[at]);
  const planned = rowsOf(plan, { ...window, news }).rows.map((row) => row[at]);
  assert.deepEqual(planned, [9, stored[1], 7, ...stored.slice(3)]);
  const unknown = rowsOf(plan, { ...window, series: -1, covariates: undefined, news });
  assert.deepEqual(
    unknown.rows.slice(0, 4).map((row) => row[at]),
    [9, Number.NaN, 7, Number.NaN],
  );
});

test('what falls with a price is told apart: it grows with the planned price, and nothing else moves with it', () => {
  const falling = planFeatures(panel, { ...options, priceEffect: 'falling' });
  const tagged = falling.columns.filter(({ monotone }) => monotone === -1).map(({ name }) => name);
  const parts = ['', '_change', '_to_recent', '_to_mean', '_to_highest', '_to_like'];
  assert.deepEqual(
    tagged,
    parts.map((part) => `price${part}`),
  );
  assert.ok(plan.columns.every(({ monotone }) => monotone === undefined));
  const price = fc.double({ min: 0.01, max: 100, noNaN: true });
  const prices = fc.array(fc.tuple(price, fc.double({ min: 1, max: 3, noNaN: true })), {
    minLength: horizon,
    maxLength: horizon,
  });
  fc.assert(
    fc.property(places, prices, (place, steps) => {
      const window = windowOf(panel, place);
      const rowsAt = (planned: number[]): Float32Array[] =>
        rowsOf(falling, {
          ...window,
          news: { back: 0, columns: new Map([['price', Float32Array.from(planned)]]) },
        }).rows;
      const low = rowsAt(steps.map(([value]) => value));
      const high = rowsAt(steps.map(([value, factor]) => value * factor));
      for (const [r, row] of low.entries()) {
        for (const [c, { name, monotone }] of falling.columns.entries()) {
          const [before, after] = [row[c] as number, high[r]?.[c] as number];
          if (monotone === undefined || Number.isNaN(before)) assert.equal(after, before, name);
          else assert.ok(after >= before, `${name}: ${after} after ${before}`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('a price of zero in a plan is an unknown price, never an infinite one', () => {
  const window = windowOf(panel, { series: 0, origin: 400 });
  const free = rowsOf(plan, {
    ...window,
    news: { back: 0, columns: new Map([['price', new Float32Array(horizon)]]) },
  });
  const at = plan.columns.findIndex(({ name }) => name === 'price');
  assert.ok(free.rows.every((row) => Number.isNaN(row[at])));
  assert.ok(free.rows.every((row) => row.every((value) => Number.isNaN(value) || Number.isFinite(value))));
});

test('codes of other labels are translated by their text', () => {
  const relabelled = withLabels(panel, ['match', 'none', 'fair']);
  const window = { series: 3, origin: 420 };
  assert.deepEqual(rowsOf(plan, windowOf(relabelled, window)), rowsOf(plan, windowOf(panel, window)));
});

test('a promotion in the target period is compared with past promotions on the same weekday', () => {
  const days = testPanel({ unknown: 0, seriesCount: 2 });
  const promo = days.covariates?.varying.find(({ name }) => name === 'promo');
  for (const series of days.series) {
    series.values.forEach((_, t) => {
      series.values[t] = (promo?.values[t] === 1 ? 20 : 10) * (t % 7 === 0 ? 2 : 1);
    });
  }
  const used = planFeatures(days, options);
  const at = used.columns.findIndex(({ name }) => name === 'promo_same');
  const { rows, level } = rowsOf(used, windowOf(days, { series: 0, origin: 489 }));
  // Origin 489 = 34·14 + 13: lead 1 is a promoted first weekday, lead 8 an unpromoted one.
  // Within what the lean on weekday and promotion alone allows.
  assert.ok(Math.abs((rows[0]?.[at] as number) * level - 40) < 2);
  assert.ok(Math.abs((rows[7]?.[at] as number) * level - 20) < 1);
});

test('same-phase means step over unknown periods', () => {
  const days = testPanel({ unknown: 0, withCovariates: false });
  const values = days.series[0]?.values as Float64Array;
  values.forEach((_, t) => {
    values[t] = 100 + Math.floor(t / 7);
  });
  values[497 - 7] = Number.NaN;
  const used = planFeatures(days, options);
  const at = used.columns.findIndex(({ name }) => name === 'phase7_1');
  const { rows, level } = rowsOf(used, windowOf(days, { series: 0, origin: 496 }));
  assert.ok(Math.abs((rows[0]?.[at] as number) * level - (100 + 69)) < 1e-4);
});

function withLabels(source: Panel, labels: string[]): Panel {
  const { covariates } = source;
  if (covariates === undefined) return source;
  const varying = covariates.varying.map((column) => {
    if (column.labels === null) return column;
    const values = column.values.map((code) => labels.indexOf(column.labels?.[code] ?? ''));
    return { ...column, labels, values };
  });
  return { ...source, covariates: { ...covariates, varying } };
}
