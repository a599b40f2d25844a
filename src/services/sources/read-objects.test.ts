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
  Rng,
  type S3Settings,
} from '../../core/index.ts';
import { openFileBlobs } from '../../storage/files/index.ts';
import { openSqliteStore } from '../../storage/sqlite/index.ts';
import { openData } from '../data/index.ts';
import { systemTimers } from '../jobs/index.ts';
import { type ObjectReading, readObjects } from './read-objects.ts';
import type { ReadCounts } from './read-rows.ts';

const clock: Clock = { now: () => Date.now() };
const csv = (units: number, day = 1): string => `item,date,units\na,2020-01-0${day},${units}\n`;

interface World {
  /** What the bucket holds, in the order of writing. */
  readonly files: Map<string, string>;
  /** What happens around the next lists. */
  readonly beforeList: (() => void)[];
  readonly afterList: (() => void)[];
  /** Reads them; `kill` breaks off at the write of that number, before it or after it. */
  read(kill?: { at: number; isDone: boolean }): Promise<ReadCounts>;
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
  let kill = { at: Number.POSITIVE_INFINITY, isDone: false };
  const killed =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const isLast = kill.at === 1;
      kill = { ...kill, at: kill.at - 1 };
      if (isLast && !kill.isDone) throw new AppError('store/unavailable', 'killed');
      const result = await write(...args);
      if (isLast) throw new AppError('store/unavailable', 'killed');
      return result;
    };
  const mortal = {
    ...store,
    commitBatch: killed(store.commitBatch),
    advanceSource: killed(store.advanceSource),
  };
  const data = openData({
    store: mortal,
    blobs,
    files: blobs,
    ids,
    clock,
    timers: systemTimers,
    scratchFolder,
  });
  const files = new Map<string, string>();
  const [beforeList, afterList]: [(() => void)[], (() => void)[]] = [[], []];
  const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const settings = { name: 'till', kind: 's3' } as S3Settings;
  try {
    await work({
      files,
      beforeList,
      afterList,
      read: async (at = { at: Number.POSITIVE_INFINITY, isDone: false }) => {
        const record = await store.openSource({ name: 'till', project: project.name, identity: 'test' });
        kill = at;
        const reading: ObjectReading = {
          settings,
          project,
          record,
          data,
          files: blobs,
          signal: new AbortController().signal,
          onProgress: () => {},
          bucket: {
            list: async () => {
              beforeList.shift()?.();
              const found = [...files].map(([key, text], i) => ({
                key,
                etag: hashOf(text),
                sizeBytes: text.length,
                modifiedAt: i,
              }));
              afterList.shift()?.();
              return found;
            },
            download: async ({ key, etag, modifiedAt }, path) => {
              const text = files.get(key);
              if (text === undefined) return 'gone';
              if (hashOf(text) !== etag) return 'changed';
              await writeFile(path, text);
              return { contentHash: etag, modifiedAt };
            },
          },
          store: mortal,
        };
        try {
          return await readObjects(reading);
        } finally {
          kill = { at: Number.POSITIVE_INFINITY, isDone: false };
        }
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
      await read();
      assert.deepEqual(await known(), { 1: 8 });
      assert.deepEqual((await read()).taken, 0);
      files.set('b.csv', csv(4));
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

  it('that change while a killed reading waits to go on count once', () =>
    inWorld('sum', async ({ files, read, known }) => {
      // Before and after what it brings is noted, what it brought before is taken out, and that is noted.
      const kills = [
        { at: 1, isDone: false, next: 3 },
        { at: 1, isDone: true, next: 3 },
        { at: 1, isDone: true, next: 2 },
        { at: 2, isDone: true, next: 1 },
        { at: 3, isDone: false, next: 3 },
      ];
      for (const { next, ...kill } of kills) {
        files.set('a.csv', csv(1));
        await read();
        files.set('a.csv', csv(2));
        await assert.rejects(read(kill), (error) => isAppError(error, 'store/unavailable'));
        files.set('a.csv', csv(next));
        await read();
        assert.deepEqual(await known(), { 1: next }, `killed at ${JSON.stringify(kill)}, then ${next}`);
      }
    }));

  it('of any kind, killed at any write, come to what they say', async () => {
    for (let seed = 1; seed <= 2; seed++)
      await inWorld('sum', async ({ files, read, known }) => {
        const rng = new Rng(seed);
        const held = new Map<string, number>();
        for (let step = 0; step < 8; step++) {
          const key = `${rng.below(4)}.csv`;
          const units = 1 + rng.below(5);
          held.set(key, units);
          files.delete(key);
          files.set(key, csv(units));
          const kill = { at: 1 + rng.below(5), isDone: rng.below(2) === 0 };
          if (rng.below(3) > 0) await read(kill).catch(() => {});
        }
        await read();
        const sum = [...new Set(held.values())].reduce((all, units) => all + units, 0);
        assert.deepEqual(await known(), { 1: sum }, `seed ${seed}`);
        assert.deepEqual((await read()).taken, 0);
      });
  });

  it('that are there no more, or others, are left for the next list; one that is only listed is told of', () =>
    inWorld('last', async ({ files, beforeList, afterList, read, known }) => {
      files.set('a.csv', csv(5)).set('b.csv', csv(3, 2)).set('c.csv', csv(1, 3));
      afterList.push(() => {
        files.set('a.csv', csv(6));
        files.delete('b.csv');
      });
      const { more, isWhole } = await read();
      assert.deepEqual([more, isWhole], [true, true]);
      assert.deepEqual(await known(), { 3: 1 });
      assert.equal((await read()).more, false);
      // The second day lies between others.
      assert.deepEqual(await known(), { 1: 6, 2: 0, 3: 1 });
      files.set('lost.csv', csv(1));
      const lose = (): void => void files.delete('lost.csv');
      const find = (): void => void files.set('lost.csv', csv(1));
      afterList.push(lose);
      assert.equal((await read()).more, false);
      find();
      afterList.push(lose, () => {});
      beforeList.push(() => {}, find);
      await assert.rejects(read(), /till: the store lists lost\.csv, and when asked for it/);
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
