// Every store is held to the same promises. A new one is done when it has a line here and the suites are green.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IdSource, type RandomBytes, Rng } from '../../src/core/index.ts';
import { openFileBlobs, openLocalCache } from '../../src/storage/files/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { MemoryBlobs } from '../sim/memory-blobs.ts';
import { alertStoreSuite } from './alert-store-suite.ts';
import { type BlobPlace, blobStoreSuite } from './blob-store-suite.ts';
import { contractStoreSuite } from './contract-store-suite.ts';
import { controlStoreSuite } from './control-store-suite.ts';
import { driftStoreSuite } from './drift-store-suite.ts';
import { exposureStoreSuite } from './exposure-store-suite.ts';
import { historyStoreSuite } from './history-store-suite.ts';
import { jobFileStoreSuite } from './job-file-store-suite.ts';
import { jobStoreSuite } from './job-store-suite.ts';
import { type LocalFilesPlace, localFilesSuite } from './local-files-suite.ts';
import { orderSuite } from './order-suite.ts';
import { overrideStoreSuite } from './override-store-suite.ts';
import { predictionStoreSuite } from './prediction-store-suite.ts';
import { projectStoreSuite } from './project-store-suite.ts';
import { registryStoreSuite } from './registry-store-suite.ts';
import { sourceStoreSuite } from './source-store-suite.ts';
import { streamStoreSuite } from './stream-store-suite.ts';
import { subscriberStoreSuite } from './subscriber-store-suite.ts';
import { totalsSuite } from './totals-suite.ts';

interface Folder {
  readonly path: string;
  remove(): void;
}

function freshFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'almanac-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const sqlite = {
  name: 'sqlite',
  fresh: () => {
    const folder = freshFolder();
    const path = join(folder.path, 'almanac.db');
    return {
      path,
      connect: (clock: { now(): number }) => openSqliteStore({ path, clock }),
      remove: folder.remove,
    };
  },
};

function idsOf(seed: number): IdSource {
  const rng = new Rng(seed);
  const fill: RandomBytes = (bytes) => {
    for (let i = 0; i < bytes.length; i++) bytes[i] = rng.below(256);
  };
  return new IdSource(() => 1_700_000_000_000, fill);
}

const fileBlobs = {
  name: 'files',
  fresh: (): BlobPlace & LocalFilesPlace => {
    const { path, remove } = freshFolder();
    const ids = idsOf(1);
    const blobs = openFileBlobs({ folder: path, ids });
    return {
      path,
      blobs,
      connect: () => openFileBlobs({ folder: path, ids }),
      damage: (hash) => {
        const bytes = readFileSync(blobs.pathOf(hash));
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        writeFileSync(blobs.pathOf(hash), bytes);
      },
      lose: (hash) => rmSync(blobs.pathOf(hash)),
      later: async () => {
        // Files have the time of the kernel's last tick, which on a busy machine is well behind the clock that writers stamp them with.
        const asked = Date.now();
        const probe = join(path, 'probe');
        for (;;) {
          await sleep(5);
          writeFileSync(probe, '');
          const { mtimeMs } = statSync(probe);
          rmSync(probe);
          if (mtimeMs <= asked) continue;
          await sleep(5);
          return mtimeMs;
        }
      },
      remove,
    };
  },
};

const memoryBlobs = {
  name: 'memory',
  fresh: (): BlobPlace => {
    let now = 1_700_000_000_000;
    const blobs = new MemoryBlobs({ now: () => now });
    return {
      connect: () => blobs,
      damage: (hash) => blobs.damage(hash),
      lose: (hash) => blobs.lose(hash),
      later: async () => {
        now += 2;
        return now - 1;
      },
      remove: () => {},
    };
  },
};

/** Of blobs that are elsewhere. */
const cachedFiles = {
  name: 'cached',
  fresh: (): LocalFilesPlace => {
    const { path, remove } = freshFolder();
    const ids = idsOf(2);
    const blobs = new MemoryBlobs();
    const clock = { now: () => Date.now() };
    return {
      path,
      blobs,
      connect: () =>
        openLocalCache({ blobs, folder: openFileBlobs({ folder: path, ids }), bytesMax: 1e6, clock }),
      remove,
    };
  },
};

for (const backend of [sqlite]) {
  controlStoreSuite(backend);
  projectStoreSuite(backend);
  historyStoreSuite(backend);
  registryStoreSuite(backend);
  predictionStoreSuite(backend);
  exposureStoreSuite(backend);
  overrideStoreSuite(backend);
  jobStoreSuite(backend);
  streamStoreSuite(backend);
  contractStoreSuite(sqlite);
  alertStoreSuite(sqlite);
  driftStoreSuite(backend);
  sourceStoreSuite(backend);
  subscriberStoreSuite(backend);
  totalsSuite(backend);
  jobFileStoreSuite(backend);
  orderSuite(backend);
}
for (const backend of [fileBlobs, memoryBlobs]) blobStoreSuite(backend);
for (const backend of [fileBlobs, cachedFiles]) localFilesSuite(backend);
