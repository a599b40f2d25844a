// A look at everything that is kept, as it is at one moment, without changing any of it.

import type { SegmentRecord } from './history.ts';
import type { Instance } from './instance.ts';

/** What of one kind is there: how many, and a hash over all of them in order. Equal when nothing was lost, added or changed. */
export interface LedgerEntry {
  readonly count: number;
  readonly hash: string;
}

/** How far a ledger goes: what came later is not in it. */
export interface LedgerPoint {
  readonly batchSeq: number;
  readonly eventSeq: number;
  readonly predictionRow: number;
  readonly exposureRow: number;
  readonly overrideRow: number;
  readonly versionRow: number;
}

export interface Ledger {
  readonly point: LedgerPoint;
  /** Accepted rows, by the batches that brought them. */
  readonly rows: LedgerEntry;
  readonly batches: LedgerEntry;
  readonly predictions: LedgerEntry;
  readonly exposures: LedgerEntry;
  readonly overrides: LedgerEntry;
  readonly versions: LedgerEntry;
  readonly events: LedgerEntry;
}

/** A stored file that some record names. */
export interface NamedBlob {
  readonly hash: string;
  readonly namedBy: string;
}

export interface Inspection {
  instance(): Instance;
  tables(): string[];
  /** What is wrong with a table and its indexes, in words; empty = nothing. */
  checkTable(name: string): string[];
  /** Records that refer to others which are not there. */
  checkReferences(): string[];
  /** Aliases, streams and the order of batches and events. */
  checkOrder(): string[];
  /** Every stored file that a record names, each as often as it is named. */
  namedBlobs(): Iterable<NamedBlob>;
  segments(): (SegmentRecord & { readonly project: string })[];
  /** @param point only what had come by then; default = all */
  ledger(point?: LedgerPoint): Ledger;
  /** How large the database is, without what it will use again, and of how much. */
  size(): { readonly databaseBytes: number; readonly predictions: number; readonly events: number };
  close(): void;
}
