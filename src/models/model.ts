// The contract of every univariate model. A model is a set of free functions; what it learnt is one flat
// `Float64Array`, so saving, loading, copying and comparing states needs no code in any model.

/** What a fit may use besides the history. */
export interface FitOptions {
  /** Periods per cycle, shortest first; empty or [1] = no season. */
  readonly seasons: readonly number[];
  /** Steps that will be asked for; models may tune for it, none may need it. */
  readonly horizon: number;
}

/**
 * Laws, checked for every model in the catalog by `test/conformance/models.test.ts`:
 * any history (n ≥ 1, constant, all zero, NaN anywhere, all NaN) fits and forecasts finite numbers; inputs are not changed;
 * `fit` is deterministic; `run(y, like)` equals `run(y[0..k], like)` followed by `update` with the rest;
 * copying a state mid-way changes nothing; scaling the history scales the forecast.
 */
export interface Model {
  /** Catalog name: lower case, digits and hyphens. */
  readonly name: string;
  /** One line for docs and `almanac models --catalog`. */
  readonly summary: string;
  /**
   * Learns parameters and returns the state after the last period.
   * @param history demand per period, shape [n]; NaN = unknown: time passes, nothing is learnt.
   */
  fit(history: Float64Array, options: FitOptions): Float64Array;
  /** One pass over `history` with the parameters and initial values of `like`; nothing is re-estimated. O(n). */
  run(history: Float64Array, like: Float64Array): Float64Array;
  /** Advances the state by one period in place, O(1) in the length of the history. NaN = unknown. */
  update(state: Float64Array, value: number): void;
  /** Writes the expected demand of the next `out.length` periods. The state is not changed. */
  forecast(state: Float64Array, out: Float64Array): void;
}
