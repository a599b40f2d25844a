// Rows that were taken back: what was withdrawn, by which batch, and whether it stands again.

/** Which rows of a project: every part that is null says nothing. */
export interface RowSelection {
  readonly batchSeq: number | null;
  readonly seriesId: string | null;
  /** From and to, inclusive. */
  readonly periodMin: number | null;
  readonly periodMax: number | null;
}

export interface WithdrawalRecord extends RowSelection {
  readonly id: string;
  readonly project: string;
  readonly at: number;
  readonly reason: string;
  /** Rows that the selection had. */
  readonly rows: number;
  /** The batch that says what is known without them; only rows of batches before it are withdrawn. */
  readonly correctionSeq: number;
  /** The batch that says it with them again, and when; null = they are withdrawn. */
  readonly restoredSeq: number | null;
  readonly restoredAt: number | null;
}

/** What a commit of such a batch notes in its own transaction. */
export interface WithdrawalNote {
  /** A new withdrawal, or the id of one whose rows stand again. */
  readonly of: Omit<WithdrawalRecord, 'correctionSeq' | 'restoredSeq' | 'restoredAt'> | string;
  /** The history was read up to this batch: a later one with rows of its own is `store/conflict`. */
  readonly readThrough: number;
}

export interface WithdrawalStore {
  /** Newest first. */
  listWithdrawals(project: string): Promise<WithdrawalRecord[]>;
}
