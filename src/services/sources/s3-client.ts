// An S3-compatible store, as far as it is read: keys under a prefix, and objects as files.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SaxesParser } from 'saxes';
import { AppError, type Clock, isAppError, type S3Settings } from '../../core/index.ts';

export interface StoredObject {
  readonly key: string;
  /** Another one when the bytes are others. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** UTC milliseconds. */
  readonly modifiedAt: number;
}

export interface Downloaded {
  /** SHA-256. */
  readonly contentHash: string;
  /** UTC milliseconds. */
  readonly modifiedAt: number;
}

/** Why a listed object has not been downloaded: it is not there any more, or it has been written again since. */
export type Missed = 'gone' | 'changed';

/** Signs requests: what of the package `aws4fetch` is used. */
interface Signer {
  sign(url: string, init: { headers: Record<string, string>; signal: AbortSignal }): Promise<Request>;
}
interface Package {
  readonly AwsClient: new (options: object) => Signer;
}

export const objectsMax: number = 100_000;
const answerMs = 60_000;
const downloadMs = 3_600_000;
const bytesOfListMax = 16 * 1024 ** 2;
/** Encodings that `fetch` undoes by itself, asked or not. */
const unpackedByFetch = /^(x-)?gzip$|^deflate$|^br$|^zstd$/i;

export class S3Bucket {
  readonly #settings: S3Settings;
  readonly #signer: Signer;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;

  private constructor(settings: S3Settings, signer: Signer, options: { signal: AbortSignal; clock: Clock }) {
    this.#settings = settings;
    this.#signer = signer;
    this.#signal = options.signal;
    this.#clock = options.clock;
  }

  /** @throws AppError `sources/no-secret` */
  static async open(
    settings: S3Settings,
    options: { secretOf: (variable: string) => string | undefined; signal: AbortSignal; clock: Clock },
  ): Promise<S3Bucket> {
    const { name, user, passwordVariable = '', region } = settings;
    const secretAccessKey = options.secretOf(passwordVariable);
    if (secretAccessKey === undefined)
      throw new AppError(
        'sources/no-secret',
        `source ${name}: the environment variable ${passwordVariable} is not set in this process`,
      );
    const { AwsClient } = (await import('aws4fetch')) as unknown as Package;
    const signer = new AwsClient({ accessKeyId: user, secretAccessKey, region, service: 's3', retries: 0 });
    return new S3Bucket(settings, signer, options);
  }

  /**
   * All objects of the source, in the order in which they were written.
   * @throws AppError `sources/unreachable`, `sources/too-many-objects`
   */
  async list(): Promise<StoredObject[]> {
    const { name, prefix, ending } = this.#settings;
    const found: StoredObject[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const query = new URLSearchParams({
        'list-type': '2',
        prefix,
        'max-keys': '1000',
        'encoding-type': 'url',
      });
      if (next !== '') query.set('continuation-token', next);
      const page: Page = await this.#page(query);
      // Folders, and marks that other programs leave, hold nothing.
      for (const object of page.objects)
        if (object.sizeBytes > 0 && !object.key.endsWith('/') && object.key.endsWith(ending))
          found.push(object);
      if (found.length > objectsMax)
        throw new AppError(
          'sources/too-many-objects',
          `source ${name}: more than ${objectsMax} objects lie under its prefix`,
        );
      next = page.next;
    }
    return found.sort((a, b) => a.modifiedAt - b.modifiedAt || (a.key < b.key ? -1 : 1));
  }

  /**
   * Writes an object to a file, as it was listed: one that was written again since has another place among the others.
   * @returns the SHA-256 of its bytes
   * @throws AppError `sources/unreachable`
   */
  async download(object: StoredObject, path: string): Promise<Downloaded | Missed> {
    const { key, etag, modifiedAt } = object;
    const answer = await this.#get(this.#urlOf(key), downloadMs);
    const missed = missedBy(answer, { etag, modifiedAt });
    if (missed !== undefined) {
      await answer.body?.cancel();
      return missed;
    }
    if (answer.status !== 200 || answer.body === null) throw await this.#refused(answer, key);
    const hash = createHash('sha256');
    let bytes = 0;
    const counting = new Transform({
      transform: (chunk: Buffer, _, done) => {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    try {
      await pipeline(Readable.fromWeb(answer.body as never), counting, createWriteStream(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
        throw new AppError('store/full', `no room for ${key} of source ${this.#settings.name}`, {
          cause: error,
        });
      throw this.#unreachable(error);
    }
    // What is stored as packed in transport arrives unpacked, and its length is that of the packed bytes.
    const packed = unpackedByFetch.test(answer.headers.get('content-encoding') ?? '');
    const sizeBytes = packed ? bytes : Number(answer.headers.get('content-length') ?? bytes);
    if (bytes !== sizeBytes)
      throw this.#unreachable(new Error(`${key} broke off after ${bytes} of ${sizeBytes} bytes`));
    return { contentHash: hash.digest('hex'), modifiedAt };
  }

  async #page(query: URLSearchParams): Promise<Page> {
    const answer = await this.#get(
      `${this.#bucketUrl()}?${query.toString().replaceAll('+', '%20')}`,
      answerMs,
    );
    if (answer.status !== 200) throw await this.#refused(answer);
    try {
      return readPage(await answer.text());
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #get(url: string, ms: number): Promise<Response> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(ms)]);
    try {
      const request = await this.#signer.sign(url, { headers: { 'accept-encoding': 'identity' }, signal });
      // A signature is for one address: nothing is followed elsewhere.
      return await fetch(request, { redirect: 'manual', signal });
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #refused(answer: Response, key?: string): Promise<AppError> {
    const text = await answer.text().catch(() => '');
    const code = /<Code>([\w.]{1,80})<\/Code>/.exec(text)?.[1] ?? answer.statusText;
    const says = `it answers ${answer.status} ${code}${key === undefined ? '' : ` for ${key}`}`;
    return this.#unreachable(new Error(`${says}${this.#hintFor(answer, { code, text })}`));
  }

  /** What to do where the answer says it in a way of its own. */
  #hintFor({ status, headers }: Response, { code, text }: { code: string; text: string }): string {
    if (code === 'RequestTimeTooSkewed') {
      const ahead = Math.round((this.#clock.now() - Date.parse(headers.get('date') ?? '')) / 1000);
      const by = Number.isNaN(ahead) ? '' : `, by ${Math.abs(ahead)} s ${ahead > 0 ? 'ahead' : 'behind'}`;
      return `: the clock of this machine is wrong${by}`;
    }
    const region = headers.get('x-amz-bucket-region') ?? /<Region>([\w-]{1,40})<\/Region>/.exec(text)?.[1];
    if (region !== undefined && region !== this.#settings.region)
      return `: the bucket is in region ${region}, and the source says ${this.#settings.region}`;
    if (status < 300 || status > 399) return '';
    const elsewhere = headers.get('location') ?? /<Endpoint>([\w.:/-]{1,200})<\/Endpoint>/.exec(text)?.[1];
    return elsewhere === undefined ? '' : `: it is at ${elsewhere.slice(0, 200)}, write that address as url`;
  }

  #unreachable(cause: unknown): AppError {
    if (isAppError(cause)) return cause;
    const { name, url, bucket } = this.#settings;
    return new AppError(
      'sources/unreachable',
      `bucket ${bucket} at ${url} cannot be read for source ${name}: ${reasonOf(cause)}`,
      { cause },
    );
  }

  #bucketUrl(): string {
    const { url, bucket } = this.#settings;
    return `${url.replace(/\/$/, '')}/${bucket}`;
  }

  /** @throws AppError `sources/unreachable` for a key that no address can name */
  #urlOf(key: string): string {
    if (/(^|\/)\.\.?(\/|$)/.test(key))
      throw this.#unreachable(
        new Error(`no address can name the key ${key}, as . and .. lead elsewhere: give the object another`),
      );
    return `${this.#bucketUrl()}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }
}

/** Of stores that give a tag in another form when asked for the object itself, the time tells. */
function missedBy(
  { status, headers }: Response,
  { etag, modifiedAt }: Pick<StoredObject, 'etag' | 'modifiedAt'>,
): Missed | undefined {
  if (status === 404) return 'gone';
  if (status !== 200 || plainEtag(headers.get('etag') ?? etag) === etag) return undefined;
  const written = Date.parse(headers.get('last-modified') ?? '');
  return written - modifiedAt >= 1000 ? 'changed' : undefined;
}

interface Page {
  readonly objects: StoredObject[];
  readonly next: string | undefined;
}

/** @throws Error for what is no list */
export function readPage(xml: string): Page {
  if (xml.length > bytesOfListMax) throw new Error('its list is longer than a list is');
  const listed: Record<string, string>[] = [];
  let [isList, text, token, encoding] = [false, '', '', ''];
  let isTruncated = false;
  let fields: Record<string, string> | undefined;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => {
    text = '';
    if (name === 'ListBucketResult') isList = true;
    if (name === 'Contents') fields = {};
  });
  parser.on('text', (more) => {
    text += more;
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'Contents' && fields !== undefined) {
      listed.push(fields);
      fields = undefined;
    } else if (fields !== undefined) fields[name] = name === 'Key' ? text : text.trim();
    else if (name === 'IsTruncated') isTruncated = text.trim() === 'true';
    else if (name === 'NextContinuationToken') token = text.trim();
    else if (name === 'EncodingType') encoding = text.trim();
  });
  parser.write(xml).close();
  if (!isList) throw new Error('it does not answer with a list of objects: no S3 API is at this address');
  if (isTruncated && token === '') throw new Error('its list breaks off and does not say where it goes on');
  const objects = listed.map((fields) => objectOf(fields, { isEncoded: encoding === 'url' }));
  return { objects, next: isTruncated ? token : undefined };
}

/** Keys are encoded where the list says so: not every store does as it is asked. */
function objectOf(
  { Key = '', ETag = '', Size = '', LastModified = '' }: Record<string, string>,
  { isEncoded }: { isEncoded: boolean },
): StoredObject {
  const object = {
    key: isEncoded ? decodeURIComponent(Key.replaceAll('+', '%20')) : Key,
    etag: plainEtag(ETag),
    sizeBytes: Number(Size),
    modifiedAt: Date.parse(LastModified),
  };
  const isWhole = object.key !== '' && ETag !== '' && Size !== '' && Number.isSafeInteger(object.sizeBytes);
  if (!isWhole || Number.isNaN(object.modifiedAt))
    throw new Error('an object of its list lacks key, etag, size or time');
  return object;
}

/** Some write it with quotes, some without. */
function plainEtag(text: string): string {
  return text.replace(/^W\//, '').replaceAll('"', '');
}

/** What the network said, where `fetch` only says that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
