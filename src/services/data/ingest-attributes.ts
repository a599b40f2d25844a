// Ingest of a table of attributes: one row per series, no demand.

import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { AppError, type Project } from '../../core/index.ts';
import { fileOfBody, limitsOf } from './body-file.ts';
import { openSource } from './engine/source-file.ts';
import type { IngestBodyOptions, IngestFileOptions } from './ingest.ts';
import {
  batchFields,
  checkedKey,
  hashAsRead,
  hashFile,
  type Ingest,
  type IngestResult,
  keyOfContent,
  replay,
  replayedResult,
} from './taken-batch.ts';

/**
 * Takes in a table of attributes: one row per series with the project's static columns, so that a series is known before
 * it sells. What a row says is added to what is known of its series.
 * @throws AppError `data/no-attributes` when the project has no static column, `data/*` as for observations
 */
export async function ingestAttributes(
  ingest: Ingest,
  project: Project,
  from: { readonly path: string } | { readonly bytes: Uint8Array; readonly options: IngestBodyOptions },
  options: IngestFileOptions = {},
): Promise<IngestResult> {
  if ((project.columns.static ?? []).length === 0)
    throw new AppError('data/no-attributes', `project ${project.name} names no static column`);
  if ('path' in from) {
    const file = await openSource(from.path, ingest.context.limits, { encoding: project.dialect?.encoding });
    const sentHash = await hashFile(file.path);
    const key = options.idempotencyKey ?? keyOfContent('attributes', sentHash);
    const contentHash = hashAsRead(sentHash, project);
    return commitAttributes(ingest, project, {
      path: from.path,
      source: basename(from.path),
      contentHash,
      key,
    });
  }
  const { format, source = 'http', idempotencyKey } = from.options;
  const contentHash = hashAsRead(createHash('sha256').update(from.bytes).digest('hex'), project);
  const path = ingest.context.files.scratchPath(`.${format}`);
  await writeFile(path, fileOfBody(from.bytes, { format, source }));
  try {
    const key = idempotencyKey ?? ingest.context.ids.next('key');
    const { unpackedBytesMax } = from.options;
    return await commitAttributes(ingest, project, { path, source, contentHash, key, unpackedBytesMax });
  } finally {
    await rm(path, { force: true });
  }
}

async function commitAttributes(
  ingest: Ingest,
  project: Project,
  file: {
    path: string;
    source: string;
    contentHash: string;
    key: string;
    unpackedBytesMax?: number | undefined;
  },
): Promise<IngestResult> {
  const { store, files, ids, clock, engine, limits, limitMs } = ingest.context;
  const key = checkedKey(file.key);
  const replayed = await replay(ingest, { project: project.name, key, contentHash: file.contentHash });
  if (replayed !== null) return replayed;
  await ingest.context.room.check();
  const refused = files.scratchPath('.ndjson');
  try {
    const found = await engine.run(
      'readAttributes',
      {
        path: file.path,
        name: file.source,
        project,
        limits: limitsOf(limits, file.unpackedBytesMax),
        quarantine: refused,
      },
      { limitMs },
    );
    const quarantine = found.quarantined > 0 ? await files.adopt(refused) : null;
    const about = { ...file, key, project: project.name, now: clock.now(), id: ids.next('bat') };
    const { batch, replayed: raced } = await store.commitBatch({
      batch: {
        ...batchFields(found, about),
        rowsAccepted: 0,
        rowsDescribed: found.accepted,
        quarantineHash: quarantine?.hash ?? null,
        closesThrough: null,
        openFrom: null,
        sealed: true,
      },
      tail: [],
      segment: null,
      attributes: found.attributes,
    });
    if (raced) return replayedResult(batch, file.contentHash);
    ingest.highs.committed(batch, []);
    return { batch, replayed: false, problems: found.problems, failedChecks: [] };
  } finally {
    await rm(refused, { force: true });
  }
}
