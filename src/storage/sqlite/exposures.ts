// Exposures: the first of each stays.

import type { ExposureStore } from '../ports/index.ts';
import type { Database } from './database.ts';

const insertSql = `insert into exposure (project, salt, unit, arm, version_id, at)
  values (?, ?, ?, ?, ?, ?) on conflict (project, salt, unit, arm, version_id) do nothing`;

export function exposureStore(database: Database): ExposureStore {
  return {
    appendExposures: (exposures) =>
      database.write('nothing', async () => {
        const insert = database.prepare(insertSql);
        for (const { project, salt, unit, arm, versionId, at } of exposures)
          insert.run(project, salt, unit, arm, versionId, at);
      }),

    scanExposures: (project, { salt, after, limit }) =>
      database.read(async (db) => {
        let query = db
          .selectFrom('exposure')
          .selectAll()
          .where('project', '=', project)
          .where('salt', '=', salt);
        if (after !== undefined)
          query = query.where((eb) =>
            eb(
              eb.refTuple('unit', 'arm', 'version_id'),
              '>',
              eb.tuple(after.unit, after.arm, after.versionId),
            ),
          );
        const rows = await query.orderBy('unit').orderBy('arm').orderBy('version_id').limit(limit).execute();
        return rows.map(({ version_id: versionId, ...row }) => ({ ...row, versionId }));
      }),
  };
}
