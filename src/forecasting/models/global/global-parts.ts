// What a training over a whole panel leaves: how features are made, the boosters, and what is known beside demand.

import type { Covariates } from '../../../core/index.ts';
import type { FeaturePlan } from '../../features/index.ts';
import type { Booster } from '../gbdt/booster.ts';

/**
 * What the boosters were taught, b being the level of the series at the origin: `ratio` = demand ÷ b; `log` = ln(demand ÷ b),
 * for demand that is never zero.
 */
export type TargetForm = 'ratio' | 'log';

export interface GlobalParts {
  readonly plan: FeaturePlan;
  readonly form: TargetForm;
  /** Demand cannot be negative. */
  readonly nonNegative: boolean;
  /** Their mean is the forecast; at least one. */
  readonly boosters: readonly Booster[];
  /** One output per quantile level; null = means only. */
  readonly quantiles: Booster | null;
  /** Multiplies every mean: what exp of a mean logarithm falls short of the mean, or a bias found in the backtest. */
  readonly factor: number;
  /** Of the series trained on, by their index; also past the end of their histories where known ahead. */
  readonly covariates: Covariates | undefined;
}
