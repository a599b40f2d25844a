// Is everything that is kept there, whole, and does it fit together? Looks at all of it and changes nothing.

import { type AppError, isAppError } from '../../core/index.ts';
import {
  type BlobStore,
  eachBlob,
  type FolderMarker,
  type Inspection,
  type Ledger,
  type SegmentRecord,
} from '../../storage/ports/index.ts';
import { faultOfOpened } from './folder-fault.ts';

/** Findings listed per check; the rest are counted. */
const findingsShownMax = 20;

export type CheckName = 'folder' | 'database' | 'references' | 'order' | 'files' | 'segments';

export interface VerifiedCheck {
  readonly check: CheckName;
  /** What was looked at, and how many. */
  readonly looked: number;
  readonly of: string;
  readonly findings: number;
  /** The first of them, in words. */
  readonly examples: readonly string[];
}

export interface VerifyReport {
  readonly ok: boolean;
  readonly checks: readonly VerifiedCheck[];
  /** Files that no record names: what a crash left, or a record that retention removed. No fault. */
  readonly orphans: { readonly files: number; readonly sizeBytes: number };
  readonly sizeBytes: number;
  readonly ledger: Ledger;
}

/** Where it all lies; see `app/keeping.ts`. */
export interface VerifyParts {
  readonly inspection: Inspection;
  readonly blobs: Pick<BlobStore, 'list' | 'stream'>;
  readonly folder: string;
  /** Name of the database's file in it. */
  readonly databaseName: string;
  readonly marker: FolderMarker | undefined;
  readonly blobOwner: string | undefined;
  /** What would keep a server from starting. */
  readonly fault: AppError | undefined;
  /** Reads what a segment holds from its blob. */
  segmentFacts(hash: string): Promise<Pick<SegmentRecord, 'rows' | 'periodMin' | 'periodMax'>>;
  onProgress(fraction: number, message: string): void;
}

/** Cost: reads every byte of the data folder once, and the database twice. */
export async function verify(parts: VerifyParts): Promise<VerifyReport> {
  const { inspection, onProgress } = parts;
  const checks: VerifiedCheck[] = [checkFolder(parts)];
  onProgress(0, 'database');
  const tables = inspection.tables();
  checks.push(
    result(
      'database',
      { looked: tables.length, of: 'tables' },
      tables.flatMap((table) => {
        return inspection.checkTable(table).map((finding) => `${table}: ${finding}`);
      }),
    ),
  );
  onProgress(0.1, 'references');
  checks.push(result('references', { looked: tables.length, of: 'tables' }, inspection.checkReferences()));
  checks.push(result('order', { looked: tables.length, of: 'tables' }, inspection.checkOrder()));
  onProgress(0.15, 'ledger');
  const ledger = inspection.ledger();
  const { check, orphans, sizeBytes, damaged } = await checkFiles(parts);
  checks.push(check, await checkSegments(parts, damaged));
  onProgress(1, '');
  return { ok: checks.every(({ findings }) => findings === 0), checks, orphans, sizeBytes, ledger };
}

function result(
  check: CheckName,
  looked: { looked: number; of: string },
  findings: readonly string[],
): VerifiedCheck {
  return { check, ...looked, findings: findings.length, examples: findings.slice(0, findingsShownMax) };
}

/** Do database, marker and blobs belong together? */
function checkFolder(parts: VerifyParts): VerifiedCheck {
  const faults = [parts.fault, faultOfOpened(parts, parts.inspection.instance())];
  const findings = faults.flatMap((fault) => fault?.message ?? []);
  if (parts.marker === undefined) findings.push('almanac.json is not there, or cannot be read');
  if (parts.blobOwner === undefined) findings.push('the folder of blobs does not say whose it is');
  return result('folder', { looked: 3, of: 'parts' }, findings);
}

/** Every file that is named is there and holds the bytes of its name. */
async function checkFiles({ inspection, blobs, marker, onProgress }: VerifyParts): Promise<{
  check: VerifiedCheck;
  orphans: VerifyReport['orphans'];
  sizeBytes: number;
  damaged: ReadonlySet<string>;
}> {
  const named = new Map<string, string>();
  for (const { hash, namedBy } of inspection.namedBlobs()) if (!named.has(hash)) named.set(hash, namedBy);
  const lost = new Set(marker?.lostBlobs ?? []);
  const orphans = { files: 0, sizeBytes: 0 };
  for await (const { hash, sizeBytes } of eachBlob(blobs)) {
    if (named.has(hash)) continue;
    orphans.files += 1;
    orphans.sizeBytes += sizeBytes;
  }
  const findings: string[] = [];
  const damaged = new Set<string>();
  let total = 0;
  let looked = 0;
  for (const [hash, namedBy] of named) {
    onProgress(0.2 + (0.6 * looked) / named.size, `file ${looked + 1} of ${named.size}`);
    looked += 1;
    const { sizeBytes, fault } = await readWhole(blobs, hash);
    total += sizeBytes;
    if (fault === undefined) continue;
    damaged.add(hash);
    if (fault === 'store/blob-corrupt')
      findings.push(`${hash} does not hold the bytes of its name (${namedBy})`);
    else
      findings.push(`${hash} is not there (${namedBy})${lost.has(hash) ? ', a loss that was accepted' : ''}`);
  }
  const check = result('files', { looked, of: 'named files' }, findings);
  return { check, orphans, sizeBytes: total, damaged };
}

/** Reads every byte of a blob, which verifies it. */
async function readWhole(
  blobs: Pick<BlobStore, 'stream'>,
  hash: string,
): Promise<{ sizeBytes: number; fault: 'store/blob-corrupt' | 'store/blob-missing' | undefined }> {
  let sizeBytes = 0;
  try {
    for await (const piece of blobs.stream(hash)) sizeBytes += piece.byteLength;
    return { sizeBytes, fault: undefined };
  } catch (error) {
    for (const fault of ['store/blob-corrupt', 'store/blob-missing'] as const)
      if (isAppError(error, fault)) return { sizeBytes, fault };
    throw error;
  }
}

/** Every segment holds as many rows, of the same periods, as its record says. */
async function checkSegments(
  { inspection, segmentFacts, onProgress }: VerifyParts,
  damaged: ReadonlySet<string>,
): Promise<VerifiedCheck> {
  const findings: string[] = [];
  const segments = inspection.segments();
  for (const [i, segment] of segments.entries()) {
    onProgress(0.8 + (0.2 * i) / segments.length, `segment ${i + 1} of ${segments.length}`);
    if (damaged.has(segment.hash)) continue;
    const told = `segment ${segment.hash.slice(0, 12)} of ${segment.project}`;
    try {
      const facts = await segmentFacts(segment.hash);
      if (facts.rows !== segment.rows)
        findings.push(`${told} holds ${facts.rows} rows, its record says ${segment.rows}`);
      if (facts.periodMin !== segment.periodMin || facts.periodMax !== segment.periodMax)
        findings.push(
          `${told} holds periods ${facts.periodMin} to ${facts.periodMax}, its record says ${segment.periodMin} to ${segment.periodMax}`,
        );
    } catch (error) {
      if (!isAppError(error)) throw error;
      findings.push(`${told} cannot be read: ${error.message}`);
    }
  }
  return result('segments', { looked: segments.length, of: 'segments' }, findings);
}
