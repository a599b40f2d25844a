// Which data folder a database belongs to, and how far it has come.

export interface Instance {
  /** Everything in one data folder has the same; '' = a new database, which has none yet. */
  readonly id: string;
  readonly createdAt: number;
  /** Counts every commit that changed something: a database with fewer is an older one. */
  readonly commits: number;
}

export interface InstanceStore {
  instance(): Promise<Instance>;
  /** Gives a new database its id, or one that goes its own way another. */
  nameInstance(id: string, at: number): Promise<void>;
  /** Commits something small, so that the log of the database is on the disk. */
  markOpened(): Promise<void>;
  /** What is wrong with its pages, a few lines of it; large tables are left out when `bytesMax` would be passed. */
  checkPages(options: { bytesMax: number }): Promise<string[]>;
}
