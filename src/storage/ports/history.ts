// The demand history: batches, their rows, the tail and the segments.
// Times ending in `At` are UTC milliseconds; periods are integers on the project's time grid.

import type { Arrival, Closing, CovariateValues, EventData, ObservationStatus } from '../../core/index.ts';
import type { ContractLook } from './contracts.ts';
import type { RepairNote } from './repairs.ts';
import type { SourceAdvance } from './sources.ts';
import type { StreamAdvance } from './streams.ts';
import type { WithdrawalNote } from './withdrawals.ts';
import type { OpenSum, Word } from './word.ts';

/**
 * One accepted row on the grid. `value` is NaN unless `status` is observed, or stockout with a lower bound. A row with status
 * `plan` says nothing of demand: whoever reads demand leaves it out. One with status `refused` was not accepted.
 */
export interface ObservationRow {
  readonly seriesId: string;
  readonly period: number;
  readonly value: number;
  readonly status: ObservationStatus;
  /**
   * Where rows of a period are added up over batches (conflicts: sum) and an earlier batch spoke of the period: what this batch
   * itself brought; status `refused` = none of its rows was accepted. `value` and `status` are then all that came, this included.
   * Absent = the row is all there is, or replaces it.
   */
  readonly part?: Word | undefined;
  /**
   * Where rows are added up: how many rows of the period the batch set aside, which may be demand, less those of a source that it
   * reads anew. Absent = none.
   */
  readonly refused?: number | undefined;
  /** How many refused rows of the period the batch brings again, or gives up: those of the batch that it repairs. Absent = none. */
  readonly answered?: number | undefined;
  /** While refused rows of the period wait: see `OpenSum`. `value` is NaN then. Absent = none waits. */
  readonly open?: OpenSum | undefined;
  /** What the row says beside demand, known and past columns; absent = nothing. */
  readonly covariates?: CovariateValues | undefined;
}

/** What is known of a series whatever the period, as far as a batch says. */
export interface AttributeRow {
  readonly seriesId: string;
  readonly attributes: CovariateValues;
}

/**
 * A Parquet file of accepted rows: columns series_id, period, value, status, batch_seq, `part_value` and `part_status` where a row
 * has a part, refused_rows, answered_rows, open_value, open_status and open_rows where rows of a sum were refused, and `covariate_…` for each known or past column that its batches brought.
 */
export interface SegmentRecord {
  readonly hash: string;
  readonly rows: number;
  readonly periodMin: number;
  readonly periodMax: number;
  /** Batches whose rows are inside: from and to, inclusive. */
  readonly batchSeqMin: number;
  readonly batchSeqMax: number;
}

/** What one ingest brought. `seq` orders batches: of two values for one series and period, the later batch wins. */
export interface BatchRecord {
  readonly seq: number;
  readonly id: string;
  readonly project: string;
  readonly idempotencyKey: string;
  /** SHA-256 of the bytes received: the same key with other bytes is refused. */
  readonly contentHash: string;
  /** File name or `http`. */
  readonly source: string;
  readonly receivedAt: number;
  /** Observations and plans. */
  readonly rowsAccepted: number;
  /** Of the accepted: plans, which say what is known ahead and are no part of the history. */
  readonly rowsPlanned: number;
  /** Accepted rows of a table of attributes, one per series. */
  readonly rowsDescribed: number;
  /** Rows identical to another row of the batch: collapsed, not quarantined. */
  readonly rowsDuplicate: number;
  /** Periods of a series of which it says something else than was known, and replaces it. */
  readonly rowsReplaced: number;
  /** Periods of a series whose value was added to what earlier batches brought (conflicts: sum). */
  readonly rowsAdded: number;
  readonly rowsQuarantined: number;
  readonly quarantinedByCode: Readonly<Record<string, number>>;
  /** NDJSON blob with every quarantined row: `{row, code, reason, raw}`; null when there was none. */
  readonly quarantineHash: string | null;
  /** Of the observations, without plans; null when there is none. */
  readonly periodMin: number | null;
  readonly periodMax: number | null;
  /** Up to here it closes the periods of the series it holds, as a file does its own range; null = it says nothing of that. */
  readonly closesThrough: number | null;
  /** Periods from here on were not over when it came: its rows of them are parts, and close nothing; null = it has none. */
  readonly openFrom: number | null;
  /** False while the rows live in the relational tail only. */
  readonly sealed: boolean;
  /** Its rows are quarantined ones of an earlier batch, sent again; absent = they are not. */
  readonly repair?: RepairNote | undefined;
  /** Of the quarantined: rows that later batches brought again, mended; absent = none. */
  readonly rowsRepaired?: number | undefined;
}

export interface BatchCommit {
  readonly batch: Omit<BatchRecord, 'seq' | 'rowsRepaired'>;
  /** Of a repair: how many of the same batch there were when its rows were chosen; another one since is `data/repair-overtaken`. */
  readonly repairsKnown?: number | undefined;
  /** Messages that the batch was made from: their positions move in the same transaction. Absent = not from a stream. */
  readonly advance?: StreamAdvance | undefined;
  /** The source that the batch was read from: it moves on in the same transaction. Absent = not from a source. */
  readonly source?: SourceAdvance | undefined;
  /** Rows for the relational tail: all rows of a small batch, or those of a file that may be labels of predictions. */
  readonly tail: readonly ObservationRow[];
  /** For a file batch already written as Parquet; its batch_seq column is filled at read time from the record. */
  readonly segment: Omit<SegmentRecord, 'batchSeqMin' | 'batchSeqMax'> | null;
  /** Attributes of series: what they say is added to what is known already. Absent = none. */
  readonly attributes?: readonly AttributeRow[];
  /** What it says of units. Absent = nothing. */
  readonly unitWords?: readonly UnitWord[] | undefined;
  /** Rows of earlier batches that the batch takes back, or lets count again. Absent = none. */
  readonly withdrawal?: WithdrawalNote | undefined;
  /**
   * The history was read up to this batch, to add the rows to what was there: one that came later with rows of periods between
   * `periodMin` and `periodMax` is `store/conflict`. Absent = nothing was read.
   */
  readonly addedTo?:
    | { readonly readThrough: number; readonly periodMin: number; readonly periodMax: number }
    | undefined;
  /** What the batch closes: see `core/closed-periods.ts`. One that closes no further than is known is not kept. Absent = none. */
  readonly closings?: readonly Omit<Closing, 'seq' | 'at'>[] | undefined;
  /** Checks of the contract that failed: an event in the same transaction. Absent = none. */
  readonly failed?: EventData['contract.failed'] | undefined;
  /** What the contract came to, kept in the same transaction. Absent = there is none, or it was not asked. */
  readonly looked?: ContractLook | undefined;
}

/**
 * What a batch says of the unit of a series: rows of it were `held` back, as they are `factor` times what they should be; or its rows
 * were `accepted` as they are, and what came before says no more what is usual.
 */
export interface UnitWord {
  readonly seriesId: string;
  readonly word: 'held' | 'accepted';
  readonly factor: number;
  /** False = another factor would explain the rows as well. */
  readonly isSure: boolean;
}

/** All that is known of a series whatever the period. */
export interface SeriesAttributes extends AttributeRow {
  /** The batch that changed them last. */
  readonly batchSeq: number;
}

/** An observation as known from the relational tail. */
export interface TailRow extends ObservationRow {
  readonly batchSeq: number;
  readonly knownAt: number;
  /** `BatchRecord.closesThrough` of its batch, where rows are read in the order of batches; absent = nothing. */
  readonly closesThrough?: number | undefined;
  /** `BatchRecord.openFrom` of its batch; absent = it has none. */
  readonly openFrom?: number | undefined;
}

/** A batch that says of the series it holds which of their periods are over, or not over. */
export type ClosingBatch = Pick<BatchRecord, 'seq' | 'closesThrough' | 'openFrom'>;

/** A piece of the history in the order of batches: what was accepted or refused, and what was closed. */
export interface HistoryPage {
  readonly rows: readonly TailRow[];
  /** Of batches whose rows end on this page or earlier: they apply after its rows. */
  readonly closings: readonly Closing[];
}

export interface BatchCommitted {
  readonly batch: BatchRecord;
  /** Its idempotency key was known: this is the batch of then. */
  readonly replayed: boolean;
  /** Of a batch that landed now: the project's batch before it (0 = it is the first), and what it closed. */
  readonly landed: { readonly after: number; readonly closings: readonly Closing[] } | null;
}

/** What a project's batches come to. */
export interface HistoryTotals {
  readonly batches: number;
  /** The last batch; 0 = there is none. */
  readonly batchSeq: number;
  /** Rows of batches that are not sealed, accepted or set aside: most of those left a mark that waits too. */
  readonly rowsUnsealed: number;
  /** Of all observations, plans left out; null without any. */
  readonly periodMin: number | null;
  readonly periodMax: number | null;
}

/**
 * Batches of a project are visible in order, without holes: when one can be read, all of the project with a lower seq can, and no
 * later one gets a lower seq. Numbers between two may belong to other projects.
 */
export interface HistoryStore {
  /**
   * One transaction: batch, tail rows, segment, attributes, closings, positions of a stream or source, event `batch.committed`. A known
   * idempotency key returns the old batch; `streams/position-moved`, `sources/position-moved` as theirs, and then nothing lands.
   */
  commitBatch(commit: BatchCommit): Promise<BatchCommitted>;
  findBatch(project: string, idempotencyKey: string): Promise<BatchRecord | undefined>;
  getBatch(id: string): Promise<BatchRecord | undefined>;
  /** Batches that bring quarantined rows of this one again, ascending by seq. */
  repairsOf(project: string, batchId: string): Promise<BatchRecord[]>;
  /** All batches that bring quarantined rows again, or give them up, and the batch that these were of; ascending by seq. */
  listRepairs(project: string): Promise<{ readonly seq: number; readonly of: number }[]>;
  /** Ascending by seq. */
  listBatches(project: string, options: { afterSeq: number; limit: number }): Promise<BatchRecord[]>;
  /** Descending by seq, those before `beforeSeq`; null = from the newest on. */
  newestBatches(
    project: string,
    options: { beforeSeq: number | null; limit: number },
  ): Promise<BatchRecord[]>;
  /**
   * Tail rows of batches after `afterSeq`, ascending by batchSeq, about `limit` of them: batches come whole, so that the
   * last batchSeq can continue the reading; one batch alone may be more than `limit`.
   */
  readTail(
    project: string,
    options: { afterSeq: number; unsealedOnly: boolean; limit: number },
  ): Promise<TailRow[]>;
  /**
   * Latest known value per series and period from `periodMin` on (later batch wins); plans are none. A refused row is
   * returned only where there is no other.
   */
  readActuals(
    project: string,
    options: { periodMin: number; periodMax: number; seriesIds?: readonly string[] },
  ): Promise<TailRow[]>;
  /** Every tail row of one series, plans among them, ascending by batch, then period. Cost: O(periods asked for). */
  readSeriesRows(
    project: string,
    options: { seriesId: string; periodMin: number; periodMax: number },
  ): Promise<TailRow[]>;
  /**
   * Tail rows with covariates of periods from `periodMin` on, plans among them, of batches after `afterSeq`, ascending by
   * batchSeq, period and series: what is known ahead. At most `limit` of them; `afterRow` continues after the last one.
   */
  readCovariates(
    project: string,
    options: {
      afterSeq: number;
      periodMin: number;
      limit: number;
      afterRow?: Pick<TailRow, 'batchSeq' | 'period' | 'seriesId'> | undefined;
    },
  ): Promise<TailRow[]>;
  /**
   * Tail rows that are no whole word on their period, ascending by batch: refused ones, those taken back, and parts of periods that
   * were not over; of periods from `periodMin` on, among batches up to `batchSeqMax`.
   */
  readUnsettled(project: string, options: { periodMin: number; batchSeqMax: number }): Promise<TailRow[]>;
  /** The newest closing of each group among batches after `afterSeq` (default 0) up to `batchSeqMax`, ascending by seq. */
  readClosings(project: string, options: { afterSeq?: number; batchSeqMax: number }): Promise<Closing[]>;
  /**
   * Batches up to `batchSeqMax` that close periods of the series they hold, or have parts of periods later than the project clock of
   * then; ascending by seq.
   */
  closingBatches(project: string, batchSeqMax: number): Promise<ClosingBatch[]>;
  /**
   * Of each period after `afterPeriod` (null = of all) that was the newest a batch brought more than parts of: when the first
   * observation as late as it came. Ascending in both.
   */
  firstArrivals(project: string, afterPeriod: number | null): Promise<Arrival[]>;
  /** The newest period closed for the whole project; null before the first closing. O(1). */
  projectClock(project: string): Promise<number | null>;
  /** As of the last commit. Cost: one row, however many batches there are. */
  historyTotals(project: string): Promise<HistoryTotals>;
  /**
   * What batches up to `batchSeqMax` say of each series, ascending by id from after `afterId`; only series that a batch after
   * `afterSeq` changed.
   */
  readAttributes(
    project: string,
    options: { batchSeqMax: number; afterSeq: number; afterId: string; limit: number },
  ): Promise<SeriesAttributes[]>;
  /** What batches after `afterSeq` say of units, ascending by seq. */
  readUnitWords(project: string, afterSeq: number): Promise<(UnitWord & { readonly batchSeq: number })[]>;
  /** The last batch up to `batchSeqMax` that changed attributes; 0 = none did. */
  lastAttributesSeq(project: string, batchSeqMax: number): Promise<number>;
  /**
   * Marks the batches as sealed and adds the segment, in one transaction. Doing it again is a no-op; another segment
   * with a batch that is sealed already is `store/conflict`.
   */
  sealBatches(project: string, batchSeqs: readonly number[], segment: SegmentRecord): Promise<void>;
  listSegments(project: string, options: { batchSeqMax: number }): Promise<SegmentRecord[]>;
  /** Removes sealed tail rows before `periodMin`, at most `rowsMax` of them; returns how many. */
  pruneTail(project: string, options: { periodMin: number; rowsMax: number }): Promise<number>;
}
