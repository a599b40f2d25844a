// What happened, in order.

import type { NewEvent, StoredEvent } from '../../core/index.ts';

/**
 * Events are visible in order, without holes: when one can be read, all with a lower seq can, whoever wrote them, from whatever
 * process. So a follower that goes on after the last one it has read misses none.
 */
export interface EventStore {
  appendEvent(event: NewEvent): Promise<StoredEvent>;
  /** Ascending by seq. */
  readEvents(options: { afterSeq: number; project?: string; limit: number }): Promise<StoredEvent[]>;
  /** Of the newest event; 0 before the first. */
  lastEventSeq(): Promise<number>;
}
