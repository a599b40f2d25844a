// All relational ports over one SQLite file.

import type { Clock } from '../../core/index.ts';
import type { ControlStore } from '../ports/index.ts';
import { alertStore } from './alerts.ts';
import { contractStore } from './contract-looks.ts';
import { openDatabase } from './database.ts';
import { driftStore } from './drift.ts';
import { eventStore } from './events.ts';
import { exposureStore } from './exposures.ts';
import { historyStore } from './history.ts';
import { instanceStore } from './instance.ts';
import { jobFileStore } from './job-files.ts';
import { jobStore } from './jobs.ts';
import { overrideStore } from './overrides.ts';
import { predictionStore } from './predictions.ts';
import { projectStore } from './projects.ts';
import { registryStore } from './registry.ts';
import { retentionStore } from './retention.ts';
import { trackingStore } from './runs.ts';
import { scheduleStore } from './schedules.ts';
import { snapshotStore } from './snapshots.ts';
import { sourceStore } from './sources.ts';
import { streamStore } from './streams.ts';
import { subscriberStore } from './subscribers.ts';
import { withdrawalStore } from './withdrawals.ts';

/** As large as what an ingest writes: a row of a few bytes still fits into a log that has room for nothing else. */
const padding = new Uint8Array(64 * 1024);

/**
 * Opens or creates the control database. Several processes may have it open: locks order their writes.
 * @param options.path  the database file, its folder is made if need be; `:memory:` for tests
 * @throws AppError `store/unavailable`, `store/corrupt`, `store/too-new`, `store/old-engine`, `store/foreign-file`
 */
export function openSqliteStore(options: { path: string; clock: Clock }): ControlStore {
  const { path, clock } = options;
  const database = openDatabase(path, clock.now());
  return {
    ...projectStore(database),
    ...historyStore(database),
    ...snapshotStore(database),
    ...predictionStore(database),
    ...exposureStore(database),
    ...overrideStore(database),
    ...trackingStore(database),
    ...registryStore(database),
    ...jobStore(database),
    ...jobFileStore(database),
    ...scheduleStore(database),
    ...contractStore(database),
    ...alertStore(database),
    ...driftStore(database),
    ...streamStore(database),
    ...sourceStore(database),
    ...eventStore(database),
    ...subscriberStore(database),
    ...instanceStore(database),
    ...retentionStore(database),
    ...withdrawalStore(database),
    check: () =>
      database.write('nothing', async (trx) => {
        const row = { at: clock.now(), padding };
        await trx
          .insertInto('probe')
          .values({ id: 1, ...row })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
          .execute();
      }),
    close: () => database.close(),
  };
}
