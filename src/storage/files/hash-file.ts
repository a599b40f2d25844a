// The name of a file's bytes.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { BlobRef } from '../ports/index.ts';

/** SHA-256 and size of what a file holds now. Reads it once, in pieces. */
export async function hashFile(path: string): Promise<BlobRef> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 18 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk);
        sizeBytes += chunk.byteLength;
      }
    },
  );
  return { hash: hash.digest('hex'), sizeBytes };
}
