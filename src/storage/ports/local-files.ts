// Files of this machine, apart from what is stored: for programs that read and write paths (DuckDB), never for what one step or
// process hands to another.

import type { BlobRef } from './blobs.ts';

export interface LocalFiles {
  /**
   * Path of a file that holds the bytes of a blob, fetched when it is not here, verified on first use in this process. Not to be
   * changed. It is there for an hour at least, for ever where the blobs are files of this machine.
   * @throws AppError `store/blob-missing`, `store/blob-corrupt`
   */
  localPath(hash: string): Promise<string>;
  /** A fresh path for a file being written; leftovers are removed when their process has ended. */
  scratchPath(suffix: string): string;
  /** Makes a blob of a finished file at a scratch path, which is gone then. */
  adopt(path: string): Promise<BlobRef>;
}
