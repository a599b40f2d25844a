// What stands beside the database, in files of its own, so that one that is gone, older or another's is noticed.

/** `almanac.json` in the data folder. */
export interface FolderMarker {
  readonly format: 1;
  /** The id of the database that belongs here. */
  readonly id: string;
  readonly createdAt: number;
  /** `open` while a process has the database open, or was killed while it had. */
  readonly state: 'open' | 'closed';
  /** The database has seen at least so many commits. */
  readonly commits: number;
  readonly writtenAt: number;
  /** Files that are known to be lost, and gone on without. */
  readonly lostBlobs: readonly string[];
}
