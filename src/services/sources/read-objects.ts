// Takes in files of a bucket: each that is new or has changed, in the order in which they were written. What a file brought is known
// by its content, so a reading that breaks off anywhere begins again and counts nothing twice.

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AppError, type Project, type S3Settings } from '../../core/index.ts';
import type {
  BatchRecord,
  HistoryStore,
  LocalFiles,
  SourceRecord,
  SourceRow,
  SourceStore,
} from '../../storage/ports/index.ts';
import type { DataService } from '../data/index.ts';
import type { ReadCounts } from './read-rows.ts';
import type { Downloaded, S3Bucket, StoredObject } from './s3-client.ts';

const keysPerRead = 1_000;
const keyBytesMax = 1_024;

export interface ObjectReading {
  readonly settings: S3Settings;
  readonly project: Project;
  readonly record: SourceRecord;
  readonly bucket: Pick<S3Bucket, 'list' | 'download'>;
  readonly store: Pick<SourceStore, 'readSourceRows' | 'advanceSource'> & Pick<HistoryStore, 'findBatch'>;
  readonly data: Pick<DataService, 'ingestFile' | 'withdraw' | 'restoreWithdrawal' | 'withdrawals'>;
  readonly files: Pick<LocalFiles, 'scratchPath'>;
  readonly signal: AbortSignal;
  readonly onProgress: (message: string) => void;
}

/** @throws AppError `sources/*`, `data/*` naming the file */
export async function readObjects(of: ObjectReading): Promise<ReadCounts> {
  const { record, bucket, signal } = of;
  const objects = await bucket.list();
  const known = await knownObjects(of, objects);
  const changed = objects.filter(({ key, etag }) => known.get(key)?.etag !== etag);
  let [taken, corrected, revision] = [0, 0, record.revision];
  for (const [i, object] of changed.entries()) {
    signal.throwIfAborted();
    of.onProgress(`file ${i + 1} of ${changed.length}: ${object.key}`);
    const found = await takeIn(of, object, { known, revision });
    // It has been removed since it was listed.
    if (found === undefined) continue;
    revision += 1;
    taken += found.rows;
    corrected += found.replaces ? 1 : 0;
  }
  return { seen: objects.length, taken, corrected, more: false };
}

interface Known {
  readonly etag: string;
  readonly contentHash: string;
}

async function knownObjects(
  { store, record }: ObjectReading,
  objects: readonly StoredObject[],
): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  for (let from = 0; from < objects.length; from += keysPerRead) {
    const keys = objects.slice(from, from + keysPerRead).map(({ key }) => key);
    for (const { key, hash } of await store.readSourceRows(record.name, keys)) {
      const [contentHash = '', etag = ''] = hash.split(/ (.*)/s);
      known.set(key, { etag, contentHash });
    }
  }
  return known;
}

async function takeIn(
  of: ObjectReading,
  object: StoredObject,
  at: { known: Map<string, Known>; revision: number },
): Promise<{ rows: number; replaces: boolean } | undefined> {
  const { settings, store, bucket, files, record } = of;
  const { key } = object;
  if (Buffer.byteLength(key) > keyBytesMax)
    throw new AppError(
      'sources/row-too-large',
      `source ${settings.name}: a key is longer than ${keyBytesMax} bytes`,
    );
  const path = files.scratchPath(`-${plainName(key)}`);
  try {
    const found = await bucket.download(object, path);
    if (found === undefined) return undefined;
    const { contentHash, etag, modifiedAt } = found;
    const former = at.known.get(key);
    const batch = await land(of, { path, key, found });
    const isOther = former !== undefined && former.contentHash !== contentHash;
    at.known.set(key, { etag, contentHash });
    if (isOther && of.project.conflicts === 'sum') await takeOut(of, former.contentHash, at.known);
    const row: SourceRow = {
      key,
      place: String(modifiedAt).padStart(20, '0'),
      hash: `${contentHash} ${etag}`,
      word: null,
    };
    await store.advanceSource({
      source: record.name,
      from: at.revision,
      position: { watermark: key },
      rows: [row],
      taken: batch.rowsAccepted,
      corrected: isOther ? 1 : 0,
    });
    return { rows: batch.rowsAccepted, replaces: isOther };
  } finally {
    await rm(path, { force: true });
  }
}

/** The batch of a file, made now or before. Where rows are added up it is known by its content alone, as by `almanac ingest`. */
async function land(
  { settings, project, data, signal }: ObjectReading,
  { path, key, found }: { path: string; key: string; found: Downloaded },
): Promise<BatchRecord> {
  const { contentHash, etag, modifiedAt } = found;
  const named = createHash('sha256')
    .update(JSON.stringify([key, etag, modifiedAt]))
    .digest('hex');
  const idempotencyKey =
    project.conflicts === 'sum' ? fileKey(contentHash) : `source:${settings.name}:${named}`;
  const { batch, replayed } = await data.ingestFile(project, path, {
    idempotencyKey,
    signal,
    name: key,
    refuse: (counts) => refuseOther(settings.name, { key, project, counts }),
  });
  // A file that has become again what it was counts again.
  if (replayed) await putBack({ settings, project, data }, batch);
  return batch;
}

/** Takes out what a file brought before, unless another one still says the same, or somebody has taken it back already. */
async function takeOut(
  of: ObjectReading,
  contentHash: string,
  known: ReadonlyMap<string, Known>,
): Promise<void> {
  const { settings, project, store, data } = of;
  if ([...known.values()].some((one) => one.contentHash === contentHash)) return;
  const batch = await store.findBatch(project.name, fileKey(contentHash));
  if (
    batch === undefined ||
    (await standing({ data, project }, batch)) !== undefined ||
    batch.rowsAccepted === 0
  )
    return;
  await data.withdraw(project, { batchId: batch.id, reason: reasonOf(settings.name) });
}

async function putBack(
  { settings, project, data }: Pick<ObjectReading, 'settings' | 'project' | 'data'>,
  batch: BatchRecord,
): Promise<void> {
  const withdrawal = await standing({ data, project }, batch);
  if (withdrawal?.reason === reasonOf(settings.name)) await data.restoreWithdrawal(project, withdrawal.id);
}

async function standing(
  { data, project }: Pick<ObjectReading, 'data' | 'project'>,
  batch: BatchRecord,
): Promise<{ id: string; reason: string } | undefined> {
  const all = await data.withdrawals(project.name);
  return all.find(
    ({ batchSeq, restoredSeq, seriesId, periodMin, periodMax }) =>
      batchSeq === batch.seq &&
      restoredSeq === null &&
      seriesId === null &&
      periodMin === null &&
      periodMax === null,
  );
}

function reasonOf(name: string): string {
  return `source ${name}: the file has changed`;
}

function fileKey(contentHash: string): string {
  return `file:${contentHash}`;
}

/** A column of which most cells cannot be read is not the column that it was. */
function refuseOther(
  name: string,
  of: {
    key: string;
    project: Project;
    counts: { rows: number; quarantinedByCode: Readonly<Record<string, number>> };
  },
): void {
  const { key, project, counts } = of;
  const { time, target, series } = project.columns;
  const columns: Readonly<Record<string, string>> = {
    'bad-number': target,
    'bad-time': time,
    'null-series': series.join(', '),
    'no-target': target,
  };
  for (const [code, column] of Object.entries(columns)) {
    const refused = counts.quarantinedByCode[code] ?? 0;
    if (refused * 2 > counts.rows)
      throw new AppError(
        'sources/schema-changed',
        `source ${name}, ${key}: ${refused} of ${counts.rows} rows cannot be read (${code}): the column ${column} is not what it was`,
        { details: { column } },
      );
  }
}

/** The last part of a key, of characters that a file of any system may have: its ending says what it holds. */
function plainName(key: string): string {
  return (key.split('/').at(-1) ?? '').replaceAll(/[^\w.-]/g, '_').slice(-80);
}
