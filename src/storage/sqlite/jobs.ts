// The embedded queue: leases with fencing tokens. A worker may only change a job while the token it was given is the
// current one, so a worker that was thought dead cannot undo what its successor did.

import { type Kysely, type Selectable, sql } from 'kysely';
import type { EventData, EventType, NewEvent } from '../../core/index.ts';
import type { JobRecord, JobStore, Json, JsonObject, LeasedJob } from '../ports/index.ts';
import type { Database } from './database.ts';
import { insertEvent } from './events.ts';
import { jobEvents } from './job-events.ts';
import type { JobTable, Schema } from './schema.ts';

type LeaseOptions = Parameters<JobStore['leaseJob']>[0];
type JobDraft = Parameters<JobStore['enqueueJob']>[0];

const notLeased = { lease_until: null, worker_id: null };

export function jobStore(database: Database): JobStore {
  return {
    enqueueJob: (draft) => database.write('jobs of the single flight key', (trx) => enqueueJob(trx, draft)),

    leaseJob: async (options) => {
      // Idle workers ask several times a second: the write lock is taken only when there is something to take.
      const due = await database.read((db) => findDue(db, options));
      return due === undefined
        ? undefined
        : await database.write('jobs that are due', (trx) => leaseJob(trx, options));
    },

    isHeld: (id, leaseToken) =>
      database.read(async (db) => (await leasedJob(db, id, leaseToken)) !== undefined),

    listLeases: (limit) =>
      database.read(async (db) => {
        const rows = await db
          .selectFrom('job')
          .selectAll()
          .where('state', '=', 'running')
          .orderBy('created_at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map(leasedOf);
      }),

    renewLease: (id, leaseToken, renewal) =>
      database.write('job', (trx) => renewLease(trx, { id, leaseToken, ...renewal })),

    shortenLease: (id, leaseToken, leaseUntil) =>
      database.write('job', async (trx) => {
        const job = await leasedJob(trx, id, leaseToken);
        if (job === undefined) return false;
        const earlier = Math.min(leaseUntil, job.leaseUntil);
        await trx.updateTable('job').set({ lease_until: earlier }).where('id', '=', id).execute();
        return true;
      }),

    completeStep: (id, leaseToken, outcome) =>
      database.write('job', async (trx) => {
        const job = await leasedJob(trx, id, leaseToken);
        if (job === undefined) return false;
        await completeStep(trx, job, outcome);
        return true;
      }),

    failStep: (id, leaseToken, { error, retryAt, now }) =>
      database.write('job', async (trx) => {
        const job = await leasedJob(trx, id, leaseToken);
        if (job === undefined) return false;
        if (retryAt === null) await failJob(trx, job, error ?? 'stopped', now);
        else {
          await trx
            .updateTable('job')
            .set({ state: 'queued', run_after: retryAt, error: error ?? job.error, ...notLeased })
            .set({ attempts: error === null ? job.attempts - 1 : job.attempts })
            .where('id', '=', id)
            .execute();
          if (error !== null) {
            const message = `tried again after ${error}`;
            await tell(trx, job, 'job.waiting', now, { step: job.step, until: retryAt, message });
          }
        }
        return true;
      }),

    postponeStep: (id, leaseToken, { runAfter, message, now }) =>
      database.write('job', async (trx) => {
        const job = await leasedJob(trx, id, leaseToken);
        if (job === undefined) return false;
        await trx
          .updateTable('job')
          .set({ state: 'queued', run_after: runAfter, attempts: 0, crashes: 0, error: null, ...notLeased })
          .set({ progress_message: message })
          .where('id', '=', id)
          .execute();
        await tell(trx, job, 'job.waiting', now, { step: job.step, until: runAfter, message });
        return true;
      }),

    jobEvents: (id, limit) => database.read((db) => jobEvents(db, id, limit)),

    getJob: (id) => database.read((db) => getJob(db, id)),

    listJobs: ({ project, pipeline, state, limit }) =>
      database.read(async (db) => {
        let query = db.selectFrom('job').selectAll();
        if (project !== undefined) query = query.where('project', '=', project);
        if (pipeline !== undefined) query = query.where('pipeline', '=', pipeline);
        if (state !== undefined) query = query.where('state', '=', state);
        const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
        return rows.map(jobOf);
      }),

    cancelJob: (id, now) =>
      database.write('job', async (trx) => {
        const job = await getJob(trx, id);
        if (job === undefined || (job.state !== 'queued' && job.state !== 'running')) return false;
        await cancel(trx, job, now);
        return true;
      }),
  };
}

async function enqueueJob(
  trx: Kysely<Schema>,
  draft: JobDraft,
): Promise<{ job: JobRecord; created: boolean }> {
  const known = await getJob(trx, draft.id);
  if (known !== undefined) return { job: known, created: false };
  const active = await trx
    .selectFrom('job')
    .selectAll()
    .where('single_flight_key', '=', draft.singleFlightKey)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  if (active !== undefined) return { job: jobOf(active), created: false };
  const row = await trx
    .insertInto('job')
    .values({
      id: draft.id,
      pipeline: draft.pipeline,
      pipeline_version: draft.pipelineVersion,
      project: draft.project,
      single_flight_key: draft.singleFlightKey,
      state: 'queued',
      step: draft.step,
      input: JSON.stringify(draft.input),
      results: '{}',
      attempts: 0,
      crashes: 0,
      run_after: draft.runAfter,
      lease_token: 0,
      lease_until: null,
      worker_id: null,
      progress_fraction: 0,
      progress_message: '',
      error: null,
      created_at: draft.createdAt,
      started_at: null,
      ended_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const job = jobOf(row);
  await tell(trx, job, 'job.queued', draft.createdAt, {});
  return { job, created: true };
}

/** The oldest job that may be taken: queued and due, or running under a lease that has run out. */
async function findDue(
  db: Kysely<Schema>,
  { now, pipelines, excludeIds }: LeaseOptions,
): Promise<JobRecord | undefined> {
  if (pipelines.length === 0) return undefined;
  let query = db
    .selectFrom('job')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb.and([eb('state', '=', 'queued'), eb('run_after', '<=', now)]),
        eb.and([eb('state', '=', 'running'), eb('lease_until', '<', now)]),
      ]),
    )
    .where(
      'pipeline',
      'in',
      pipelines.map((pipeline) => pipeline.name),
    );
  // An empty list is no list to every database but SQLite.
  if (excludeIds.length > 0) query = query.where('id', 'not in', excludeIds);
  const row = await query.orderBy('created_at').orderBy('id').limit(1).executeTakeFirst();
  return row === undefined ? undefined : jobOf(row);
}

async function leaseJob(trx: Kysely<Schema>, options: LeaseOptions): Promise<LeasedJob | undefined> {
  const { now, leaseMs, workerId, crashesMax } = options;
  // Each pass ends one job for good, so this ends too.
  for (;;) {
    const job = await findDue(trx, options);
    if (job === undefined) return undefined;
    const crashes = job.crashes + (job.state === 'running' ? 1 : 0);
    if (crashes > crashesMax) {
      const error = `step ${job.step} ended its worker ${crashes} times: it is not tried again`;
      await failJob(trx, job, error, now);
      continue;
    }
    const firstStep = options.pipelines.find((pipeline) => pipeline.name === job.pipeline)?.firstStep ?? '';
    const row = await trx
      .updateTable('job')
      .set({
        state: 'running',
        step: job.step || firstStep,
        attempts: job.attempts + 1,
        crashes,
        lease_token: sql<number>`lease_token + 1`,
        lease_until: now + leaseMs,
        worker_id: workerId,
        started_at: job.startedAt ?? now,
      })
      .where('id', '=', job.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return leasedOf(row);
  }
}

async function renewLease(
  trx: Kysely<Schema>,
  renewal: { id: string; leaseToken: number } & Parameters<JobStore['renewLease']>[2],
): Promise<boolean> {
  const job = await leasedJob(trx, renewal.id, renewal.leaseToken);
  if (job === undefined) return false;
  const { fraction, message } = renewal.progress;
  await trx
    .updateTable('job')
    .set({ lease_until: renewal.leaseUntil, progress_fraction: fraction, progress_message: message })
    .where('id', '=', job.id)
    .execute();
  const percent = Math.floor(fraction * 100);
  if (percent !== Math.floor(job.progress.fraction * 100) || message !== job.progress.message) {
    await tell(trx, job, 'job.progress', renewal.now, { step: job.step, fraction, message });
  }
  return true;
}

async function completeStep(
  trx: Kysely<Schema>,
  job: JobRecord,
  { result, nextStep, now }: { result: Json; nextStep: string | null; now: number },
): Promise<void> {
  const results = JSON.stringify({ ...job.results, [job.step]: result });
  if (nextStep !== null) {
    await trx
      .updateTable('job')
      .set({ state: 'queued', step: nextStep, results, attempts: 0, crashes: 0, run_after: now, error: null })
      .set(notLeased)
      .where('id', '=', job.id)
      .execute();
    await tell(trx, job, 'job.step', now, { step: job.step, nextStep });
    return;
  }
  await trx
    .updateTable('job')
    .set({ state: 'done', results, progress_fraction: 1, error: null, ended_at: now, ...notLeased })
    .where('id', '=', job.id)
    .execute();
  await tell(trx, job, 'job.done', now, { step: job.step });
}

async function failJob(trx: Kysely<Schema>, job: JobRecord, error: string, now: number): Promise<void> {
  await trx
    .updateTable('job')
    .set({ state: 'failed', error, ended_at: now, ...notLeased })
    .where('id', '=', job.id)
    .execute();
  await tell(trx, job, 'job.failed', now, { step: job.step, error });
}

async function getJob(db: Kysely<Schema>, id: string): Promise<JobRecord | undefined> {
  const row = await db.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : jobOf(row);
}

/** The job, if this token still holds it. */
async function leasedJob(db: Kysely<Schema>, id: string, leaseToken: number): Promise<LeasedJob | undefined> {
  const row = await db
    .selectFrom('job')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('lease_token', '=', leaseToken)
    .executeTakeFirst();
  return row === undefined ? undefined : leasedOf(row);
}

type JobEvent = Extract<EventType, `job.${string}`>;

/** Ends what is queued or running of a project, in the running transaction. */
export async function cancelActiveJobs(trx: Kysely<Schema>, project: string, now: number): Promise<void> {
  const rows = await trx
    .selectFrom('job')
    .selectAll()
    .where('project', '=', project)
    .where('state', 'in', ['queued', 'running'])
    .execute();
  for (const job of rows.map(jobOf)) await cancel(trx, job, now);
}

async function cancel(trx: Kysely<Schema>, job: JobRecord, now: number): Promise<void> {
  await trx
    .updateTable('job')
    .set({ state: 'cancelled', ended_at: now, ...notLeased })
    .where('id', '=', job.id)
    .execute();
  await tell(trx, job, 'job.cancelled', now, { step: job.step });
}

async function tell<T extends JobEvent>(
  trx: Kysely<Schema>,
  job: JobRecord,
  type: T,
  at: number,
  data: Omit<EventData[T], 'jobId' | 'pipeline'>,
): Promise<void> {
  const told = { at, project: job.project, type, data: { jobId: job.id, pipeline: job.pipeline, ...data } };
  await insertEvent(trx, told as NewEvent);
}

function jobOf(row: Selectable<JobTable>): JobRecord {
  return {
    id: row.id,
    pipeline: row.pipeline,
    pipelineVersion: row.pipeline_version,
    project: row.project,
    singleFlightKey: row.single_flight_key,
    state: row.state,
    step: row.step,
    input: JSON.parse(row.input) as JsonObject,
    results: JSON.parse(row.results) as JsonObject,
    attempts: row.attempts,
    crashes: row.crashes,
    runAfter: row.run_after,
    progress: { fraction: row.progress_fraction, message: row.progress_message },
    error: row.error,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

function leasedOf(row: Selectable<JobTable>): LeasedJob {
  return {
    ...jobOf(row),
    leaseToken: row.lease_token,
    leaseUntil: row.lease_until ?? 0,
    workerId: row.worker_id ?? '',
  };
}
