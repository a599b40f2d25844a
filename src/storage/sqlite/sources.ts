// How far sources have been read, and what their rows said.

import { type Kysely, type Selectable, sql } from 'kysely';
import { AppError, ObservationStatus } from '../../core/index.ts';
import type { JsonObject, SourceAdvance, SourceRecord, SourceRow, SourceStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import { listed, pairs } from './expressions.ts';
import type { Schema, SourceRowTable, SourceTable } from './schema.ts';

const upsertRowSql =
  'insert into source_row (source, key, place, hash, series_id, period, value, status) values (?, ?, ?, ?, ?, ?, ?, ?) ' +
  'on conflict (source, key) do update set place = excluded.place, hash = excluded.hash, series_id = excluded.series_id, ' +
  'period = excluded.period, value = excluded.value, status = excluded.status';

export function sourceStore(database: Database): SourceStore {
  return {
    readSource: (name) => database.read((db) => find(db, name)),

    listSources: () =>
      database.read(async (db) => {
        const rows = await db.selectFrom('source').selectAll().orderBy('name').execute();
        return rows.map(recordOf);
      }),

    openSource: (source) => database.write('source', (trx) => openSource(trx, source)),

    readSourceRows: (source, keys) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('source_row')
          .selectAll()
          .where('source', '=', source)
          .where('key', 'in', listed(keys))
          .execute();
        return rows.map(rowOf);
      }),

    lastSourceRows: (source, { cells, without }) =>
      database.read(async (db) => {
        const wanted = pairs(cells.map(({ seriesId, period }) => [seriesId, period]));
        const { rows } = await sql<Selectable<SourceRowTable>>`
          select * from (
            select known.*, row_number() over (
              partition by known.series_id, known.period
              order by known.status = ${ObservationStatus.missing}, place desc, key desc) as rank
            from ${wanted} as cell
            join source_row as known
              on known.source = ${source} and known.series_id = cell.first and known.period = cell.second
            where known.key not in ${listed(without)} and known.status <> ${ObservationStatus.refused}
          ) as ranked where rank = 1`.execute(db);
        return rows.map(rowOf);
      }),

    advanceSource: (advance) => database.write('source', (trx) => advanceSource(database, trx, advance)),

    noteSourceRead: ({ name, readAt, now }) =>
      database.write('source', async (trx) => {
        const record = await find(trx, name);
        if (record === undefined) return;
        await trx
          .updateTable('source')
          .set({ read_at: readAt, ...withoutProblem })
          .where('name', '=', name)
          .execute();
        if (record.problem !== null) await tell(trx, record, { type: 'source.recovered', at: now });
      }),

    noteSourceProblem: ({ name, code, message, pause, now }) =>
      database.write('source', async (trx) => {
        const record = await find(trx, name);
        if (record === undefined) return;
        const { problem, paused } = record;
        await trx
          .updateTable('source')
          .set({
            problem_code: code,
            problem: message,
            problem_at: problem?.since ?? now,
            failures: (problem?.failures ?? 0) + 1,
            paused: pause ? 1 : 0,
          })
          .where('name', '=', name)
          .execute();
        const said = { code, message };
        if (pause && !paused) await tell(trx, record, { type: 'source.paused', at: now, said });
        else if (problem === null) await tell(trx, record, { type: 'source.failing', at: now, said });
      }),

    resumeSource: ({ name, position, now }) =>
      database.write('source', async (trx) => {
        const record = await find(trx, name);
        if (record?.paused !== true) return false;
        await trx
          .updateTable('source')
          .set((eb) => ({
            position: JSON.stringify(position),
            revision: eb('revision', '+', 1),
            ...withoutProblem,
          }))
          .where('name', '=', name)
          .execute();
        await tell(trx, record, { type: 'source.resumed', at: now });
        return true;
      }),
  };
}

/** Moves a source on inside the running transaction: see `SourceStore.advanceSource`. */
export async function advanceSource(
  database: Pick<Database, 'prepare'>,
  trx: Kysely<Schema>,
  { source, from, position, rows, taken, corrected, readAt }: SourceAdvance,
): Promise<void> {
  const before = readAt === undefined ? undefined : await find(trx, source);
  const moving = trx
    .updateTable('source')
    .set((eb) => ({
      revision: eb('revision', '+', 1),
      position: JSON.stringify(position),
      rows: eb('rows', '+', taken),
      corrections: eb('corrections', '+', corrected),
      ...(readAt === undefined ? {} : { read_at: readAt, ...withoutProblem }),
    }))
    .where('name', '=', source);
  const moved = await (from === null ? moving : moving.where('revision', '=', from)).executeTakeFirst();
  if (moved.numUpdatedRows === 0n)
    throw new AppError(
      'sources/position-moved',
      `source ${source} is no longer at ${from}: it was read elsewhere`,
    );
  if (readAt !== undefined && before !== undefined && before.problem !== null)
    await tell(trx, before, { type: 'source.recovered', at: readAt });
  const upsert = database.prepare(upsertRowSql);
  for (const { key, place, hash, word } of rows) {
    const value = word === null || Number.isNaN(word.value) ? null : word.value;
    upsert.run(
      source,
      key,
      place,
      hash,
      word?.seriesId ?? null,
      word?.period ?? null,
      value,
      word?.status ?? null,
    );
  }
}

async function openSource(
  trx: Kysely<Schema>,
  { name, project, identity }: { name: string; project: string; identity: string },
): Promise<SourceRecord> {
  const known = await find(trx, name);
  if (known === undefined) {
    await trx
      .insertInto('source')
      .values({
        name,
        project,
        identity,
        revision: 0,
        position: '{}',
        paused: 0,
        failures: 0,
        rows: 0,
        corrections: 0,
      })
      .execute();
    return (await find(trx, name)) as SourceRecord;
  }
  if (known.project === project && known.identity === identity) return known;
  const [was, is] =
    known.project === project
      ? [known.identity, identity]
      : [`project ${known.project}`, `project ${project}`];
  throw new AppError('sources/other-source', `source ${name} was read as ${was}, and is now ${is}`);
}

const withoutProblem = { problem_code: null, problem: null, problem_at: null, failures: 0, paused: 0 };

async function tell(
  trx: Kysely<Schema>,
  { name, project }: SourceRecord,
  event:
    | { type: 'source.recovered' | 'source.resumed'; at: number }
    | { type: 'source.failing' | 'source.paused'; at: number; said: { code: string; message: string } },
): Promise<void> {
  const { type, at } = event;
  if (type === 'source.failing' || type === 'source.paused')
    await insertEvent(trx, { at, project, type, data: { source: name, ...event.said } });
  else await insertEvent(trx, { at, project, type, data: { source: name } });
}

async function find(db: Kysely<Schema>, name: string): Promise<SourceRecord | undefined> {
  const row = await db.selectFrom('source').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}

function recordOf(row: Selectable<SourceTable>): SourceRecord {
  return {
    name: row.name,
    project: row.project,
    identity: row.identity,
    revision: row.revision,
    position: JSON.parse(row.position) as JsonObject,
    paused: row.paused === 1,
    problem:
      row.problem_code === null
        ? null
        : {
            code: row.problem_code,
            message: row.problem ?? '',
            since: row.problem_at ?? 0,
            failures: row.failures,
          },
    rows: row.rows,
    corrections: row.corrections,
    readAt: row.read_at,
  };
}

function rowOf({
  key,
  place,
  hash,
  series_id,
  period,
  value,
  status,
}: Selectable<SourceRowTable>): SourceRow {
  const word =
    series_id === null || period === null || status === null
      ? null
      : { seriesId: series_id, period, value: value ?? Number.NaN, status };
  return { key, place, hash, word };
}
