// What a target of `export` is: data for the help, and one function that writes.

import type { Project } from '../../../core/index.ts';
import type { CommandContext } from '../command.ts';
import type { VersionRecord } from '../services.ts';

export interface ExportAsk {
  readonly project: Project;
  readonly version: VersionRecord;
  /** Absolute. */
  readonly out: string;
  /** Overwrite what is there. */
  readonly force: boolean;
  /** Only these series; undefined = all. */
  readonly series: readonly string[] | undefined;
}

export interface Exported {
  /** What was written: absolute paths and sizes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Shown by `--json` beside the files. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** What to do with it, and what to know: lines for people. */
  readonly notes: readonly string[];
}

export interface ExportTarget {
  /** What is written, for the help. */
  readonly summary: string;
  write(context: CommandContext, ask: ExportAsk): Promise<Exported>;
}
