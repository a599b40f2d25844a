// The text of a checked file: unpacked, decoded, and looked at as it streams by.

import { constants, type FileHandle, open } from 'node:fs/promises';
import { pipeline, type Readable, Transform } from 'node:stream';
import { crc32, createGunzip, createInflateRaw } from 'node:zlib';

import { AppError, isAppError } from '../../../core/index.ts';
import { badEncoding, lineAt, type TextEncoding, Utf8Instead, Utf8Stream } from '../rows/decode-text.ts';
import type { Packing, SourceFile, SourceLimits } from './source-kind.ts';
import { TextCheck } from './text-check.ts';

const pieceBytes = 1024 ** 2;

/** The bytes of a file, unpacked. `onRaw` sees them first as they lie there. */
export function unpacked(
  handle: FileHandle,
  packing: Packing,
  onRaw?: (bytes: Uint8Array) => void,
): Readable {
  const isMember = packing !== null && packing !== 'gzip';
  const raw = handle.createReadStream({
    autoClose: false,
    highWaterMark: pieceBytes,
    start: isMember ? packing.from : 0,
    ...(isMember ? { end: packing.from + packing.packedBytes - 1 } : {}),
  });
  const tap = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      onRaw?.(chunk);
      done(null, chunk);
    },
  });
  // Errors also reach the reader of the stream, so the callbacks have nothing left to do.
  if (packing === 'gzip') return pipeline(raw, tap, createGunzip({ chunkSize: pieceBytes }), () => {});
  if (isMember && packing.isDeflated)
    return pipeline(raw, tap, createInflateRaw({ chunkSize: pieceBytes }), () => {});
  return pipeline(raw, tap, () => {});
}

/** The first bytes of a packed text. @throws AppError `data/damaged-file`, `data/no-rows` */
export async function unpackedHead(
  handle: FileHandle,
  of: { name: string; packing: Packing; bytesMax: number },
): Promise<Uint8Array> {
  const { name, packing, bytesMax } = of;
  const chunks: Uint8Array[] = [];
  let total = 0;
  if (packing !== null && packing !== 'gzip' && packing.packedBytes === 0)
    throw new AppError('data/no-rows', `${name} is empty after decompression`);
  try {
    for await (const chunk of unpacked(handle, packing) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      total += chunk.length;
      if (total >= bytesMax) break;
    }
  } catch (cause) {
    throw damaged(name, packing, { bytesRead: total, cause });
  }
  if (total === 0) throw new AppError('data/no-rows', `${name} is empty after decompression`);
  return Buffer.concat(chunks).subarray(0, bytesMax);
}

function damaged(name: string, packing: Packing, of: { bytesRead: number; cause?: unknown }): AppError {
  const kind = packing === 'gzip' ? 'gzip stream' : 'zip archive';
  return new AppError(
    'data/damaged-file',
    `${name} breaks off or is damaged: its ${kind} failed after ${of.bytesRead} bytes of text`,
    { cause: of.cause },
  );
}

/**
 * The checked text of a file in UTF-8, unpacked, in chunks of about 1 MiB; bytes of the file itself pass by `onRaw` first.
 * @throws AppError as `TextCheck`, and `data/damaged-file` for packed bytes that are damaged
 */
export async function* readText(
  source: SourceFile,
  limits: SourceLimits,
  onRaw?: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  const { name, packing, encoding } = source;
  const check = new TextCheck(name, limits, encoding);
  const decoder = new Utf8Stream(encoding);
  const instead = new Utf8Instead(encoding);
  const handle = await open(source.path, constants.O_RDONLY);
  const stream = unpacked(handle, packing, onRaw);
  const member = packing === null || packing === 'gzip' ? null : packing;
  let crc = 0;
  let total = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      if (member !== null) crc = crc32(chunk, crc);
      if (member !== null && total > member.bytes) throw damaged(name, packing, { bytesRead: total });
      instead.push(chunk);
      const text = decoded(name, encoding, () => decoder.push(chunk));
      check.push(text);
      yield text;
    }
    if (member !== null && (total !== member.bytes || crc !== member.crc))
      throw damaged(name, packing, { bytesRead: total });
    decoded(name, encoding, () => decoder.end());
    if (instead.isIt)
      throw new AppError('data/bad-encoding', `${name} is UTF-8, and dialect.encoding says ${encoding}`);
    check.end();
  } catch (cause) {
    if (isAppError(cause, 'data/bad-encoding') && typeof cause.details?.offset === 'number')
      throw await withLine(source, cause, cause.details.offset);
    if (cause instanceof AppError || packing === null) throw cause;
    throw damaged(name, packing, { bytesRead: check.total, cause });
  } finally {
    stream.destroy();
    await handle.close();
  }
}

function decoded<T>(name: string, encoding: TextEncoding, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new AppError('data/bad-encoding', `${name} is not ${encoding} text all through`, { cause });
  }
}

/** Reads up to a bad byte once more, to say its line. */
async function withLine(source: SourceFile, error: AppError, offset: number): Promise<AppError> {
  const handle = await open(source.path, constants.O_RDONLY);
  const stream = unpacked(handle, source.packing);
  let line = 1;
  let before = 0;
  let endsInCr = false;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      // Half a line end in each of two chunks is one.
      if (endsInCr && chunk[0] === 0x0a) line -= 1;
      endsInCr = chunk.at(-1) === 0x0d;
      const at = offset - before;
      if (at < chunk.length) {
        const found = { byte: chunk[at] ?? 0, line: line + lineAt(chunk, at) - 1, isUtf16: false };
        return new AppError('data/bad-encoding', badEncoding(source.name, found), { cause: error });
      }
      line += lineAt(chunk, chunk.length) - 1;
      before += chunk.length;
    }
  } finally {
    stream.destroy();
    await handle.close();
  }
  return error;
}
