// Projects added, changed, removed and restored, each in one transaction with its event.

import type { Kysely } from 'kysely';
import { AppError, canonicalJson, type Project } from '../../core/index.ts';
import type { ProjectRecord, ProjectStore, ProjectWrite } from '../ports/index.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import { cancelActiveJobs } from './jobs.ts';
import {
  checkDefinition,
  findProject,
  projectRecordOf,
  projectThere,
  saveProject,
  tellAdded,
  tellChanged,
} from './project-records.ts';
import { purgeSome } from './purge.ts';
import type { Schema } from './schema.ts';

/** Each is looked at by rounds every few seconds, and has memory of its own in every process. */
const projectsMax = 1000;

export function projectStore(database: Database): ProjectStore {
  const write = <T>(work: (trx: Kysely<Schema>) => Promise<T>): Promise<T> =>
    database.write('definition of the project', work);
  return {
    putProject: (project, now) => write((trx) => putProject(trx, project, now)),
    addProject: (definition, about) => write((trx) => addProject(trx, definition, about)),
    changeProject: (definition, about) => write((trx) => changeProject(trx, definition, about)),
    removeProject: (name, about) => write((trx) => removeProject(trx, name, about)),
    restoreProject: (name, about) => write((trx) => restoreProject(trx, name, about)),
    markPurging: (name, about) => write((trx) => markPurging(trx, name, about)),
    purgeSome: (name, options) => write((trx) => purgeSome(trx, name, options)),
    getProjectRecord: (name) => database.read((db) => findProject(db, name)),
    listProjectRecords: () =>
      database.read(async (db) => {
        const rows = await db.selectFrom('project').selectAll().orderBy('name').execute();
        return rows.map(projectRecordOf);
      }),
    getProject: (name) =>
      database.read(async (db) => {
        const record = await findProject(db, name);
        return record?.removal === null ? record.project : undefined;
      }),
    listProjects: () =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('project')
          .select('definition')
          .where('removed_at', 'is', null)
          .orderBy('name')
          .execute();
        return rows.map((row) => JSON.parse(row.definition) as Project);
      }),
  };
}

async function putProject(trx: Kysely<Schema>, project: Project, now: number): Promise<void> {
  const old = await findProject(trx, project.name);
  if (old?.source === 'stored' && old.removal === null)
    throw new AppError(
      'projects/in-both',
      `project ${project.name} is in the configuration file, and was added while the server ran: take it out of one of the two`,
      { details: { project: project.name } },
    );
  if (old?.removal?.purging === true) throw beingPurged(project.name);
  const isSame = old !== undefined && canonicalJson(old.project) === canonicalJson(project);
  if (isSame && old.removal === null) return;
  await checkDefinition(trx, project, old);
  const record = await saveProject(trx, { project, settings: null, source: 'file', now, old });
  if (old === undefined || old.removal !== null) await tellAdded(trx, record, { by: 'file', now, old });
  else await tellChanged(trx, record, { by: 'file', now, old });
}

async function addProject(
  trx: Kysely<Schema>,
  { project, settings }: Pick<ProjectRecord, 'project' | 'settings'>,
  { by, now }: ProjectWrite,
): Promise<ProjectRecord> {
  const { name } = project;
  const old = await findProject(trx, name);
  if (old?.removal?.purging === true) throw beingPurged(name);
  if (old !== undefined && old.removal !== null)
    throw new AppError(
      'projects/removed',
      `a project ${name} has been removed, and its data are kept: restore it, or purge it first`,
      { details: { project: name } },
    );
  if (old?.source === 'stored')
    throw new AppError('projects/exists', `there is a project ${name} already`, {
      details: { project: name },
    });
  await checkDefinition(trx, project, old);
  const { count } = await trx
    .selectFrom('project')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (old === undefined && count >= projectsMax)
    throw new AppError('projects/too-many', `there are ${count} projects, at most ${projectsMax} may be`, {
      details: { projectsMax },
    });
  const record = await saveProject(trx, { project, settings, source: 'stored', now, old });
  await tellAdded(trx, record, { by, now, old });
  return record;
}

async function changeProject(
  trx: Kysely<Schema>,
  { project, settings }: Pick<ProjectRecord, 'project' | 'settings'>,
  { by, now, ifVersion }: ProjectWrite,
): Promise<ProjectRecord> {
  const old = await ownRecord(trx, project.name, ifVersion);
  const isSame =
    canonicalJson(old.project) === canonicalJson(project) &&
    canonicalJson(old.settings) === canonicalJson(settings);
  if (isSame) return old;
  await checkDefinition(trx, project, old);
  const record = await saveProject(trx, { project, settings, source: 'stored', now, old });
  await tellChanged(trx, record, { by, now, old });
  return record;
}

async function removeProject(
  trx: Kysely<Schema>,
  name: string,
  about: ProjectWrite & { cancelJobs: boolean; purging: boolean },
): Promise<ProjectRecord> {
  const { by, now, purging } = about;
  const { version } = await ownRecord(trx, name, about.ifVersion);
  await endJobs(trx, name, about);
  await trx
    .updateTable('project')
    .set({ version: version + 1, removed_at: now, removed_by: by, purging: purging ? 1 : 0 })
    .where('name', '=', name)
    .execute();
  const data = purging ? 'purged' : 'kept';
  await insertEvent(trx, {
    at: now,
    project: name,
    type: 'project.removed',
    data: { by, version: version + 1, data },
  });
  return await projectThere(trx, name);
}

async function restoreProject(
  trx: Kysely<Schema>,
  name: string,
  { by, now }: ProjectWrite,
): Promise<ProjectRecord> {
  const old = await removedRecord(trx, name);
  if (old.removal?.purging === true) throw beingPurged(name);
  const { project, settings } = old;
  const record = await saveProject(trx, { project, settings, source: 'stored', now, old });
  await tellAdded(trx, record, { by, now, old });
  return record;
}

async function markPurging(
  trx: Kysely<Schema>,
  name: string,
  { by, now }: ProjectWrite,
): Promise<ProjectRecord> {
  const { removal, version } = await removedRecord(trx, name);
  if (removal?.purging === true) return await projectThere(trx, name);
  await trx
    .updateTable('project')
    .set({ version: version + 1, purging: 1 })
    .where('name', '=', name)
    .execute();
  const data = { by, version: version + 1, data: 'purged' };
  await insertEvent(trx, { at: now, project: name, type: 'project.removed', data });
  return await projectThere(trx, name);
}

/** The stored project that a change is asked of. */
async function ownRecord(
  trx: Kysely<Schema>,
  name: string,
  ifVersion: number | undefined,
): Promise<ProjectRecord> {
  const record = await findProject(trx, name);
  if (record === undefined || record.removal !== null)
    throw new AppError('serving/unknown-project', `there is no project "${name.slice(0, 100)}"`, {
      details: { project: name.slice(0, 100) },
    });
  if (record.source === 'file')
    throw new AppError(
      'projects/in-file',
      `project ${name} belongs to the configuration file: edit it there and restart`,
      { details: { project: name } },
    );
  if (ifVersion !== undefined && ifVersion !== record.version)
    throw new AppError(
      'projects/changed-meanwhile',
      `project ${name} has version ${record.version}, not ${ifVersion}: somebody has changed it meanwhile`,
      { details: { project: name, version: record.version } },
    );
  return record;
}

async function removedRecord(trx: Kysely<Schema>, name: string): Promise<ProjectRecord> {
  const record = await findProject(trx, name);
  if (record !== undefined && record.removal !== null) return record;
  throw new AppError('projects/not-removed', `no project "${name.slice(0, 100)}" has been removed`, {
    details: { project: name.slice(0, 100) },
  });
}

function beingPurged(name: string): AppError {
  return new AppError(
    'projects/being-purged',
    `what is stored of the removed project ${name} is being deleted: wait until that is done, or use another name`,
    { details: { project: name } },
  );
}

async function endJobs(
  trx: Kysely<Schema>,
  name: string,
  { now, cancelJobs }: ProjectWrite & { cancelJobs: boolean },
): Promise<void> {
  if (cancelJobs) return await cancelActiveJobs(trx, name, now);
  const active = await trx
    .selectFrom('job')
    .select(['id', 'pipeline'])
    .where('project', '=', name)
    .where('state', 'in', ['queued', 'running'])
    .execute();
  if (active.length === 0) return;
  const list = active.map(({ id, pipeline }) => `${pipeline} ${id}`).join(', ');
  throw new AppError('projects/busy', `jobs of project ${name} are under way: ${list}`, {
    details: { project: name, jobs: active.map(({ id }) => id) },
  });
}
