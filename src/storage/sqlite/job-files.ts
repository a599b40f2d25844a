// Names that a job gives to blobs, a row each. They go with the job.

import type { JobFileStore } from '../ports/index.ts';
import type { Database } from './database.ts';

/** Names in one statement. */
const namesMax = 500;

export function jobFileStore(database: Database): JobFileStore {
  return {
    nameJobFile: (jobId, { name, hash, sizeBytes }) =>
      database.write('nothing', async (trx) => {
        const blob = { hash, size_bytes: sizeBytes };
        await trx
          .insertInto('job_file')
          .values({ job_id: jobId, name, ...blob })
          .onConflict((oc) => oc.columns(['job_id', 'name']).doUpdateSet(blob))
          .execute();
      }),

    jobFiles: (jobId) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('job_file')
          .selectAll()
          .where('job_id', '=', jobId)
          .orderBy('name')
          .execute();
        return rows.map(({ name, hash, size_bytes: sizeBytes }) => ({ name, hash, sizeBytes }));
      }),

    forgetJobFiles: (jobId, names) =>
      database.write('nothing', async (trx) => {
        for (let from = 0; from < names.length; from += namesMax)
          await trx
            .deleteFrom('job_file')
            .where('job_id', '=', jobId)
            .where('name', 'in', names.slice(from, from + namesMax))
            .execute();
      }),
  };
}
