// Bytes by the hash of what they are: segments, artifacts, quarantined rows.

export interface BlobRef {
  /** SHA-256 of the bytes, hex: the name of the blob. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Content-addressed, write-once bytes. A blob is whole and on disk (fsync) before `put` or `adopt` resolves. */
export interface BlobStore {
  put(bytes: Uint8Array): Promise<BlobRef>;
  /** Takes over a finished file by moving it; the path must be on the same file system (see `scratchPath`). */
  adopt(path: string): Promise<BlobRef>;
  /** Reads and verifies; `store/blob-missing`, `store/blob-corrupt`. */
  get(hash: string): Promise<Uint8Array>;
  has(hash: string): Promise<boolean>;
  /** A local path other programs (DuckDB) may read; verified on first use in this process. */
  localPath(hash: string): Promise<string>;
  /** A fresh path for a file being written; leftovers are removed at the next start. */
  scratchPath(suffix: string): string;
}
