// A data service over real stores in a temporary folder, for tests that bring files.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { IdSource, ManualClock, type Project, Rng } from '../../src/core/index.ts';
import { type DataService, type DataServiceOptions, openData } from '../../src/services/data/index.ts';
import { type FileBlobs, openFileBlobs } from '../../src/storage/files/index.ts';
import type { ControlStore } from '../../src/storage/ports/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { projectLike } from '../fixtures/project.ts';

export interface DataFixture {
  readonly data: DataService;
  readonly store: ControlStore;
  readonly blobs: FileBlobs;
  readonly clock: ManualClock;
  readonly folder: string;
  /** Writes a file into the folder and returns its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  /** A data service of another process over the same stores. */
  another(): DataService;
  close(): Promise<void>;
}

export const project: Project = projectLike({
  columns: { series: ['item'], time: 'date', target: 'units', stockout: 'out' },
  contract: { minValue: 0, maxValue: 1_000_000, unitJumpFactor: 100, historyPeriodsMin: 4 },
  retrainEveryPeriods: 7,
});

/** The clock stands at 2024-06-01 12:00 UTC. */
export async function openDataFixture(options: Partial<DataServiceOptions> = {}): Promise<DataFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-data-'));
  const clock = new ManualClock(Date.UTC(2024, 5, 1, 12));
  const rng = new Rng(7);
  const ids = new IdSource(
    () => clock.now(),
    (bytes) => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = rng.below(256);
    },
  );
  const store = await openSqliteStore({ path: join(folder, 'control.sqlite'), clock });
  const blobs = openFileBlobs({ folder: join(folder, 'blobs'), ids });
  const services: DataService[] = [];
  const another = (): DataService => {
    const service = openData({
      store,
      blobs,
      files: blobs,
      ids,
      clock,
      timers: {
        setTimeout: (run, ms) => setTimeout(run, ms),
        clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
      },
      scratchFolder: join(folder, services.length === 0 ? 'scratch' : `scratch-${services.length}`),
      limitMs: 60_000,
      ...options,
    });
    services.push(service);
    return service;
  };
  const data = another();
  await store.putProject(project, clock.now());
  return {
    data,
    store,
    blobs,
    clock,
    folder,
    file: async (name, content) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    another,
    close: async () => {
      for (const service of services) await service.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
