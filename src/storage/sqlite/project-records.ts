// Rows of projects as they are read and written, and what keeps a definition from being taken in: what the periods of stored rows
// mean depends on some settings, so these are frozen once there is data.

import type { Kysely, Selectable } from 'kysely';
import { AppError, canonicalJson, changedSettings, frozenChange, type Project } from '../../core/index.ts';
import type { JsonObject, ProjectRecord } from '../ports/index.ts';
import { insertEvent } from './events.ts';
import { runText } from './expressions.ts';
import type { ProjectTable, Schema } from './schema.ts';

/** May the definition take the place of what is there? */
export async function checkDefinition(
  trx: Kysely<Schema>,
  project: Project,
  old: ProjectRecord | undefined,
): Promise<void> {
  const { name } = project;
  if (old === undefined) return await refuseModelName(trx, name);
  const change = frozenChange(old.project, project);
  if (change === undefined) return;
  const batch = await trx
    .selectFrom('batch')
    .select('seq')
    .where('project', '=', name)
    .limit(1)
    .executeTakeFirst();
  if (batch === undefined) return;
  const { setting, reason } = change;
  throw new AppError(
    'store/project-changed',
    `project ${name} has data, so its ${setting} cannot change, for ${reason}: undo the change or use another project name`,
    { details: { project: name, setting } },
  );
}

/**
 * Nothing lands in a project that has been removed meanwhile.
 * @throws AppError `serving/unknown-project`
 */
export async function refuseRemoved(trx: Kysely<Schema>, name: string): Promise<void> {
  const [removed] = await runText(trx, 'select name from project where name = ? and removed_at is not null', [
    name,
  ]);
  if (removed === undefined) return;
  throw new AppError('serving/unknown-project', `project "${name}" has been removed`, {
    details: { project: name },
  });
}

/** Forecasts and predictions are asked for by one name: it is a project's or a registered model's. */
async function refuseModelName(trx: Kysely<Schema>, name: string): Promise<void> {
  const model = await trx
    .selectFrom('version')
    .select('id')
    .where('project', '=', name)
    .where('kind', '!=', 'forecaster')
    .limit(1)
    .executeTakeFirst();
  if (model === undefined) return;
  throw new AppError(
    'store/name-taken',
    `${name} is the name of a registered model already: give the project another name`,
    { details: { name } },
  );
}

export async function saveProject(
  trx: Kysely<Schema>,
  of: Pick<ProjectRecord, 'project' | 'settings' | 'source'> & {
    readonly now: number;
    readonly old: ProjectRecord | undefined;
  },
): Promise<ProjectRecord> {
  const { project, settings, source, now, old } = of;
  const row = {
    definition: canonicalJson(project),
    settings: settings === null ? null : JSON.stringify(settings),
    source,
    version: (old?.version ?? 0) + 1,
    updated_at: now,
    removed_at: null,
    removed_by: null,
    purging: 0,
  };
  await trx
    .insertInto('project')
    .values({ name: project.name, created_at: now, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
  return await projectThere(trx, project.name);
}

interface Told {
  readonly by: string;
  readonly now: number;
  readonly old: ProjectRecord | undefined;
}

export async function tellAdded(
  trx: Kysely<Schema>,
  { project, source, version }: ProjectRecord,
  { by, now, old }: Told,
): Promise<void> {
  const restored = old === undefined ? {} : { restored: true };
  const data = { by, source, version, ...restored };
  await insertEvent(trx, { at: now, project: project.name, type: 'project.added', data });
}

export async function tellChanged(
  trx: Kysely<Schema>,
  { project, version }: ProjectRecord,
  { by, now, old }: Told,
): Promise<void> {
  const settings = old === undefined ? [] : changedSettings(old.project, project);
  const data = { by, version, settings };
  await insertEvent(trx, { at: now, project: project.name, type: 'project.changed', data });
}

export async function projectThere(trx: Kysely<Schema>, name: string): Promise<ProjectRecord> {
  const row = await trx.selectFrom('project').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
  return projectRecordOf(row);
}

export async function findProject(db: Kysely<Schema>, name: string): Promise<ProjectRecord | undefined> {
  const row = await db.selectFrom('project').selectAll().where('name', '=', name).executeTakeFirst();
  return row === undefined ? undefined : projectRecordOf(row);
}

export function projectRecordOf(row: Selectable<ProjectTable>): ProjectRecord {
  return {
    project: JSON.parse(row.definition) as Project,
    settings: row.settings === null ? null : (JSON.parse(row.settings) as JsonObject),
    source: row.source,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    removal:
      row.removed_at === null
        ? null
        : { at: row.removed_at, by: row.removed_by ?? '', purging: row.purging === 1 },
  };
}
