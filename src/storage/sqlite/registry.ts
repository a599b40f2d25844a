// Model versions and the aliases that say which one is used.

import type { Kysely, Selectable } from 'kysely';
import { AppError, canonicalJson } from '../../core/index.ts';
import type {
  AliasChange,
  JsonObject,
  Refusal,
  RegistryStore,
  VersionDraft,
  VersionRecord,
} from '../ports/index.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import type { Schema, VersionTable } from './schema.ts';

type ChangeDraft = Omit<AliasChange, 'seq'>;

/** In place of a version id: the alias is taken away. */
const noVersion = 'none';

export function registryStore(database: Database): RegistryStore {
  return {
    addVersion: (version) => database.write('versions of the name', (trx) => addVersion(trx, version)),

    setVersionGate: (id, gate) =>
      database.write('version', async (trx) => {
        const result = await trx
          .updateTable('version')
          .set({ gate: JSON.stringify(gate) })
          .where('id', '=', id)
          .executeTakeFirst();
        if (Number(result.numUpdatedRows) === 0) {
          throw new AppError('store/conflict', `there is no version ${id} to attach gate results to`);
        }
      }),

    markProven: (id, at) => database.write('version', (trx) => markProven(trx, id, at)),

    markRefused: (id, refusal) => database.write('version', (trx) => markRefused(trx, id, refusal)),

    getVersion: (id) => database.read((db) => versionWhere(db, { id })),

    getVersionByNumber: (project, number) => database.read((db) => versionWhere(db, { project, number })),

    listVersions: (project, limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('version')
          .selectAll()
          .where('project', '=', project)
          .orderBy('number', 'desc')
          .limit(limit)
          .execute();
        return rows.map(versionOf);
      }),

    listVersionNames: (kind) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('version')
          .select('project')
          .distinct()
          .where('kind', '=', kind)
          .orderBy('project')
          .execute();
        return rows.map(({ project }) => project);
      }),

    setAlias: (change) => database.write('alias of the name', (trx) => setAlias(trx, change)),

    getAlias: (project, alias) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('alias')
          .innerJoin('version', 'version.id', 'alias.version_id')
          .selectAll('version')
          .where('alias.project', '=', project)
          .where('alias.alias', '=', alias)
          .executeTakeFirst();
        return row === undefined ? undefined : versionOf(row);
      }),

    listAliases: (project) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('alias')
          .select(['alias', 'version_id as versionId'])
          .where('project', '=', project)
          .orderBy('alias')
          .execute();
        return rows.map((row) => ({ ...row }));
      }),

    aliasHistory: (project, alias, limit) => database.read((db) => aliasHistory(db, project, alias, limit)),
  };
}

async function addVersion(trx: Kysely<Schema>, version: VersionDraft): Promise<VersionRecord> {
  const signature = version.signature === null ? null : canonicalJson(version.signature);
  const known = await versionWhere(
    trx,
    version.kind === 'forecaster'
      ? { project: version.project, run_id: version.runId }
      : { project: version.project, artifact_hash: version.artifactHash, signature },
  );
  if (known !== undefined) {
    // Its file has just been stored again.
    await trx.updateTable('version').set({ artifact_removed_at: null }).where('id', '=', known.id).execute();
    const { artifactRemovedAt: _, ...kept } = known;
    return kept;
  }
  await refuseTakenName(trx, version);
  const last = await trx
    .selectFrom('version')
    .select((eb) => eb.fn.max('number').as('number'))
    .where('project', '=', version.project)
    .executeTakeFirst();
  const number = (last?.number ?? 0) + 1;
  await trx
    .insertInto('version')
    .values({
      id: version.id,
      project: version.project,
      number,
      run_id: version.runId,
      snapshot_id: version.snapshotId,
      artifact_hash: version.artifactHash,
      artifact_bytes: version.artifactBytes,
      created_at: version.createdAt,
      metrics: JSON.stringify(version.metrics),
      gate: version.gate === null ? null : JSON.stringify(version.gate),
      kind: version.kind,
      signature,
    })
    .execute();
  await insertEvent(trx, {
    at: version.createdAt,
    project: version.project,
    type: 'version.registered',
    data: { versionId: version.id, number, runId: version.runId },
  });
  return { ...version, number, provenAt: null, refusal: null };
}

async function markProven(trx: Kysely<Schema>, id: string, at: number): Promise<void> {
  const { provenAt, refusal } = await existing(trx, id);
  if (provenAt !== null && refusal === null) return;
  await trx
    .updateTable('version')
    .set({ proven_at: provenAt ?? at, refusal: null })
    .where('id', '=', id)
    .execute();
}

async function markRefused(trx: Kysely<Schema>, id: string, refusal: Refusal): Promise<void> {
  const version = await existing(trx, id);
  if (version.refusal?.reason === refusal.reason) return;
  await trx
    .updateTable('version')
    .set({ refusal: JSON.stringify(refusal) })
    .where('id', '=', id)
    .execute();
  await insertEvent(trx, {
    at: refusal.at,
    project: version.project,
    type: 'swap.refused',
    data: { versionId: id, reason: refusal.reason },
  });
}

async function existing(trx: Kysely<Schema>, id: string): Promise<VersionRecord> {
  const version = await versionWhere(trx, { id });
  if (version === undefined) throw new AppError('store/conflict', `there is no version ${id} to prove`);
  return version;
}

/** A name belongs to a project or to registered models, whichever came first. */
async function refuseTakenName(trx: Kysely<Schema>, { project: name, kind }: VersionDraft): Promise<void> {
  const project =
    kind === 'onnx' &&
    (await trx.selectFrom('project').select('name').where('name', '=', name).executeTakeFirst());
  const other = await trx
    .selectFrom('version')
    .select('id')
    .where('project', '=', name)
    .where('kind', '!=', kind)
    .limit(1)
    .executeTakeFirst();
  if (!project && other === undefined) return;
  const holder = kind === 'onnx' ? 'a project' : 'a registered model';
  throw new AppError('store/name-taken', `${name} is the name of ${holder} already: choose another`, {
    details: { name },
  });
}

async function setAlias(trx: Kysely<Schema>, change: ChangeDraft): Promise<AliasChange> {
  const [last] = await aliasHistory(trx, change.project, change.alias, 1);
  if (last !== undefined && last.versionId === change.versionId) return last;
  if (change.versionId === noVersion) {
    await trx
      .deleteFrom('alias')
      .where('project', '=', change.project)
      .where('alias', '=', change.alias)
      .execute();
  } else {
    const version = await versionWhere(trx, { id: change.versionId, project: change.project });
    if (version === undefined) {
      throw new AppError(
        'store/conflict',
        `project ${change.project} has no version ${change.versionId} for alias ${change.alias}`,
      );
    }
    await trx
      .insertInto('alias')
      .values({ project: change.project, alias: change.alias, version_id: change.versionId })
      .onConflict((conflict) =>
        conflict.columns(['project', 'alias']).doUpdateSet({ version_id: change.versionId }),
      )
      .execute();
  }
  const { seq } = await trx
    .insertInto('alias_change')
    .values({
      project: change.project,
      alias: change.alias,
      version_id: change.versionId,
      at: change.at,
      by: change.by,
      reason: change.reason,
    })
    .returning('seq')
    .executeTakeFirstOrThrow();
  await insertEvent(trx, {
    at: change.at,
    project: change.project,
    type: 'alias.changed',
    data: { alias: change.alias, versionId: change.versionId, by: change.by, reason: change.reason },
  });
  return { ...change, seq };
}

async function aliasHistory(
  db: Kysely<Schema>,
  project: string,
  alias: string,
  limit: number,
): Promise<AliasChange[]> {
  const rows = await db
    .selectFrom('alias_change')
    .select(['seq', 'project', 'alias', 'version_id as versionId', 'at', 'by', 'reason'])
    .where('project', '=', project)
    .where('alias', '=', alias)
    .orderBy('seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ ...row }));
}

async function versionWhere(
  db: Kysely<Schema>,
  match: Partial<Pick<VersionTable, 'id' | 'project' | 'number' | 'run_id' | 'artifact_hash' | 'signature'>>,
): Promise<VersionRecord | undefined> {
  const row = await db
    .selectFrom('version')
    .selectAll()
    .where((eb) => eb.and(match))
    .executeTakeFirst();
  return row === undefined ? undefined : versionOf(row);
}

function versionOf(row: Selectable<VersionTable>): VersionRecord {
  return {
    id: row.id,
    project: row.project,
    number: row.number,
    runId: row.run_id,
    snapshotId: row.snapshot_id,
    artifactHash: row.artifact_hash,
    artifactBytes: row.artifact_bytes,
    createdAt: row.created_at,
    metrics: JSON.parse(row.metrics) as VersionRecord['metrics'],
    gate: row.gate === null ? null : (JSON.parse(row.gate) as JsonObject),
    kind: row.kind,
    signature: row.signature === null ? null : (JSON.parse(row.signature) as JsonObject),
    provenAt: row.proven_at,
    ...(row.artifact_removed_at === null ? {} : { artifactRemovedAt: row.artifact_removed_at }),
    refusal: row.refusal === null ? null : (JSON.parse(row.refusal) as Refusal),
  };
}
