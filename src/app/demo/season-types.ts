// The words the season's parts share: what is measured, what is shown, and what the season needs from outside.

import type { Clock } from '../../core/index.ts';
import type { DemoSummary } from '../../interfaces/cli/index.ts';
import type { Config } from '../../interfaces/config/index.ts';
import type { DemoControl } from '../../interfaces/http/index.ts';
import type { SeasonEvent } from './script.ts';

/** A server started in this process, reached over HTTP; `ingestFile` is the door for files. */
export interface SeasonServer {
  readonly url: string;
  ingestFile(
    project: string,
    path: string,
  ): Promise<{ accepted: number; duplicates: number; quarantined: number }>;
  /** Rows in the store, counted by reading them: the proof that no acknowledged row was lost. */
  storedRows(project: string): Promise<number>;
  close(): Promise<void>;
}

/** What the season asks of the platform; the bin file passes the real ones. */
export interface SeasonPlatform {
  /** Opens the data folder and listens. `clock` tells the server what day it is; jobs keep to the real one. `demo` is for its pages. */
  startServer(config: Config, clock: Clock, demo: DemoControl | undefined): Promise<SeasonServer>;
  readonly fetch: typeof fetch;
  sleep(ms: number): Promise<void>;
  /** Monotonic milliseconds. */
  elapsedMs(): number;
}

/** What the season counts while it runs; the summary is made from it. */
export interface Tally {
  days: number;
  observationsAccepted: number;
  observationsQuarantined: number;
  observationsDuplicate: number;
  /** Accepted rows that corrected an earlier one. */
  observationsRestated: number;
  /** Planted by the generator, to compare with what was caught. */
  spoiltPlanted: number;
  duplicatesPlanted: number;
  requests: number;
  failedRequests: number;
  backgroundRequests: number;
  /** Every id a forecast was answered with. */
  readonly predictionIds: string[];
  retrains: number;
  swaps: number;
}

/** Accuracy so far, as the API tells it. */
export interface SeasonAccuracy {
  readonly n: number;
  readonly wape: number | null;
  readonly naiveWape: number | null;
  readonly labelCoverage: number | null;
  readonly labelsJoined: number;
  /** Share of actuals inside the 80 % interval. */
  readonly inside80: number | null;
}

/** What happened, for whoever tells the story. */
export type SeasonNews =
  | {
      readonly kind: 'opened';
      readonly url: string;
      readonly series: number;
      readonly seed: number;
      /** Can its days be stopped at the dashboard? */
      readonly canPause: boolean;
    }
  | {
      readonly kind: 'history';
      readonly days: number;
      readonly accepted: number;
      readonly quarantined: number;
      readonly duplicates: number;
      readonly ms: number;
    }
  | { readonly kind: 'training-started'; readonly day: number; readonly reason: string }
  | { readonly kind: 'training-progress'; readonly fraction: number; readonly message: string }
  | {
      readonly kind: 'trained';
      readonly day: number;
      readonly version: number;
      readonly promoted: boolean;
      readonly gate: string | null;
      readonly ms: number;
      readonly servedMeanwhile: number;
    }
  | { readonly kind: 'event'; readonly day: number; readonly event: SeasonEvent }
  | { readonly kind: 'quarantined'; readonly day: number; readonly byCode: Readonly<Record<string, number>> }
  | {
      readonly kind: 'day';
      readonly day: number;
      readonly period: number;
      /** Units over all series: sold yesterday, and what had been forecast for it the day before; null on the first day. */
      readonly sold: number | null;
      readonly expected: number | null;
    }
  | {
      readonly kind: 'week';
      readonly week: number;
      readonly fromPeriod: number;
      readonly toPeriod: number;
      readonly accuracy: SeasonAccuracy;
    }
  | { readonly kind: 'reading-back'; readonly predictions: number };

/** What `demo --once --json` prints. Every figure is measured. */
export interface SeasonSummary extends DemoSummary {
  /** Rows acknowledged as accepted minus rows found in the store. */
  readonly observationsLost: number;
  readonly backgroundRequests: number;
  readonly seed: number;
}
