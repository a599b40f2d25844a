// The relational shape as types, one interface per table. Column names are those of `migrations.ts`; both fit any
// SQL database: times and periods are integers, JSON is text, numbers in bulk are blobs (Float64, little endian).

import type { ColumnType, Generated } from 'kysely';
import type { ForecastPurpose, ObservationStatus } from '../../core/index.ts';
import type { JobState, ProjectSource, RunStatus } from '../ports/index.ts';

export interface Schema {
  project: ProjectTable;
  batch: BatchTable;
  tail: TailTable;
  attribute: AttributeTable;
  closing: ClosingTable;
  unit_word: UnitWordTable;
  contract_look: ContractLookTable;
  segment: SegmentTable;
  snapshot: SnapshotTable;
  prediction: PredictionTable;
  history_total: HistoryTotalTable;
  prediction_total: PredictionTotalTable;
  run: RunTable;
  version: VersionTable;
  alias: AliasTable;
  alias_change: AliasChangeTable;
  job: JobTable;
  job_file: { job_id: string; name: string; hash: string; size_bytes: number };
  schedule: { name: string; planned_at: number };
  stream: StreamTable;
  stream_position: StreamPositionTable;
  source: SourceTable;
  source_row: SourceRowTable;
  event: EventTable;
  subscriber_position: SubscriberPositionTable;
  counter: CounterTable;
  probe: ProbeTable;
  instance: InstanceTable;
  retention: RetentionTable;
  withdrawal: WithdrawalTable;
  exposure: ExposureTable;
  drift_report: DriftReportTable;
  override_change: OverrideChangeTable;
  override_entry: OverrideEntryTable;
  alert: AlertTable;
  alert_delivery: AlertDeliveryTable;
}

export interface AlertTable {
  id: string;
  project: string;
  fingerprint: string;
  is_open: number;
  last_at: number;
  /** JSON. */
  body: string;
}

export interface AlertDeliveryTable {
  id: string;
  project: string;
  route: string;
  group_key: string;
  state: string;
  due_at: number;
  created_at: number;
  ended_at: number | null;
  tries: number;
  error: string | null;
  /** JSON array. */
  items: string;
}

export interface ProjectTable {
  name: string;
  definition: string;
  created_at: number;
  updated_at: number;
  /** JSON as it was written; NULL = the configuration file has it. */
  settings: string | null;
  source: ProjectSource;
  version: number;
  /** NULL = it is there. */
  removed_at: number | null;
  removed_by: string | null;
  purging: number;
}

export interface BatchTable {
  seq: Generated<number>;
  id: string;
  project: string;
  idempotency_key: string;
  content_hash: string;
  source: string;
  received_at: number;
  rows_accepted: number;
  rows_planned: number;
  rows_described: number;
  rows_duplicate: number;
  rows_replaced: number;
  rows_added: number;
  rows_quarantined: number;
  quarantined_by_code: string;
  quarantine_hash: string | null;
  period_min: number | null;
  period_max: number | null;
  closes_through: number | null;
  open_from: number | null;
  sealed: number;
  repair_of: string | null;
  /** JSON of a `RepairNote`. */
  repair: string | null;
  rows_repaired: number;
}

export interface TailTable {
  project: string;
  period: number;
  series_id: string;
  batch_seq: number;
  /** NULL stands for NaN. */
  value: number | null;
  status: number;
  known_at: number;
  /** JSON object; NULL = nothing. */
  covariates: string | null;
  /** NULL stands for NaN. */
  part_value: number | null;
  /** NULL = the row has no part. */
  part_status: number | null;
  /** Rows of a sum that the batch set aside, and those that it brings again or gives up; NULL = none. */
  refused_rows: number | null;
  answered_rows: number | null;
  /** Of a sum with rows that wait: what the others come to, NULL stands for NaN; how many wait, NULL = none. */
  open_value: number | null;
  open_status: number | null;
  open_rows: number | null;
}

/** All that is known of a series after a batch that changed it. */
export interface AttributeTable {
  project: string;
  series_id: string;
  batch_seq: number;
  attributes: string;
}

/** Up to which period a reporting group is closed; '' is the whole project. */
export interface UnitWordTable {
  project: string;
  batch_seq: number;
  series_id: string;
  word: string;
  factor: number;
  is_sure: number;
}

export interface DriftReportTable {
  id: string;
  project: string;
  at: number;
  period: number;
  verdict: string;
  /** JSON. */
  summary: string;
  report: string;
}

export interface ContractLookTable {
  project: string;
  kind: string;
  at: number;
  version: string;
  batch_id: string | null;
  source: string;
  refused: number;
  passed: number;
  not_checked: number;
  failed: string;
  others: number;
}

export interface ClosingTable {
  project: string;
  reporting_group: string;
  batch_seq: number;
  through: number;
  cause: string;
  at: number;
}

export interface SegmentTable {
  project: string;
  hash: string;
  rows: number;
  period_min: number;
  period_max: number;
  batch_seq_min: number;
  batch_seq_max: number;
}

export interface SnapshotTable {
  id: string;
  project: string;
  created_at: number;
  batch_seq_max: number;
  segments: string;
  row_count: number;
  series_count: number;
  period_min: number;
  period_max: number;
}

export interface PredictionTable {
  id: string;
  request_id: string;
  project: string;
  series_id: string;
  version_id: string;
  arm: string;
  purpose: ForecastPurpose;
  source: string;
  cutoff: number;
  made_at: number;
  levels: string;
  mean: Uint8Array;
  quantiles: Uint8Array;
  /** JSON object; NULL = nothing was known ahead. */
  covariates: string | null;
  /** NULL = not in the sample. */
  features: Uint8Array | null;
  /** JSON of `AdaptedLevels`; NULL = not adapted. */
  adapted: string | null;
}

/** Counted along by the transactions that add and seal batches. */
export interface HistoryTotalTable {
  project: string;
  batches: number;
  batch_seq: number;
  rows_unsealed: number;
  period_min: number | null;
  period_max: number | null;
}

/** Counted along by the transactions that add predictions. */
export interface PredictionTotalTable {
  project: string;
  predictions: number;
  cutoff_min: number;
  cutoff_max: number;
}

export interface RunTable {
  id: string;
  experiment: string;
  project: string;
  kind: string;
  status: RunStatus;
  started_at: number;
  ended_at: number | null;
  snapshot_id: string | null;
  seed: number;
  code_version: string;
  environment: string;
  params: string;
  metrics: string;
  duration_ms: number | null;
  cpu_seconds: number | null;
  memory_bytes_peak: number | null;
  artifacts: string;
  error: string | null;
}

export interface VersionTable {
  id: string;
  project: string;
  number: number;
  run_id: string | null;
  snapshot_id: string | null;
  artifact_hash: string;
  artifact_bytes: number;
  created_at: number;
  metrics: string;
  gate: string | null;
  kind: 'forecaster' | 'onnx';
  signature: string | null;
  proven_at: number | null;
  /** JSON of `Refusal`; NULL = none stands. */
  refusal: string | null;
  /** NULL = its model is kept. */
  artifact_removed_at: number | null;
}

export interface AliasTable {
  project: string;
  alias: string;
  version_id: string;
}

export interface AliasChangeTable {
  seq: Generated<number>;
  project: string;
  alias: string;
  version_id: string;
  at: number;
  by: string;
  reason: string;
}

export interface JobTable {
  id: string;
  pipeline: string;
  pipeline_version: number;
  project: string;
  single_flight_key: string;
  state: JobState;
  step: string;
  input: string;
  results: string;
  attempts: number;
  crashes: number;
  run_after: number;
  lease_token: number;
  lease_until: number | null;
  worker_id: string | null;
  progress_fraction: number;
  progress_message: string;
  error: string | null;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
}

export interface StreamTable {
  name: string;
  origin: string;
  holder: string | null;
  lease_until: number;
}

export interface StreamPositionTable {
  stream: string;
  partition: number;
  next: number;
  messages: number;
  dead_letters: number;
  moved_at: number;
}

export interface SourceTable {
  name: string;
  project: string;
  identity: string;
  revision: number;
  /** JSON. */
  position: string;
  paused: number;
  problem_code: ColumnType<string | null, string | null | undefined>;
  problem: ColumnType<string | null, string | null | undefined>;
  problem_at: ColumnType<number | null, number | null | undefined>;
  failures: number;
  rows: number;
  corrections: number;
  read_at: ColumnType<number | null, number | null | undefined>;
}

/** What a row of a source said when it was last taken in; series_id is NULL where that was nothing. */
export interface SourceRowTable {
  source: string;
  key: string;
  place: string;
  hash: string;
  series_id: string | null;
  period: number | null;
  value: number | null;
  status: ObservationStatus | null;
}

/** Numbers that are given out in the order in which transactions end: see `takeNumber`. */
export interface CounterTable {
  name: string;
  value: number;
}

export interface EventTable {
  seq: number;
  at: number;
  project: string;
  type: string;
  data: string;
}

/** How far a subscriber has come; project '' = all that have no row of their own. */
export interface SubscriberPositionTable {
  subscriber: string;
  project: string;
  seq: number;
  events: number;
  since: number;
  reason: string | null;
}

/** One row, rewritten by every health check: proof that the database can be written. */
export interface ProbeTable {
  id: number;
  at: number;
  padding: Uint8Array | null;
}

/** One row: whose data this is, and how many commits have changed it. */
export interface InstanceTable {
  one: number;
  id: string;
  created_at: number;
  commits: number;
  opens: number;
}

/** What has been removed because it was old. */
export interface RetentionTable {
  project: string;
  kind: string;
  removed: number;
  through: number;
  at: number;
}

/** Rows that were taken back; NULL in the selection says nothing. */
export interface WithdrawalTable {
  id: string;
  project: string;
  batch_seq: number | null;
  series_id: string | null;
  period_min: number | null;
  period_max: number | null;
  at: number;
  reason: string;
  rows: number;
  correction_seq: number;
  restored_seq: number | null;
  restored_at: number | null;
}

export interface ExposureTable {
  project: string;
  salt: string;
  unit: string;
  arm: string;
  version_id: string;
  at: number;
}

export interface OverrideChangeTable {
  id: string;
  project: string;
  /** NULL = none was sent. */
  client_key: string | null;
  content_hash: string;
}

/** Only ever added to. `value`, `asked` and `said` (JSON) are NULL in a withdrawal. */
export interface OverrideEntryTable {
  seq: Generated<number>;
  id: string;
  change_id: string;
  project: string;
  series_id: string;
  period: number;
  kind: 'set' | 'withdrawn';
  ends: string | null;
  at: number;
  by: string;
  reason: string;
  value: number | null;
  asked: string | null;
  said: string | null;
}
