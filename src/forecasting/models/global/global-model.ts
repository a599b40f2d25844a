// A model over all series of a panel behind the contract that every model has: flat states, one period at a time.

import type { SeriesWindow } from '../../features/index.ts';
import type { Explaining } from '../drivers.ts';
import type { AttributeValues, CovariateNews, Model, OwnQuantiles, QuantileAsk } from '../model.ts';
import { explainWindow } from './explain-global.ts';
import { featureSample } from './feature-sample.ts';
import { forecastWindows } from './global-forecast.ts';
import type { GlobalParts } from './global-parts.ts';
import { codedAttributes, codedNews } from './global-plans.ts';
import {
  advanceWindow,
  firstSaleOf,
  followSeries,
  lastPeriodOf,
  seriesOf,
  startOf,
  stateAfter,
  windowOf,
} from './global-state.ts';

/** A global model whose parts can be stored. */
export interface GlobalModel extends Model {
  readonly parts: GlobalParts;
}

/**
 * The model that these parts make.
 * @param entry   name and summary, as in the catalog
 * @param earlier parts trained before the newest demand, to be judged by on that
 */
export function globalModel(
  entry: Pick<Model, 'name' | 'summary'>,
  parts: GlobalParts,
  earlier?: GlobalParts,
): GlobalModel {
  const keep = parts.plan.historyPeriods;
  return {
    name: entry.name,
    summary: entry.summary,
    global: true,
    parts,
    ...(earlier === undefined ? {} : { earlier: globalModel(entry, earlier) }),
    fit: (history, { series = -1, start = 0 }) => followSeries(history, { series, start, keep }),
    run: (history, like, start) => stateAfter(history, like, start ?? startOf(like)),
    update: advanceWindow,
    forecast: (state, out) => {
      out.set(forecastState(parts, state, { horizon: out.length, levels: [] }).mean);
    },
    forecastQuantiles: (state, ask) => forecastState(parts, state, ask),
    explain: (state, { horizon, ...news }) =>
      explainWindow(parts, windowOfState(parts, state, news), horizon),
    features: (state, news) => featureSample(parts, windowOfState(parts, state, news)),
  };
}

/** Whether a model is one of these. */
export function isGlobalModel(model: Model): model is GlobalModel {
  return 'parts' in model;
}

/** `forecastLaunch`, taken apart. */
export function explainLaunch(
  parts: GlobalParts,
  of: { readonly attributes: AttributeValues; readonly after: number },
  ask: Pick<QuantileAsk, 'horizon' | 'future'>,
): Explaining {
  return explainWindow(parts, launchWindow(parts, of, ask), ask.horizon);
}

/** What a state says about its series. */
export function windowOfState(parts: GlobalParts, state: Float64Array, news?: CovariateNews): SeriesWindow {
  const values = windowOf(state);
  const series = seriesOf(state);
  const period = lastPeriodOf(state);
  const firstPeriod = firstSaleOf(state);
  const coded = news && codedNews(parts.plan, news);
  return {
    values,
    last: values.length - 1,
    period,
    series,
    covariates: parts.covariates,
    ...(firstPeriod === undefined ? {} : { firstPeriod }),
    ...(coded === undefined ? {} : { news: coded }),
  };
}

function forecastState(parts: GlobalParts, state: Float64Array, ask: QuantileAsk): OwnQuantiles {
  return forecastWindow(parts, windowOfState(parts, state, ask), ask);
}

/**
 * Forecasts a series that has no history, from its attributes and what is planned.
 * @param of.after the period before the first step
 */
export function forecastLaunch(
  parts: GlobalParts,
  of: { readonly attributes: AttributeValues; readonly after: number },
  ask: QuantileAsk,
): OwnQuantiles {
  return forecastWindow(parts, launchWindow(parts, of, ask), ask);
}

function launchWindow(
  parts: GlobalParts,
  of: { readonly attributes: AttributeValues; readonly after: number },
  ask: Pick<QuantileAsk, 'future'>,
): SeriesWindow {
  const news = codedNews(parts.plan, { future: ask.future });
  return {
    values: new Float64Array(0),
    last: -1,
    period: of.after,
    series: -1,
    covariates: undefined,
    statics: codedAttributes(parts.plan, of.attributes),
    ...(news === undefined ? {} : { news }),
  };
}

/** Cost: horizon × trees. */
function forecastWindow(
  parts: GlobalParts,
  window: SeriesWindow,
  { horizon, levels }: Pick<QuantileAsk, 'horizon' | 'levels'>,
): OwnQuantiles {
  const leads = Int32Array.from({ length: horizon }, (_, k) => k + 1);
  const { means, quantiles } = forecastWindows(parts, [window], { leads, levels });
  return { mean: means, quantiles };
}
