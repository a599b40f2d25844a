import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { MemoryBlobs } from '../../../test/sim/memory-blobs.ts';
import { ManualClock } from '../../core/index.ts';
import type { ControlStore } from '../../storage/ports/index.ts';
import { openInspection, openSqliteStore } from '../../storage/sqlite/index.ts';
import { Retention } from './retention.ts';

const dayMs = 86_400_000;
const forEver = {
  predictionsDays: 0,
  exposuresDays: 0,
  eventsDays: 0,
  jobsDays: 0,
  quarantineDays: 0,
  modelsDays: 0,
};
let folder: string;
let clock: ManualClock;
let store: ControlStore;
let blobs: MemoryBlobs;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'almanac-unnamed-'));
  clock = new ManualClock(100 * dayMs);
  store = openSqliteStore({ path: join(folder, 'control.sqlite'), clock });
  blobs = new MemoryBlobs(clock);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** @param meanwhile comes between the look at what is there and the removal */
function retention(options: { jobsDays?: number; meanwhile?: () => Promise<unknown> } = {}): Retention {
  const { jobsDays = 0, meanwhile } = options;
  return new Retention({
    store,
    blobs: {
      list: (page) => blobs.list(page),
      delete: async (hash, before) => {
        await meanwhile?.();
        return await blobs.delete(hash, before);
      },
    },
    ages: { ...forEver, jobsDays, filesDays: 7 },
    clock,
    machineClock: clock,
    timers: {
      setTimeout: (callback: () => void) => void setImmediate(callback),
      clearTimeout: () => {},
      elapsedMs: () => 0,
    },
    named: () => {
      const inspection = openInspection(join(folder, 'control.sqlite'));
      return { blobs: inspection.namedBlobs(), close: () => inspection.close() };
    },
    filesAreKept: () => false,
  });
}

const put = async (text: string): Promise<string> => (await blobs.put(Buffer.from(text))).hash;
const wait = (days: number): void => clock.moveTo(clock.now() + days * dayMs);

async function enqueue(id: string, input: Record<string, string>): Promise<void> {
  await store.enqueueJob({
    id,
    pipeline: 'batch',
    pipelineVersion: 1,
    project: 'shop',
    singleFlightKey: id,
    step: 'pin',
    input,
    createdAt: clock.now(),
    runAfter: clock.now(),
  });
}

test('what no record names goes a week after it was put last, and not before: it may be on its way', async () => {
  const [old, again] = [await put('old'), await put('again')];
  wait(5);
  await put('again');
  const fresh = await put('fresh');
  wait(3);
  assert.equal((await retention().run()).files, 1);
  assert.deepEqual(await Promise.all([old, again, fresh].map((hash) => blobs.has(hash))), [
    false,
    true,
    true,
  ]);
});

test('who puts the same bytes while they are being removed finds them there', async () => {
  const hash = await put('wanted after all');
  wait(8);
  assert.equal((await retention({ meanwhile: () => put('wanted after all') }).run()).files, 0);
  assert.ok(await blobs.has(hash));
});

test('what a job was given and has made stays while it goes on, however long, and goes after its end', async () => {
  const [requests, part] = [await put('requests'), await put('part')];
  await enqueue('job_1', { requests });
  await store.nameJobFile('job_1', { name: 'part-000000', hash: part, sizeBytes: 4 });
  await store.nameJobFile('job_none', { name: 'part-000000', hash: await put('nobody’s'), sizeBytes: 8 });
  wait(30);
  assert.equal((await retention().run()).files, 1, 'only the one of a job that is not there');
  assert.ok((await blobs.has(requests)) && (await blobs.has(part)));
  await store.cancelJob('job_1', clock.now());
  assert.equal((await retention().run()).files, 2);
});

test('the names that a job gave go with its record', async () => {
  await enqueue('job_1', {});
  await enqueue('job_2', {});
  for (const job of ['job_1', 'job_2'])
    await store.nameJobFile(job, { name: 'part-000000', hash: await put('part'), sizeBytes: 4 });
  await store.cancelJob('job_1', clock.now());
  wait(10);
  assert.equal((await retention({ jobsDays: 9 }).run()).jobs, 1);
  assert.deepEqual(await store.jobFiles('job_1'), []);
  assert.equal((await store.jobFiles('job_2')).length, 1);
});
