// Door of `data`: from files and bodies to checked histories, snapshots and panels.
export { batchEnds } from './batch-ends.ts'; // what batches say of the end of what they hold
export type { BatchQuery, ListedBatch } from './batches.ts'; // what came when
export type { PeriodColumn } from './build-covariates.ts'; // what a calendar says of each period
export { type BuiltPanel, buildPanel, type PanelOptions, type PanelRows } from './build-panel.ts'; // rows to histories
export { closeSubscriber } from './close-subscriber.ts'; // what a batch completes is closed
export { type ContractState, contractFault } from './contract-states.ts'; // how contracts stand
export type { DataStore } from './data-options.ts'; // the ports used here
export { DataService, type DataServiceOptions, openData, type RequestFile } from './data-service.ts'; // everything about the history
export { DuckDb, type DuckDbOptions, type Timers } from './engine/duckdb.ts'; // workers that run DuckDB
export type { SeriesFigures } from './engine/figures-task.ts'; // all series at a glance
export type { RequestColumn, RequestTable } from './engine/requests-task.ts'; // what is to be forecast, from a file
export { type SourceLimits, sourceLimits } from './engine/source-kind.ts'; // how large input may be
export type { ExtraColumn, Table, TableConflictRule } from './engine/table-columns.ts';
export type { Progress } from './engine/worker-messages.ts'; // how far a task is
export { type FileReport, type Finding, grainsOfTable } from './file-report.ts'; // a file checked, not landed
export { checkCalendar, holidayColumn, holidayName } from './holidays.ts'; // public holidays as a covariate
export type { IngestBodyOptions, IngestFileOptions } from './ingest.ts'; // one batch
export type { SourceIngest, SourceRows } from './ingest-source.ts'; // rows that have names for good
export type { DataProfile, SeriesPicture, SuspectGroup, SuspectKind } from './profile/data-profile.ts'; // what a table looks like
export { newestOfTable, type TableEnd } from './profile/newest-of-table.ts'; // is the newest period of a file whole?
export type { QuarantinedBatchRow, QuarantineQuery } from './quarantine.ts'; // refused rows read back
export { type RepairRequest, type RepairResult, rowRanges } from './repair.ts'; // refused rows mended and sent again
export { addedTo, isWord } from './rows/add-words.ts'; // parts of a period added up over batches
export { type BodyFormat, checkBody } from './rows/check-body.ts'; // an HTTP body as a whole
export { numberOf } from './rows/covariate-rules.ts'; // a number as it may be written
export { findCsvForm } from './rows/csv-form.ts'; // what a CSV file is made of
export { CsvScanner, fieldText } from './rows/csv-scanner.ts'; // CSV bytes to fields
export type { CheckedBody, IngestCounts } from './rows/ingest-result.ts'; // what became of its rows
export { meets } from './rows/leave-out.ts'; // rows that are none of the data
export { NumberEvidence } from './rows/number-evidence.ts'; // can the numbers of a column be read in two ways
export { formsTaken, type NumberReader, numberReader, saysNothing } from './rows/number-reader.ts'; // numbers as a dialect writes them
export { type ParsedTime, plainSpan, projectTimes, timeReader } from './rows/parse-time.ts'; // times as people write them
export { hoursSinceEnd } from './rows/period-age.ts'; // how old a period is
export { type QuarantineCode, type QuarantinedRow, quarantineCodes } from './rows/quarantine-codes.ts'; // why rows are refused
export type { SeriesSummary } from './rows/series-report.ts'; // what histories look like
export { TimeZone } from './rows/time-zone.ts'; // wall clocks and UTC
export { flagReader } from './rows/yes-no.ts'; // yes and no as files write them
export { type FileSample, readFileSample, spreadRows } from './sample.ts'; // rows of a file to look at
export type { SealResult } from './seal.ts'; // tail to segment
export type { SealedPast } from './sealed-past.ts'; // demand that has left the tail
export { sealPipeline, sealSubscriber } from './sealing.ts'; // the tail into segments, when it has grown
export type { KnownPeriod } from './series-history.ts'; // what rows say of a period of one series
export { shownSnapshotDiff } from './shown-snapshot-diff.ts'; // … as every door answers it
export type { SnapshotDiff } from './snapshots.ts'; // two dataset versions compared
export { readTable, type TableOptions } from './table.ts'; // a file as columns, for evaluate
export { type IngestResult, keyOfContent } from './taken-batch.ts'; // what one batch brought, and what it is known by
export { namedPeriod, type Watermark } from './watermarks.ts'; // what senders say is over
export { type WithdrawRequest, type WithdrawResult, withdrawnSince } from './withdraw.ts'; // rows taken back
