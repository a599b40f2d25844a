// Takes in files of a bucket: each that is new or has changed, in the order in which they were written. What a file brought is known
// by its content, and noted in the commit that brings it, so a reading that breaks off anywhere goes on and counts nothing twice.

import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AppError, type Project, type S3Settings } from '../../core/index.ts';
import type {
  HistoryStore,
  LocalFiles,
  SourceAdvance,
  SourceRecord,
  SourceRow,
  SourceStore,
} from '../../storage/ports/index.ts';
import type { DataService } from '../data/index.ts';
import { contentKey, putBack, takeOut } from './counted-content.ts';
import type { ReadCounts } from './read-rows.ts';
import type { Downloaded, Missed, S3Bucket, StoredObject } from './s3-client.ts';

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
  return await new ObjectReader(of).read();
}

/** What is known of a key. */
interface Known {
  readonly contentHash: string;
  readonly etag: string;
  readonly place: string;
  /**
   * Where rows are added up: its content may be taken back still, and these contents, which it had before, may count still. Absent =
   * it counts, and they do not.
   */
  readonly outdated?: readonly string[];
}

class ObjectReader {
  readonly #of: ObjectReading;
  readonly #known: Map<string, Known> = new Map();
  #revision: number;

  constructor(of: ObjectReading) {
    this.#of = of;
    this.#revision = of.record.revision;
  }

  async read(): Promise<ReadCounts> {
    const { bucket, signal, onProgress } = this.#of;
    const objects = await bucket.list();
    await this.#load(objects);
    const changed = objects.filter(({ key, etag }) => {
      const known = this.#known.get(key);
      return known?.etag !== etag || known.outdated !== undefined;
    });
    let [taken, corrected] = [0, 0];
    const missed: { object: StoredObject; why: Missed }[] = [];
    for (const [i, object] of changed.entries()) {
      signal.throwIfAborted();
      onProgress(`file ${i + 1} of ${changed.length}: ${object.key}`);
      const found = await this.#takeIn(object);
      if (typeof found === 'string') missed.push({ object, why: found });
      else {
        taken += found.rows;
        corrected += found.replaces ? 1 : 0;
      }
    }
    await this.#refuseUnread(missed);
    // What has been written again since it was listed is what the next list shows.
    const more = missed.some(({ why }) => why === 'changed');
    return { seen: objects.length, taken, corrected, more, isWhole: true };
  }

  async #load(objects: readonly StoredObject[]): Promise<void> {
    const { store, record } = this.#of;
    for (let from = 0; from < objects.length; from += keysPerRead) {
      const keys = objects.slice(from, from + keysPerRead).map(({ key }) => key);
      for (const { key, hash, place } of await store.readSourceRows(record.name, keys))
        this.#known.set(key, { ...fromText(hash), place });
    }
  }

  async #takeIn(object: StoredObject): Promise<{ rows: number; replaces: boolean } | Missed> {
    const { settings, bucket, files } = this.#of;
    const { key } = object;
    const known = this.#known.get(key);
    if (known?.etag === object.etag) {
      await this.#settle(key, known);
      return { rows: 0, replaces: false };
    }
    if (Buffer.byteLength(key) > keyBytesMax)
      throw new AppError(
        'sources/row-too-large',
        `source ${settings.name}: a key is longer than ${keyBytesMax} bytes`,
      );
    const path = files.scratchPath(`-${plainName(key)}`);
    try {
      const found = await bucket.download(object, path);
      return typeof found === 'string' ? found : await this.#land(object, path, found);
    } finally {
      await rm(path, { force: true });
    }
  }

  /** The batch of a file, made now or before. Where rows are added up it is known by its content alone, as by `almanac ingest`. */
  async #land(
    object: StoredObject,
    path: string,
    found: Downloaded,
  ): Promise<{ rows: number; replaces: boolean }> {
    const { settings, project, store, data, signal } = this.#of;
    const { contentHash, modifiedAt } = found;
    const { key, etag } = object;
    const isSum = project.conflicts === 'sum';
    const named = createHash('sha256')
      .update(JSON.stringify([key, etag, modifiedAt]))
      .digest('hex');
    const idempotencyKey = isSum ? contentKey(contentHash) : `source:${settings.name}:${named}`;
    const former = this.#known.get(key);
    const replaces = former !== undefined && former.contentHash !== contentHash;
    const before = former === undefined ? [] : [former.contentHash, ...(former.outdated ?? [])];
    const outdated = [...new Set(before)].filter((hash) => hash !== contentHash);
    const landed = await store.findBatch(project.name, idempotencyKey);
    const next: Known = {
      contentHash,
      etag,
      place: String(modifiedAt).padStart(20, '0'),
      ...(isSum && (landed !== undefined || outdated.length > 0) ? { outdated } : {}),
    };
    const advance = (rows: number): SourceAdvance =>
      this.#advance(key, next, { taken: rows, corrected: replaces ? 1 : 0 });
    let rows = landed?.rowsAccepted ?? 0;
    if (landed === undefined) {
      const { batch, replayed } = await data.ingestFile(project, path, {
        idempotencyKey,
        signal,
        name: key,
        refuse: (counts) => refuseOther(settings.name, { key, project, counts }),
        sourceAdvance: advance,
      });
      // Somebody has ingested the same content meanwhile, and the source has not moved.
      if (replayed) return await this.#land(object, path, found);
      rows = batch.rowsAccepted;
    } else await store.advanceSource(advance(rows));
    this.#moved(key, next);
    await this.#settle(key, next);
    return { rows, replaces };
  }

  /**
   * Brings what counts in line with what is noted of the key. Noted first and done then, so that a reading which breaks off in between
   * is finished by the next one, whatever the key holds by then.
   */
  async #settle(key: string, known: Known): Promise<void> {
    const { outdated, ...settled } = known;
    if (outdated === undefined) return;
    const isSaid = (hash: string): boolean =>
      [...this.#known.values()].some(({ contentHash }) => contentHash === hash);
    await putBack(this.#of, known.contentHash);
    for (const hash of outdated) if (!isSaid(hash)) await takeOut(this.#of, key, hash);
    await this.#of.store.advanceSource(this.#advance(key, settled, { taken: 0, corrected: 0 }));
    this.#moved(key, settled);
  }

  #advance(key: string, known: Known, counts: { taken: number; corrected: number }): SourceAdvance {
    const row: SourceRow = { key, place: known.place, hash: toText(known), word: null };
    const { name } = this.#of.record;
    return { source: name, from: this.#revision, position: { watermark: key }, rows: [row], ...counts };
  }

  #moved(key: string, known: Known): void {
    this.#revision += 1;
    this.#known.set(key, known);
  }

  /** What a list shows and nobody can get would else be passed over for ever. */
  async #refuseUnread(missed: readonly { object: StoredObject; why: Missed }[]): Promise<void> {
    const gone = missed.filter(({ why }) => why === 'gone').map(({ object }) => object);
    if (gone.length === 0) return;
    const { settings, bucket } = this.#of;
    const listed = new Map((await bucket.list()).map(({ key, etag }) => [key, etag]));
    const unread = gone.find(({ key, etag }) => listed.get(key) === etag);
    if (unread === undefined) return;
    throw new AppError(
      'sources/unreachable',
      `source ${settings.name}: the store lists ${unread.key}, and when asked for it answers that there is no such object`,
    );
  }
}

/** As a row of the source keeps it: the content, with those before it where they are not settled, and the tag. */
function toText({ contentHash, etag, outdated }: Known): string {
  const contents = outdated === undefined ? contentHash : [contentHash, ...outdated].join(',');
  return `${outdated?.length === 0 ? `${contents},` : contents} ${etag}`;
}

function fromText(text: string): Omit<Known, 'place'> {
  const [contents = '', etag = ''] = text.split(/ (.*)/s);
  const [contentHash = '', ...outdated] = contents.split(',');
  return outdated.length === 0
    ? { contentHash, etag }
    : { contentHash, etag, outdated: outdated.filter((hash) => hash !== '') };
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
