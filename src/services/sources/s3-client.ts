// An S3-compatible store, as far as it is read: keys under a prefix, and objects as files.

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SaxesParser } from 'saxes';
import { AppError, isAppError, type S3Settings } from '../../core/index.ts';

export interface StoredObject {
  readonly key: string;
  /** Another one when the bytes are others. */
  readonly etag: string;
  readonly sizeBytes: number;
  /** UTC milliseconds. */
  readonly modifiedAt: number;
}

export interface Downloaded extends Pick<StoredObject, 'etag' | 'modifiedAt'> {
  /** SHA-256. */
  readonly contentHash: string;
}

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

export class S3Bucket {
  readonly #settings: S3Settings;
  readonly #signer: Signer;
  readonly #signal: AbortSignal;

  private constructor(settings: S3Settings, signer: Signer, signal: AbortSignal) {
    this.#settings = settings;
    this.#signer = signer;
    this.#signal = signal;
  }

  /** @throws AppError `sources/no-secret` */
  static async open(
    settings: S3Settings,
    options: { secretOf: (variable: string) => string | undefined; signal: AbortSignal },
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
    return new S3Bucket(settings, signer, options.signal);
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
   * Writes an object to a file as it is now, which may be another one than was listed.
   * @returns the SHA-256 of its bytes, and which it is; undefined when it is gone
   * @throws AppError `sources/unreachable`
   */
  async download({ key, etag, modifiedAt }: StoredObject, path: string): Promise<Downloaded | undefined> {
    const { name } = this.#settings;
    const answer = await this.#get(this.#urlOf(key), downloadMs);
    if (answer.status === 404) {
      await answer.body?.cancel();
      return undefined;
    }
    if (answer.status !== 200 || answer.body === null) throw await this.#refused(answer);
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
        throw new AppError('store/full', `no room for ${key} of source ${name}`, { cause: error });
      throw this.#unreachable(error);
    }
    const sizeBytes = Number(answer.headers.get('content-length') ?? bytes);
    if (bytes !== sizeBytes)
      throw this.#unreachable(new Error(`${key} broke off after ${bytes} of ${sizeBytes} bytes`));
    const written = Date.parse(answer.headers.get('last-modified') ?? '');
    return {
      contentHash: hash.digest('hex'),
      etag: plainEtag(answer.headers.get('etag') ?? etag),
      modifiedAt: Number.isNaN(written) ? modifiedAt : written,
    };
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
      // A signature is for one address.
      return await fetch(request, { redirect: 'error', signal });
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #refused(answer: Response): Promise<AppError> {
    const text = await answer.text().catch(() => '');
    const code = /<Code>([\w.]{1,80})<\/Code>/.exec(text)?.[1] ?? answer.statusText;
    return this.#unreachable(new Error(`it answers ${answer.status} ${code}`));
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

  #urlOf(key: string): string {
    return `${this.#bucketUrl()}/${key.split('/').map(encodeURIComponent).join('/')}`;
  }
}

interface Page {
  readonly objects: StoredObject[];
  readonly next: string | undefined;
}

/** @throws Error for what is no list */
export function readPage(xml: string): Page {
  if (xml.length > bytesOfListMax) throw new Error('its list is longer than a list is');
  const objects: StoredObject[] = [];
  let [isList, text, token] = [false, '', ''];
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
      objects.push(objectOf(fields));
      fields = undefined;
    } else if (fields !== undefined) fields[name] = text.trim();
    else if (name === 'IsTruncated') isTruncated = text.trim() === 'true';
    else if (name === 'NextContinuationToken') token = text.trim();
  });
  parser.write(xml).close();
  if (!isList) throw new Error('it does not answer with a list of objects: no S3 API is at this address');
  if (isTruncated && token === '') throw new Error('its list breaks off and does not say where it goes on');
  return { objects, next: isTruncated ? token : undefined };
}

function objectOf({
  Key = '',
  ETag = '',
  Size = '',
  LastModified = '',
}: Record<string, string>): StoredObject {
  const object = {
    key: decodeURIComponent(Key.replaceAll('+', '%20')),
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
