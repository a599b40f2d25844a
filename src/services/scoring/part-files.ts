// The parts of a forecast file on disk, one file each: there whole or not at all. Which parts are there is how far a job is, so
// nothing else has to be kept in step with them.

import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { AppError, isAppError } from '../../core/index.ts';
import type { WriteBytes } from './file-writer.ts';

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

interface PartHead extends PartFacts {
  readonly bytes: number;
  readonly crc: number;
}

const partName = /^part-(\d{6})$/;
/** Parts of a job that nobody went on with for this long are given up. */
const staleMs = 7 * 86_400_000;

function pathOf(folder: string, part: number): string {
  return join(folder, `part-${String(part).padStart(6, '0')}`);
}

/** Durable when it resolves. Writing a part again replaces it by the same bytes. */
export async function writePart(
  folder: string,
  part: number,
  { facts, bytes }: { facts: PartFacts; bytes: Uint8Array },
): Promise<void> {
  const head: PartHead = { ...facts, bytes: bytes.byteLength, crc: crc32(bytes) };
  await writeWhole(pathOf(folder, part), async (write) => {
    await write(new TextEncoder().encode(`${JSON.stringify(head)}\n`));
    await write(bytes);
  });
}

/**
 * Reads a part back.
 * @throws AppError `scoring/damaged-part` when its bytes are not those written; it is removed, so that it is made again
 */
export async function readPart(
  folder: string,
  part: number,
): Promise<{ facts: PartFacts; bytes: Uint8Array }> {
  const path = pathOf(folder, part);
  const file = await readFile(path);
  const end = file.indexOf(0x0a);
  const head = headOf(file.subarray(0, Math.max(0, end)));
  const bytes = file.subarray(end + 1);
  if (head !== undefined && bytes.byteLength === head.bytes && crc32(bytes) === head.crc)
    return { facts: head, bytes };
  await rm(path, { force: true });
  throw new AppError(
    'scoring/damaged-part',
    `the file ${path} does not hold what was written: it is removed, run the same batch again`,
  );
}

function headOf(line: Uint8Array): PartHead | undefined {
  try {
    return JSON.parse(new TextDecoder().decode(line)) as PartHead;
  } catch {
    return undefined;
  }
}

/** Numbers of the parts that are there, ascending. The folder must be there. */
export async function finishedParts(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .flatMap((name) => partName.exec(name)?.slice(1) ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

/**
 * Writes a file that appears under its name when it is whole and on the disk, in place of what had that name.
 * @param produce writes the bytes in order
 */
export async function writeWhole(path: string, produce: (write: WriteBytes) => Promise<void>): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await produce((bytes) => file.writeFile(bytes));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(error, path);
  }
}

function writeError(error: unknown, path: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (isAppError(error) || code === undefined) return error;
  const what = `${path} cannot be written: ${message}`;
  return new AppError(code === 'ENOSPC' ? 'store/full' : 'scoring/unwritable-file', what, { cause: error });
}

/** Forces the names in a folder to the disk. Windows has no such call: it writes them with the file. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Removes what nobody has touched for a week: parts of jobs that were given up, requests, and files that were there to be fetched. */
export async function sweep(base: string): Promise<void> {
  const nowMs = await touch(base);
  for (const name of await readdir(base)) {
    const path = join(base, name);
    const { mtimeMs } = (await stat(path).catch(() => undefined)) ?? { mtimeMs: nowMs };
    if (mtimeMs < nowMs - staleMs) await rm(path, { recursive: true, force: true });
  }
}

/** Makes the folder if need be and marks it as in use. @returns what time it is by the clock of its file system */
export async function touch(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const probe = join(folder, `probe.${process.pid}.tmp`);
  await writeFile(probe, '');
  const { mtimeMs } = await stat(probe);
  await rm(probe, { force: true });
  return mtimeMs;
}
