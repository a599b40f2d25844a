// Which tasks the data worker does: what goes in, what comes out. Everything can be cloned between threads; typed arrays
// are transferred, not copied.

import type { SeriesReports } from '../reporting-table.ts';
import type { ReadAttributesInput, ReadAttributesOutput } from './attributes-task.ts';
import type { StoredContractInput, StoredContractOutput } from './contract-task.ts';
import type { SeriesFigures, SeriesFiguresInput } from './figures-task.ts';
import type {
  CountHistoryInput,
  CountHistoryOutput,
  HistoryDiff,
  ReadRowsInput,
  RecentHighs,
  RecentHighsInput,
  SegmentFacts,
  WriteSegmentInput,
} from './history-tasks.ts';
import type { IngestFileInput, IngestFileOutput } from './ingest-file-input.ts';
import type { ObservationArrays } from './observation-columns.ts';
import type { FlatPanel, ReadPanelInput } from './panel-task.ts';
import type { StoredProfileInput, StoredProfileOutput } from './profile-task.ts';
import type { ReportsInput } from './reports-task.ts';
import type { ReadRequestsInput, RequestTable } from './requests-task.ts';
import type { ReadSampleInput, SampleRows } from './sample-task.ts';
import type { SealedInput, SealedValues } from './sealed-task.ts';
import type { SegmentFile } from './segment-files.ts';
import type { SeriesRow, SeriesRowsInput } from './series-task.ts';
import type { ReadTableInput, Table } from './table-columns.ts';
import type { TruthInput, TruthOutput } from './truth-task.ts';

/** Each task by name. The worker's table of handlers has the same keys, so a missing handler does not compile. */
export interface WorkerTasks {
  readSample: { input: ReadSampleInput; output: SampleRows };
  readTable: { input: ReadTableInput; output: Table };
  ingestFile: { input: IngestFileInput; output: IngestFileOutput };
  readAttributes: { input: ReadAttributesInput; output: ReadAttributesOutput };
  writeSegment: { input: WriteSegmentInput; output: SegmentFacts };
  readPanel: { input: ReadPanelInput; output: FlatPanel };
  sealed: { input: SealedInput; output: SealedValues };
  readRequests: { input: ReadRequestsInput; output: RequestTable };
  readRows: { input: ReadRowsInput; output: ObservationArrays };
  segmentFacts: { input: { readonly path: string }; output: SegmentFacts };
  words: {
    input: { readonly segments: readonly SegmentFile[]; readonly rows: ObservationArrays };
    output: ObservationArrays;
  };
  truth: { input: TruthInput; output: TruthOutput };
  countHistory: { input: CountHistoryInput; output: CountHistoryOutput };
  recentHighs: {
    input: RecentHighsInput;
    output: RecentHighs;
  };
  storedContract: { input: StoredContractInput; output: StoredContractOutput };
  storedProfile: { input: StoredProfileInput; output: StoredProfileOutput };
  seriesFigures: { input: SeriesFiguresInput; output: SeriesFigures };
  seriesRows: { input: SeriesRowsInput; output: SeriesRow[] };
  reports: { input: ReportsInput; output: SeriesReports[] };
  diffHistory: {
    input: { readonly from: readonly SegmentFile[]; readonly to: readonly SegmentFile[] };
    output: HistoryDiff;
  };
}

export type TaskName = keyof WorkerTasks;
export type TaskInput<K extends TaskName> = WorkerTasks[K]['input'];
export type TaskOutput<K extends TaskName> = WorkerTasks[K]['output'];
