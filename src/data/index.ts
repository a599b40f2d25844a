// Door of `data`: from files and bodies to checked histories, snapshots and panels.
export { type BuiltPanel, buildPanel, type PanelOptions, type PanelRows } from './build-panel.ts'; // rows to histories
export type { BodyFormat } from './check-body.ts'; // what an HTTP body may be
export type { DataStore } from './data-options.ts'; // the ports used here
export { DataService, type DataServiceOptions, openData } from './data-service.ts'; // everything about the history
export { DuckDb, type DuckDbOptions, type Timers } from './duckdb.ts'; // workers that run DuckDB
export type { FileReport, Finding } from './file-report.ts'; // a file checked, not landed
export type { IngestBodyOptions, IngestFileOptions, IngestResult } from './ingest.ts'; // one batch
export type { QuarantinedBatchRow, QuarantineQuery } from './quarantine.ts'; // refused rows read back
export { type QuarantineCode, type QuarantinedRow, quarantineCodes } from './quarantine-codes.ts'; // why rows are refused
export type { SealResult } from './seal.ts'; // tail to segment
export type { SeriesSummary } from './series-report.ts'; // what histories look like
export type { SnapshotDiff } from './snapshots.ts'; // two dataset versions compared
export { type SourceLimits, sourceLimits } from './source-file.ts'; // how large input may be
export {
  type ExtraColumn,
  readTable,
  type Table,
  type TableConflictRule,
  type TableOptions,
} from './table.ts'; // a file as columns, for evaluate
export type { Progress } from './worker-protocol.ts'; // how far a task is
