// One reading of a source of rows, whichever it is: rows in order from where the last one stood.

import type { AppError, Project } from '../../core/index.ts';
import type { JsonObject } from '../../storage/ports/index.ts';

export interface ReadRow {
  /** Names the row for good. */
  readonly key: string;
  /** Sorts as the watermark does. */
  readonly place: string;
  /** As people write it. */
  readonly watermark: string;
  /** Of `line`. */
  readonly hash: string;
  /** What the project reads of the row, as a line of NDJSON. */
  readonly line: string;
}

export interface SourceReading {
  /** As its rows are to be read. */
  readonly project: Project;
  /** Where it stands. */
  readonly position: JsonObject;
  /** The next rows, about one commit's worth; [] at the end. */
  next(): Promise<readonly ReadRow[]>;
  /** The position once these rows, the last that were read, are taken in. */
  after(rows: readonly ReadRow[]): JsonObject;
  /** What is wrong with rows that could not be read; undefined when all were. */
  finish(): Promise<AppError | undefined>;
  close(): Promise<void>;
}
