// Closings: up to which period each reporting group of a project is closed, in the order of batches.

import { type Kysely, type Selectable, sql } from 'kysely';
import { type Arrival, type Closing, type ClosingCause, wholeProject } from '../../core/index.ts';
import type { BatchCommit, ClosingBatch } from '../ports/index.ts';
import { runText } from './expressions.ts';
import type { ClosingTable, Schema } from './schema.ts';

/** Adds what a batch closes beyond what is closed already. @returns what was added */
export async function addClosings(
  trx: Kysely<Schema>,
  batch: { project: string; seq: number; at: number },
  closings: BatchCommit['closings'] = [],
): Promise<Closing[]> {
  const added: Closing[] = [];
  for (const { group, through, cause } of closings) {
    const known = await newestOf(trx, batch.project, group);
    if (known !== null && known >= through) continue;
    await trx
      .insertInto('closing')
      .values({
        project: batch.project,
        reporting_group: group,
        batch_seq: batch.seq,
        through,
        cause,
        at: batch.at,
      })
      .execute();
    added.push({ seq: batch.seq, group, through, cause, at: batch.at });
  }
  return added;
}

export async function readClosings(
  db: Kysely<Schema>,
  project: string,
  { afterSeq = 0, batchSeqMax }: { afterSeq?: number; batchSeqMax: number },
): Promise<Closing[]> {
  // Closings of a group only grow, so the one of the last batch is the newest.
  const rows = await db
    .selectFrom('closing')
    .innerJoin(
      (eb) =>
        eb
          .selectFrom('closing')
          .select((e) => ['reporting_group as newest_group', e.fn.max('batch_seq').as('newest_seq')])
          .where('project', '=', project)
          .where('batch_seq', '>', afterSeq)
          .where('batch_seq', '<=', batchSeqMax)
          .groupBy('reporting_group')
          .as('newest'),
      (join) =>
        join
          .onRef('newest.newest_group', '=', 'closing.reporting_group')
          .onRef('newest.newest_seq', '=', 'closing.batch_seq'),
    )
    .selectAll('closing')
    .where('closing.project', '=', project)
    .orderBy('closing.batch_seq')
    .orderBy('closing.reporting_group')
    .execute();
  return rows.map(closingOf);
}

export async function closingBatches(
  db: Kysely<Schema>,
  project: string,
  batchSeqMax: number,
): Promise<ClosingBatch[]> {
  const [whole] = (await readClosings(db, project, { batchSeqMax })).filter(
    ({ group }) => group === wholeProject,
  );
  const said = db
    .selectFrom('batch')
    .select(['seq', 'closes_through as closesThrough', 'open_from as openFrom'])
    .where('project', '=', project)
    .where('seq', '<=', batchSeqMax);
  const closing = await said.where('closes_through', 'is not', null).orderBy('seq').execute();
  // What is closed for all is closed whatever a row says of it.
  const parts = await said
    .where('open_from', 'is not', null)
    .where('closes_through', 'is', null)
    .where('period_max', '>', whole?.through ?? Number.MIN_SAFE_INTEGER)
    .execute();
  return parts.length === 0 ? closing : [...closing, ...parts].sort((a, b) => a.seq - b.seq);
}

/** The newest period that a batch has more than parts of. */
const periodReported = sql<number>`min(period_max, coalesce(open_from - 1, period_max))`;

export async function firstArrivals(
  db: Kysely<Schema>,
  project: string,
  afterPeriod: number | null,
): Promise<Arrival[]> {
  let query = db
    .selectFrom('batch')
    .select((eb) => [periodReported.as('period'), eb.fn.min('received_at').as('at')])
    .where('project', '=', project)
    .where('period_max', 'is not', null)
    .groupBy(periodReported)
    .orderBy(periodReported, 'desc');
  // By the index first.
  if (afterPeriod !== null)
    query = query.where('period_max', '>', afterPeriod).where(periodReported, '>', afterPeriod);
  const arrivals: Arrival[] = [];
  let first = Number.POSITIVE_INFINITY;
  for (const { period, at } of await query.execute()) {
    // Who came with a later period came with a row as late as this one too.
    if (Number(at) >= first) continue;
    first = Number(at);
    arrivals.push({ period: Number(period), at: first });
  }
  return arrivals.reverse();
}

export async function projectClock(db: Kysely<Schema>, project: string): Promise<number | null> {
  return newestOf(db, project, wholeProject);
}

/** The last entry of a group in the primary key. */
async function newestOf(db: Kysely<Schema>, project: string, group: string): Promise<number | null> {
  const [row] = await runText<Pick<Selectable<ClosingTable>, 'through'>>(
    db,
    'select through from closing where project = ? and reporting_group = ? order by batch_seq desc limit 1',
    [project, group],
  );
  return row?.through ?? null;
}

function closingOf(row: Selectable<ClosingTable>): Closing {
  return {
    seq: row.batch_seq,
    group: row.reporting_group,
    through: row.through,
    cause: row.cause as ClosingCause,
    at: row.at,
  };
}
