import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeWhole } from './write-whole.ts';

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

test('a file that cannot be finished leaves what was there, and nothing of itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-whole-'));
  try {
    const path = join(folder, 'out.csv');
    await writeWhole(path, pieces('o', 'ld'));
    await assert.rejects(writeWhole(path, pieces('ne', new Error('the power is gone'))), /power/);
    assert.equal(await readFile(path, 'utf8'), 'old');
    assert.deepEqual(await readdir(folder), ['out.csv']);
    await assert.rejects(writeWhole(join(folder, 'none', 'out.csv'), pieces()), {
      code: 'cli/unwritable-file',
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
