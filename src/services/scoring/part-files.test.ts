import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { finishedParts, type PartFacts, readPart, sweep, writePart, writeWhole } from './part-files.ts';

const facts: PartFacts = {
  series: 2,
  rows: 6,
  baseline: 1,
  skipped: 0,
  skippedExamples: [],
  missing: ['price'],
};

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-parts-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('parts come back as they were written, whatever their bytes, and are counted by their names', () =>
  inFolder(async (folder) => {
    const bytes = Uint8Array.of(0x0a, 0, 0x7b, 0x0a, 255);
    await writePart(folder, 11, { facts, bytes });
    await writePart(folder, 2, { facts, bytes: new Uint8Array(0) });
    await writeFile(join(folder, 'part-000003.99.tmp'), 'cut off');
    assert.deepEqual(await finishedParts(folder), [2, 11]);
    const read = await readPart(folder, 11);
    assert.deepEqual([...read.bytes], [...bytes]);
    assert.deepEqual(read.facts.missing, ['price']);
    assert.equal((await readPart(folder, 2)).bytes.length, 0);
  }));

test('a part that has changed on the disk is refused and removed, so that it is made again', () =>
  inFolder(async (folder) => {
    for (const damage of [
      (bytes: Buffer) => bytes.subarray(0, -1),
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.of(9)]),
      () => Buffer.from('no head'),
      () => Buffer.alloc(0),
    ]) {
      await writePart(folder, 0, { facts, bytes: Uint8Array.of(1, 2, 3) });
      const path = join(folder, 'part-000000');
      await writeFile(path, damage(await readFile(path)));
      await assert.rejects(readPart(folder, 0), { code: 'scoring/damaged-part' });
      assert.deepEqual(await finishedParts(folder), []);
    }
  }));

test('a file that cannot be finished leaves what was there, and nothing of itself', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'out.csv');
    await writeWhole(path, (write) => write(Buffer.from('old')));
    const broken = writeWhole(path, async (write) => {
      await write(Buffer.from('ne'));
      throw new Error('the power is gone');
    });
    await assert.rejects(broken, /power/);
    assert.equal(await readFile(path, 'utf8'), 'old');
    assert.deepEqual(await readdir(folder), ['out.csv']);
    await assert.rejects(
      writeWhole(join(folder, 'none', 'out.csv'), async () => {}),
      { code: 'scoring/unwritable-file' },
    );
  }));

test('what nobody has touched for a week is swept', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'old'), '');
    await writeFile(join(folder, 'new'), '');
    const longAgo = new Date('2020-01-01');
    await utimes(join(folder, 'old'), longAgo, longAgo);
    await sweep(folder);
    assert.deepEqual(await readdir(folder), ['new']);
  }));
