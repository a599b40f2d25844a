// What an ingest found, whichever way the rows came.

import type { CheckResult } from '../../../core/index.ts';
import type { LastOfSeries } from '../../../forecasting/evaluate/index.ts';
import type { AttributeRow, ObservationRow } from '../../../storage/ports/index.ts';
import type { QuarantinedRow } from './quarantine-codes.ts';
import type { HeldRows } from './unit-check.ts';

export interface IngestCounts {
  /** Rows received = accepted + duplicates + quarantined. */
  readonly rows: number;
  readonly accepted: number;
  /** Of the accepted: rows that say what is known ahead, and nothing of demand. */
  readonly plans: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly quarantinedByCode: Readonly<Record<string, number>>;
  /** Of what was accepted, without plans; null when that is nothing. */
  readonly periodMin: number | null;
  readonly periodMax: number | null;
  /** The first few, for people. */
  readonly problems: readonly QuarantinedRow[];
  /** Rows in another unit, held back; absent = nothing was looked for. */
  readonly held?: readonly HeldRows[];
  /** What the checks of the contract came to; absent without one. */
  readonly contract?: readonly CheckResult[];
}

export interface CheckedBody extends IngestCounts {
  /** One per series and period, sorted. */
  readonly observations: readonly ObservationRow[];
  /** What the rows say of their series, one per series. */
  readonly attributes: readonly AttributeRow[];
  /** Of each series whose unit could be judged its last value; absent = nothing was looked for. */
  readonly last?: ReadonlyMap<string, LastOfSeries>;
  /** NDJSON; null when nothing was quarantined. */
  readonly quarantine: Uint8Array | null;
  /** What each row says by itself, by its number from 1; refused ones are not in it. Absent = it was not asked for. */
  readonly words?: ReadonlyMap<number, ObservationRow>;
}
