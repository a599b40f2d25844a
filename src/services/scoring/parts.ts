// The parts of a forecast file, a blob each, named by their job: there whole or not at all. Which parts have names is how far a
// job is, so nothing else has to be kept in step with them.

import { AppError, isAppError } from '../../core/index.ts';
import type { BlobStore, JobFile, JobFileStore } from '../../storage/ports/index.ts';

/** What the summary of the file says of a part. */
export interface PartFacts {
  readonly series: number;
  readonly rows: number;
  /** Of the series: by the baseline. */
  readonly baseline: number;
  /** Series that nothing could be said of, and the first few of them. */
  readonly skipped: number;
  readonly skippedExamples: readonly string[];
  /** Columns known ahead of which some step was unknown. */
  readonly missing: readonly string[];
}

/** The first line of a part. With the job in it no other job has the same blob, and it can be removed when this one is done. */
interface PartHead extends PartFacts {
  readonly job: string;
}

export interface PartStores {
  readonly blobs: Pick<BlobStore, 'put' | 'get' | 'has' | 'delete'>;
  readonly store: JobFileStore;
}

const partName = /^part-(\d{6})$/;

function nameOf(part: number): string {
  return `part-${String(part).padStart(6, '0')}`;
}

/** Durable when it resolves. A part that is made again has the same bytes. */
export async function writePart(
  {
    blobs,
    store,
  }: { readonly blobs: Pick<BlobStore, 'put'>; readonly store: Pick<JobFileStore, 'nameJobFile'> },
  job: string,
  { part, facts, bytes }: { part: number; facts: PartFacts; bytes: Uint8Array },
): Promise<void> {
  const head: PartHead = { ...facts, job };
  const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const ref = await blobs.put(Buffer.concat([line, bytes]));
  await store.nameJobFile(job, { name: nameOf(part), ...ref });
}

/** Reads parts back, in any order. */
export async function partReader(
  { blobs, store }: PartStores,
  job: string,
): Promise<(part: number) => Promise<{ facts: PartFacts; bytes: Uint8Array }>> {
  const files = new Map((await store.jobFiles(job)).map((file) => [file.name, file]));
  /** It has no name then, so it is made again. @throws AppError `scoring/damaged-part` when it is not as written */
  return async (part) => {
    const name = nameOf(part);
    const file = files.get(name);
    const whole = file && (await blobs.get(file.hash).catch(missingOrDamaged));
    if (whole === undefined) {
      await store.forgetJobFiles(job, [name]);
      throw new AppError(
        'scoring/damaged-part',
        `${name} of job ${job} does not hold what was written: run the same batch again`,
      );
    }
    const end = whole.indexOf(0x0a);
    const facts = JSON.parse(new TextDecoder().decode(whole.subarray(0, end))) as PartFacts;
    return { facts, bytes: whole.subarray(end + 1) };
  };
}

function missingOrDamaged(error: unknown): undefined {
  if (isAppError(error, 'store/blob-missing') || isAppError(error, 'store/blob-corrupt')) return undefined;
  throw error;
}

/** Numbers of the parts that are there, ascending. */
export async function finishedParts({ blobs, store }: PartStores, job: string): Promise<number[]> {
  const found: number[] = [];
  for (const { name, hash } of await partsOf(store, job))
    if (await blobs.has(hash)) found.push(Number(partName.exec(name)?.[1]));
  return found;
}

/** Names and bytes go. Killed half-way, what is left is removed as files are that nothing names. */
export async function removeParts({ blobs, store }: PartStores, job: string): Promise<void> {
  const parts = await partsOf(store, job);
  await store.forgetJobFiles(
    job,
    parts.map(({ name }) => name),
  );
  // Of this job alone, so nobody else is about to name them.
  for (const { hash } of parts) await blobs.delete(hash, { before: Number.POSITIVE_INFINITY });
}

async function partsOf(store: JobFileStore, job: string): Promise<JobFile[]> {
  return (await store.jobFiles(job)).filter(({ name }) => partName.test(name));
}
