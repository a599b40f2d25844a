import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { inputFiles } from './input-files.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-files-'));
  await mkdir(join(folder, 'out', 'old.csv'), { recursive: true });
  for (const name of [
    'part-10.csv',
    'part-2.csv.gz',
    'part-2b.zip',
    'notes.pdf',
    '.part.csv',
    '~$y.xlsx',
    'x.parquet',
    'y.xlsx',
  ])
    await writeFile(join(folder, 'out', name), '');
});
after(() => rm(folder, { recursive: true }));

async function names(...given: string[]): Promise<string[]> {
  return (await inputFiles(folder, given)).paths.map((path) => path.slice(folder.length + 1));
}

test('a folder is its data files in the order of their numbers, a pattern what it names', async () => {
  assert.deepEqual(await names('out'), [
    'out/part-2.csv.gz',
    'out/part-2b.zip',
    'out/part-10.csv',
    'out/x.parquet',
    'out/y.xlsx',
  ]);
  assert.deepEqual(await names('out/part-*'), ['out/part-2.csv.gz', 'out/part-2b.zip', 'out/part-10.csv']);
  assert.deepEqual(await names('out/x.parquet', 'out'), [
    'out/x.parquet',
    'out/part-2.csv.gz',
    'out/part-2b.zip',
    'out/part-10.csv',
    'out/y.xlsx',
  ]);
});

test('one name is one file, there or not; a folder or pattern without a file is refused', async () => {
  assert.deepEqual(await inputFiles(folder, ['none.csv']), {
    paths: [join(folder, 'none.csv')],
    isOne: true,
  });
  assert.equal((await inputFiles(folder, ['out'])).isOne, false);
  await assert.rejects(names('out/old.csv'), { code: 'data/file-not-found' });
  await assert.rejects(names('out/*.xml'), { code: 'data/file-not-found' });
});
