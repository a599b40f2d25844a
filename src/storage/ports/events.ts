// What happened, in order.

import type { NewEvent, StoredEvent } from '../../core/index.ts';

export interface EventStore {
  appendEvent(event: NewEvent): Promise<StoredEvent>;
  /** Ascending by seq. */
  readEvents(options: { afterSeq: number; project?: string; limit: number }): Promise<StoredEvent[]>;
  /** Of the newest event; 0 before the first. */
  lastEventSeq(): Promise<number>;
}
