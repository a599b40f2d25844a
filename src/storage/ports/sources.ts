// What is kept of sources: how far each has been read, what stands in its way, and what every row of it said when it was last
// taken in. Of that a row that comes again is recognised, and one that has changed is corrected rather than counted twice.

import type { JsonObject } from './json.ts';
import type { Word } from './word.ts';

/** What keeps a source from being read. */
export interface SourceProblem {
  /** An error code, or `unknown`. */
  readonly code: string;
  readonly message: string;
  /** When it was met first, and how often since. */
  readonly since: number;
  readonly failures: number;
}

export interface SourceRecord {
  readonly name: string;
  readonly project: string;
  /** What the ledger of rows belongs to: kind, key and watermark, as text. */
  readonly identity: string;
  /** Counted up with every step of the position. */
  readonly revision: number;
  /** Where reading goes on; what it says is the source's own. */
  readonly position: JsonObject;
  /** A paused source is not read until somebody says so. */
  readonly paused: boolean;
  readonly problem: SourceProblem | null;
  /** Rows and corrections taken in since the beginning. */
  readonly rows: number;
  readonly corrections: number;
  /** When the last whole reading had begun: what was to be seen then has been taken in. Null = none was whole yet. */
  readonly readAt: number | null;
}

/** A row of a source as it was taken in last. */
export interface SourceRow {
  /** Names the row for good. */
  readonly key: string;
  /** Sorts as the watermark does. */
  readonly place: string;
  /** Of what the project reads of it. */
  readonly hash: string;
  /** What it says of demand; null = nothing, as it was refused or is a plan. */
  readonly word: (Word & { readonly seriesId: string; readonly period: number }) | null;
}

/** Rows of a source that are taken in together, and where that brings it. */
export interface SourceAdvance {
  readonly source: string;
  /** The revision it goes on from; null = wherever it stands, of a source that sends what is new itself. */
  readonly from: number | null;
  readonly position: JsonObject;
  readonly rows: readonly SourceRow[];
  /** To be counted. */
  readonly taken: number;
  readonly corrected: number;
  /** All that was to be seen then is in by this; absent = there may be more. What stood in the way is over (event `source.recovered`). */
  readonly readAt?: number;
}

export interface Cell {
  readonly seriesId: string;
  readonly period: number;
}

export interface SourceStore {
  readSource(name: string): Promise<SourceRecord | undefined>;
  listSources(): Promise<SourceRecord[]>;
  /**
   * The record of a source, made when there is none.
   * @throws AppError `sources/other-source` when it was one of another project or identity
   */
  openSource(source: { name: string; project: string; identity: string }): Promise<SourceRecord>;
  /** Rows by their keys; those never taken in are left out. */
  readSourceRows(source: string, keys: readonly string[]): Promise<SourceRow[]>;
  /**
   * Of each cell the row that speaks last, of those without the given keys: by place, then key; one that knows a value before
   * those that do not. Cost: the rows of these cells.
   */
  lastSourceRows(
    source: string,
    options: { cells: readonly Cell[]; without: readonly string[] },
  ): Promise<SourceRow[]>;
  /**
   * Moves a source on from the revision where it stands: exactly one of two readers gets through.
   * @throws AppError `sources/position-moved`, and then nothing has changed
   */
  advanceSource(advance: SourceAdvance): Promise<void>;
  /** A reading has come to its end: what stood in its way is over (event `source.recovered`). */
  noteSourceRead(read: { name: string; readAt: number; now: number }): Promise<void>;
  /** A reading has failed; events `source.failing` the first time, `source.paused` when it is paused. */
  noteSourceProblem(problem: {
    name: string;
    code: string;
    message: string;
    pause: boolean;
    now: number;
  }): Promise<void>;
  /** Lets it be read again, with the position given; false when it was not paused (event `source.resumed`). */
  resumeSource(resume: { name: string; position: JsonObject; now: number }): Promise<boolean>;
}
