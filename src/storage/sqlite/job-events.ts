// The events that jobs tell, found by their job: the index, and the query that uses it.

import type { Kysely } from 'kysely';
import { decodeEvent, type StoredEvent } from '../../core/index.ts';
import { runText } from './expressions.ts';
import type { Schema } from './schema.ts';

export const eventsByJob: string = `
create index event_by_job on event (json_extract(data, '$.jobId'), seq) where type glob 'job.*';
`;

const newestSql =
  "select * from event where json_extract(data, '$.jobId') = ? and type glob 'job.*' order by seq desc limit ?";

/** Oldest first: the newest `limit`. Cost: O(limit). */
export async function jobEvents(db: Kysely<Schema>, id: string, limit: number): Promise<StoredEvent[]> {
  const rows = await runText<Parameters<typeof decodeEvent>[0]>(db, newestSql, [id, limit]);
  return [...rows].reverse().map(decodeEvent);
}
