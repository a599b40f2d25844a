// What data contracts came to when they were asked last.

import type { Kysely } from 'kysely';
import type { ContractLook, ContractLookKind, ContractStore, FailedCheck } from '../ports/index.ts';
import type { Database } from './database.ts';
import { refuseRemoved } from './project-records.ts';
import type { Schema } from './schema.ts';

export function contractStore(database: Database): ContractStore {
  return {
    noteContractLook: (project, kind, look) =>
      database.write('history of the project', async (trx) => {
        await refuseRemoved(trx, project);
        await noteContractLook(trx, { project, kind }, look);
      }),

    contractLooks: () =>
      database.read(async (db) => {
        const rows = await db.selectFrom('contract_look').selectAll().execute();
        return rows.map(
          ({
            project,
            kind,
            at,
            version,
            batch_id,
            source,
            refused,
            passed,
            not_checked,
            failed,
            others,
          }) => ({
            project,
            kind: kind as ContractLookKind,
            at,
            version,
            batchId: batch_id,
            source,
            refused: refused === 1,
            passed,
            notChecked: not_checked,
            failed: JSON.parse(failed) as FailedCheck[],
            others,
          }),
        );
      }),
  };
}

/** Inside a transaction, such as that of the batch. */
export async function noteContractLook(
  trx: Kysely<Schema>,
  { project, kind }: { readonly project: string; readonly kind: 'batch' | 'stored' },
  look: ContractLook,
): Promise<void> {
  const hasFailed = kind === 'batch' && look.failed.length > 0;
  for (const each of hasFailed ? [kind, 'failed batch'] : [kind]) {
    const row = {
      at: look.at,
      version: look.version,
      batch_id: look.batchId,
      source: look.source,
      refused: look.refused ? 1 : 0,
      passed: look.passed,
      not_checked: look.notChecked,
      failed: JSON.stringify(look.failed),
      others: look.others,
    };
    await trx
      .insertInto('contract_look')
      .values({ project, kind: each, ...row })
      .onConflict((conflict) => conflict.columns(['project', 'kind']).doUpdateSet(row))
      .execute();
  }
}
