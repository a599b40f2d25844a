// The database's history: numbered steps, each applied once, in order, never changed afterwards (`migrate.ts` applies them).
// A change of shape is a new step at the end of the list. Forward only: going back means restoring a backup.

import { alertTables } from './alert-tables.ts';
import { driftTables } from './drift-tables.ts';
import { exposureTables } from './exposure-tables.ts';
import { eventsByJob } from './job-events.ts';
import { overrideTables } from './override-tables.ts';
import { contractLooks, openPeriods, openSums, partsOfSums, repairs, unitWords } from './row-migrations.ts';
import { sourceTables } from './source-tables.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

const dataTables = `
create table project (
  name text primary key,
  definition text not null,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

create table batch (
  seq integer primary key autoincrement,
  id text not null unique,
  project text not null,
  idempotency_key text not null,
  content_hash text not null,
  source text not null,
  received_at integer not null,
  rows_accepted integer not null,
  rows_duplicate integer not null,
  rows_quarantined integer not null,
  quarantined_by_code text not null,
  quarantine_hash text,
  period_min integer,
  period_max integer,
  sealed integer not null,
  unique (project, idempotency_key)
) strict;
create index batch_by_project on batch (project, seq);

create table tail (
  project text not null,
  period integer not null,
  series_id text not null,
  batch_seq integer not null references batch (seq),
  value real,
  status integer not null,
  known_at integer not null,
  primary key (project, period, series_id, batch_seq)
) strict, without rowid;
create index tail_by_batch on tail (project, batch_seq);

create table segment (
  project text not null,
  hash text not null,
  rows integer not null,
  period_min integer not null,
  period_max integer not null,
  batch_seq_min integer not null,
  batch_seq_max integer not null,
  primary key (project, batch_seq_min, hash)
) strict, without rowid;

create table snapshot (
  id text primary key,
  project text not null,
  created_at integer not null,
  batch_seq_max integer not null,
  segments text not null,
  row_count integer not null,
  series_count integer not null,
  period_min integer not null,
  period_max integer not null
) strict;
create index snapshot_by_project on snapshot (project, created_at, id);

create table prediction (
  id text not null unique,
  request_id text not null,
  project text not null,
  series_id text not null,
  version_id text not null,
  arm text not null,
  source text not null,
  cutoff integer not null,
  made_at integer not null,
  levels text not null,
  mean blob not null,
  quantiles blob not null
) strict;
create index prediction_by_cutoff on prediction (project, cutoff, id);
`;

const modelTables = `
create table run (
  id text primary key,
  experiment text not null,
  project text not null,
  kind text not null,
  status text not null,
  started_at integer not null,
  ended_at integer,
  snapshot_id text references snapshot (id),
  seed integer not null,
  code_version text not null,
  environment text not null,
  params text not null,
  metrics text not null,
  duration_ms real,
  cpu_seconds real,
  memory_bytes_peak integer,
  artifacts text not null,
  error text
) strict;
create index run_by_project on run (project, started_at, id);
create index run_by_start on run (started_at, id);

create table version (
  id text primary key,
  project text not null,
  number integer not null,
  run_id text not null references run (id),
  snapshot_id text not null references snapshot (id),
  artifact_hash text not null,
  artifact_bytes integer not null,
  created_at integer not null,
  metrics text not null,
  gate text,
  unique (project, number),
  unique (project, run_id)
) strict;

create table alias (
  project text not null,
  alias text not null,
  version_id text not null references version (id),
  primary key (project, alias)
) strict, without rowid;

create table alias_change (
  seq integer primary key autoincrement,
  project text not null,
  alias text not null,
  version_id text not null,
  at integer not null,
  by text not null,
  reason text not null
) strict;
create index alias_change_by_alias on alias_change (project, alias, seq);
`;

const jobTables = `
create table job (
  id text primary key,
  pipeline text not null,
  project text not null,
  single_flight_key text not null,
  state text not null,
  step text not null,
  input text not null,
  results text not null,
  attempts integer not null,
  crashes integer not null,
  run_after integer not null,
  lease_token integer not null,
  lease_until integer,
  worker_id text,
  progress_fraction real not null,
  progress_message text not null,
  error text,
  created_at integer not null,
  started_at integer,
  ended_at integer
) strict;
create unique index job_single_flight on job (single_flight_key) where state in ('queued', 'running');
create index job_by_state on job (state, created_at, id);
create index job_by_creation on job (created_at, id);

create table event (
  seq integer primary key autoincrement,
  at integer not null,
  project text not null,
  type text not null,
  data text not null
) strict;
create index event_by_project on event (project, seq);

create table probe (id integer primary key, at integer not null) strict;
`;

/** What is known beside demand: with observations, of series, and as it was used in a prediction. */
const covariates = `
alter table batch add column rows_planned integer not null default 0;
alter table batch add column rows_described integer not null default 0;
create index batch_by_period on batch (project, period_max);

alter table tail add column covariates text;
create index tail_with_covariates on tail (project, batch_seq, period) where covariates is not null;

create table attribute (
  project text not null,
  series_id text not null,
  batch_seq integer not null references batch (seq),
  attributes text not null,
  primary key (project, series_id, batch_seq)
) strict, without rowid;
create index attribute_by_batch on attribute (project, batch_seq);

alter table prediction add column covariates text;
`;

/** Features of a sample of predictions, to be computed again at the next training. */
const featureSamples = `
alter table prediction add column features blob;
create index prediction_with_features on prediction (project, version_id, made_at, id) where features is not null;
`;

/** Which levels the model was asked for, so that labels can adapt them. */
const adaptedLevels = `
alter table prediction add column adapted text;
`;

/** How far streams have been taken in: moved by the transaction that takes in the messages, so that none counts twice. */
const streams = `
create table stream (
  name text primary key,
  origin text not null,
  holder text,
  lease_until integer not null
) strict, without rowid;

create table stream_position (
  stream text not null,
  partition integer not null,
  next integer not null,
  messages integer not null,
  dead_letters integer not null,
  moved_at integer not null,
  primary key (stream, partition)
) strict, without rowid;

create index batch_unsealed on batch (project, seq) where sealed = 0;
`;

/**
 * Versions that no run of a project made. SQLite cannot drop `not null`, so the table is made anew; the alias table that
 * refers to it steps aside meanwhile.
 */
const registeredModels = `
create table alias_aside as select * from alias;
drop table alias;
create table version_anew (
  id text primary key,
  project text not null,
  number integer not null,
  run_id text references run (id),
  snapshot_id text references snapshot (id),
  artifact_hash text not null,
  artifact_bytes integer not null,
  created_at integer not null,
  metrics text not null,
  gate text,
  kind text not null,
  signature text,
  unique (project, number),
  unique (project, run_id)
) strict;
insert into version_anew
  select id, project, number, run_id, snapshot_id, artifact_hash, artifact_bytes, created_at, metrics, gate, 'forecaster', null
  from version;
drop table version;
alter table version_anew rename to version;
create index version_by_kind on version (kind, project);
create table alias (
  project text not null,
  alias text not null,
  version_id text not null references version (id),
  primary key (project, alias)
) strict, without rowid;
insert into alias select * from alias_aside;
drop table alias_aside;
`;

/**
 * Which periods are closed. Files that were taken in before say of their series what they would say today: their newest
 * period is over.
 */
const closings = `
alter table batch add column closes_through integer;
update batch set closes_through = period_max where source <> 'http' and exists (
  select 1 from segment where segment.project = batch.project and segment.batch_seq_min = batch.seq and segment.batch_seq_max = batch.seq
);
create index batch_that_closes on batch (project, seq) where closes_through is not null;

create table closing (
  project text not null,
  reporting_group text not null,
  batch_seq integer not null references batch (seq),
  through integer not null,
  cause text not null,
  at integer not null,
  primary key (project, reporting_group, batch_seq)
) strict, without rowid;
create index closing_by_batch on closing (project, batch_seq);
`;

/** What is asked for often of a project's history and predictions, a row each, so that nobody counts what there is. */
const totals = `
create table history_total (
  project text primary key,
  batches integer not null,
  batch_seq integer not null,
  rows_unsealed integer not null,
  period_min integer,
  period_max integer
) strict, without rowid;
insert into history_total
  select project, count(*), max(seq), sum(case when sealed = 0 then rows_accepted + rows_quarantined else 0 end), min(period_min), max(period_max)
  from batch group by project;

create table prediction_total (
  project text primary key,
  predictions integer not null,
  cutoff_min integer not null,
  cutoff_max integer not null
) strict, without rowid;
insert into prediction_total select project, count(*), min(cutoff), max(cutoff) from prediction group by project;
`;

/** Whose data this is, and how many commits it has seen: what tells an older or another database from this one. */
const instance = `
create table instance (
  one integer primary key check (one = 1),
  id text not null,
  created_at integer not null,
  commits integer not null,
  opens integer not null
) strict;
insert into instance values (1, '', 0, 0, 0);
`;

/** Jobs that wait for days outlive the steps they were put in for. */
const pipelineVersions = `
alter table job add column pipeline_version integer not null default 1;
create table schedule (
  name text primary key,
  planned_at integer not null
) strict;
`;

/** Whether a version has proved that it can serve, and what speaks against it: what starts later must know. */
const proofs = `
alter table version add column proven_at integer;
alter table version add column refusal text;
`;

/** What is removed because it is old, found by its age. */
const retention = `
create table retention (
  project text not null,
  kind text not null,
  removed integer not null,
  through integer not null,
  at integer not null,
  primary key (project, kind)
) strict, without rowid;
create index prediction_by_age on prediction (made_at);
create index job_by_end on job (ended_at) where ended_at is not null;
create index batch_with_quarantine on batch (received_at) where quarantine_hash is not null;
alter table version add column artifact_removed_at integer;
`;

/** What the health check writes is as large as real work. */
const probePadding = `
alter table probe add column padding blob;
`;

/** Events are numbered by a row that a transaction holds until its end, as any database can: no number comes to light late. */
const counters = `
create table counter (
  name text primary key,
  value integer not null
) strict, without rowid;
insert into counter select 'event', coalesce(max(seq), 0) from event;
`;

/** Forecasts under other plans than the data's are not graded; which of the older ones were is not known. */
const purposes = `
alter table prediction add column purpose text not null default 'served';
`;

/** Rows that were taken back. */
const withdrawals = `
create table withdrawal (
  id text primary key,
  project text not null,
  batch_seq integer references batch (seq),
  series_id text,
  period_min integer,
  period_max integer,
  at integer not null,
  reason text not null,
  rows integer not null,
  correction_seq integer not null references batch (seq),
  restored_seq integer references batch (seq),
  restored_at integer
) strict;
create index withdrawal_by_project on withdrawal (project, correction_seq);
`;

/** Projects that are added, changed and removed while the server runs. */
const projectRecords = `
alter table project add column settings text;
alter table project add column source text not null default 'file';
alter table project add column version integer not null default 1;
alter table project add column removed_at integer;
alter table project add column removed_by text;
alter table project add column purging integer not null default 0;
`;

/** How far subscribers have come whose work outlives the process: see `SubscriberPosition`. */
const subscriberPositions = `
create table subscriber_position (
  subscriber text not null,
  project text not null,
  seq integer not null,
  events integer not null,
  since integer not null,
  reason text,
  primary key (subscriber, project)
) strict, without rowid;
`;

/** What steps of a job hand each other before they have ended. */
const jobFiles = `
create table job_file (
  job_id text not null,
  name text not null,
  hash text not null,
  size_bytes integer not null,
  primary key (job_id, name)
) strict, without rowid;
`;

/** So that the forecasts of one series are found however many others there are. */
const predictionsBySeries = `
create index prediction_by_series on prediction (project, series_id, cutoff, id);
`;

export const migrations: readonly Migration[] = [
  { number: 1, name: 'first shape', sql: dataTables + modelTables + jobTables },
  { number: 2, name: 'covariates', sql: covariates },
  { number: 3, name: 'feature samples', sql: featureSamples },
  { number: 4, name: 'adapted levels', sql: adaptedLevels },
  { number: 5, name: 'streams', sql: streams },
  { number: 6, name: 'registered models', sql: registeredModels },
  { number: 7, name: 'closings', sql: closings },
  { number: 8, name: 'totals', sql: totals },
  { number: 9, name: 'instance', sql: instance },
  { number: 10, name: 'pipeline versions, schedules', sql: pipelineVersions },
  { number: 11, name: 'proofs', sql: proofs },
  { number: 12, name: 'retention', sql: retention },
  { number: 13, name: 'probe padding', sql: probePadding },
  { number: 14, name: 'counters', sql: counters },
  { number: 15, name: 'purposes', sql: purposes },
  { number: 16, name: 'withdrawals', sql: withdrawals },
  { number: 17, name: 'project records', sql: projectRecords },
  { number: 18, name: 'subscriber positions', sql: subscriberPositions },
  { number: 19, name: 'parts of sums', sql: partsOfSums },
  { number: 20, name: 'job files', sql: jobFiles },
  { number: 21, name: 'exposures', sql: exposureTables },
  { number: 22, name: 'repairs', sql: repairs },
  { number: 23, name: 'sources', sql: sourceTables },
  { number: 24, name: 'unit words', sql: unitWords },
  { number: 25, name: 'contract looks', sql: contractLooks },
  { number: 26, name: 'open periods', sql: openPeriods },
  { number: 27, name: 'open sums', sql: openSums },
  { number: 28, name: 'predictions by series', sql: predictionsBySeries },
  { number: 29, name: 'overrides', sql: overrideTables },
  { number: 30, name: 'events by job', sql: eventsByJob },
  { number: 31, name: 'alerts', sql: alertTables },
  { number: 32, name: 'drift reports', sql: driftTables },
];
