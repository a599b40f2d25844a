// Whether rows came between reading a history and adding to it.

import { type Kysely, sql } from 'kysely';
import { AppError } from '../../core/index.ts';
import type { BatchCommit } from '../ports/index.ts';
import type { Schema } from './schema.ts';

/**
 * What was read to be added to must still be what is there. A batch that takes rows back may be of any period; what was refused leaves
 * marks beside the span of what was accepted.
 */
export async function refuseLaterRows(
  trx: Kysely<Schema>,
  project: string,
  { readThrough, periodMin, periodMax }: NonNullable<BatchCommit['addedTo']>,
): Promise<void> {
  const { rows } = await sql`
    select 1 from batch where project = ${project} and seq > ${readThrough} and (
      (rows_accepted > rows_planned and (period_min is null or (period_min <= ${periodMax} and period_max >= ${periodMin})))
      or exists (select 1 from tail where tail.project = ${project} and tail.batch_seq = batch.seq
        and tail.period between ${periodMin} and ${periodMax})
      or exists (select 1 from segment where segment.project = ${project} and segment.batch_seq_min <= batch.seq
        and segment.batch_seq_max >= batch.seq and segment.period_min <= ${periodMax} and segment.period_max >= ${periodMin}))
    limit 1`.execute(trx);
  if (rows.length > 0)
    throw new AppError('store/conflict', `rows of ${project} have come since the history was read`);
}
