// What is removed because it is old, and the record that it was.

/** `models`: the model files of versions, whose records stay. */
export type RetentionKind = 'predictions' | 'exposures' | 'events' | 'jobs' | 'quarantine' | 'models';

/** What has been removed of a kind so far. */
export interface RetentionRecord {
  /** '' = of all projects. */
  readonly project: string;
  readonly kind: RetentionKind;
  readonly removed: number;
  /** Of what was removed, the newest was made at this time. */
  readonly through: number;
  /** When some of it was removed last. */
  readonly at: number;
}

export interface RetentionStore {
  /** How many of a kind would go. Counts them one by one: not for the event loop of a server. */
  countOlder(kind: RetentionKind, before: number): Promise<number>;
  /**
   * Removes about the oldest `rowsMax` of a kind that were made before a time, and records that they are gone, in one
   * transaction. Kept whatever their age: the newest event, jobs that have not ended, versions that an alias names or
   * named since then, and the last few of each project. @returns how many went
   */
  removeOlder(
    kind: RetentionKind,
    options: { readonly before: number; readonly rowsMax: number; readonly at: number },
  ): Promise<number>;
  retentionRecords(): Promise<RetentionRecord[]>;
  /** When retention last looked at everything; null = never. */
  lastRetention(): Promise<number | null>;
  noteRetention(at: number): Promise<void>;
}
