// A second process that writes: `store-writer.ts <backend> <path> <name> <batches> [project]`. Tells its parent of each batch
// after it was acknowledged.

import { ManualClock } from '../../src/core/index.ts';
import { openSqliteStore } from '../../src/storage/sqlite/index.ts';
import { commitOf, row, startMs } from './store-fixtures.ts';

const [backend, path, name, count, project = 'shop'] = process.argv.slice(2);
if (backend !== 'sqlite' || path === undefined) throw new Error(`no backend ${backend}`);
const store = openSqliteStore({ path, clock: new ManualClock(startMs) });
for (let i = 0; i < Number(count); i++) {
  const key = `${name}${i}`;
  await store.commitBatch(
    commitOf(
      key,
      Array.from({ length: 10 }, (_, s) => row(`s${s}`, i, s)),
      { project },
    ),
  );
  process.send?.(key);
}
await store.close();
process.disconnect?.();
