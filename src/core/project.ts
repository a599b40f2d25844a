// A project: one forecasting problem. Made from the configuration once, then passed around unchanged.

import type { AlertSettings } from './alert.ts';
import type { ContractRules } from './contract.ts';
import type { Dialect, Mapping } from './dialect.ts';
import type { GbdtParams } from './gbdt-params.ts';
import type { TimeGrid } from './period.ts';

/** What a period without a row means: nobody bought (`zero`), nobody knows (`missing`), or interpolate (`fill`). */
export type GapRule = 'zero' | 'missing' | 'fill';

/** What to do with rows of one batch that give one series and period different values. */
export type ConflictRule = 'quarantine' | 'last' | 'sum';

/** What to do with rows that are in another unit than the history of their series: hold them back, name them, or neither. */
export type UnitRule = 'hold' | 'name' | 'off';

/** Which columns of the user's data hold what. */
export interface ColumnMapping {
  /** Columns that together name the series; [] = the data are one series, named `all`. */
  readonly series: readonly string[];
  readonly time: string;
  readonly target: string;
  /** Column that is true (or 1) where the item was out of stock, so that sales understate demand. */
  readonly stockout?: string;
  /** Columns beside demand: known ahead, known afterwards, fixed per series. */
  readonly known?: readonly string[];
  readonly past?: readonly string[];
  readonly static?: readonly string[];
  /** Those of them that are categories; other known and past columns are numbers. */
  readonly categories?: readonly string[];
  /** Which of them, a number, is the price of a unit. Absent = the first that is called a price. */
  readonly price?: string;
}

/** Whose public holidays are known ahead: ISO 3166 codes such as `DE` and `BY`. */
export interface HolidayCalendar {
  readonly country: string;
  readonly region?: string;
}

/** When a period without a row is over, beyond what senders say. */
export interface ClosingRules {
  /** Series columns whose values name a reporting group; [] = the whole project is one. Absent: see `groupColumns`. */
  readonly group?: readonly string[];
  /** How long after its end, and after the first row as late as it, a period stays open for rows. Absent: `defaultLatenessHours`. */
  readonly latenessHours?: number;
}

/** Limits that every row or the whole history must keep; what breaks them goes to quarantine or stops a training. */
export interface DataContract {
  /** Smallest and largest believable value, in units; null = no limit. */
  readonly minValue: number | null;
  readonly maxValue: number | null;
  /** A value this many times above the series' own recent high is a suspected change of unit; 0 = off. */
  readonly unitJumpFactor: number;
  /** Rows later than now by more than this are refused. */
  readonly futurePeriodsMax: number;
  /**
   * A row further ahead of the newest closed period than this is refused, unless usual reporters come along or its sender closes
   * that far. Absent: see `jumpPeriodsMaxOf`.
   */
  readonly jumpPeriodsMax?: number;
  /** A training is refused when the newest row is older than this; 0 = off. */
  readonly stalePeriodsMax: number;
  /** Series with fewer periods than this are served by a baseline and reported. */
  readonly historyPeriodsMin: number;
  /** The checks of the file that `contract.file` names. Absent = none. */
  readonly rules?: ContractRules;
}

/** What else begins a training, beside new periods and times of day; each event once. */
export interface RetrainOn {
  /**
   * `withdrawal`: rows that the champion may have learnt from were taken back, or count again. `refusal`: the newest version does not
   * serve. `settings`: the newest version was trained with other settings than the project has.
   */
  readonly event: 'withdrawal' | 'refusal' | 'settings';
  /** Of `withdrawal`: rows at least. Absent = 1. */
  readonly rowsMin?: number;
  /** Of `refusal`: periods closed since. Absent = 1. */
  readonly afterPeriods?: number;
  readonly pipeline?: RetrainPipeline;
}

/** What is begun; `search` reports parameters and makes no version. Absent = `train`. */
export type RetrainPipeline = 'train' | 'search';

/** What is watched for drift, and how closely; what is absent has its default. */
export interface DriftWatch {
  /** A check whenever so many more periods are closed; 0 = on request. */
  readonly everyPeriods?: number;
  /** The newest periods that are compared with those before, and with the same season. */
  readonly windowPeriods?: number;
  /** Series column or attribute whose groups are watched by themselves. */
  readonly groupBy?: string;
  /** Of demand, prices and other amounts: the share of the level from which a change matters. */
  readonly effectMatters?: number;
  /** Share of checks that may alarm where nothing has changed. */
  readonly falseAlarms?: number;
}

export interface Project {
  /** Lower-case letters, digits and hyphens; part of URLs. */
  readonly name: string;
  readonly grid: TimeGrid;
  /** IANA zone in which timestamps without an offset are read and days begin. */
  readonly timezone: string;
  readonly horizonSteps: number;
  /** Periods per cycle that models may use, shortest first; [] = none. */
  readonly seasons: readonly number[];
  /** Quantile levels computed for every forecast, ascending, in (0, 1). */
  readonly levels: readonly number[];
  /** Serve quantiles of levels adapted to how often recent demand kept below them; absent = yes. */
  readonly adaptCoverage?: boolean;
  /** Demand cannot be below zero: forecasts and quantiles are clipped there. */
  readonly nonNegative: boolean;
  readonly columns: ColumnMapping;
  /** How its data is written. Absent = `defaultDialect`. */
  readonly dialect?: Dialect;
  /** Of files that are called and written otherwise, by a name each. Absent = none. */
  readonly mappings?: Readonly<Record<string, Mapping>>;
  /** Absent = none. */
  readonly calendar?: HolidayCalendar;
  /** Groupings of the series whose totals every training scores too, such as `state/store*category`. Absent = none. */
  readonly hierarchy?: readonly string[];
  /** Keys that look alike (case, blanks, accents, what is not seen) are the series they are, or one. Absent = `exact`. */
  readonly keys?: 'exact' | 'fold';
  readonly gaps: GapRule;
  readonly conflicts: ConflictRule;
  /** Absent = `name`. */
  readonly units?: UnitRule;
  /** Absent = the defaults. */
  readonly closing?: ClosingRules;
  readonly contract: DataContract;
  /** Catalog names to try, or `auto`. */
  readonly models: 'auto' | readonly string[];
  /** What is set of the model over all series, as a search finds it. Absent = its defaults. */
  readonly gbdt?: GbdtParams;
  /** Retrain when this many new periods have arrived since the champion's snapshot; 0 = only on request. */
  readonly retrainEveryPeriods: number;
  /** Also retrain at these times: a cron expression in the time zone of the project. Absent = not by the clock. */
  readonly retrainSchedule?: string;
  /** Absent = nothing else. */
  readonly retrainOn?: readonly RetrainOn[];
  /** Absent = the built-in rules alone. */
  readonly alerts?: AlertSettings;
  /** Absent = checked on request. */
  readonly drift?: DriftWatch;
  readonly seed: number;
}
