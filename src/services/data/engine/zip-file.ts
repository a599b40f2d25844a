// What lies in a zip archive, read from its directory at the end. Nothing is unpacked here.

import type { FileHandle } from 'node:fs/promises';

import { AppError } from '../../../core/index.ts';
import type { ZipMember } from './source-kind.ts';

const endMark = 0x06054b50;
const entryMark = 0x02014b50;
const localMark = 0x04034b50;
/** The end of an archive with the longest comment. */
const endBytesMax = 22 + 65_535;
const directoryBytesMax = 4 * 1024 ** 2;
const unknown32 = 0xffffffff;

/**
 * What an archive is: one packed file (folders and what macOS adds beside it are none), or the parts of a workbook.
 * @throws AppError `data/unsupported-format`, `data/damaged-file`
 */
export async function archiveOf(
  handle: FileHandle,
  of: { name: string; size: number },
): Promise<{ only: ZipMember } | { workbook: readonly ZipMember[] }> {
  const members = (await zipMembers(handle, of)).filter(
    ({ name }) => !name.endsWith('/') && !name.startsWith('__MACOSX/'),
  );
  const [member] = members;
  if (member !== undefined && members.length === 1) return { only: member };
  const names = new Set(members.map(({ name }) => name.replaceAll('\\', '/').toLowerCase()));
  const unread = names.has('xl/workbook.bin')
    ? 'a binary spreadsheet (.xlsb)'
    : names.has('mimetype') && names.has('content.xml')
      ? 'an OpenDocument file (.ods)'
      : null;
  if (unread !== null)
    throw new AppError('data/unsupported-format', `${of.name} is ${unread}: save it as .xlsx or CSV`);
  if (names.has('[content_types].xml') && [...names].some((name) => name.startsWith('xl/')))
    return { workbook: members };
  const shown = members.slice(0, 5).map(({ name }) => name.slice(0, 60));
  throw new AppError(
    'data/unsupported-format',
    `${of.name} is a zip archive with ${members.length} files (${shown.join(', ')}${members.length > 5 ? ', …' : ''}): pack one file alone`,
  );
}

/** @throws AppError `data/damaged-file` for what is no whole archive, `data/unsupported-format` for what it may hold and is not read */
export async function zipMembers(
  handle: FileHandle,
  of: { name: string; size: number },
): Promise<ZipMember[]> {
  const { name, size } = of;
  const damaged = (why: string): AppError =>
    new AppError('data/damaged-file', `${name} is no whole zip archive: ${why}`);
  const tail = await readAt(handle, Math.max(0, size - endBytesMax), Math.min(size, endBytesMax));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== endMark) end -= 1;
  if (end < 0) throw damaged('its end is missing');
  const count = tail.readUInt16LE(end + 10);
  const directoryBytes = tail.readUInt32LE(end + 12);
  const directoryFrom = tail.readUInt32LE(end + 16);
  if (directoryFrom === unknown32 || count === 0xffff)
    throw new AppError('data/unsupported-format', `${name} is a zip archive of more than 4 GiB: use gzip`);
  if (directoryBytes > directoryBytesMax || directoryFrom + directoryBytes > size)
    throw damaged('its directory does not fit');
  const directory = await readAt(handle, directoryFrom, directoryBytes);
  const members: ZipMember[] = [];
  for (let at = 0, i = 0; i < count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== entryMark)
      throw damaged('its directory breaks off');
    const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((place) =>
      directory.readUInt16LE(at + place),
    ) as [number, number, number];
    members.push(await memberOf(handle, directory.subarray(at, at + 46 + nameBytes), { name, size }));
    at += 46 + nameBytes + extraBytes + noteBytes;
  }
  return members;
}

async function memberOf(
  handle: FileHandle,
  entry: Buffer,
  of: { name: string; size: number },
): Promise<ZipMember> {
  const name = entry.toString('utf8', 46);
  const refused = (why: string): AppError =>
    new AppError(
      'data/unsupported-format',
      `${of.name}: ${JSON.stringify(name.slice(0, 60))} in it is ${why}`,
    );
  const method = entry.readUInt16LE(10);
  const packedBytes = entry.readUInt32LE(20);
  const localFrom = entry.readUInt32LE(42);
  if ((entry.readUInt16LE(8) & 1) === 1) throw refused('encrypted');
  if (method !== 0 && method !== 8) throw refused('packed by a method that is not read; deflate is');
  if (packedBytes === unknown32 || localFrom === unknown32) throw refused('larger than 4 GiB');
  const local = await readAt(handle, localFrom, 30);
  const from =
    local.length === 30 ? localFrom + 30 + local.readUInt16LE(26) + local.readUInt16LE(28) : of.size + 1;
  if (from + packedBytes > of.size || local.readUInt32LE(0) !== localMark)
    throw new AppError(
      'data/damaged-file',
      `${of.name} is no whole zip archive: ${JSON.stringify(name.slice(0, 60))} breaks off`,
    );
  return {
    name,
    isDeflated: method === 8,
    from,
    packedBytes,
    bytes: entry.readUInt32LE(24),
    crc: entry.readUInt32LE(16),
  };
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
