// Looks at a data file before anything else does: what it is, whether it is whole, how large it gets. Nothing after
// this reads a path that the user gave; it reads the checked file.

import { constants, type FileHandle, open, realpath } from 'node:fs/promises';
import { basename } from 'node:path';

import { AppError, type Encoding } from '../../../core/index.ts';
import { badUtf8At, encodingOf, isUtf8Instead, type TextEncoding, Utf8Stream } from '../rows/decode-text.ts';
import type { FileFormat, Packing, SourceFile, SourceLimits } from './source-kind.ts';
import { unpackedHead } from './source-text.ts';
import { badBytes, TextCheck } from './text-check.ts';
import { archiveOf } from './zip-file.ts';

export const headBytes: number = 1024 ** 2;

/**
 * Checks that `path` is a readable regular file in a known format, by its first and last bytes, not by its name;
 * of text, that its first MiB keeps the limits.
 * @param said what messages call it, and its encoding where that is said
 * @throws AppError `data/file-not-found`, `data/not-a-file`, `data/no-rows`, `data/unsupported-format`,
 *   `data/bad-encoding`, `data/damaged-file`
 */
export async function openSource(
  path: string,
  limits: SourceLimits,
  said: { readonly name?: string | undefined; readonly encoding?: Encoding | null | undefined } = {},
): Promise<SourceFile> {
  const { name = basename(path) || path, encoding: wanted = null } = said;
  const { handle, real } = await openRegular(path, name);
  try {
    const { size } = await handle.stat();
    if (size === 0) throw new AppError('data/no-rows', `${name} is empty (0 bytes)`);
    const first = await readAt(handle, 0, Math.min(size, 64 * 1024));
    const file = { name, path: real, sizeBytes: size };
    if (startsWith(first, 'PAR1')) {
      const tail = await readAt(handle, Math.max(0, size - 4), 4);
      if (size < 12 || !startsWith(tail, 'PAR1'))
        throw new AppError('data/damaged-file', `${name} begins as a Parquet file but its end is missing`);
      return { ...file, format: 'parquet', packing: null, encoding: 'utf-8', head: first };
    }
    const archive = startsWith(first, 'PK') ? await archiveOf(handle, { name, size }) : null;
    if (archive !== null && 'workbook' in archive)
      return {
        ...file,
        format: 'xlsx',
        packing: null,
        encoding: 'utf-8',
        head: new Uint8Array(0),
        members: archive.workbook,
      };
    const packing: Packing =
      archive === null ? (first[0] === 0x1f && first[1] === 0x8b ? 'gzip' : null) : archive.only;
    const raw =
      packing === null
        ? await readAt(handle, 0, Math.min(size, headBytes))
        : await unpackedHead(handle, { name, packing, bytesMax: headBytes });
    refuseBinary(raw, name);
    const marked = encodingOf(raw, wanted);
    // JSON is UTF-8, whatever is said of CSV.
    const encoding = isJson(raw) && !marked.startsWith('utf-16') ? 'utf-8' : marked;
    const head = decodedHead(raw, { name, encoding, said: wanted });
    // What the whole reading would refuse later is refused at once when the beginning shows it.
    new TextCheck(name, limits, encoding).push(head);
    return { ...file, format: textFormat(head, name), packing, encoding, head };
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

/** @throws AppError `data/bad-encoding` */
function decodedHead(
  raw: Uint8Array,
  of: { name: string; encoding: TextEncoding; said: Encoding | null },
): Uint8Array {
  const { name, encoding, said } = of;
  if (encoding === 'utf-8') {
    const at = badUtf8At(raw, { mayBeCut: raw.length >= headBytes });
    if (at >= 0) throw badBytes(name, raw, at);
    return raw;
  }
  if (isUtf8Instead(raw, encoding))
    throw new AppError('data/bad-encoding', `${name} is UTF-8, and dialect.encoding says ${said}`);
  try {
    return new Utf8Stream(encoding).push(raw);
  } catch (cause) {
    throw new AppError('data/bad-encoding', `${name} is not ${encoding} text`, { cause });
  }
}

function refuseBinary(head: Uint8Array, name: string): void {
  const kind = startsWith(head, 'PK')
    ? 'a zip archive in another'
    : head[0] === 0x1f && head[1] === 0x8b
      ? 'compressed twice'
      : startsWith(head, 'ORC')
        ? 'an ORC file'
        : startsWith(head, '%PDF')
          ? 'a PDF'
          : head[0] === 0xd0 && head[1] === 0xcf && head[2] === 0x11 && head[3] === 0xe0
            ? compoundKind(head)
            : head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd
              ? 'compressed with zstd'
              : null;
  if (kind !== null)
    throw new AppError(
      'data/unsupported-format',
      `${name} is ${kind}: save it as CSV, NDJSON, Parquet or .xlsx`,
    );
}

/** Spreadsheets with a password lie in a file of the old kind, which names its parts in UTF-16. */
function compoundKind(head: Uint8Array): string {
  return Buffer.from(head.buffer, head.byteOffset, head.length).includes('EncryptedPackage', 0, 'utf16le')
    ? 'a spreadsheet with a password'
    : 'a spreadsheet of the old kind (.xls)';
}

function isJson(bytes: Uint8Array): boolean {
  return bytes[firstLetter(bytes)] === 0x7b;
}

/** Past the mark and blanks that a text may begin with. */
function firstLetter(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && [0x20, 0x09, 0x0a, 0x0d].includes(bytes[at] ?? 0)) at += 1;
  return at;
}

/** NDJSON by its first character; everything else is CSV. */
function textFormat(head: Uint8Array, name: string): FileFormat {
  const at = firstLetter(head);
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
