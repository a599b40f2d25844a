import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { type DataFixture, openDataFixture } from '../../../../test/hostile/data-fixture.ts';
import { isAppError } from '../../../core/index.ts';
import { readTable, type TableOptions } from '../table.ts';
import { DuckDb, type Timers } from './duckdb.ts';

let fixture: DataFixture;
let large: string;
before(async () => {
  fixture = await openDataFixture();
  const rows = Array.from({ length: 400_000 }, (_, i) => `s${i % 100},${i},${i % 7}`);
  large = await fixture.file('large.csv', `item,t,units\n${rows.join('\n')}\n`);
});
after(() => fixture.close());

/** Timers that fire the time limit at once, whatever it is, when told to. */
class EagerTimers implements Timers {
  readonly #pending = new Map<number, () => void>();
  #next = 0;

  setTimeout(run: () => void): number {
    this.#pending.set(++this.#next, run);
    return this.#next;
  }

  clearTimeout(handle: unknown): void {
    this.#pending.delete(handle as number);
  }

  fire(): void {
    for (const [handle, run] of [...this.#pending]) {
      this.#pending.delete(handle);
      run();
    }
  }
}

function optionsFor(path: string, change: Partial<TableOptions> = {}): TableOptions {
  return { path, series: ['item'], time: 't', target: 'units', frequency: 'step', ...change };
}

test('a task past its time is interrupted, says so, and the worker takes the next one', async () => {
  const timers = new EagerTimers();
  const db = new DuckDb({ scratchFolder: join(fixture.folder, 'limit'), timers, workersMax: 1 });
  const progress: string[] = [];
  const late = readTable(
    db,
    optionsFor(large, {
      onProgress: ({ message }) => {
        progress.push(message);
        timers.fire();
      },
    }),
  );
  await assert.rejects(late, (error) => isAppError(error, 'data/query-timeout'));
  assert.ok(progress.length > 0);
  const table = await readTable(db, optionsFor(large));
  assert.equal(table.periods.length, 400_000);
  await db.close();
  assert.deepEqual(await readdir(join(fixture.folder, 'limit')), []);
});

test('a cancelled task says that it was cancelled', async () => {
  const db = new DuckDb({ scratchFolder: join(fixture.folder, 'cancel'), timers: new EagerTimers() });
  const abort = new AbortController();
  const cancelled = readTable(
    db,
    optionsFor(large, { signal: abort.signal, onProgress: () => abort.abort() }),
  );
  await assert.rejects(
    cancelled,
    (error) => isAppError(error, 'data/query-timeout') && /cancelled/.test(error.message),
  );
  await db.close();
});

test('more tasks than workers wait in line, and all are answered', async () => {
  const db = new DuckDb({
    scratchFolder: join(fixture.folder, 'line'),
    timers: new EagerTimers(),
    workersMax: 2,
  });
  const small = await fixture.file('small.csv', 'item,t,units\na,1,1\n');
  const tables = await Promise.all(Array.from({ length: 7 }, () => readTable(db, optionsFor(small))));
  assert.deepEqual(
    tables.map((table) => table.rows.read),
    Array(7).fill(1),
  );
  await db.close();
});

test('closing fails what runs and what waits, and refuses what comes after', async () => {
  const db = new DuckDb({
    scratchFolder: join(fixture.folder, 'close'),
    timers: new EagerTimers(),
    workersMax: 1,
  });
  const attempts = [readTable(db, optionsFor(large)), readTable(db, optionsFor(large))];
  const outcomes = Promise.allSettled(attempts);
  await db.close();
  for (const outcome of await outcomes) {
    assert.equal(outcome.status, 'rejected');
    assert.ok(isAppError((outcome as PromiseRejectedResult).reason, 'data/engine-failed'));
  }
  await assert.rejects(readTable(db, optionsFor(large)), (error) => isAppError(error, 'data/engine-failed'));
});

test('memory has a limit: past it the task fails and the worker goes on', async () => {
  const db = new DuckDb({
    scratchFolder: join(fixture.folder, 'memory'),
    timers: new EagerTimers(),
    memoryBytesMax: 12 * 1024 ** 2,
    threads: 1,
    workersMax: 1,
  });
  await assert.rejects(readTable(db, optionsFor(large)), (error) => isAppError(error, 'data/out-of-memory'));
  await assert.rejects(readTable(db, optionsFor('/nowhere')), (error) =>
    isAppError(error, 'data/file-not-found'),
  );
  await db.close();
});
