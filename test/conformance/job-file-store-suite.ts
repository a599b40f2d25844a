// What every store of a job's files promises.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { JobFileStore } from '../../src/storage/ports/index.ts';

export interface JobFileBackend {
  readonly name: string;
  fresh(): {
    connect(clock: { now(): number }): JobFileStore & { close(): Promise<void> };
    remove(): void;
  };
}

const hash = (letter: string): string => letter.repeat(64);

export function jobFileStoreSuite(backend: JobFileBackend): void {
  describe(`job file store ${backend.name}`, () => {
    let place: ReturnType<JobFileBackend['fresh']>;
    let store: ReturnType<ReturnType<JobFileBackend['fresh']>['connect']>;

    beforeEach(() => {
      place = backend.fresh();
      store = place.connect({ now: () => 0 });
    });
    afterEach(async () => {
      await store.close();
      place.remove();
    });

    test('a job names blobs, in the order of names; other processes find them', async () => {
      assert.deepEqual(await store.jobFiles('job_1'), []);
      const files = ['part-000002', 'part-000010', 'other'].map((name, i) => ({
        name,
        hash: hash(String(i)),
        sizeBytes: i,
      }));
      for (const file of files) await store.nameJobFile('job_1', file);
      await store.nameJobFile('job_2', { name: 'other', hash: hash('f'), sizeBytes: 7 });
      const beside = place.connect({ now: () => 0 });
      assert.deepEqual(await beside.jobFiles('job_1'), [files[2], files[0], files[1]]);
      await beside.close();
    });

    test('a name given again is the newer blob’s; forgotten names are free', async () => {
      await store.nameJobFile('job_1', { name: 'a', hash: hash('a'), sizeBytes: 1 });
      await store.nameJobFile('job_1', { name: 'a', hash: hash('b'), sizeBytes: 2 });
      assert.deepEqual(await store.jobFiles('job_1'), [{ name: 'a', hash: hash('b'), sizeBytes: 2 }]);
      await store.nameJobFile('job_2', { name: 'a', hash: hash('b'), sizeBytes: 2 });
      await store.forgetJobFiles('job_1', []);
      await store.forgetJobFiles('job_1', ['a', 'never given']);
      assert.deepEqual(await store.jobFiles('job_1'), []);
      assert.equal((await store.jobFiles('job_2')).length, 1);
    });

    test('forgets many at once', async () => {
      const names = Array.from({ length: 1203 }, (_, i) => `part-${String(i).padStart(6, '0')}`);
      for (const name of names) await store.nameJobFile('job_1', { name, hash: hash('a'), sizeBytes: 1 });
      await store.forgetJobFiles('job_1', names.slice(1));
      assert.deepEqual(
        (await store.jobFiles('job_1')).map(({ name }) => name),
        ['part-000000'],
      );
    });
  });
}
