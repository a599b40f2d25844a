// The frame that every model of one kind of state shares: fitting is estimating, then one pass over the history.

import type { FitOptions, Model } from './model.ts';

export interface StateSpec {
  readonly name: string;
  readonly summary: string;
  /** Chooses parameters and initial values; the running part of the state returned need not be set. */
  estimate(history: Float64Array, options: FitOptions): Float64Array;
  /** Puts the running part of the state back to its initial values. */
  reset(state: Float64Array): void;
  update(state: Float64Array, value: number): void;
  forecast(state: Float64Array, out: Float64Array): void;
}

/** Makes a `Model` whose `fit` is `estimate` followed by `run`, so that both always agree to the last bit. */
export function stateModel(spec: StateSpec): Model {
  const run = (history: Float64Array, like: Float64Array): Float64Array => {
    const state = like.slice();
    spec.reset(state);
    for (let t = 0; t < history.length; t++) spec.update(state, history[t] as number);
    return state;
  };
  return {
    name: spec.name,
    summary: spec.summary,
    fit: (history, options) => run(history, spec.estimate(history, options)),
    run,
    update: spec.update,
    forecast: spec.forecast,
  };
}

/** The shortest season a model may use: the first above 1, or 1 = none. */
export function mainSeason(options: FitOptions): number {
  for (const season of options.seasons) if (season > 1) return Math.round(season);
  return 1;
}
