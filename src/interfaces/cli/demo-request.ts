// What `demo` asks of the demo, which is a room of its own and is passed in.

import type { TextSink } from './terminal.ts';

/** What `demo` needs of the demo. */
export interface DemoRequest {
  readonly seed: number;
  readonly days?: number;
  readonly port: number;
  readonly dayMs: number;
  /** Where the story goes; null = it is not told. */
  readonly story: (TextSink & { readonly colour: boolean }) | null;
  readonly signal: AbortSignal;
  readonly afterwards: (summary: DemoSummary, url: string) => Promise<void>;
}

/** The figures printed at the end; `--json` prints all that the demo gives. */
export interface DemoSummary {
  readonly days: number;
  readonly series: number;
  readonly observations: number;
  readonly quarantined: number;
  /** Spoilt rows that the generator sent: what `quarantined` should be. */
  readonly spoiltSent: number;
  readonly forecastsServed: number;
  readonly requests: number;
  readonly failedRequests: number;
  readonly predictionsLost: number;
  readonly actualsJoined: number;
  readonly labelCoverage: number | null;
  readonly retrains: number;
  readonly swaps: number;
  readonly wape: { readonly champion: number | null; readonly seasonalNaive: number | null };
  readonly coverage80: number | null;
  readonly seconds: number;
}
