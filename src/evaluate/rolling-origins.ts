// Where a backtest stands in time: the last training period of each fold.

export interface OriginOptions {
  /** Steps forecast from each origin, ≥ 1. */
  readonly horizon: number;
  /** At most this many origins, ≥ 1. */
  readonly originsMax: number;
  /** Periods per cycle; 1 = none. */
  readonly season: number;
}

/**
 * Training lengths of the backtest folds, longest first. Test windows are whole horizons, end at the end of the history and
 * do not overlap, so that scores of different origins share no error. An origin needs half of the history, one season and
 * three periods before it: a model fitted on less says little about the one that will be served.
 * @param length number of periods n in the history
 * @returns [] when the history is too short for any
 */
export function rollingOrigins(length: number, options: OriginOptions): number[] {
  const { horizon, originsMax, season } = options;
  const needed = Math.max(Math.ceil(length / 2), season > 1 ? season + 3 : 3);
  const origins: number[] = [];
  for (let origin = length - horizon; origins.length < originsMax && origin >= needed; origin -= horizon) {
    origins.push(origin);
  }
  return origins;
}

/**
 * How many origins a panel of this size needs: with many series each origin already gives many scores; one series alone
 * needs as many as its history holds.
 */
export function originsFor(seriesCount: number): number {
  return Math.min(12, Math.max(3, Math.ceil(600 / Math.max(1, seriesCount))));
}
