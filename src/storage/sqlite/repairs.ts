// Repairs: batches that bring quarantined rows of an earlier one again.

import type { Kysely } from 'kysely';
import { AppError } from '../../core/index.ts';
import type { RepairNote } from '../ports/index.ts';
import type { Schema } from './schema.ts';

/** Counts the rows in the running transaction, unless another repair of the same batch has come since they were chosen. */
export async function countRepaired(
  trx: Kysely<Schema>,
  project: string,
  { repair, repairsKnown }: { repair: RepairNote; repairsKnown: number | undefined },
): Promise<void> {
  const { found } = await trx
    .selectFrom('batch')
    .select((eb) => eb.fn.countAll<number>().as('found'))
    .where('project', '=', project)
    .where('repair_of', '=', repair.batchId)
    .executeTakeFirstOrThrow();
  if (Number(found) !== repairsKnown)
    throw new AppError(
      'data/repair-overtaken',
      `other quarantined rows of ${repair.batchId} were repaired meanwhile: run it again`,
    );
  const rows = repair.rows.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  await trx
    .updateTable('batch')
    .set((eb) => ({ rows_repaired: eb('rows_repaired', '+', rows) }))
    .where('project', '=', project)
    .where('id', '=', repair.batchId)
    .execute();
}
