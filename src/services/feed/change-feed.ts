// How processes over one store hear at once that something was committed. Only a hint: the events are the log, and each
// process' own look at them, a few times a second, is the floor.

export interface ChangeFeed {
  /**
   * Tells the others that everything up to this event is committed. Resolves when those that can be reached have taken it in,
   * or have not within a second; never rejects.
   */
  told(seq: number): Promise<void>;
  /** Called when another process tells; what it returns resolves when that is in effect here. One listener. */
  onTold(listener: (seq: number) => Promise<void>): void;
}

/** Where this process is the only one. */
export const nobodyElse: ChangeFeed = { told: async () => {}, onTold: () => {} };
