// The shape of a plan: which columns there are and everything needed to compute them again elsewhere. Plain JSON, stored
// with the model, so that serving computes what training did.

import type { FiscalYear, Frequency } from '../../core/index.ts';
import type { FixedSpec, VaryingSpec } from './covariate-kinds.ts';
import type { PhaseRule } from './frequency-rules.ts';

/** One column of the feature matrix; values of a category are codes 0, 1, 2, …, NaN = missing. */
export interface FeatureColumn {
  readonly name: string;
  readonly kind: 'number' | 'category';
  /** −1: the forecast never rises when this number rises. Absent = it may do what it likes. */
  readonly monotone?: -1;
}

export interface FeaturePlan {
  readonly frequency: Frequency;
  readonly weekStart: number;
  /** As the grid has them; absent = all days, the calendar's months. */
  readonly workdays?: readonly number[];
  readonly fiscalYear?: FiscalYear;
  /** Largest lead. Known covariates are read no further than this past the origin. */
  readonly horizon: number;
  /** False = demand may be negative. */
  readonly nonNegative: boolean;
  /** Values looked back at most, the origin included: what a state must keep. */
  readonly historyPeriods: number;
  /** Periods of the trailing level. */
  readonly levelPeriods: number;
  readonly lags: readonly number[];
  readonly windows: readonly number[];
  readonly halfLives: readonly number[];
  readonly phases: readonly PhaseRule[];
  /** Comparison with the same period of earlier years; null = the histories are too short. */
  readonly year: {
    readonly periods: number;
    readonly years: number;
    readonly reaches: readonly number[];
  } | null;
  /** Periods looked back for the effect of a flag. */
  readonly flagPeriods: number;
  readonly varying: readonly VaryingSpec[];
  /** Whether known columns are all unknown in some periods within the histories, as on days that a shop is closed. */
  readonly plansHaveGaps: boolean;
  readonly fixed: readonly FixedSpec[];
  /** Parts of the series' ids in use as attributes; absent = none. */
  readonly keys?: readonly KeyPart[];
  /** What planned columns do to demand, which is taken out of histories and put into forecasts; absent = nothing is. */
  readonly lift?: LiftSpec;
  /** `falling` = no forecast rises with a planned price. Absent = it may. */
  readonly priceEffect?: 'falling';
  readonly launch: LaunchLevels;
  /** The columns in the order in which `writeFeatures` writes them. */
  readonly columns: readonly FeatureColumn[];
}

/** ln(level) = `all` + one effect per attribute, each shrunk towards 0 where few series share the value. */
export interface LaunchLevels {
  /** Mean of ln(level) over all series. */
  readonly all: number;
  /** By position in `plan.fixed`: the effect of each code; a code outside has effect 0. */
  readonly effects: readonly { readonly fixed: number; readonly byCode: readonly number[] }[];
  /** True = learnt from series that began within the panel; false = too few did, so from all at any age. */
  readonly launches: boolean;
}

/** One part of the series' ids as an attribute. */
export interface KeyPart {
  /** Position in the ids, from 0. */
  readonly part: number;
  /** The value of each series of the panel by number, from 0; shape [series]. */
  readonly codes: readonly number[];
}

/** A planned column that lifts are made of. */
export interface LiftColumn {
  /** Position in the plan's varying columns. */
  readonly index: number;
  /** Its logarithm counts: a price. */
  readonly log: boolean;
}

/** ln(lift) = Σ coefficient × (value − its mean over what is looked back at). */
export interface LiftSpec {
  readonly columns: readonly LiftColumn[];
  /** Coefficients of each series of the panel, shape [series × columns]. */
  readonly bySeries: readonly number[];
  /** Of a series that the panel does not have, shape [columns]. */
  readonly ofNew: readonly number[];
}
