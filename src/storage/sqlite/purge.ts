// Deletes what is stored of a removed project, a few rows at a time, in an order in which no record ever names one that is gone.
// Events stay: they hold no demand, and others count on from them. So do ended jobs, until retention removes them.

import { type Kysely, sql } from 'kysely';
import { insertEvent } from './events.ts';
import { purgeOverrides } from './overrides.ts';
import type { Schema } from './schema.ts';

interface Ask {
  readonly name: string;
  readonly rowsMax: number;
}

type Delete = (trx: Kysely<Schema>, ask: Ask) => Promise<number>;

/** Each deletes some rows of one table and says how many; the next is tried when it finds none. */
const inOrder: readonly Delete[] = [
  byKey('prediction', 'id'),
  all('prediction_total'),
  exposures,
  purgeOverrides,
  all('alias'),
  byKey('alias_change', 'seq'),
  byKey('version', 'id'),
  byKey('run', 'id'),
  byKey('snapshot', 'id'),
  byKey('withdrawal', 'id'),
  byColumns('tail', ['period', 'series_id', 'batch_seq']),
  byColumns('attribute', ['series_id', 'batch_seq']),
  byColumns('closing', ['batch_seq', 'reporting_group']),
  byColumns('unit_word', ['batch_seq', 'series_id']),
  blankBatches,
  sourceRows,
  all('source'),
  all('segment'),
  all('history_total'),
  all('retention'),
  all('contract_look'),
  all('alert'),
  all('alert_delivery'),
  byKey('drift_report', 'id'),
];

/** See `ProjectStore.purgeSome`. */
export async function purgeSome(
  trx: Kysely<Schema>,
  name: string,
  { rowsMax, now }: { readonly rowsMax: number; readonly now: number },
): Promise<boolean> {
  const record = await trx
    .selectFrom('project')
    .select('removed_by as by')
    .where('name', '=', name)
    .where('purging', '=', 1)
    .executeTakeFirst();
  if (record === undefined) return false;
  let gone = 0;
  for (const remove of inOrder) {
    while (gone < rowsMax) {
      const removed = await remove(trx, { name, rowsMax: rowsMax - gone });
      if (removed === 0) break;
      gone += removed;
    }
    if (gone >= rowsMax) return true;
  }
  await trx.deleteFrom('schedule').where('name', '=', `retrain:${name}`).execute();
  await trx.deleteFrom('project').where('name', '=', name).execute();
  const data = { by: record.by ?? '' };
  await insertEvent(trx, { at: now, project: name, type: 'project.purged', data });
  return false;
}

/** Tables of so few rows that they go at once. */
function all(
  table:
    | 'prediction_total'
    | 'alias'
    | 'source'
    | 'segment'
    | 'history_total'
    | 'retention'
    | 'contract_look'
    | 'alert'
    | 'alert_delivery',
): Delete {
  return async (trx, { name }) => {
    const { numDeletedRows } = await trx
      .deleteFrom(table)
      .where('project', '=', name)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  };
}

function byKey(
  table: 'prediction' | 'alias_change' | 'version' | 'run' | 'snapshot' | 'withdrawal' | 'drift_report',
  key: 'id' | 'seq',
): Delete {
  return async (trx, { name, rowsMax }) => {
    const some = trx
      .selectFrom(table)
      .select(key as 'id')
      .where('project', '=', name)
      .limit(rowsMax);
    const { numDeletedRows } = await trx
      .deleteFrom(table)
      .where(key as 'id', 'in', some)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  };
}

/** Of a table whose rows have no column that is a key by itself. */
function byColumns(
  table: 'tail' | 'attribute' | 'closing' | 'unit_word',
  columns: readonly string[],
): Delete {
  const key = sql.join(columns.map((column) => sql.ref(column)));
  return async (trx, { name, rowsMax }) => {
    const some = sql`select ${key} from ${sql.table(table)} where project = ${name} limit ${rowsMax}`;
    const result = await sql`
      delete from ${sql.table(table)} where project = ${name} and (${key}) in (${some})`.execute(trx);
    return Number(result.numAffectedRows ?? 0);
  };
}

/** Units of one division of requests: its key begins with them. */
async function exposures(trx: Kysely<Schema>, { name, rowsMax }: Ask): Promise<number> {
  const first = await trx
    .selectFrom('exposure')
    .select('salt')
    .where('project', '=', name)
    .orderBy('salt')
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) return 0;
  const { salt } = first;
  const of = trx.selectFrom('exposure').where('project', '=', name).where('salt', '=', salt);
  const { numDeletedRows } = await trx
    .deleteFrom('exposure')
    .where('project', '=', name)
    .where('salt', '=', salt)
    .where('unit', 'in', of.select('unit').orderBy('unit').limit(rowsMax))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** What rows of its sources said: without it a project of the same name reads them as new ones. */
async function sourceRows(trx: Kysely<Schema>, { name, rowsMax }: Ask): Promise<number> {
  const source = await trx
    .selectFrom('source')
    .select('name')
    .where('project', '=', name)
    .where((eb) =>
      eb.exists(eb.selectFrom('source_row').select('key').whereRef('source_row.source', '=', 'source.name')),
    )
    .limit(1)
    .executeTakeFirst();
  if (source === undefined) return 0;
  const of = trx.selectFrom('source_row').select('key').where('source', '=', source.name);
  const { numDeletedRows } = await trx
    .deleteFrom('source_row')
    .where('source', '=', source.name)
    .where('key', 'in', of.limit(rowsMax))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** A batch keeps its number, so that there are no holes in their order, and says nothing any more. */
async function blankBatches(trx: Kysely<Schema>, { name, rowsMax }: Ask): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('batch')
    .set((eb) => ({
      project: '',
      idempotency_key: eb.ref('id'),
      content_hash: '',
      source: '',
      rows_accepted: 0,
      rows_planned: 0,
      rows_described: 0,
      rows_duplicate: 0,
      rows_quarantined: 0,
      rows_replaced: 0,
      rows_added: 0,
      quarantined_by_code: '{}',
      quarantine_hash: null,
      period_min: null,
      period_max: null,
      closes_through: null,
      open_from: null,
      repair_of: null,
      repair: null,
      rows_repaired: 0,
      sealed: 1,
    }))
    .where(
      'seq',
      'in',
      trx.selectFrom('batch').select('seq').where('project', '=', name).orderBy('seq').limit(rowsMax),
    )
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
