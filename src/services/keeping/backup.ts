// Copies of a data folder, made while a server runs, and data folders made of them. A backup is a data folder with a note of
// what it holds: a server could start on it.

import { AppError } from '../../core/index.ts';
import {
  type BlobStore,
  eachBlob,
  type FolderMarker,
  type Inspection,
  type Ledger,
} from '../../storage/ports/index.ts';

/** `backup.json`: written last, so that a backup without it is not finished. */
export interface BackupNote {
  readonly format: 1;
  /** Of the database that was copied. */
  readonly id: string;
  /** When the copy of the database began: all that was acknowledged before is in it. */
  readonly begunAt: number;
  readonly endedAt: number;
  readonly version: string;
  readonly ledger: Ledger;
  readonly files: number;
  readonly sizeBytes: number;
}

export interface CopyParts {
  /** What is copied to. */
  readonly to: Pick<BlobStore, 'list' | 'delete'>;
  /** Brings a blob there. `isLink`: as a second name of the same bytes, which takes no space. */
  copyBlob(hash: string): Promise<{ readonly sizeBytes: number; readonly isLink: boolean }>;
  /** Files that are known to be lost. */
  readonly lost: readonly string[];
  /** What must come out; absent = whatever is there. */
  readonly expected?: Ledger;
  readonly now: () => number;
  /** Copies the database of `from` to a file beside that of `to`, which `putDatabase` puts in its place. */
  copyDatabase(onProgress: (fraction: number) => void): Promise<Inspection>;
  putDatabase(): Promise<void>;
  writeMarker(marker: FolderMarker): void;
  onProgress(fraction: number, message: string): void;
}

export interface Copied {
  readonly id: string;
  readonly begunAt: number;
  readonly ledger: Ledger;
  readonly files: number;
  readonly sizeBytes: number;
  /** Of the files: second names of the same bytes, which take no space. */
  readonly linked: number;
}

/**
 * Copies database and files. The database first: files never change, and all that it names were there before it named them.
 * @throws AppError `store/blob-missing`, `store/blob-corrupt`, `store/…`; `backup/damaged` when it is not what was expected
 */
export async function copyFolder(parts: CopyParts): Promise<Copied> {
  const { onProgress, lost } = parts;
  const begunAt = parts.now();
  onProgress(0, 'database');
  const copy = await parts.copyDatabase((fraction) => onProgress(0.4 * fraction, 'database'));
  try {
    const named = new Set<string>();
    for (const { hash } of copy.namedBlobs()) if (!lost.includes(hash)) named.add(hash);
    const total = { files: 0, sizeBytes: 0, linked: 0 };
    for (const hash of named) {
      onProgress(0.4 + (0.5 * total.files) / named.size, `file ${total.files + 1} of ${named.size}`);
      const { sizeBytes, isLink } = await parts.copyBlob(hash);
      total.files += 1;
      total.sizeBytes += sizeBytes;
      if (isLink) total.linked += 1;
    }
    onProgress(0.9, 'ledger');
    const ledger = copy.ledger();
    if (parts.expected !== undefined) compareLedgers(parts.expected, ledger);
    const { id, createdAt, commits } = copy.instance();
    copy.close();
    await parts.putDatabase();
    parts.writeMarker({
      format: 1,
      id,
      createdAt,
      commits,
      state: 'closed',
      writtenAt: parts.now(),
      lostBlobs: lost,
    });
    await removeOthers(parts.to, named);
    return { id, begunAt, ledger, ...total };
  } finally {
    copy.close();
  }
}

/** Files of an earlier backup in the same place that this one does not name. */
async function removeOthers(to: CopyParts['to'], named: ReadonlySet<string>): Promise<void> {
  const before = Number.POSITIVE_INFINITY;
  for await (const { hash } of eachBlob(to)) if (!named.has(hash)) await to.delete(hash, { before });
}

/**
 * What differs between what was to be copied and what is there.
 * @throws AppError `backup/damaged`
 */
function compareLedgers(expected: Ledger, found: Ledger): void {
  const kinds = ['rows', 'batches', 'predictions', 'exposures', 'overrides', 'versions', 'events'] as const;
  const differing = kinds.filter(
    (kind) => expected[kind].count !== found[kind].count || expected[kind].hash !== found[kind].hash,
  );
  if (differing.length === 0) return;
  const told = differing.map((kind) => `${kind}: ${found[kind].count} of ${expected[kind].count}`);
  throw new AppError('backup/damaged', `the copy does not hold what was backed up (${told.join(', ')})`, {
    details: { differing },
  });
}
