// The two rules that `bench/inventory.ts` compares, review by review over the periods held back: stock levels from sample
// paths, and the textbook's mean + z·σ·√L with the same mean forecast. Neither sees demand before it has come.

import { autoPlanFor } from '../src/forecasting/evaluate/index.ts';
import {
  type CoverDemand,
  coverDemand,
  leadTimeMoments,
  leadTimesOfPaths,
  type ServiceTarget,
  stockFor,
} from '../src/forecasting/inventory/index.ts';
import {
  advanceState,
  defaultOrder,
  type Forecaster,
  forecastState,
  modelFor,
  type PathOrder,
  pathBlockOf,
  pathCountDefault,
  samplePaths,
  windowOrder,
} from '../src/forecasting/models/index.ts';
import { fitPanel, toForecaster } from '../src/services/fitting/index.ts';
import type { InventoryCase } from './inventory-cases.ts';

/** One series, review by review; units. */
export interface Reviews {
  /** Demand of the periods held back. */
  readonly demand: Float64Array;
  /** Stock from sample paths, per target and review. */
  readonly levels: readonly Float64Array[];
  /** Share of the paths whose cycle this stock serves: at least a cycle target, more where units are whole or demand is rare. */
  readonly served: readonly Float64Array[];
  /** Expected demand of the time the stock must last for, and z·σ·√L's σ·√L. */
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Default of a project's `levels`. */
const levels = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975];
const seed = 1;

/** Trains on what is before the periods held back, once, then takes each period in as it comes. */
export async function reviewAll(
  one: InventoryCase,
  targets: readonly ServiceTarget[],
  threads: number,
): Promise<Reviews[]> {
  const { horizon, seasons, held } = one;
  const panel = {
    ...one.panel,
    series: one.panel.series.map((series) => ({ ...series, values: series.values.slice(0, -held) })),
  };
  const options = {
    panel,
    horizon,
    plan: autoPlanFor(panel, { seasons, horizon }),
    season: seasons[0] ?? 1,
    levels,
    nonNegative: true,
    threads,
  };
  const fit = await fitPanel(options);
  const forecaster = toForecaster(fit, { panel, horizon, seasons, nonNegative: true, recentCount: 0 });
  const orderOf = ordersOf(forecaster);
  return panel.series.map(({ values }, s) =>
    reviewSeries(one, forecaster, { series: s, history: values, targets, order: orderOf(s) }),
  );
}

function ordersOf(forecaster: Forecaster): (series: number) => PathOrder {
  const { horizon } = forecaster;
  const orders = new Map<unknown, PathOrder>();
  return (series) => {
    const block = pathBlockOf(forecaster, series);
    const known = orders.get(block);
    if (known) return known;
    const order = block
      ? windowOrder(block, { count: pathCountDefault, seed })
      : defaultOrder({ horizon, correlation: 0.2, count: pathCountDefault, seed });
    orders.set(block, order);
    return order;
  };
}

function reviewSeries(
  one: InventoryCase,
  forecaster: Forecaster,
  of: { series: number; history: Float64Array; targets: readonly ServiceTarget[]; order: PathOrder },
): Reviews {
  const { review, lead, held } = one;
  const { series, targets, order } = of;
  const demand = (one.panel.series[series] as { values: Float64Array }).values.slice(-held);
  const moments = leadTimeMoments(lead);
  const horizon = moments.longest + review;
  const leads = leadTimesOfPaths(lead, order.count, seed);
  const count = Math.ceil(held / review);
  const rows = (): Float64Array[] => targets.map(() => new Float64Array(count));
  const out: Reviews = {
    demand,
    levels: rows(),
    served: rows(),
    mean: new Float64Array(count),
    deviation: new Float64Array(count),
  };
  const state = (forecaster.states.at(series) as Float64Array).slice();
  const errors = new OneStepErrors(forecaster, series, { history: of.history, year: one.periodsPerYear });
  for (let t = 0; t < held; t++) {
    if (t % review === 0) {
      const r = t / review;
      const forecast = forecastState(forecaster, series, { horizon, levels, state, advancedBy: t });
      const quantiles = new Float64Array(levels.length * horizon);
      for (const [l, row] of forecast.quantiles.entries()) quantiles.set(row, l * horizon);
      const curve = { levels, mean: forecast.mean, quantiles, floor: 0, whole: true };
      const cover = coverDemand(samplePaths(curve, order), { horizon, leads, review });
      for (const [i, target] of targets.entries()) {
        const stock = Math.ceil(stockFor(target, cover) - 1e-9);
        (out.levels[i] as Float64Array)[r] = stock;
        (out.served[i] as Float64Array)[r] = servedShare(cover, stock);
      }
      const periods = moments.mean + review;
      for (const { periods: wait, probability } of lead)
        for (let k = 0; k < wait + review; k++)
          out.mean[r] = (out.mean[r] as number) + probability * (forecast.mean[k] as number);
      const perPeriod = (out.mean[r] as number) / periods;
      out.deviation[r] = Math.sqrt(periods * errors.variance() + moments.variance * perPeriod ** 2);
    }
    errors.take(state, demand[t] as number);
    advanceState(forecaster, series, { state, value: demand[t] as number });
  }
  return out;
}

/** Share of paths whose cycle misses nothing. */
function servedShare({ before, through }: CoverDemand, stock: number): number {
  return through.filter((sum, i) => sum <= Math.max(stock, before[i] as number)).length / through.length;
}

/** Mean square of a series' one-step errors over its last year of training and what came since: the textbook's σ². */
class OneStepErrors {
  readonly #forecast: (state: Float64Array, out: Float64Array) => void;
  readonly #out: Float64Array = new Float64Array(1);
  #sum = 0;
  #count = 0;

  constructor(forecaster: Forecaster, series: number, of: { history: Float64Array; year: number }) {
    const model = modelFor(forecaster, series);
    this.#forecast = (state, out) => model.forecast(state, out);
    const { history, year } = of;
    const begin = history.length - Math.min(history.length >> 1, year);
    const state = model.run(history.subarray(0, begin), forecaster.states.at(series) as Float64Array);
    for (const value of history.subarray(begin)) {
      this.take(state, value);
      model.update(state, value);
    }
  }

  take(state: Float64Array, value: number): void {
    this.#forecast(state, this.#out);
    const error = value - Math.max(0, this.#out[0] as number);
    if (!Number.isFinite(error)) return;
    this.#sum += error * error;
    this.#count++;
  }

  variance(): number {
    return this.#count > 0 ? this.#sum / this.#count : 0;
  }
}
