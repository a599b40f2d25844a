// Bytes by the hash of what they are: segments, artifacts, quarantined rows, what steps of a job hand each other. Nothing
// here is a path; see `local-files.ts` for readers that need one.

export interface BlobRef {
  /** SHA-256 of the bytes, hex: the name of the blob. */
  readonly hash: string;
  readonly sizeBytes: number;
}

export interface StoredBlob extends BlobRef {
  /** When it was put last, by the store's clock, UTC milliseconds: also when it was there already. */
  readonly changedAt: number;
}

/**
 * Content-addressed bytes. A blob appears whole and durable, before `put` resolves, and is never changed. Every name that is no
 * hash is refused: `store/bad-hash`. What cannot be read or written: `store/unavailable`, `store/full`.
 */
export interface BlobStore {
  /** Stores bytes; the same ones again are the same blob, marked as wanted now, and heal one that is damaged. */
  put(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<BlobRef>;
  /** Reads and verifies; `store/blob-missing`, `store/blob-corrupt`. */
  get(hash: string): Promise<Uint8Array>;
  /**
   * Reads in pieces, for what is too large for memory. It is verified as it goes by: what is damaged ends with
   * `store/blob-corrupt` instead of the end, so act on nothing before that.
   */
  stream(hash: string): AsyncIterable<Uint8Array>;
  has(hash: string): Promise<boolean>;
  /** Bytes of it; undefined when it is not there. */
  size(hash: string): Promise<number | undefined>;
  /** A page of what is there, ascending by hash, past `after`; '' = from the beginning. Empty = the end. */
  list(page: { readonly after: string; readonly limit: number }): Promise<readonly StoredBlob[]>;
  /**
   * Removes a blob unless it was put at or after `before`: a writer of the same bytes may be about to name them. True when it
   * went.
   */
  delete(hash: string, options: { readonly before: number }): Promise<boolean>;
}

const pageBlobs = 1000;

/** Everything that a store holds, page by page. */
export async function* eachBlob(blobs: Pick<BlobStore, 'list'>): AsyncIterable<StoredBlob> {
  for (let after = ''; ; ) {
    const page = await blobs.list({ after, limit: pageBlobs });
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.hash;
  }
}
