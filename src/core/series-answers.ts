// What is answered of series, whatever door it is asked through: the list of them, one with all that is known of it, why its forecast
// is what it is, exceptions and totals. Types only.

/** A person's number in place of the model's mean of a step. */
export interface StepOverride {
  id: string;
  /** Units. */
  value: number;
  reason: string;
  by: string;
  at: string;
}

/** `new`: its first row came in the last quarter of a year; `ended` and `silent` as its forecasts say; else `active`. */
export type SeriesState = 'active' | 'new' | 'ended' | 'silent';

/** What `sort` may be: the largest error, the highest value and the lowest value added come first. */
export type SeriesOrder = 'id' | 'error' | 'value' | 'valueAdded';

export interface SeriesClasses {
  /** Those that make the first 80 % of the value are A, up to 95 % B, the rest C; null = its value is not known. */
  abc: 'A' | 'B' | 'C' | null;
  /** By the coefficient of variation of its demand per period: X up to 0.5, Y up to 1, Z above; null = without demand. */
  xyz: 'X' | 'Y' | 'Z' | null;
}

/** One series of the list. */
export interface ListedSeries {
  series: string;
  attributes: Record<string, string | number>;
  state: SeriesState;
  /** First and newest period with a row of demand; null = it has none. */
  firstAt: string | null;
  newestAt: string | null;
  classes: SeriesClasses;
  /** Of the last year: see `SeriesList.value`. */
  value: {
    /** Periods that count. */
    n: number;
    units: number;
    /** Mean price of the periods with one; null without a price column, or where no price is known. */
    price: number | null;
    /** Units × price, or units where the project has no price column; null = the price is not known. */
    amount: number | null;
    /** Of the value of all series. */
    share: number | null;
    /** Standard deviation of demand per period ÷ its mean; null without demand. */
    variation: number | null;
  };
  /** On the labels of the window of `SeriesList.accuracy`; null = no forecast of it was due there. */
  error: {
    /** Labels. */
    n: number;
    labelsDue: number;
    /** Sum of |error| in units. */
    absolute: number;
    mae: number | null;
    wape: number | null;
    bias: number | null;
    /** `absolute` × price, or `absolute` where the project has no price column; null = the price is not known. */
    amount: number | null;
  } | null;
  /** 1 − MAE ÷ MAE of seasonal naive, on the `n` labels that it can forecast. */
  valueAdded: { n: number; value: number | null };
}

export interface SeriesList {
  /** What the list rests on; rows that came since are in it within moments. */
  asOf: { at: string; batchSeq: number; version: number | null };
  /** What value is: units × the mean of this column, or units where it is null. */
  value: { column: string | null; from: string; to: string } | null;
  /** Target periods of the forecasts graded; null = none is yet. */
  accuracy: {
    from: string;
    to: string;
    /** Series that were too many to be graded one by one. */
    seriesOmitted: number;
  } | null;
  /** Series of the project, and those that the query meets. */
  total: number;
  matched: number;
  items: ListedSeries[];
  /** For the next page; null = this is the last. */
  next: string | null;
}

export interface SeriesPeriod {
  timestamp: string;
  /** Demand; null = unknown. */
  value: number | null;
  /** `none`: no row speaks of it. */
  status: 'observed' | 'missing' | 'stockout' | 'refused' | 'none';
  /** What its row says beside demand. */
  covariates?: Record<string, string | number>;
}

/** A forecast of the series as it was answered, with what came. */
export interface EarlierForecast {
  predictionId: string;
  source: string;
  madeAt: string;
  cutoffAt: string;
  /** Null = the baseline answered, or the version is gone. */
  version: number | null;
  steps: {
    timestamp: string;
    /** Steps from the cutoff. */
    lead: number;
    mean: number;
    quantiles: Record<string, number>;
    /** Null = unknown yet, or for good. */
    actual: number | null;
  }[];
}

/** What would be answered now. */
export interface ServedNow {
  series: string;
  /** Step 1 is the period after it. */
  cutoffAt: string;
  source: 'model' | 'baseline';
  /** Null = the baseline answers, as nothing is trained. */
  version: number | null;
  /** As a forecast says it. */
  reason?: string;
  ended?: boolean;
  silent?: boolean;
  unfinishedAt?: string;
  steps: { timestamp: string; mean: number; quantiles: Record<string, number>; override?: StepOverride }[];
}

/** All that is known of one series. */
export interface SeriesDetail {
  series: string;
  /** As in the list; null while the list has not taken it in. */
  listed: ListedSeries | null;
  value: SeriesList['value'];
  accuracy: SeriesList['accuracy'];
  /** Periods of `history`. */
  window: { from: string; to: string };
  /** Ascending, without holes. */
  history: SeriesPeriod[];
  /** Columns of `history`, `planned` and the rows: known ahead or afterwards. */
  columns: { name: string; role: 'known' | 'past' }[];
  /** What is served now, made for this answer and not stored; null = nothing can be forecast of it, `reason` says why. */
  forecast: ServedNow | null;
  reason?: string;
  /** What is known of the steps of the forecast. */
  planned: { timestamp: string; covariates: Record<string, string | number> }[];
  /** Of the window and the steps ahead. */
  holidays: { timestamp: string; name: string }[];
  /** Newest first. */
  earlier: EarlierForecast[];
  /** Those behind `earlier` and the one that serves, newest first. */
  versions: { number: number; id: string; createdAt: string; aliases: string[] }[];
}

/** `miss`: its forecasts missed lately; `lastYear`: what is forecast is far from last year's; `ended` and `silent`: it sold in the last year. */
export type ExceptionKind = 'miss' | 'lastYear' | 'ended' | 'silent';

/** Series that need a person. */
export interface SeriesExceptions {
  asOf: SeriesList['asOf'];
  value: SeriesList['value'];
  accuracy: SeriesList['accuracy'];
  /** Periods of the forecasts that are compared with last year's; null = none was served from the newest closed period on. */
  ahead: { from: string; to: string } | null;
  /** How many there are of each kind, shown or not. */
  counts: Record<ExceptionKind, number>;
  /** Largest amount first. */
  items: {
    kind: ExceptionKind;
    /** In money, or in units where the project has no price column: the misses, the gap to last year, or the value that fell silent. */
    amount: number;
    /** In a sentence. */
    because: string;
    series: ListedSeries;
  }[];
}

/** A sum over series: units, and money as in the list. */
export interface SeriesTotal {
  series: number;
  /** Series with a forecast that was served from the newest closed period on; `steps` are the sums of theirs. */
  forecasts: number;
  /** Series that have ended or are silent. */
  over: number;
  /** Of the last year. */
  units: number;
  /** Units × price, or units where the project has no price column, of the series whose price is known. */
  amount: number;
  /** Series whose price is not known. */
  unpriced: number;
  /** The periods of `steps` a year before, of so many series of which they are known. */
  lastYear: { units: number; series: number };
  /** Of the series one by one: errors of opposite sign do not cancel out in `absolute`. */
  error: { n: number; absolute: number; wape: number | null; bias: number | null };
  /** Means add up; quantiles of a sum are not the sum of quantiles, and are not given. Empty = nothing was served. */
  steps: { timestamp: string; mean: number }[];
}

/** Totals of one grouping. */
export interface SeriesTotals {
  asOf: SeriesList['asOf'];
  value: SeriesList['value'];
  accuracy: SeriesList['accuracy'];
  by: string[];
  /** What there is to group by: what names the series, and their attributes. */
  columns: string[];
  /** The sum of `items` in their order, then `others`. */
  total: SeriesTotal;
  /** Most valuable first; an empty value of a key: the series has none. */
  items: (SeriesTotal & { key: Record<string, string> })[];
  /** The sum of the groups that are not shown; null = all are. */
  others: (SeriesTotal & { groups: number }) | null;
}

/** Groups of what drives a forecast. */
export type Driver =
  | 'level'
  | 'trend'
  | 'season'
  | 'price'
  | 'promotion'
  | 'calendar'
  | 'attributes'
  | 'other';

/** Why a forecast is what it is: its mean taken apart, in units. The parts add up to it exactly. */
export interface SeriesExplanation {
  series: string;
  /** Step 1 is the period after it. */
  cutoffAt: string;
  source: 'model' | 'baseline';
  version: number | null;
  /** Which model of the version made it, by its name in the catalog; null = none did. */
  model: string | null;
  /** What is to be known of it, in a sentence: why there are no drivers, or what they leave unsaid; null = nothing. */
  statement: string | null;
  steps: {
    timestamp: string;
    mean: number;
    /** Null = there are none, and `statement` says why. */
    drivers: Record<Driver, number> | null;
    /** Parts of single columns of the data, each within the part of its group. */
    columns: { name: string; driver: Driver; units: number }[];
  }[];
  /** Over all steps. */
  total: { mean: number; drivers: Record<Driver, number> | null };
}
