// Rows of the tail that a model may still need: those that are no whole word on their period, and which of the others may go.

import { type Kysely, type Selectable, sql } from 'kysely';
import { ObservationStatus } from '../../core/index.ts';
import { projectClock } from './closings.ts';
import type { Schema, TailTable } from './schema.ts';

/** As `HistoryStore.readUnsettled` says. */
export function unsettledRows(
  db: Kysely<Schema>,
  project: string,
  { periodMin, batchSeqMax }: { periodMin: number; batchSeqMax: number },
): Promise<Selectable<TailTable>[]> {
  return db
    .selectFrom('tail')
    .innerJoin('batch', 'batch.seq', 'tail.batch_seq')
    .selectAll('tail')
    .where('tail.project', '=', project)
    .where('tail.period', '>=', periodMin)
    .where('tail.status', '<>', ObservationStatus.plan)
    .where((eb) =>
      eb.or([
        eb('tail.status', 'in', [ObservationStatus.refused, ObservationStatus.withdrawn]),
        eb('tail.period', '>=', eb.ref('batch.open_from')),
      ]),
    )
    .where('tail.batch_seq', '<=', batchSeqMax)
    .orderBy('tail.batch_seq')
    .execute();
}

/** As `HistoryStore.pruneTail` says. A part of a period stays until the period is over for all: no state knows it before. */
export async function pruneTail(
  trx: Kysely<Schema>,
  project: string,
  { periodMin, rowsMax }: { periodMin: number; rowsMax: number },
): Promise<number> {
  const clock = (await projectClock(trx, project)) ?? Number.MIN_SAFE_INTEGER;
  const result = await sql`
    delete from tail where (project, period, series_id, batch_seq) in (
      select tail.project, tail.period, tail.series_id, tail.batch_seq from tail
      join batch on batch.seq = tail.batch_seq
      where tail.project = ${project} and tail.period < ${periodMin} and batch.sealed = 1
        and (batch.open_from is null or tail.period < batch.open_from or tail.period <= ${clock})
      limit ${rowsMax})`.execute(trx);
  return Number(result.numAffectedRows ?? 0);
}
