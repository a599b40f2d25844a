// Runs: one row per training or backtest, rewritten as a whole while it goes on.

import type { Insertable, Selectable } from 'kysely';
import type { JsonObject, RunRecord, TrackingStore } from '../ports/index.ts';
import type { Database } from './database.ts';
import type { RunTable } from './schema.ts';

export function trackingStore(database: Database): TrackingStore {
  return {
    putRun: (run) =>
      database.write('nothing', async (trx) => {
        const { id, ...rest } = rowOf(run);
        await trx
          .insertInto('run')
          .values({ id, ...rest })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(rest))
          .execute();
      }),

    getRun: (id) =>
      database.read(async (db) => {
        const row = await db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : runOf(row);
      }),

    listRuns: ({ project, before, limit }) =>
      database.read(async (db) => {
        let query = db.selectFrom('run').selectAll();
        if (project !== undefined) query = query.where('project', '=', project);
        if (before !== undefined) {
          query = query.where((eb) =>
            eb(
              eb.refTuple('started_at', 'id'),
              '<',
              eb
                .selectFrom('run')
                .select(['started_at', 'id'])
                .where('id', '=', before)
                .$asTuple('started_at', 'id'),
            ),
          );
        }
        const rows = await query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
        return rows.map(runOf);
      }),
  };
}

function rowOf(run: RunRecord): Insertable<RunTable> {
  return {
    id: run.id,
    experiment: run.experiment,
    project: run.project,
    kind: run.kind,
    status: run.status,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    snapshot_id: run.snapshotId,
    seed: run.seed,
    code_version: run.codeVersion,
    environment: JSON.stringify(run.environment),
    params: JSON.stringify(run.params),
    metrics: JSON.stringify(run.metrics),
    duration_ms: run.durationMs,
    cpu_seconds: run.cpuSeconds,
    memory_bytes_peak: run.memoryBytesPeak,
    artifacts: JSON.stringify(run.artifacts),
    error: run.error,
  };
}

function runOf(row: Selectable<RunTable>): RunRecord {
  return {
    id: row.id,
    experiment: row.experiment,
    project: row.project,
    kind: row.kind,
    status: row.status,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    snapshotId: row.snapshot_id,
    seed: row.seed,
    codeVersion: row.code_version,
    environment: JSON.parse(row.environment) as JsonObject,
    params: JSON.parse(row.params) as JsonObject,
    metrics: JSON.parse(row.metrics) as RunRecord['metrics'],
    durationMs: row.duration_ms,
    cpuSeconds: row.cpu_seconds,
    memoryBytesPeak: row.memory_bytes_peak,
    artifacts: JSON.parse(row.artifacts) as RunRecord['artifacts'],
    error: row.error,
  };
}
