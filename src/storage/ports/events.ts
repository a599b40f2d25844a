// What happened, in order.

import type { JsonObject } from './json.ts';

/** What happened, in order: servers learn of changes from here and clients follow it. */
export interface EventRecord {
  readonly seq: number;
  readonly at: number;
  readonly project: string;
  /** `batch.committed`, `snapshot.created`, `job.step`, `job.done`, `job.failed`, `version.registered`, `alias.changed`, `swap.done`, … */
  readonly type: string;
  readonly data: JsonObject;
}

export interface EventStore {
  appendEvent(event: Omit<EventRecord, 'seq'>): Promise<EventRecord>;
  readEvents(options: { afterSeq: number; project?: string; limit: number }): Promise<EventRecord[]>;
  lastEventSeq(): Promise<number>;
}
