// The worker's half of taking in attributes: a table with one row per series through the rules.

import type { Transferable } from 'node:worker_threads';

import type { Project } from '../../../core/index.ts';
import type { AttributeRow } from '../../../storage/ports/index.ts';
import { AttributeRules } from '../rows/attribute-rules.ts';
import type { IngestCounts } from '../rows/ingest-result.ts';
import { attributeFields } from '../rows/raw-row.ts';
import type { TaskContext } from './engine.ts';
import { LineFile } from './line-file.ts';
import { readRows } from './read-rows.ts';
import { openSource } from './source-file.ts';
import type { SourceLimits } from './source-kind.ts';

export interface ReadAttributesInput {
  readonly path: string;
  /** As messages name it. */
  readonly name: string;
  readonly project: Project;
  readonly limits: SourceLimits;
  /** Where refused rows are written. */
  readonly quarantine: string;
}

export interface ReadAttributesOutput extends IngestCounts {
  readonly contentHash: string;
  /** One per series. */
  readonly attributes: readonly AttributeRow[];
}

/** @throws AppError `data/*` when the file as a whole is refused */
export async function readAttributesTask(
  input: ReadAttributesInput,
  context: TaskContext,
): Promise<{ output: ReadAttributesOutput; transfer: Transferable[] }> {
  const source = await openSource(input.path, input.limits, {
    name: input.name,
    encoding: input.project.dialect?.encoding,
  });
  const lines = new LineFile(input.quarantine);
  try {
    const rules = new AttributeRules(input.project, (line) => lines.push(line));
    const fields = attributeFields(input.project.columns);
    const contentHash = await readRows(source, input.limits, {
      context,
      dialect: input.project.dialect,
      fields,
      sink: rules.sink,
    });
    return { output: { ...rules.end(source.name), contentHash }, transfer: [] };
  } finally {
    lines.end();
  }
}
