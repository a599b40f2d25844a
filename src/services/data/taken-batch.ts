// A batch on its way in: which one it is, whether it was taken in before, and what its record counts.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { isDeepStrictEqual } from 'node:util';

import { AppError, type CheckResult, canonicalJson, defaultDialect, type Project } from '../../core/index.ts';
import type { BatchCommit, BatchRecord } from '../../storage/ports/index.ts';
import { refuseBroken } from '../contracts/index.ts';
import type { RefusalsTold } from './contract-events.ts';
import type { DataContext } from './data-options.ts';
import type { Finding } from './file-report.ts';
import type { PeriodCloser } from './period-closer.ts';
import type { RecentHighs } from './recent-highs.ts';
import type { IngestCounts } from './rows/ingest-result.ts';
import type { QuarantinedRow } from './rows/quarantine-codes.ts';
import type { LatelySent } from './unit-history.ts';

const keyLengthMax = 200;

export interface IngestResult {
  readonly batch: BatchRecord;
  /** This batch had been taken in before: the counts are the first ones. */
  readonly replayed: boolean;
  /** The first few quarantined rows; empty for a replayed batch. */
  readonly problems: readonly QuarantinedRow[];
  /** Checks of the contract that failed and did not refuse the batch; empty for a replayed one. */
  readonly failedChecks: readonly CheckResult[];
  /** Where rows are added up: periods whose demand is unknown until refused rows of them are mended or given up. Absent = not known. */
  readonly periodsOpen?: number;
  /** What a person should look at, of a file; absent = nothing was looked for. */
  readonly findings?: readonly Finding[];
}

/** What an ingest is given. */
export interface Ingest {
  readonly context: DataContext;
  readonly highs: RecentHighs;
  readonly closer: PeriodCloser;
  readonly refusals: RefusalsTold;
  readonly lately: LatelySent;
}

/** What was found, as the record of the batch counts it. */
export function batchFields(
  found: IngestCounts,
  about: { id: string; project: string; key: string; contentHash: string; source: string; now: number },
): Omit<BatchCommit['batch'], 'quarantineHash' | 'closesThrough' | 'openFrom' | 'sealed'> {
  return {
    id: about.id,
    project: about.project,
    idempotencyKey: about.key,
    contentHash: about.contentHash,
    source: about.source,
    receivedAt: about.now,
    rowsAccepted: found.accepted,
    rowsPlanned: found.plans,
    rowsDescribed: 0,
    rowsDuplicate: found.duplicates,
    rowsReplaced: 0,
    rowsAdded: 0,
    rowsQuarantined: found.quarantined,
    quarantinedByCode: found.quarantinedByCode,
    periodMin: found.periodMin,
    periodMax: found.periodMax,
  };
}

/** @throws AppError `contract/broken` when failed checks refuse the whole batch, which is an event too */
export async function refuseBrokenBatch(
  { refusals }: Ingest,
  project: Project,
  batch: { readonly contract: readonly CheckResult[] | undefined; readonly source: string },
): Promise<void> {
  try {
    refuseBroken(batch.contract, batch.source);
  } catch (error) {
    await refusals.tell(project, batch.contract ?? [], batch.source);
    throw error;
  }
}

/** @throws AppError `data/idempotency-conflict` */
export function checkedKey(key: string): string {
  if (key.length > 0 && key.length <= keyLengthMax) return key;
  throw new AppError(
    'data/idempotency-conflict',
    `an idempotency key has 1 to ${keyLengthMax} characters, this one ${key.length}`,
  );
}

/** The result of a batch that was taken in before; null = it was not. @throws AppError `data/idempotency-conflict` */
export async function replay(
  ingest: Ingest,
  batch: { project: string; key: string; contentHash: string },
): Promise<IngestResult | null> {
  const known = await ingest.context.store.findBatch(batch.project, batch.key);
  return known === undefined ? null : replayedResult(known, batch.contentHash);
}

/**
 * @throws AppError `data/idempotency-conflict` where it came with other bytes, `data/read-otherwise` where it is known by its bytes, and
 * these were read by another mapping
 */
export function replayedResult(batch: BatchRecord, contentHash: string): IngestResult {
  if (batch.contentHash !== contentHash) {
    if (isOfContent(batch.idempotencyKey))
      throw new AppError(
        'data/read-otherwise',
        `these bytes were taken in before by another mapping, or by none, as batch ${batch.id} (${batch.source}): nothing of them was read anew. ` +
          `Was that wrong: almanac withdraw --batch ${batch.id}, then again with a --key of its own`,
        { details: { batchId: batch.id } },
      );
    throw new AppError(
      'data/idempotency-conflict',
      `the key ${JSON.stringify(batch.idempotencyKey)} came with other bytes, or by another mapping, before, as batch ${batch.id}`,
    );
  }
  return { batch, replayed: true, problems: [], failedChecks: [] };
}

/** The key of a file that is known by its bytes, whoever brings it. */
export function keyOfContent(kind: 'file' | 'attributes', sentHash: string): string {
  return `${kind}:${sentHash}`;
}

function isOfContent(key: string): boolean {
  return /^(?:file|attributes):[0-9a-f]{64}$/.test(key);
}

/** What was sent, as it is read: the same bytes say something else by another mapping. */
export function hashAsRead(sentHash: string, { dialect }: Pick<Project, 'dialect'>): string {
  if (dialect?.mapped === undefined) return sentHash;
  const said = Object.entries(dialect).filter(
    ([name, value]) => !isDeepStrictEqual(value, defaultDialect[name as keyof typeof defaultDialect]),
  );
  return createHash('sha256')
    .update(`${sentHash} ${canonicalJson(Object.fromEntries(said))}`)
    .digest('hex');
}

/** SHA-256 of its bytes. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 ** 2 }), hash);
  return hash.digest('hex');
}
