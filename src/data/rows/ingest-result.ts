// What an ingest found, whichever way the rows came.

import type { ObservationRow } from '../../store/ports.ts';
import type { QuarantinedRow } from './quarantine-codes.ts';

export interface IngestCounts {
  /** Rows received = accepted + duplicates + quarantined. */
  readonly rows: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly quarantinedByCode: Readonly<Record<string, number>>;
  /** Null when nothing was accepted. */
  readonly periodMin: number | null;
  readonly periodMax: number | null;
  /** The first few, for people. */
  readonly problems: readonly QuarantinedRow[];
}

export interface CheckedBody extends IngestCounts {
  /** One per series and period, sorted. */
  readonly observations: readonly ObservationRow[];
  /** NDJSON; null when nothing was quarantined. */
  readonly quarantine: Uint8Array | null;
}
