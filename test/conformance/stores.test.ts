// Every store is held to the same promises. A new one is done when it has a line here and the suites are green.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IdSource, type RandomBytes, Rng } from '../../src/core/index.ts';
import { openFileBlobs } from '../../src/storage/files/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { blobStoreSuite } from './blob-store-suite.ts';
import { controlStoreSuite } from './control-store-suite.ts';
import { historyStoreSuite } from './history-store-suite.ts';
import { jobStoreSuite } from './job-store-suite.ts';
import { orderSuite } from './order-suite.ts';
import { predictionStoreSuite } from './prediction-store-suite.ts';
import { projectStoreSuite } from './project-store-suite.ts';
import { registryStoreSuite } from './registry-store-suite.ts';
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

const files = {
  name: 'files',
  fresh: () => {
    const folder = freshFolder();
    const rng = new Rng(1);
    const fill: RandomBytes = (bytes) => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = rng.below(256);
    };
    const ids = new IdSource(() => 1_700_000_000_000, fill);
    return {
      path: folder.path,
      connect: () => openFileBlobs({ folder: folder.path, ids }),
      remove: folder.remove,
    };
  },
};

for (const backend of [sqlite]) {
  controlStoreSuite(backend);
  projectStoreSuite(backend);
  historyStoreSuite(backend);
  registryStoreSuite(backend);
  predictionStoreSuite(backend);
  jobStoreSuite(backend);
  streamStoreSuite(backend);
  subscriberStoreSuite(backend);
  totalsSuite(backend);
  orderSuite(backend);
}
for (const backend of [files]) blobStoreSuite(backend);
