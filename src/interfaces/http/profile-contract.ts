// What is stored as a whole, as the API shows it: part of `contract.ts`.

import type { ContractResult } from './data-contract.ts';

type DemandClass = 'smooth' | 'erratic' | 'intermittent' | 'lumpy';
export type SuspectKind =
  | 'negative'
  | 'unit-change'
  | 'outlier'
  | 'ended'
  | 'constant'
  | 'once'
  | 'never'
  | 'look-alike'
  | 'dominant';

export interface StoredProfile {
  /** When it was made. */
  at: string;
  /** Series and periods with a row. */
  rows: number;
  series: number;
  first: string | null;
  last: string | null;
  /** Known demand in all. */
  demand: number;
  periods: {
    observed: number;
    zeros: number;
    /** Rows without a value. */
    missing: number;
    stockouts: number;
    /** Between the first and the last row of their series. */
    withoutRow: number;
  };
  classes: { demandClass: DemandClass; series: number; demand: number }[];
  /** Whether the newest period is whole; null without rows. */
  newest: {
    period: string;
    /** `unfinished`: more of it is to come. `low`: all have reported, and it is the lowest of those compared. `unknown`: too little before it. */
    state: 'usual' | 'low' | 'unfinished' | 'unknown';
    reasons: string[];
    compared: number;
    demand: number;
    usualDemand: number | null;
    lowestDemand: number | null;
    usualSeries: number;
    reported: number;
  } | null;
  /** Series with a suspicion of their own. */
  suspects: number;
  suspicious: { kind: SuspectKind; series: number; examples: { seriesId: string; reason: string }[] }[];
  concentration: {
    /** So many series have half of the demand. */
    seriesForHalf: number;
    /** Share of the demand that the largest series have, in even steps from none of them to all. */
    curve: number[];
    largest: { seriesId: string; share: number } | null;
  };
  timeline: { periodsPerPoint: number; points: { first: string; demand: number; series: number }[] };
  findings: { kind: string; message: string }[];
  /** Which series are in `pictures`. */
  sampleRule: string;
  pictures: {
    seriesId: string;
    because: SuspectKind | 'largest' | 'sample';
    demandClass: DemandClass;
    demand: number;
    first: string;
    last: string;
    periodsPerPoint: number;
    /** Mean known demand of a period; null = unknown. */
    values: (number | null)[];
    /** The point that a suspicion is about. */
    mark: number | null;
  }[];
}

/** The data contract of a project, asked of what is stored. */
export interface StoredContract {
  at: string;
  contract: { file: string; id: string; version: string; warnings: string[] };
  rows: number;
  first: string | null;
  last: string | null;
  results: ContractResult[];
}
