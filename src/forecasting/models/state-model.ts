// The frame that every model of one kind of state shares: fitting is estimating, then one pass over the history.

import type { Drivers, Explaining } from './drivers.ts';
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
  /**
   * The parts of the next `horizon` forecasts but that of the level, which is the rest of them. Absent = nobody can say.
   */
  parts?(state: Float64Array, horizon: number): Omit<Drivers, 'level'>;
}

/** For models that know of a level alone. */
export const levelOnly = (): Omit<Drivers, 'level'> => ({});

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
    ...(spec.parts === undefined ? {} : { explain: (state, { horizon }) => explainOf(spec, state, horizon) }),
  };
}

function explainOf(spec: StateSpec, state: Float64Array, horizon: number): Explaining {
  return explainParts(horizon, {
    forecast: (out) => spec.forecast(state, out),
    parts: (steps) => spec.parts?.(state, steps) ?? {},
  });
}

/** The parts that a model names, and what they leave of its forecast, which is the level's. */
// biome-ignore lint/correctness/useYield: nothing here takes long
export function* explainParts(
  horizon: number,
  of: {
    readonly forecast: (out: Float64Array) => void;
    readonly parts: (horizon: number) => Omit<Drivers, 'level'>;
  },
): Explaining {
  const level = new Float64Array(horizon);
  of.forecast(level);
  const parts = of.parts(horizon);
  for (const part of Object.values(parts)) for (let h = 0; h < horizon; h++) level[h]! -= part[h]!;
  return { drivers: { level, ...parts }, columns: [] };
}

/** The shortest season a model may use: the first above 1, or 1 = none. */
export function mainSeason(options: FitOptions): number {
  for (const season of options.seasons) if (season > 1) return Math.round(season);
  return 1;
}
