// The contract of a file format: parts are encoded by themselves, in any order and on any thread; joining them is copying.

import type { CsvRule, TimeGrid } from '../../core/index.ts';
import type { ForecastBlock } from './forecast-block.ts';

/** What all parts of a file have in common. */
export interface FileShape {
  readonly grid: TimeGrid;
  readonly levels: readonly number[];
  /** With a column of prediction ids. */
  readonly logged: boolean;
  /** How a CSV file writes texts. */
  readonly csv: CsvRule;
}

/** Takes bytes in the order of the file. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

export interface PartEncoder {
  /** The same block gives the same bytes. Cost: O(rows). */
  encode(block: ForecastBlock): Uint8Array;
  /** Begins a file; then its parts are added in order, then it is ended. Holds what grows with the number of parts only. */
  join(write: WriteBytes): PartJoiner;
}

export interface PartJoiner {
  begin(): Promise<void>;
  add(part: Uint8Array): Promise<void>;
  end(): Promise<void>;
}
