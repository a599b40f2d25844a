// Series as the doors show them: the shapes of answers, of which `series-contract.ts` of the HTTP room says what each field means.

import type { Driver } from '../../forecasting/models/index.ts';
import type { StepOverride } from '../serving/index.ts';
import type { ExceptionKind } from './exceptions.ts';
import type { SeriesState } from './series-table.ts';

export interface ShownClasses {
  abc: 'A' | 'B' | 'C' | null;
  xyz: 'X' | 'Y' | 'Z' | null;
}

export interface ShownSeries {
  series: string;
  attributes: Record<string, string | number>;
  state: SeriesState;
  firstAt: string | null;
  newestAt: string | null;
  classes: ShownClasses;
  value: {
    n: number;
    units: number;
    price: number | null;
    amount: number | null;
    share: number | null;
    variation: number | null;
  };
  error: {
    n: number;
    labelsDue: number;
    absolute: number;
    mae: number | null;
    wape: number | null;
    bias: number | null;
    amount: number | null;
  } | null;
  valueAdded: { n: number; value: number | null };
}

export interface ShownList {
  asOf: { at: string; batchSeq: number; version: number | null };
  value: { column: string | null; from: string; to: string } | null;
  accuracy: {
    from: string;
    to: string;
    seriesOmitted: number;
  } | null;
  total: number;
  matched: number;
  items: ShownSeries[];
  next: string | null;
}

export interface ShownPeriod {
  timestamp: string;
  value: number | null;
  status: 'observed' | 'missing' | 'stockout' | 'refused' | 'none';
  covariates?: Record<string, string | number>;
}

export interface ShownEarlier {
  predictionId: string;
  source: string;
  madeAt: string;
  cutoffAt: string;
  version: number | null;
  steps: {
    timestamp: string;
    lead: number;
    mean: number;
    quantiles: Record<string, number>;
    actual: number | null;
  }[];
}

export interface ShownNow {
  series: string;
  cutoffAt: string;
  source: 'model' | 'baseline';
  version: number | null;
  reason?: string;
  ended?: boolean;
  silent?: boolean;
  unfinishedAt?: string;
  steps: { timestamp: string; mean: number; quantiles: Record<string, number>; override?: StepOverride }[];
}

export interface ShownDetail {
  series: string;
  listed: ShownSeries | null;
  value: ShownList['value'];
  accuracy: ShownList['accuracy'];
  window: { from: string; to: string };
  history: ShownPeriod[];
  columns: { name: string; role: 'known' | 'past' }[];
  forecast: ShownNow | null;
  reason?: string;
  planned: { timestamp: string; covariates: Record<string, string | number> }[];
  holidays: { timestamp: string; name: string }[];
  earlier: ShownEarlier[];
  versions: { number: number; id: string; createdAt: string; aliases: string[] }[];
}

export interface ShownExplanation {
  series: string;
  cutoffAt: string;
  source: 'model' | 'baseline';
  version: number | null;
  model: string | null;
  statement: string | null;
  steps: {
    timestamp: string;
    mean: number;
    drivers: Record<Driver, number> | null;
    columns: { name: string; driver: Driver; units: number }[];
  }[];
  total: { mean: number; drivers: Record<Driver, number> | null };
}

export interface ShownExceptions {
  asOf: ShownList['asOf'];
  value: ShownList['value'];
  accuracy: ShownList['accuracy'];
  ahead: { from: string; to: string } | null;
  counts: Record<ExceptionKind, number>;
  items: { kind: ExceptionKind; amount: number; because: string; series: ShownSeries }[];
}

export interface ShownTotal {
  series: number;
  forecasts: number;
  over: number;
  units: number;
  amount: number;
  unpriced: number;
  lastYear: { units: number; series: number };
  error: { n: number; absolute: number; wape: number | null; bias: number | null };
  steps: { timestamp: string; mean: number }[];
}

export interface ShownTotals {
  asOf: ShownList['asOf'];
  value: ShownList['value'];
  accuracy: ShownList['accuracy'];
  by: string[];
  total: ShownTotal;
  items: (ShownTotal & { key: Record<string, string> })[];
  others: (ShownTotal & { groups: number }) | null;
}
