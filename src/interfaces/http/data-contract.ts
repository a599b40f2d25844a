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
  /** Where the quarantined rows can be read; null when there is none. */
  quarantineUrl: string | null;
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
