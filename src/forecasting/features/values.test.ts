import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FeaturePlan, planFeatures, type SeriesWindow, windowOf, writeFeatures } from './index.ts';
import { testPanel } from './testing.ts';

const options = { horizon: 28, seasons: [7], nonNegative: true };

/** The features of one lead by name, and the level; features are float32. */
function featuresOf(plan: FeaturePlan, window: SeriesWindow, lead = 1): Map<string, number> {
  const values = new Float32Array(plan.columns.length);
  const level = writeFeatures(plan, window, Int32Array.of(lead), { values, rows: 1, at: 0 });
  return new Map([['level', level], ...plan.columns.map(({ name }, c) => [name, values[c]!] as const)]);
}

const plain = planFeatures(testPanel({ withCovariates: false }), options);

function windowWith(values: readonly number[]): SeriesWindow {
  const history = Float64Array.from(values);
  return {
    values: history,
    last: history.length - 1,
    period: 18_000,
    series: -1,
    covariates: undefined,
  };
}

function isNear(actual: number | undefined, expected: number): void {
  assert.ok(
    Math.abs((actual as number) - expected) < 1e-6 * Math.abs(expected),
    `${actual}, not ${expected}`,
  );
}

test('an exponentially weighted mean halves weights over its half-life and steps over what is unknown', () => {
  // Weights 2^(−i/3) of the last 18 values sum to (1 − 2^−6) ÷ (1 − 2^(−1/3)) = 0.984375 ÷ 0.20629947.
  const total = 4.7715829;
  const flat = new Array<number>(40).fill(10);
  const raised = featuresOf(plain, windowWith([...flat, 20]));
  isNear((raised.get('ewm_3') as number) * raised.get('level')!, 10 + 10 / total);
  // The value before the last weighs 2^(−1/3) = 0.79370053.
  const gap = featuresOf(plain, windowWith([...flat.slice(1), Number.NaN, 20]));
  isNear((gap.get('ewm_3') as number) * gap.get('level')!, 10 + 10 / (total - 0.79370053));
  // A young history is weighted as far as it goes: (20 + 10·2^(−1/3)) ÷ (1 + 2^(−1/3)).
  const young = featuresOf(plain, windowWith([10, 20]));
  isNear((young.get('ewm_3') as number) * young.get('level')!, 27.9370053 / 1.79370053);
});

test('the share of periods with demand is that of the known ones in the level window', () => {
  // The last 56 days, the level window: every fourth is 0, two are unknown. What was before does not count.
  const values = Array.from({ length: 100 }, (_, t): number => (t < 44 ? 0.5 : t % 4 === 0 ? 0 : 6));
  values[61] = Number.NaN;
  values[90] = Number.NaN;
  const features = featuresOf(plain, windowWith(values));
  isNear(features.get('nonzero'), 40 / 54);
  isNear(features.get('known'), 54 / 56);
  assert.equal(features.get('since_demand'), 0);
});

test('zeros since the last demand are counted, and the first demand begins the age', () => {
  const features = featuresOf(plain, windowWith([0, 0, 5, 0, 4, 0, Number.NaN, 0]));
  assert.equal(features.get('since_demand'), 3);
  assert.equal(features.get('age'), 6);
  isNear(features.get('nonzero'), 2 / 5);
});

test('a price is compared with the last one, with its own past and with its like', () => {
  const panel = testPanel();
  const plan = planFeatures(panel, options);
  // Series 2 costs 3 × (1 + 0.01 × (t mod 30)): 3.87 at the origin, day 449, and 3.00 on the day after.
  const features = featuresOf(plan, windowOf(panel, { series: 2, origin: 449 }));
  isNear(features.get('price'), 3);
  isNear(features.get('price_change'), 3 / 3.87);
  isNear(features.get('price_to_highest'), 3 / 3.87);
  // The 56 days up to the origin have t mod 30 of 4 … 29 and of 0 … 29: 864 ÷ 56 on average.
  isNear(features.get('price_to_recent'), 1 / (1 + 8.64 / 56));
  // All that is looked back at, in the same way.
  let sum = 0;
  for (let back = 0; back < plan.historyPeriods; back++) sum += (449 - back) % 30;
  isNear(features.get('price_to_mean'), 1 / (1 + (0.01 * sum) / plan.historyPeriods));
  // Its like are series 0, 2 and 4, of base prices 1, 3 and 5; the 18 cycles of the column raise all alike.
  const raise = Array.from({ length: 30 }, (_, t) => Math.log(1 + 0.01 * t)).reduce((a, b) => a + b, 0) / 30;
  const like = (Math.log(1) + Math.log(3) + Math.log(5)) / 3 + raise;
  assert.ok(Math.abs((features.get('price_to_like') as number) - (Math.log(3) - like)) < 2e-6);
});

test('on working days weeks have as many days as are worked; fiscal months are numbered from the first of their year', () => {
  const panel = testPanel({ withCovariates: false });
  const workdays = [1, 2, 3, 4, 5];
  const working = planFeatures({ ...panel, grid: { ...panel.grid, workdays } }, { ...options, seasons: [5] });
  assert.deepEqual([working.levelPeriods, working.lags], [40, [1, 2, 3, 5]]);
  const window = { ...windowWith(new Array<number>(60).fill(3)), period: 4 };
  // Period 4 is the first Friday of a week that began three days before 1970-01-01, and 5 the Monday after it.
  assert.deepEqual(
    [1, 2].map((lead) => featuresOf(working, window, lead).get('weekday')),
    [1, 2],
  );
  assert.deepEqual(featuresOf(working, window).get('month_day'), 5);

  const fiscalYear = { weeks: '4-4-5', endMonth: 1, endWeekday: 6, ends: 'last' } as const;
  const grid = { frequency: 'month', weekStart: 1, fiscalYear } as const;
  const fiscal = planFeatures({ ...panel, grid }, { ...options, horizon: 4, seasons: [12] });
  const december = { ...windowWith(new Array<number>(30).fill(3)), period: 2024 * 12 + 1 };
  const parts = (lead: number): unknown[] => {
    const features = featuresOf(fiscal, december, lead);
    return ['month', 'month_days', 'month_sundays'].map((name) => features.get(name));
  };
  assert.deepEqual(
    [parts(1), parts(2)],
    [
      [3, 35, 5],
      [4, 28, 4],
    ],
  );
});
