// Looks at a data file before anything else does: what it is, whether it is whole, how large it gets. Nothing after
// this reads a path that the user gave; it reads the checked file, or the decompressed copy in the scratch folder.

import { isUtf8 } from 'node:buffer';
import { constants, type FileHandle, open, realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';

import { AppError } from '../../../core/index.ts';

export type FileFormat = 'csv' | 'ndjson' | 'parquet';

export interface SourceLimits {
  /** Bytes of text after decompression. */
  readonly textBytesMax: number;
  readonly lineBytesMax: number;
}

export const sourceLimits: SourceLimits = {
  textBytesMax: 64 * 1024 ** 3,
  lineBytesMax: 1024 ** 2,
};

export interface SourceFile {
  /** As the user named it, for messages. */
  readonly name: string;
  /** Real path, links resolved. */
  readonly path: string;
  readonly format: FileFormat;
  readonly gzip: boolean;
  readonly sizeBytes: number;
  /** The first bytes, decompressed: enough for a header. */
  readonly head: Uint8Array;
}

const headBytes = 1024 ** 2;

/**
 * Checks that `path` is a readable regular file in a known format, by its first and last bytes, not by its name;
 * of text, that its first MiB keeps the limits.
 * @param name what messages call it
 * @throws AppError `data/file-not-found`, `data/not-a-file`, `data/no-rows`, `data/unsupported-format`,
 *   `data/bad-encoding`, `data/damaged-file`
 */
export async function openSource(
  path: string,
  limits: SourceLimits,
  name: string = basename(path) || path,
): Promise<SourceFile> {
  const { handle, real } = await openRegular(path, name);
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new AppError('data/no-rows', `${name} is empty (0 bytes)`);
    const first = await readAt(handle, 0, Math.min(size, 64 * 1024));
    if (startsWith(first, 'PAR1')) {
      const tail = await readAt(handle, Math.max(0, size - 4), 4);
      if (size < 12 || !startsWith(tail, 'PAR1'))
        throw new AppError('data/damaged-file', `${name} begins as a Parquet file but its end is missing`);
      return { name, path: real, format: 'parquet', gzip: false, sizeBytes: size, head: first };
    }
    const gzip = first[0] === 0x1f && first[1] === 0x8b;
    const head = gzip ? await gunzipHead(handle, name) : await readAt(handle, 0, Math.min(size, headBytes));
    refuseBinary(head, name);
    // What the whole reading would refuse later is refused at once when the beginning shows it.
    new TextCheck(name, limits).push(head);
    return { name, path: real, format: textFormat(head, name), gzip, sizeBytes: size, head };
  } finally {
    await handle.close();
  }
}

async function openRegular(path: string, name: string): Promise<{ handle: FileHandle; real: string }> {
  if (path.includes('\0')) throw new AppError('data/file-not-found', 'a path cannot hold a NUL character');
  let handle: FileHandle;
  let real: string;
  try {
    real = await realpath(path);
    // Without O_NONBLOCK opening a pipe waits for a writer for ever.
    handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'EACCES' ? 'may not be read' : 'does not exist';
    throw new AppError('data/file-not-found', `${path} ${reason}`, { cause });
  }
  const stat = await handle.stat();
  if (stat.isFile()) return { handle, real };
  await handle.close();
  const kind = stat.isDirectory() ? 'a folder' : stat.isFIFO() ? 'a pipe' : 'a device';
  throw new AppError('data/not-a-file', `${name} is ${kind}, not a file`);
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function gunzipHead(handle: FileHandle, name: string): Promise<Uint8Array> {
  const stream = handle.createReadStream({ autoClose: false, start: 0, highWaterMark: 256 * 1024 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  stream.on('error', (error) => gunzip.destroy(error));
  stream.pipe(gunzip);
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      total += chunk.length;
      if (total >= headBytes) break;
    }
  } catch (cause) {
    throw damagedGzip(name, total, cause);
  } finally {
    stream.destroy();
    gunzip.destroy();
  }
  if (total === 0) throw new AppError('data/no-rows', `${name} is empty after decompression`);
  return Buffer.concat(chunks).subarray(0, headBytes);
}

export function damagedGzip(name: string, bytesRead: number, cause: unknown): AppError {
  return new AppError(
    'data/damaged-file',
    `${name} breaks off or is damaged: its gzip stream failed after ${bytesRead} bytes of text`,
    { cause },
  );
}

function refuseBinary(head: Uint8Array, name: string): void {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (utf16) throw new AppError('data/bad-encoding', `${name} is UTF-16 text: convert it to UTF-8`);
  const kind = startsWith(head, 'PK')
    ? 'a zip archive or a spreadsheet'
    : head[0] === 0x1f && head[1] === 0x8b
      ? 'compressed twice'
      : startsWith(head, 'ORC')
        ? 'an ORC file'
        : startsWith(head, '%PDF')
          ? 'a PDF'
          : head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd
            ? 'compressed with zstd'
            : null;
  if (kind !== null)
    throw new AppError('data/unsupported-format', `${name} is ${kind}: save it as CSV, NDJSON or Parquet`);
}

/** NDJSON by its first character; everything else is CSV. */
function textFormat(head: Uint8Array, name: string): FileFormat {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (at < head.length && [0x20, 0x09, 0x0a, 0x0d].includes(head[at] ?? 0)) at += 1;
  if (at >= head.length) {
    if (head.length < headBytes) throw new AppError('data/no-rows', `${name} holds nothing but blanks`);
    return 'csv';
  }
  if (head[at] === 0x5b)
    throw new AppError(
      'data/unsupported-format',
      `${name} is a JSON array, which cannot be read piece by piece: write one object per line (NDJSON), or send it over HTTP`,
    );
  return head[at] === 0x7b ? 'ndjson' : 'csv';
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Checks text as it streams by: UTF-8, no NUL, no endless line, within the size limit. */
export class TextCheck {
  readonly #name: string;
  readonly #limits: SourceLimits;
  #pending: Uint8Array = new Uint8Array(0);
  #lineBytes = 0;
  total = 0;

  constructor(name: string, limits: SourceLimits) {
    this.#name = name;
    this.#limits = limits;
  }

  /** @throws AppError `data/too-large`, `data/bad-encoding`, `data/damaged-file` */
  push(chunk: Uint8Array): void {
    const offset = this.total;
    this.total += chunk.length;
    if (this.total > this.#limits.textBytesMax)
      throw new AppError(
        'data/too-large',
        `${this.#name} holds more than ${this.#limits.textBytesMax} bytes of text (textBytesMax)`,
      );
    this.#checkLines(chunk);
    if (chunk.indexOf(0) >= 0)
      throw new AppError(
        'data/bad-encoding',
        `${this.#name} holds a NUL byte at offset ${offset + chunk.indexOf(0)}: it is not UTF-8 text`,
      );
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const whole = bytes.length - cutCharacterBytes(bytes);
    if (!isUtf8(bytes.subarray(0, whole))) throw this.#badEncoding(offset, chunk.length);
    this.#pending = bytes.slice(whole);
  }

  end(): void {
    if (this.#pending.length > 0) throw this.#badEncoding(this.total, 0);
  }

  #badEncoding(offset: number, length: number): AppError {
    return new AppError(
      'data/bad-encoding',
      `${this.#name} is not UTF-8: invalid bytes between offsets ${offset} and ${offset + length}`,
    );
  }

  #checkLines(chunk: Uint8Array): void {
    const limit = this.#limits.lineBytesMax;
    const last = Math.max(chunk.lastIndexOf(10), chunk.lastIndexOf(13));
    if (last < 0) this.#lineBytes += chunk.length;
    else {
      this.#lineBytes = chunk.length - last - 1;
      if (chunk.length <= limit) return;
    }
    if (this.#lineBytes <= limit) return;
    throw new AppError(
      'data/damaged-file',
      `${this.#name} has a line longer than ${limit} bytes near offset ${this.total}: it is not row data`,
    );
  }
}

/** Bytes at the end that begin a UTF-8 character without ending it. */
function cutCharacterBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/**
 * The checked, decompressed text of a file, in chunks of up to 1 MiB; bytes of the file itself pass by `onRaw` first.
 * @throws AppError as `TextCheck`, and `data/damaged-file` for a broken gzip stream
 */
export async function* readText(
  source: SourceFile,
  limits: SourceLimits,
  onRaw?: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const check = new TextCheck(source.name, limits);
  const handle = await open(source.path, constants.O_RDONLY);
  const raw = handle.createReadStream({ highWaterMark: 1024 ** 2 });
  const tap = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      onRaw?.(chunk);
      done(null, chunk);
    },
  });
  // The error also reaches the loop below, so the callback has nothing left to do.
  const text = source.gzip
    ? pipeline(raw, tap, createGunzip({ chunkSize: 1024 ** 2 }), () => {})
    : pipeline(raw, tap, () => {});
  try {
    for await (const chunk of text as AsyncIterable<Uint8Array>) {
      check.push(chunk);
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof AppError || !source.gzip) throw cause;
    throw damagedGzip(source.name, check.total, cause);
  } finally {
    raw.destroy();
    text.destroy();
  }
  check.end();
}
