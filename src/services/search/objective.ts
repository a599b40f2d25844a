// What a search minimises, as a function: parameters and fidelity in, a loss per series out.

import type { Params, Space } from './space.ts';

export interface ObjectiveAsk {
  /** What differs from the defaults. */
  readonly params: Params;
  /** Share of the training rows, in (0, 1]. */
  readonly share: number;
  /** Which held-back windows are scored, each a horizon long: 0 = the last of the history, 1 = the one before, … */
  readonly folds: readonly number[];
}

export interface ObjectiveResult {
  /** Mean over the folds, in units of the series' scale, lower is better; shape [series], NaN = could not be scored. */
  readonly losses: Float64Array;
  /** Thread-seconds over all threads. */
  readonly cpuSeconds: number;
}

export interface Objective {
  /** What is used without a search: a value for every parameter that can be searched. */
  readonly defaults: Params;
  /** @throws AppError `train/bad-search` when the space has a parameter or a value that the training does not know */
  check(space: Space): void;
  /**
   * Trains and scores. Deterministic. A rejection with an `AppError` is the failure of this point alone.
   * @param signal ends it at once; it rejects with the signal's reason
   */
  evaluate(ask: ObjectiveAsk, watch: { readonly signal: AbortSignal }): Promise<ObjectiveResult>;
  /** Lets threads go. */
  close(): Promise<void>;
}
