// A forecaster as it would have stood at a fold: its errors measured in the unit of what was known then, of the kind that demand was then.

import { errorUnit } from '../../../forecasting/evaluate/index.ts';
import type { Forecaster } from '../../../forecasting/models/index.ts';

/** A forecaster whose units can be set series by series. */
export class FoldUnits {
  readonly forecaster: Forecaster;
  readonly #of: Forecaster;
  readonly #season: number;

  /** @param season periods per cycle, 1 = none */
  constructor(of: Forecaster, season: number) {
    this.#of = of;
    this.#season = season;
    this.forecaster = { ...of, scales: of.scales.slice(), strata: of.strata.slice() };
  }

  /**
   * Sets what a series' intervals are taken from to what it was at the end of `known`; how much harder the series is than its unit says
   * stays as training found it. Cost: O(history).
   */
  set(index: number, known: Float64Array, whole: Float64Array): void {
    const { ownFrom = Number.POSITIVE_INFINITY } = this.#of.intervals;
    const end = errorUnit(whole, this.#season);
    const then = errorUnit(known, this.#season, whole.length);
    const served = this.#of.strata[index] as number;
    const own = served >= ownFrom ? ownFrom : 0;
    this.forecaster.scales[index] = (then.scale * (this.#of.scales[index] as number)) / end.scale;
    this.forecaster.strata[index] = then.stratum + own;
  }
}
