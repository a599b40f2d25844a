// One file of an archive, unpacked as it streams by and held to what the archive says of it.

import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

import { AppError } from '../../../core/index.ts';
import type { ZipMember } from './source-kind.ts';
import { unpacked } from './source-text.ts';

/**
 * @param of `name` of the archive, for messages; `bytesMax` after unpacking
 * @throws AppError `data/damaged-file`, `data/too-large`
 */
export async function* memberBytes(
  member: ZipMember,
  of: { path: string; name: string; bytesMax: number },
): AsyncGenerator<Uint8Array> {
  const damaged = (cause?: unknown): AppError =>
    new AppError('data/damaged-file', `${of.name}: ${JSON.stringify(member.name)} in it is damaged`, {
      cause,
    });
  if (member.packedBytes === 0) return;
  const handle = await open(of.path, 'r');
  const stream = unpacked(handle, member);
  let crc = 0;
  let total = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      total += chunk.length;
      crc = crc32(chunk, crc);
      if (total > of.bytesMax)
        throw new AppError(
          'data/too-large',
          `${of.name}: ${JSON.stringify(member.name)} in it unpacks to more than ${of.bytesMax} bytes`,
        );
      if (total > member.bytes) throw damaged();
      yield chunk;
    }
    if (total !== member.bytes || crc !== member.crc) throw damaged();
  } catch (cause) {
    throw cause instanceof AppError ? cause : damaged(cause);
  } finally {
    stream.destroy();
    await handle.close();
  }
}
