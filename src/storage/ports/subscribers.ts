// How far those who follow events have come, for subscribers that must not miss one when a process is killed.

/** Where a subscriber stands: a process that begins takes it up from there. */
export interface SubscriberPosition {
  /** The name that the code gives it; a new name begins anew. */
  readonly subscriber: string;
  /** Every event up to this one has been taken in, but for those of the projects that are behind. */
  readonly seq: number;
  readonly behind: readonly ProjectBehind[];
}

/** A project of which events wait to be taken in, or to be tried again. */
export interface ProjectBehind {
  readonly project: string;
  /** Every event of it up to this one has been taken in. */
  readonly seq: number;
  /** How many wait, of those that had been read. */
  readonly events: number;
  /** When the oldest of them was read, UTC milliseconds. */
  readonly since: number;
  /** Why the last try failed; null = none has. */
  readonly reason: string | null;
}

export interface SubscriberStore {
  /** By name, ascending; their projects too. */
  readSubscribers(): Promise<SubscriberPosition[]>;
  /** Takes the place of what was noted of these subscribers, all of them in one transaction. */
  noteSubscribers(positions: readonly SubscriberPosition[]): Promise<void>;
}
