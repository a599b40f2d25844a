import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { MemoryBlobs } from '../../../test/sim/memory-blobs.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { finishedParts, type PartFacts, partReader, removeParts, writePart } from './parts.ts';

const facts: PartFacts = {
  series: 2,
  rows: 6,
  baseline: 1,
  skipped: 0,
  skippedExamples: [],
  missing: ['price'],
};

let stores: { blobs: MemoryBlobs; store: ReturnType<typeof openSqliteStore> };

beforeEach(() => {
  const clock = { now: () => 0 };
  stores = { blobs: new MemoryBlobs(), store: openSqliteStore({ path: ':memory:', clock }) };
});

const hashOf = async (name: string): Promise<string> => {
  const file = (await stores.store.jobFiles('job_1')).find((one) => one.name === name);
  assert.ok(file);
  return file.hash;
};

test('parts come back as they were written, whatever their bytes, and are counted by their names', async () => {
  const bytes = Uint8Array.of(0x0a, 0, 0x7b, 0x0a, 255);
  await writePart(stores, 'job_1', { part: 11, facts, bytes });
  await writePart(stores, 'job_1', { part: 2, facts, bytes: new Uint8Array(0) });
  await stores.store.nameJobFile('job_1', { name: 'something else', ...(await stores.blobs.put(bytes)) });
  await writePart(stores, 'job_2', { part: 3, facts, bytes });
  assert.deepEqual(await finishedParts(stores, 'job_1'), [2, 11]);
  const read = await partReader(stores, 'job_1');
  const part = await read(11);
  assert.deepEqual([...part.bytes], [...bytes]);
  assert.deepEqual(part.facts.missing, ['price']);
  assert.equal((await read(2)).bytes.length, 0);
});

test('a part that is not as written is refused and made again', async () => {
  for (const change of ['damage', 'lose'] as const) {
    await writePart(stores, 'job_1', { part: 0, facts, bytes: Uint8Array.of(1, 2, 3) });
    stores.blobs[change](await hashOf('part-000000'));
    const read = await partReader(stores, 'job_1');
    await assert.rejects(read(0), { code: 'scoring/damaged-part' });
    assert.deepEqual(await finishedParts(stores, 'job_1'), []);
  }
  await assert.rejects((await partReader(stores, 'job_1'))(7), { code: 'scoring/damaged-part' });
  await writePart(stores, 'job_1', { part: 0, facts, bytes: Uint8Array.of(1, 2, 3) });
  assert.equal((await (await partReader(stores, 'job_1'))(0)).bytes.length, 3);
});

test('a part whose bytes have gone counts as not there', async () => {
  await writePart(stores, 'job_1', { part: 0, facts, bytes: Uint8Array.of(1) });
  stores.blobs.lose(await hashOf('part-000000'));
  assert.deepEqual(await finishedParts(stores, 'job_1'), []);
});

test('the parts of a job are its own: removing them leaves those of another that hold the same rows', async () => {
  const bytes = Uint8Array.of(1, 2, 3);
  for (const job of ['job_1', 'job_2']) await writePart(stores, job, { part: 0, facts, bytes });
  const gone = await hashOf('part-000000');
  await removeParts(stores, 'job_1');
  assert.deepEqual(await finishedParts(stores, 'job_1'), []);
  assert.equal(await stores.blobs.has(gone), false);
  assert.deepEqual([...(await (await partReader(stores, 'job_2'))(0)).bytes], [1, 2, 3]);
  await removeParts(stores, 'job_1');
});
