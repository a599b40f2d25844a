// A forecaster that exists, at the folds of a backtest: its state as it would have been there, and what was planned then.

import type { Covariates, Panel, Series } from '../../core/index.ts';
import {
  type Forecaster,
  type FutureValues,
  knownAhead,
  type Model,
  modelFor,
} from '../../forecasting/models/index.ts';
import { seasonGrid } from '../fitting/index.ts';

export interface FoldState {
  /** Index of the series in the forecaster. */
  readonly index: number;
  /** What forecasts from `state`. */
  readonly model: Model;
  readonly state: Float64Array;
  readonly future?: FutureValues;
  /** Periods from the last that training saw to the origin; below zero where training saw what comes after it. */
  readonly advancedBy: number;
}

/**
 * Makes the function that gives a forecaster's state at a fold; undefined where it does not know the series. On demand that came after
 * its training it is what serves: its own parameters, its state run up to the origin. Demand that it has learnt from would look better
 * there than it is: there its model is fitted anew on what was known at the origin, as every contender's is. A model over all series is
 * not: there it is represented by its earlier self, trained before the oldest origin of its own backtest.
 * @param options.keepModel take no earlier self: how well the model fits what it has learnt from
 * @param options.planned   columns whose plans are told; absent = all that are known ahead
 */
export function statesAtFolds(
  forecaster: Forecaster,
  of: { readonly panel: Panel; readonly shape: { readonly horizon: number } },
  options: { readonly keepModel?: boolean; readonly planned?: ReadonlySet<string> } = {},
): (fold: { readonly series: number; readonly known: Float64Array }) => FoldState | undefined {
  const { panel, shape } = of;
  const { keepModel = false, planned } = options;
  const covariates = panel.covariates && plannedOf(panel.covariates, planned);
  const indexOf = new Map(forecaster.ids.map((id, i) => [id, i]));
  const grid = seasonGrid(panel.grid, forecaster.ids.length);
  return (fold) => {
    const { id, start } = panel.series[fold.series] as Series;
    const index = indexOf.get(id);
    if (index === undefined) return undefined;
    const served = modelFor(forecaster, index);
    const origin = start + fold.known.length - 1;
    const advancedBy = origin - (forecaster.lastPeriods[index] as number);
    const unseen = advancedBy >= 0;
    const model = unseen || keepModel ? served : (served.earlier ?? served);
    // As it was fitted: with all its seasons, not only the one that folds go by.
    const fit = {
      seasons: forecaster.seasons,
      horizon: shape.horizon,
      series: index,
      start,
      ...(grid === undefined ? {} : { grid }),
    };
    const state = unseen
      ? model.run(fold.known, forecaster.states.at(index) as Float64Array, start)
      : model.fit(fold.known, fit);
    // What was planned at the time is known to both contenders.
    const future =
      model.global &&
      covariates &&
      knownAhead(covariates, { series: fold.series, after: origin, horizon: shape.horizon });
    return { index, model, state, advancedBy, ...(future ? { future } : {}) };
  };
}

function plannedOf(covariates: Covariates, planned: ReadonlySet<string> | undefined): Covariates {
  if (planned === undefined) return covariates;
  return { ...covariates, varying: covariates.varying.filter(({ name }) => planned.has(name)) };
}
