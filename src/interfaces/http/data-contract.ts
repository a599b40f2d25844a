// What a batch brought, and the data contract of a project, as the API shows them: part of `contract.ts`.

export interface IngestResult {
  batchId: string;
  /** True when this very batch had been taken in before: the counts are the first ones. */
  replayed: boolean;
  accepted: number;
  /** Of the accepted: rows that say what is known ahead, and nothing of demand. */
  plans: number;
  /** Rows identical to another row of the batch. */
  duplicates: number;
  /** Periods of a series of which it says something else than was known, and replaces it. */
  replaced: number;
  /** Periods of a series that were added to what earlier batches brought (conflicts: sum). */
  added: number;
  quarantined: number;
  quarantinedByCode: Record<string, number>;
  /** The first few quarantined rows; empty for a replayed batch. */
  problems: { row: number; code: string; reason: string }[];
  /** Checks of the data contract that failed, and did not refuse the batch. */
  failedChecks: ContractResult[];
  /**
   * Periods of a series that are unknown until refused rows of them are mended or given up (conflicts: sum); absent = none is, or the
   * batch is a replayed one.
   */
  unknownPeriods?: number;
  /** Where the quarantined rows can be read; null when there is none. */
  quarantineUrl: string | null;
}

/** A batch as the list shows it. */
export interface Batch {
  id: string;
  /** Of two values for one series and period, that of the batch with the higher number counts. */
  seq: number;
  receivedAt: string;
  /** The name of a file, `http`, a stream or source; `closing`, `withdraw`, `restore`, `repair` are the product's own. */
  source: string;
  accepted: number;
  /** Of the accepted: rows that say what is known ahead, and nothing of demand. */
  plans: number;
  duplicates: number;
  /** Periods of a series of which it said something else than was known, and replaced it. */
  replaced: number;
  /** Periods of a series that were added to what earlier batches brought (conflicts: sum). */
  added: number;
  quarantined: number;
  quarantinedByCode: Record<string, number>;
  /** Of the quarantined: rows that later batches brought again, mended. */
  repaired: number;
  /** Rows that withdrawals of this batch have taken back. */
  withdrawn: number;
  /** First and last period of its observations; null without any. */
  from: string | null;
  to: string | null;
}

/** What a check of the data contract came to. */
export interface ContractResult {
  id: string;
  description: string;
  severity: 'error' | 'warning';
  dimension: string;
  columns: string[];
  status: 'passed' | 'failed' | 'not checked';
  /** What a failed one refuses: the rows that break it, or the batch; null = nothing, it is reported. */
  refuses: 'rows' | 'batch' | null;
  /** Why it was not checked; else null. */
  why: string | null;
  /** In `unit`; null when not checked. */
  figure: number | null;
  unit: 'rows' | 'percent' | 'hours';
  /** In words: `at most 5 percent`. */
  bound: string;
  /** What the figure is of: rows looked at, or periods. */
  n: number;
  /** The first few that break it; `row` is null where it is no row. */
  examples: { row: number | null; value: string }[];
}

/** A check that failed when it was asked, briefly. */
export interface FailedCheck {
  id: string;
  severity: 'error' | 'warning';
  refuses: 'rows' | 'batch' | null;
  figure: number;
  unit: 'rows' | 'percent' | 'hours';
  bound: string;
  n: number;
}

/** What the checks of a contract came to once. */
export interface ContractLook {
  at: string;
  ageHours: number;
  /** Of the contract, at that time. */
  version: string;
  /** Null where the batch was refused as a whole, and of what is stored. */
  batchId: string | null;
  source: string;
  refused: boolean;
  passed: number;
  notChecked: number;
  failed: FailedCheck[];
  /** How many more failed than are named. */
  others: number;
}

/** How the data contract of a project stands. */
export interface ContractState {
  project: string;
  file: string;
  id: string;
  version: string;
  /** How many it has. */
  checks: number;
  /** The last of their kind; null = none yet. */
  lastBatch: ContractLook | null;
  lastFailedBatch: ContractLook | null;
  lastStored: ContractLook | null;
  /** By the newest period closed for the project. */
  freshness: { closedThrough: string | null; ageHours: number | null };
  /** Checks that failed when they were asked last: of the last batch, of what is stored, and of the clock now. */
  failing: (FailedCheck & { of: 'batch' | 'stored' | 'now' })[];
}

/** Quarantined rows to be sent again: which of a batch, and what becomes of them. */
export interface RepairRequest {
  batch: string;
  /** Only rows refused for this reason. */
  code?: string;
  /** Only these rows of the batch: `3,7-9`. */
  rows?: string;
  /** Columns that get another text; null = nothing. */
  set?: Record<string, string | null>;
  /** Texts of columns that become other texts: `{ "item": { "OLD": "NEW" } }`. */
  map?: Record<string, Record<string, string>>;
  /** The target is multiplied, and divided, by these. */
  multiply?: number;
  divide?: number;
  /** The target is divided by the factor that the row was held back for. */
  rescale?: boolean;
  /** They are right: what only looked wrong beside other rows is not asked again. */
  accept?: boolean;
  /** They are no demand: given up, and no sum waits for them. Needs a reason. */
  discard?: boolean;
  reason?: string;
}

export interface RepairResult {
  /** What was committed, or had been by the same repair before. */
  batches: {
    batchId: string;
    accepted: number;
    /** Rows that gave way to others, as to those of later batches. */
    duplicates: number;
    replaced: number;
    added: number;
    quarantined: number;
    quarantinedByCode: Record<string, number>;
  }[];
  /** All of it had been done before: nothing was added. */
  replayed: boolean;
  rowsSent: number;
  /** Rows that were meant, and of which it is not plain what their columns held. */
  rowsUnreadable: number;
  /** The first few rows that are still refused. */
  problems: { row: number; code: string; reason: string }[];
}
