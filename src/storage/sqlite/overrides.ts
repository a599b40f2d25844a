// Overrides: entries are added and never changed; whether one stands is whether a later one names it as ended.

import { type Kysely, type Selectable, sql } from 'kysely';
import { AppError, type EventType, type NewEvent, type OverrideAsk } from '../../core/index.ts';
import type {
  OverrideChange,
  OverrideEnd,
  OverrideRecord,
  OverrideSaid,
  OverrideSetting,
  OverrideStore,
  OverrideWord,
} from '../ports/index.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import { refuseRemoved } from './project-records.ts';
import type { OverrideEntryTable, Schema } from './schema.ts';

export function overrideStore(database: Database): OverrideStore {
  return {
    setOverrides: (setting) =>
      database.write('overrides of the project', async (trx) => {
        await refuseRemoved(trx, setting.project);
        const replayed = await replayedBy(trx, setting);
        if (replayed === undefined) await addSets(trx, setting);
        return {
          records: await recordsOf(trx, setting.project, replayed ?? setting.id),
          replayed: replayed !== undefined,
        };
      }),

    hasOverrideKey: (project, key) =>
      database.read(async (db) => {
        const known = await db
          .selectFrom('override_change')
          .select('id')
          .where('project', '=', project)
          .where('client_key', '=', key)
          .executeTakeFirst();
        return known !== undefined;
      }),

    withdrawOverrides: (change, ids) =>
      database.write('overrides of the project', async (trx) => {
        await refuseRemoved(trx, change.project);
        await addWithdrawals(trx, change, ids);
        return await selectRecords(trx, change.project)
          .where('entry.id', 'in', [...ids])
          .orderBy('entry.period')
          .execute()
          .then((rows) => rows.map(recordOf));
      }),

    findOverrides: (project, id) => database.read((db) => recordsOf(db, project, id)),

    listOverrides: (project, { beforeSeq, seriesId, limit }) =>
      database.read(async (db) => {
        // Of a series they are found by it and then sorted: else all of the project are gone through in their order.
        const seq = seriesId === undefined ? sql<number>`entry.seq` : sql<number>`+entry.seq`;
        let query = selectRecords(db, project).where(seq, '<', beforeSeq);
        if (seriesId !== undefined) query = query.where('entry.series_id', '=', seriesId);
        return (await query.orderBy(seq, 'desc').limit(limit).execute()).map(recordOf);
      }),

    standingOverrides: (project, { periodMin, periodMax, seriesId, after, limit }) =>
      database.read(async (db) => {
        let query = selectRecords(db, project)
          .where('entry.period', '>=', periodMin)
          .where('entry.period', '<=', periodMax)
          .where('later.id', 'is', null);
        if (seriesId !== undefined) query = query.where('entry.series_id', '=', seriesId);
        if (after !== undefined)
          query = query.where((eb) =>
            eb(eb.refTuple('entry.period', 'entry.seq'), '>', eb.tuple(after.period, after.seq)),
          );
        const rows = await query.orderBy('entry.period').orderBy('entry.seq').limit(limit).execute();
        return rows.map(recordOf);
      }),

    lastOverrideSeq: (project) =>
      database.read(async (db) => {
        const newest = await db
          .selectFrom('override_entry')
          .select('seq')
          .where('project', '=', project)
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirst();
        return newest?.seq ?? 0;
      }),

    overrideWords: (project, { afterSeq, periodMin, limit }) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('override_entry')
          .select(['seq', 'id', 'series_id', 'period', 'kind', 'value', 'reason', 'by', 'at'])
          .where('project', '=', project)
          .where('seq', '>', afterSeq)
          .where('period', '>=', periodMin)
          .orderBy('seq')
          .limit(limit)
          .execute();
        return rows.map(wordOf);
      }),
  };
}

/** The change that the key was used for before; undefined = it is new. */
async function replayedBy(trx: Kysely<Schema>, setting: OverrideSetting): Promise<string | undefined> {
  const { project, key, contentHash } = setting;
  if (key === null) return undefined;
  const known = await trx
    .selectFrom('override_change')
    .selectAll()
    .where('project', '=', project)
    .where('client_key', '=', key)
    .executeTakeFirst();
  if (known === undefined || known.content_hash === contentHash) return known?.id;
  throw new AppError(
    'overrides/key-reused',
    `the key "${key.slice(0, 100)}" of project ${project} was used for another override before: use a new one`,
    { details: { change: known.id } },
  );
}

async function addSets(trx: Kysely<Schema>, setting: OverrideSetting): Promise<void> {
  const { id: changeId, project, seriesId, key, contentHash, sets } = setting;
  await trx
    .insertInto('override_change')
    .values({ id: changeId, project, client_key: key, content_hash: contentHash })
    .execute();
  for (const { id, period, value, asked, said } of sets) {
    const newest = await trx
      .selectFrom('override_entry')
      .select(['id', 'kind'])
      .where('project', '=', project)
      .where('series_id', '=', seriesId)
      .where('period', '=', period)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    await trx
      .insertInto('override_entry')
      .values({
        ...sharedOf(setting),
        id,
        period,
        kind: 'set',
        ends: newest?.kind === 'set' ? newest.id : null,
        value,
        asked: JSON.stringify(asked),
        said: JSON.stringify(said),
      })
      .execute();
  }
  await insertEvent(trx, toldOf('override.set', setting, sets));
}

async function addWithdrawals(
  trx: Kysely<Schema>,
  change: OverrideChange,
  ids: readonly string[],
): Promise<void> {
  const { id: changeId, project, seriesId } = change;
  const rows = await selectRecords(trx, project)
    .where('entry.id', 'in', [...ids])
    .orderBy('entry.period')
    .execute();
  const ended = rows.find(({ later_kind }) => later_kind !== null);
  if (rows.length !== ids.length || ended !== undefined)
    throw new AppError(
      'overrides/not-standing',
      `override ${ended?.id ?? ids[0]} of ${seriesId} does not stand any more: it was ${ended?.later_kind === 'set' ? 'replaced' : 'withdrawn'} meanwhile`,
    );
  await trx
    .insertInto('override_change')
    .values({ id: changeId, project, client_key: null, content_hash: '' })
    .execute();
  for (const { id, period } of rows)
    await trx
      .insertInto('override_entry')
      .values({
        ...sharedOf(change),
        id: `${changeId}/${id}`,
        period,
        kind: 'withdrawn',
        ends: id,
        value: null,
        asked: null,
        said: null,
      })
      .execute();
  await insertEvent(trx, toldOf('override.withdrawn', change, rows));
}

function sharedOf({ id, project, seriesId, by, reason, at }: OverrideChange) {
  return { change_id: id, project, series_id: seriesId, by, reason, at };
}

function toldOf(
  type: Extract<EventType, 'override.set' | 'override.withdrawn'>,
  { id, project, seriesId, by, reason, at }: OverrideChange,
  of: readonly { readonly period: number }[],
): NewEvent {
  const periods = of.map(({ period }) => period);
  return {
    at,
    project,
    type,
    data: {
      changeId: id,
      series: seriesId,
      periods: periods.length,
      periodMin: Math.min(...periods),
      periodMax: Math.max(...periods),
      by,
      reason,
    },
  };
}

/** Overrides that were set, each with what ended it. */
function selectRecords(db: Kysely<Schema>, project: string) {
  return db
    .selectFrom('override_entry as entry')
    .leftJoin('override_entry as later', 'later.ends', 'entry.id')
    .selectAll('entry')
    .select([
      'later.id as later_id',
      'later.kind as later_kind',
      'later.by as later_by',
      'later.reason as later_reason',
      'later.at as later_at',
    ])
    .where('entry.project', '=', project)
    .where('entry.kind', '=', 'set');
}

/** By its own id or that of its change. */
async function recordsOf(db: Kysely<Schema>, project: string, id: string): Promise<OverrideRecord[]> {
  const rows = await selectRecords(db, project)
    .where((eb) => eb.or([eb('entry.id', '=', id), eb('entry.change_id', '=', id)]))
    .orderBy('entry.period')
    .execute();
  return rows.map(recordOf);
}

type Joined = Selectable<OverrideEntryTable> & {
  readonly later_id: string | null;
  readonly later_kind: string | null;
  readonly later_by: string | null;
  readonly later_reason: string | null;
  readonly later_at: number | null;
};

function recordOf(row: Joined): OverrideRecord {
  return {
    seq: row.seq,
    id: row.id,
    changeId: row.change_id,
    project: row.project,
    seriesId: row.series_id,
    period: row.period,
    value: row.value as number,
    asked: JSON.parse(row.asked ?? '{}') as OverrideAsk,
    reason: row.reason,
    by: row.by,
    at: row.at,
    replaces: row.ends,
    said: JSON.parse(row.said ?? '{}') as OverrideSaid,
    end: endOf(row),
  };
}

function endOf({ later_id, later_kind, later_by, later_reason, later_at }: Joined): OverrideEnd | null {
  if (later_kind === null) return null;
  const isReplaced = later_kind === 'set';
  return {
    kind: isReplaced ? 'replaced' : 'withdrawn',
    replacedBy: isReplaced ? later_id : null,
    by: later_by ?? '',
    reason: later_reason ?? '',
    at: later_at ?? 0,
  };
}

function wordOf(
  row: Pick<
    Selectable<OverrideEntryTable>,
    'seq' | 'id' | 'series_id' | 'period' | 'kind' | 'value' | 'reason' | 'by' | 'at'
  >,
): OverrideWord {
  const { seq, id, series_id: seriesId, period, kind, value, reason, by, at } = row;
  const standing = kind === 'set' ? { id, period, value: value as number, reason, by, at } : undefined;
  return { seq, seriesId, period, standing };
}

/** Of a removed project, some at a time: entries first, as they name their change. @returns how many are gone */
export async function purgeOverrides(
  trx: Kysely<Schema>,
  { name, rowsMax }: { readonly name: string; readonly rowsMax: number },
): Promise<number> {
  const entries = await sql`delete from override_entry where seq in (
    select seq from override_entry where project = ${name} limit ${rowsMax})`.execute(trx);
  const gone = Number(entries.numAffectedRows ?? 0);
  if (gone > 0) return gone;
  const changes = await sql`delete from override_change where id in (
    select id from override_change where project = ${name} limit ${rowsMax})`.execute(trx);
  return Number(changes.numAffectedRows ?? 0);
}
