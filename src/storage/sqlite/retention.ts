// Removes what is old, a few rows at a time, oldest first, and keeps the record that it was removed.

import { type Kysely, sql } from 'kysely';
import type { RetentionKind, RetentionStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

/** The newest versions of a project keep their model whatever their age: where a rollback may go. */
const versionsKept = 5;
/** The row that says when everything was last looked at. */
const lookedAt = 'look';

interface Batch {
  readonly before: number;
  readonly rowsMax: number;
  readonly at: number;
}

/** What one kind has removed, by project: how many, and the newest of them. */
type Removed = Map<string, { count: number; through: number }>;

export function retentionStore(database: Database): RetentionStore {
  return {
    countOlder: (kind, before) => database.read((db) => kinds[kind].count(db, before)),
    removeOlder: (kind, batch) =>
      database.write('predictions of the project', async (trx) => {
        const removed = await kinds[kind].remove(trx, batch);
        let total = 0;
        for (const [project, { count, through }] of removed) {
          total += count;
          await record(trx, { project, kind, removed: count, through, at: batch.at });
        }
        return total;
      }),
    retentionRecords: () =>
      database.read(async (db) => {
        const rows = await db.selectFrom('retention').selectAll().where('kind', '<>', lookedAt).execute();
        return rows.map((row) => ({ ...row, kind: row.kind as RetentionKind }));
      }),
    lastRetention: () =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('retention')
          .select('at')
          .where('kind', '=', lookedAt)
          .executeTakeFirst();
        return row?.at ?? null;
      }),
    noteRetention: (at) =>
      database.write('nothing', (trx) =>
        record(trx, { project: '', kind: lookedAt, removed: 0, through: 0, at }),
      ),
  };
}

async function record(
  trx: Kysely<Schema>,
  row: { project: string; kind: string; removed: number; through: number; at: number },
): Promise<void> {
  const { project, kind } = row;
  const before = await trx
    .selectFrom('retention')
    .selectAll()
    .where('project', '=', project)
    .where('kind', '=', kind)
    .executeTakeFirst();
  const now = {
    removed: row.removed + (before?.removed ?? 0),
    through: Math.max(row.through, before?.through ?? 0),
    at: row.at,
  };
  await trx
    .insertInto('retention')
    .values({ project, kind, ...now })
    .onConflict((conflict) => conflict.columns(['project', 'kind']).doUpdateSet(now))
    .execute();
}

const kinds: Readonly<
  Record<
    RetentionKind,
    {
      count(db: Kysely<Schema>, before: number): Promise<number>;
      remove(trx: Kysely<Schema>, batch: Batch): Promise<Removed>;
    }
  >
> = {
  predictions: {
    count: (db, before) =>
      counted(db.selectFrom('prediction').where('made_at', '<', before).select(countAll)),
    remove: removePredictions,
  },
  exposures: {
    count: (db, before) => counted(db.selectFrom('exposure').where('at', '<', before).select(countAll)),
    remove: removeExposures,
  },
  events: {
    count: (db, before) => counted(db.selectFrom('event').where('at', '<', before).select(countAll)),
    remove: removeEvents,
  },
  jobs: {
    count: (db, before) => counted(db.selectFrom('job').where('ended_at', '<', before).select(countAll)),
    remove: async (trx, { before, rowsMax }) => {
      const rows = await trx
        .selectFrom('job')
        .select(['id', 'ended_at as madeAt'])
        .where('ended_at', '<', before)
        .orderBy('ended_at')
        .limit(rowsMax)
        .execute();
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) {
        await trx.deleteFrom('job_file').where('job_id', 'in', ids).execute();
        await trx.deleteFrom('job').where('id', 'in', ids).execute();
      }
      return tally(rows.map(({ madeAt }) => ({ project: '', madeAt: madeAt ?? 0 })));
    },
  },
  quarantine: {
    count: (db, before) =>
      counted(
        db
          .selectFrom('batch')
          .where('quarantine_hash', 'is not', null)
          .where('received_at', '<', before)
          .select(countAll),
      ),
    remove: async (trx, { before, rowsMax }) => {
      const rows = await trx
        .selectFrom('batch')
        .select(['seq', 'project', 'received_at as madeAt'])
        .where('quarantine_hash', 'is not', null)
        .where('received_at', '<', before)
        .orderBy('received_at')
        .limit(rowsMax)
        .execute();
      // The batch stays, with how many of its rows were refused and why.
      if (rows.length > 0)
        await trx
          .updateTable('batch')
          .set({ quarantine_hash: null })
          .where(
            'seq',
            'in',
            rows.map(({ seq }) => seq),
          )
          .execute();
      return tally(rows);
    },
  },
  models: {
    count: async (db, before) => (await oldModels(db, { before, rowsMax: 1_000_000, at: 0 })).length,
    remove: async (trx, batch) => {
      const rows = await oldModels(trx, batch);
      if (rows.length > 0)
        await trx
          .updateTable('version')
          .set({ artifact_removed_at: batch.at })
          .where(
            'id',
            'in',
            rows.map(({ id }) => id),
          )
          .execute();
      return tally(rows);
    },
  },
};

const countAll = sql<number>`count(*)`.as('n');

async function counted(query: { executeTakeFirstOrThrow(): Promise<{ n: number }> }): Promise<number> {
  return (await query.executeTakeFirstOrThrow()).n;
}

function tally(rows: readonly { project: string; madeAt: number }[]): Removed {
  const removed: Removed = new Map();
  for (const { project, madeAt } of rows) {
    const known = removed.get(project) ?? { count: 0, through: 0 };
    removed.set(project, { count: known.count + 1, through: Math.max(known.through, madeAt) });
  }
  return removed;
}

async function removePredictions(trx: Kysely<Schema>, { before, rowsMax }: Batch): Promise<Removed> {
  const rows = await trx
    .selectFrom('prediction')
    .select(['id', 'project', 'made_at as madeAt'])
    .where('made_at', '<', before)
    .orderBy('made_at')
    .limit(rowsMax)
    .execute();
  if (rows.length === 0) return new Map();
  await trx
    .deleteFrom('prediction')
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  const removed = tally(rows);
  for (const [project, { count }] of removed) {
    const oldest = await trx
      .selectFrom('prediction')
      .select('cutoff')
      .where('project', '=', project)
      .orderBy('cutoff')
      .limit(1)
      .executeTakeFirst();
    const totals = trx.updateTable('prediction_total').where('project', '=', project);
    if (oldest === undefined)
      await trx.deleteFrom('prediction_total').where('project', '=', project).execute();
    else
      await totals
        .set((eb) => ({ predictions: eb('predictions', '-', count), cutoff_min: oldest.cutoff }))
        .execute();
  }
  return removed;
}

async function removeExposures(trx: Kysely<Schema>, { before, rowsMax }: Batch): Promise<Removed> {
  const rows = await trx
    .selectFrom('exposure')
    .select(['project', 'salt', 'unit', 'arm', 'version_id', 'at as madeAt'])
    .where('at', '<', before)
    .orderBy('at')
    .limit(rowsMax)
    .execute();
  for (const { madeAt: _, ...key } of rows)
    await trx
      .deleteFrom('exposure')
      .where((eb) => eb.and(key))
      .execute();
  return tally(rows);
}

/** From the oldest on without a hole, so that what is left is still in order; the newest stays, as others count on from it. */
async function removeEvents(trx: Kysely<Schema>, { before, rowsMax }: Batch): Promise<Removed> {
  const rows = await trx
    .selectFrom('event')
    .select(['seq', 'at as madeAt'])
    .orderBy('seq')
    .limit(rowsMax + 1)
    .execute();
  const firstKept = rows.findIndex(({ madeAt }) => madeAt >= before);
  const old = rows.slice(0, firstKept === -1 ? rows.length - 1 : firstKept);
  const last = old.at(-1);
  if (last === undefined) return new Map();
  await trx.deleteFrom('event').where('seq', '<=', last.seq).execute();
  return tally(old.map(({ madeAt }) => ({ project: '', madeAt })));
}

/** Versions that nothing names now, nor has since the time given, and that are not among the newest of their project. */
async function oldModels(
  db: Kysely<Schema>,
  { before, rowsMax }: Batch,
): Promise<{ id: string; project: string; madeAt: number }[]> {
  return await db
    .selectFrom('version')
    .select(['id', 'project', 'created_at as madeAt'])
    .where('artifact_removed_at', 'is', null)
    .where('created_at', '<', before)
    .where('id', 'not in', (eb) => eb.selectFrom('alias').select('version_id'))
    .where('id', 'not in', (eb) =>
      eb.selectFrom('alias_change').select('version_id').where('at', '>=', before),
    )
    .where((eb) =>
      eb(
        'number',
        '<=',
        eb
          .selectFrom('version as newest')
          .select((inner) => inner(inner.fn.max('newest.number'), '-', versionsKept).as('last'))
          .whereRef('newest.project', '=', 'version.project'),
      ),
    )
    .orderBy('created_at')
    .limit(rowsMax)
    .execute();
}
