import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Panel, Rng } from '../../core/index.ts';
import { namedPlan } from '../../forecasting/evaluate/index.ts';
import {
  decodeForecaster,
  encodeForecaster,
  type Forecaster,
  forecastNewSeries,
  forecastSeries,
  type SeriesQuantiles,
} from '../../forecasting/models/index.ts';
import { fitPanel } from '../fitting/fit-panel.ts';
import type { GlobalParams } from '../fitting/global/global-params.ts';
import { toForecaster } from '../fitting/to-forecaster.ts';
import { scoreGlobal } from '../search/global-score.ts';

const [horizon, length, count] = [7, 90, 24];
const levels = [0.05, 0.25, 0.5, 0.75, 0.95];

/** Offers sell more, but in a high season dear things do too: left alone, trees learn both. */
function misleadingPanel(zeros: number): Panel {
  const rng = new Rng(11);
  const rows = length + horizon;
  const price = new Float32Array(count * rows);
  const series = Array.from({ length: count }, (_, s) => {
    const values = new Float64Array(length);
    for (let t = 0; t < rows; t++) {
      const isHigh = rng.uniform() < 0.3;
      const ratio = 0.6 + 0.5 * rng.uniform();
      price[s * rows + t] = (2 + s) * ratio * (isHigh ? 2 : 1);
      if (t >= length) continue;
      const noise = 0.7 + 0.6 * rng.uniform();
      const usual = (30 + s) * (t % 7 < 5 ? 1 : 0.6) * ratio ** -1.5 * (isHigh ? 2.5 : 1);
      values[t] = rng.uniform() < zeros ? 0 : Math.round(usual * noise);
    }
    return { id: `s${s}`, start: 100, values };
  });
  return {
    grid: { frequency: 'day', weekStart: 1 },
    series,
    covariates: {
      begins: Int32Array.from({ length: count + 1 }, (_, s) => s * rows),
      starts: new Int32Array(count).fill(100),
      varying: [{ name: 'price', role: 'known', labels: null, values: price }],
      fixed: [
        {
          name: 'kind',
          labels: ['small', 'large'],
          values: Float32Array.from({ length: count }, (_, s) => (s < count / 2 ? 0 : 1)),
        },
      ],
    },
  };
}

async function forecasterOf(panel: Panel, model: string, params: GlobalParams): Promise<Forecaster> {
  const fit = await fitPanel({
    panel,
    horizon,
    plan: namedPlan([model], [7]),
    season: 7,
    levels,
    nonNegative: true,
    threads: 0,
    params: { trees: 40, leaves: 8, learningRate: 0.2, rowsPerLeafMin: 5, ...params },
  });
  const forecaster = toForecaster(fit, { panel, horizon, seasons: [7], nonNegative: true, recentCount: 0 });
  return decodeForecaster(encodeForecaster(forecaster));
}

type Priced = (price: readonly number[]) => SeriesQuantiles;

/** The largest rise of a mean or quantile, as a share of it, when prices rise by these factors. */
function largestRise(priced: Priced, prices: readonly number[], factors: readonly number[]): number {
  const low = priced(prices);
  const high = priced(prices.map((price, k) => price * (factors[k] as number)));
  let most = Number.NEGATIVE_INFINITY;
  for (const [i, row] of [low.mean, ...low.quantiles].entries()) {
    const raised = [high.mean, ...high.quantiles][i] as Float64Array;
    for (const [k, before] of row.entries()) {
      most = Math.max(most, ((raised[k] as number) - before) / Math.max(1, before));
    }
  }
  return most;
}

const ask = { horizon, levels: [0.1, ...levels, 0.99] };
const steps = (min: number, max: number): fc.Arbitrary<number[]> =>
  fc.array(fc.double({ min, max, noNaN: true }), { minLength: horizon, maxLength: horizon });
/** Sums in another order may differ in their last bits. */
const rounding = 1e-9;

const served = (forecaster: Forecaster, series: number): Priced => {
  return (price) => forecastSeries(forecaster, series, { ...ask, future: { price: [...price] } });
};

const cases: readonly { zeros: number; model: string; params: GlobalParams }[] = [
  { zeros: 0, model: 'gbdt', params: { form: 'log' } },
  { zeros: 0, model: 'gbdt+ses', params: { form: 'ratio' } },
  { zeros: 0.1, model: 'gbdt', params: { loss: 'squared' } },
  { zeros: 0.5, model: 'gbdt', params: { loss: 'tweedie' } },
  { zeros: 0.5, model: 'gbdt+tsb+ses', params: { loss: 'poisson' } },
];

for (const { zeros, model, params } of cases) {
  test(`with a falling effect no forecast of ${model} rises with its price: ${JSON.stringify(params)}`, async () => {
    const panel = misleadingPanel(zeros);
    const forecaster = await forecasterOf(panel, model, { ...params, priceEffect: 'falling' });
    const launch: Priced = (price) =>
      forecastNewSeries(
        forecaster,
        { attributes: { kind: 'large' }, after: 189 },
        { ...ask, future: { price: [...price] } },
      ) ?? assert.fail();
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: count - 1 }),
        steps(0.4, 2.5),
        steps(1, 2),
        (series, ratios, factors) => {
          const prices = ratios.map((ratio) => ratio * (2 + series));
          assert.ok(largestRise(served(forecaster, series), prices, factors) <= rounding);
          assert.ok(largestRise(launch, prices, factors) <= rounding);
        },
      ),
      { numRuns: 60 },
    );
    // It does look at the price: offers are forecast to sell more.
    const at = (ratio: number): number => {
      const price = Array.from({ length: horizon }, () => 5 * ratio);
      return served(forecaster, 3)(price).mean.reduce((sum, mean) => sum + mean, 0);
    };
    assert.ok(at(0.6) > 1.02 * at(1.1), `${at(0.6)} at an offer, ${at(1.1)} without`);
  });
}

test('left free, the same data teach that dear things sell more', async () => {
  const forecaster = await forecasterOf(misleadingPanel(0), 'gbdt', { form: 'log' });
  const flat = Array.from({ length: horizon }, () => 2);
  const rise = largestRise(
    served(forecaster, 0),
    flat,
    Array.from({ length: horizon }, () => 1.5),
  );
  assert.ok(rise > 0.1, `${rise}`);
});

test('a search keeps what the project promised', () => {
  const project = { horizonSteps: horizon, seasons: [7], nonNegative: true, seed: 1 };
  const lossesOf = (of: GlobalParams, params: GlobalParams): Float64Array =>
    scoreGlobal(
      { panel: misleadingPanel(0), project: { ...project, gbdt: of } },
      { params: { trees: 20, ...params }, share: 1, folds: [1] },
    );
  const falling = { priceEffect: 'falling' };
  assert.deepEqual(lossesOf(falling, {}), lossesOf({}, falling));
  assert.notDeepEqual(lossesOf(falling, {}), lossesOf({}, {}));
});
