// Project definitions. What the periods of stored rows mean depends on the grid, so it is frozen once there is data.

import type { Kysely } from 'kysely';
import { AppError, canonicalJson, type Project } from '../../core/index.ts';
import type { ProjectStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';

export function projectStore(database: Database): ProjectStore {
  return {
    putProject: (project, now) =>
      database.write('definition of the project', async (trx) => {
        const old = await trx
          .selectFrom('project')
          .select('definition')
          .where('name', '=', project.name)
          .executeTakeFirst();
        const definition = canonicalJson(project);
        if (old?.definition === definition) return;
        if (old === undefined) await refuseModelName(trx, project.name);
        if (old !== undefined) {
          const changed = frozenDifference(JSON.parse(old.definition) as Project, project);
          const batch = await trx
            .selectFrom('batch')
            .select('seq')
            .where('project', '=', project.name)
            .limit(1)
            .executeTakeFirst();
          if (changed !== undefined && batch !== undefined) {
            throw new AppError(
              'store/project-changed',
              `project ${project.name} has data, so its ${changed} cannot change: undo the change or use another project name`,
              { details: { project: project.name, setting: changed } },
            );
          }
        }
        await trx
          .insertInto('project')
          .values({ name: project.name, definition, created_at: now, updated_at: now })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ definition, updated_at: now }))
          .execute();
      }),

    getProject: (name) =>
      database.read(async (db) => {
        const row = await db
          .selectFrom('project')
          .select('definition')
          .where('name', '=', name)
          .executeTakeFirst();
        return row === undefined ? undefined : (JSON.parse(row.definition) as Project);
      }),

    listProjects: () =>
      database.read(async (db) => {
        const rows = await db.selectFrom('project').select('definition').orderBy('name').execute();
        return rows.map((row) => JSON.parse(row.definition) as Project);
      }),
  };
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

/** Which setting that gives stored periods their meaning differs; undefined when none does. */
function frozenDifference(before: Project, after: Project): string | undefined {
  if (before.grid.frequency !== after.grid.frequency) return 'frequency';
  if (before.grid.weekStart !== after.grid.weekStart) return 'week start';
  if (before.timezone !== after.timezone) return 'time zone';
  return undefined;
}
