// Files of a pretend bucket over a real store: what is known is what the files say as they are now, each content once.

import assert from 'node:assert/strict';
import { createHash, randomFillSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectLike } from '../../../test/fixtures/project.ts';
import {
  AppError,
  type Clock,
  IdSource,
  isAppError,
  type Project,
  type S3Settings,
} from '../../core/index.ts';
import { openFileBlobs } from '../../storage/files/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { openData } from '../data/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { type ObjectReading, readObjects } from './read-objects.ts';

const clock: Clock = { now: () => Date.now() };
const csv = (units: number, day = 1): string => `item,date,units\na,2020-01-0${day},${units}\n`;

interface World {
  /** What the bucket holds. */
  readonly files: Map<string, string>;
  /** Reads them; `fail` breaks off after so many files have landed, before that is noted. */
  read(fail?: number): Promise<{ taken: number; corrected: number }>;
  known(): Promise<Record<string, number>>;
}

async function inWorld(
  conflicts: Project['conflicts'],
  work: (world: World) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-objects-'));
  const ids = new IdSource(clock.now, (bytes) => void randomFillSync(bytes));
  const store = openSqliteStore({ path: join(folder, 'control.sqlite'), clock });
  const project = projectLike({ conflicts });
  await store.putProject(project, 1);
  const blobs = openFileBlobs({ folder: join(folder, 'blobs'), ids });
  const scratchFolder = join(folder, 'scratch');
  const data = openData({ store, blobs, files: blobs, ids, clock, timers: systemTimers, scratchFolder });
  const files = new Map<string, string>();
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const settings = { name: 'till', kind: 's3' } as S3Settings;
  try {
    await work({
      files,
      read: async (fail = Number.POSITIVE_INFINITY) => {
        const record = await store.openSource({ name: 'till', project: project.name, identity: 'test' });
        let landed = 0;
        const reading: ObjectReading = {
          settings,
          project,
          record,
          data,
          files: blobs,
          signal: new AbortController().signal,
          onProgress: () => {},
          bucket: {
            list: async () =>
              [...files].map(([key, text], i) => ({
                key,
                etag: hashOf(text),
                sizeBytes: text.length,
                modifiedAt: i,
              })),
            download: async ({ key, modifiedAt }, path) => {
              const text = files.get(key) ?? '';
              await writeFile(path, text);
              return { contentHash: hashOf(text), etag: hashOf(text), modifiedAt };
            },
          },
          store: {
            findBatch: store.findBatch,
            readSourceRows: store.readSourceRows,
            advanceSource: async (advance) => {
              landed += 1;
              if (landed > fail) throw new AppError('store/unavailable', 'killed');
              await store.advanceSource(advance);
            },
          },
        };
        return await readObjects(reading);
      },
      known: async () => {
        await data.seal(project.name);
        const { id } = await data.createSnapshot(project.name);
        const panel = await data.readPanel(project, id);
        return Object.fromEntries(
          panel.series.flatMap(({ start, values }) =>
            [...values].flatMap((value, i) =>
              Number.isNaN(value) ? [] : [[String(start + i - 18_261), value]],
            ),
          ),
        );
      },
    });
  } finally {
    await data.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

describe('files of a source', () => {
  it('that are added up count once by content, and one that changes takes out what it brought', () =>
    inWorld('sum', async ({ files, read, known }) => {
      files.set('a.csv', csv(5)).set('b.csv', csv(3)).set('copy of a.csv', csv(5));
      await assert.rejects(read(1), (error) => isAppError(error, 'store/unavailable'));
      await read();
      assert.deepEqual(await known(), { 1: 8 });
      assert.deepEqual((await read()).taken, 0);
      files.set('b.csv', csv(4));
      await assert.rejects(read(0));
      await read();
      assert.deepEqual(await known(), { 1: 9 });
      // The copy still says it.
      files.set('a.csv', csv(6));
      await read();
      assert.deepEqual(await known(), { 1: 15 });
      files.set('copy of a.csv', csv(7));
      await read();
      assert.deepEqual(await known(), { 1: 17 });
      files.set('b.csv', csv(3));
      assert.equal((await read()).corrected, 1);
      assert.deepEqual(await known(), { 1: 16 });
    }));

  it('of which the last one counts are read as often as they are written', () =>
    inWorld('last', async ({ files, read, known }) => {
      files.set('a.csv', csv(5)).set('b.csv', csv(3, 2));
      await read();
      files.set('a.csv', csv(6));
      await read();
      files.delete('a.csv');
      files.set('a.csv', csv(5));
      await read();
      assert.deepEqual(await known(), { 1: 5, 2: 3 });
    }));

  it('of which a column is not what it was are refused whole, by its name', () =>
    inWorld('sum', async ({ files, read, known }) => {
      files.set('a.csv', csv(5));
      await read();
      files.set('b.csv', 'item,date,units\na,2020-01-01,many\na,2020-01-02,few\nb,2020-01-01,3\n');
      await assert.rejects(
        read(),
        /till, b\.csv: 2 of 3 rows cannot be read \(bad-number\): the column units/,
      );
      assert.deepEqual(await known(), { 1: 5 });
    }));
});
