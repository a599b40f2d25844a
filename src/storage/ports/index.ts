// What services ask of storage, and the records they exchange with it. No service knows more than this; `sqlite/` and
// `files/` implement it, `test/conformance/stores.test.ts` holds every implementation to it.

export type {
  AlertChange,
  AlertQuery,
  AlertStore,
  DeliveryRecord,
  NewDelivery,
  RouteTotals,
} from './alerts.ts'; // what somebody should know of, and what is still to be told
export { type BlobRef, type BlobStore, eachBlob, type StoredBlob } from './blobs.ts'; // bytes by hash
export type { ContractLook, ContractLookKind, ContractStore, FailedCheck } from './contracts.ts'; // what contracts came to
export type { ControlStore } from './control-store.ts'; // all of the relational ones over one database
export { type DriftReportHead, type DriftReportRecord, type DriftStore, driftReportsKept } from './drift.ts'; // reports of drift
export type { EventStore } from './events.ts'; // what happened, in order
export type { ExposureRecord, ExposureStore } from './exposures.ts'; // who was shown which version
export type {
  AttributeRow,
  BatchCommit,
  BatchCommitted,
  BatchRecord,
  ClosingBatch,
  HistoryPage,
  HistoryStore,
  HistoryTotals,
  ObservationRow,
  SegmentRecord,
  SeriesAttributes,
  TailRow,
  UnitWord,
} from './history.ts'; // batches, rows, segments
export type {
  Inspection,
  Ledger,
  LedgerEntry,
  LedgerPoint,
  NamedBlob,
} from './inspection.ts'; // all that is kept, looked at
export type { Instance, InstanceStore } from './instance.ts'; // whose data, and how far
export type { JobFile, JobFileStore } from './job-files.ts'; // blobs that a job's steps hand each other
export type { JobRecord, JobState, JobStore, LeasedJob } from './jobs.ts'; // durable work
export type { Json, JsonObject } from './json.ts'; // what may stand in a column of JSON
export type { LocalFiles } from './local-files.ts'; // files of this machine, for programs that need a path
export type { FolderMarker } from './marker.ts'; // whose data folder it is
export type {
  OverrideChange,
  OverrideEnd,
  OverrideRecord,
  OverrideSaid,
  OverrideSetting,
  OverrideStore,
  OverrideWord,
} from './overrides.ts'; // numbers of people beside those of models
export type { AdaptedLevels, FeatureSample, PredictionRecord, PredictionStore } from './predictions.ts'; // forecasts as answered
export type {
  ProjectRecord,
  ProjectRemoval,
  ProjectSource,
  ProjectStore,
  ProjectWrite,
} from './projects.ts'; // definitions, and who owns them
export type {
  AliasChange,
  Refusal,
  RegistryStore,
  VersionDraft,
  VersionRecord,
} from './registry.ts'; // versions and aliases
export type { RepairNote, RowEdit, RowRange } from './repairs.ts'; // quarantined rows mended and sent again
export type { RetentionKind, RetentionRecord, RetentionStore } from './retention.ts'; // what is removed because it is old
export type { RunRecord, RunStatus, TrackingStore } from './runs.ts'; // trainings as tracked
export type { ScheduleStore } from './schedules.ts'; // what has run at its time
export type { SnapshotRecord, SnapshotStore } from './snapshots.ts'; // dataset versions
export type {
  Cell,
  SourceAdvance,
  SourceProblem,
  SourceRecord,
  SourceRow,
  SourceStore,
} from './sources.ts'; // how far sources have been read
export type { StreamAdvance, StreamPosition, StreamRecord, StreamStore } from './streams.ts'; // how far brokers have been read
export type { ProjectBehind, SubscriberPosition, SubscriberStore } from './subscribers.ts'; // how far events have been taken in
export type { RowSelection, WithdrawalNote, WithdrawalRecord, WithdrawalStore } from './withdrawals.ts'; // rows taken back
export type { KnownWord, OpenSum, Word } from './word.ts'; // what is said of demand
