// Where a backtest stands in time: the last training period of each fold.

export interface OriginOptions {
  /** Periods of a test window, ≥ 1: the horizon, or less of it where histories are short. */
  readonly span: number;
  /** From one origin to the next, 1 … span; default the span. */
  readonly step?: number;
  /** At most this many origins, ≥ 1. */
  readonly originsMax: number;
  /** Periods per cycle; 1 = none. */
  readonly season: number;
}

/**
 * Training lengths of the backtest folds, longest first. Test windows end at the end of the history and do not overlap
 * unless told to, so that scores of different origins share no error. An origin needs half of the history, one season and three periods
 * before it: a model fitted on less says little about the one that will be served.
 * @param length number of periods n in the history
 * @returns [] when the history is too short for any
 */
export function rollingOrigins(length: number, options: OriginOptions): number[] {
  const { span, step = span, originsMax, season } = options;
  const needed = neededBefore(length, season);
  const origins: number[] = [];
  for (let origin = length - span; origins.length < originsMax && origin >= needed; origin -= step) {
    origins.push(origin);
  }
  return origins;
}

/**
 * Training lengths where windows begin at given distances from the end of the history, longest first; see `windowDistances`.
 * @param distances rising
 */
export function originsAt(length: number, distances: readonly number[], season: number): number[] {
  const needed = neededBefore(length, season);
  return distances.map((distance) => length - distance).filter((origin) => origin >= needed);
}

/**
 * How much of the horizon the backtest of a panel can look at: all of it where any series is long enough, else as much as
 * the longest one has. Errors further ahead are then taken to grow as those of a random walk.
 * @param lengths periods of each history
 * @returns 1 … horizon
 */
export function spanFor(lengths: readonly number[], of: { horizon: number; season: number }): number {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return Math.min(of.horizon, Math.max(1, longest - neededBefore(longest, of.season)));
}

/** Origins that a choice among candidates needs; where a few series have room for fewer, windows overlap. */
const originsWanted = 6;

/**
 * Periods from one origin to the next: the span, or less where this leaves fewer than six origins to the longest history.
 * @param lengths periods of each history
 * @returns 1 … span
 */
export function stepFor(lengths: readonly number[], of: { span: number; season: number }): number {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const room = longest - of.span - neededBefore(longest, of.season);
  return Math.min(of.span, Math.max(1, Math.floor(room / (originsWanted - 1))));
}

/** Periods that a season needs beside its cycle to be learnt, and a test window beside that to be one. */
const besideCycle = 3;

/**
 * Periods that a history of this length needs before an origin: half of it, and one cycle of the season. A history with no room
 * for a cycle and a test window is tested without: what serves it knows no season either.
 */
export function neededBefore(length: number, season: number): number {
  const cycle = season > 1 && length >= season + 2 * besideCycle ? season : 0;
  return Math.max(Math.ceil(length / 2), cycle + besideCycle);
}

/**
 * How many origins a panel of this size needs: with many series each origin already gives many scores; one series alone
 * needs as many as its history holds.
 */
export function originsFor(seriesCount: number): number {
  return Math.min(12, Math.max(3, Math.ceil(600 / Math.max(1, seriesCount))));
}
