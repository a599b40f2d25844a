// What is SQLite's own: the engine check, the shape's age, and what its failures are called.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import { isAppError } from '../../core/index.ts';
import { isOlder, openDatabase } from './database.ts';
import { historyStore } from './history.ts';
import { migrations } from './migrations.ts';
import { predictionStore } from './predictions.ts';
import { storeError } from './sqlite-error.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'almanac-sqlite-'));
  path = join(folder, 'data', 'almanac.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('compares versions number by number', () => {
  assert.equal(isOlder('3.51.2', '3.51.3'), true);
  assert.equal(isOlder('3.51.3', '3.51.3'), false);
  assert.equal(isOlder('3.6.0', '3.51.3'), true);
  assert.equal(isOlder('3.53', '3.51.3'), false);
  assert.equal(isOlder('4', '3.51.3'), false);
});

test('opens for durability: write-ahead log, full sync, foreign keys', async () => {
  const database = openDatabase(path, 1);
  const pragma = (name: string): unknown => Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0];
  assert.deepEqual(['journal_mode', 'synchronous', 'foreign_keys'].map(pragma), ['wal', 2, 1]);
  await database.close();
});

test('migrates once, and opens a migrated file as it is', async () => {
  await openDatabase(path, 1).close();
  const database = openDatabase(path, 2);
  const rows = database.prepare('select number, applied_at from migration').all();
  assert.deepEqual(
    rows.map((row) => [row.number, row.applied_at]),
    migrations.map(({ number }) => [number, 1]),
  );
  await database.close();
});

test('a file of the first shape keeps its rows when it is brought to this one', async () => {
  mkdirSync(join(folder, 'data'));
  const file = new DatabaseSync(path);
  file.exec(
    'create table migration (number integer primary key, name text not null, applied_at integer not null) strict',
  );
  file.exec(migrations[0]?.sql ?? '');
  file.exec("insert into migration values (1, 'first shape', 1)");
  file.exec(`insert into batch (id, project, idempotency_key, content_hash, source, received_at, rows_accepted,
    rows_duplicate, rows_quarantined, quarantined_by_code, period_min, period_max, sealed)
    values ('bat_1', 'shop', 'k', 'c', 'http', 1, 1, 0, 0, '{}', 5, 5, 0)`);
  file.exec("insert into tail values ('shop', 5, 'a', 1, 2.5, 0, 1)");
  file.exec(`insert into prediction values ('prd_1', 'req_1', 'shop', 'a', 'ver_1', 'champion', 'model', 5, 1, '[]',
    x'0000000000000040', x'')`);
  file.close();
  const database = openDatabase(path, 2);
  const predictions = predictionStore(database);
  assert.deepEqual([...((await predictions.getPrediction('prd_1'))?.mean ?? [])], [2]);
  assert.deepEqual(await predictions.featureSamples('shop', 'ver_1', 9), []);
  const history = historyStore(database);
  const rows = await history.readTail('shop', { afterSeq: 0, unsealedOnly: true, limit: 10 });
  assert.deepEqual(rows, [{ seriesId: 'a', period: 5, value: 2.5, status: 0, batchSeq: 1, knownAt: 1 }]);
  const batch = await history.getBatch('bat_1');
  assert.deepEqual([batch?.rowsAccepted, batch?.rowsPlanned, batch?.rowsDescribed], [1, 0, 0]);
  const totals = { batches: 1, batchSeq: 1, rowsUnsealed: 1, periodMin: 5, periodMax: 5 };
  assert.deepEqual(await history.historyTotals('shop'), totals);
  assert.deepEqual(await predictions.predictionStats('shop'), { count: 1, cutoffMin: 5, cutoffMax: 5 });
  await database.close();
});

test('numbers migrations from one without a gap', () => {
  assert.deepEqual(
    migrations.map(({ number }) => number),
    migrations.map((_, i) => i + 1),
  );
});

test('refuses a database that a later version has changed, and leaves it alone', async () => {
  await openDatabase(path, 1).close();
  const file = new DatabaseSync(path);
  file.exec("insert into migration (number, name, applied_at) values (999, 'later', 1)");
  file.close();
  for (let i = 0; i < 2; i++) {
    assert.throws(
      () => openDatabase(path, 1),
      (e) => isAppError(e, 'store/too-new') && e.message.includes('999'),
    );
  }
});

test('refuses the database of another program', () => {
  const foreign = join(folder, 'other.db');
  const file = new DatabaseSync(foreign);
  file.exec('create table customer (id integer)');
  file.close();
  assert.throws(
    () => openDatabase(foreign, 1),
    (e) => isAppError(e, 'store/foreign-file') && e.message.includes('customer'),
  );
});

test('names a file that is no database, and a path that cannot be used', () => {
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'not a database, but long enough to have a header of one hundred bytes '.repeat(20));
  assert.throws(
    () => openDatabase(text, 1),
    (e) => isAppError(e, 'store/corrupt'),
  );
  assert.throws(
    () => openDatabase(join(text, 'almanac.db'), 1),
    (e) => isAppError(e, 'store/unavailable'),
  );
  assert.throws(
    () => openDatabase(folder, 1),
    (e) => isAppError(e, 'store/unavailable'),
  );
});

test('waits for a lock that another process holds, without stopping the event loop', async () => {
  const database = openDatabase(path, 1);
  const other = new DatabaseSync(path);
  other.exec('begin immediate');
  let turns = 0;
  const turn = (): void => {
    turns++;
    if (turns === 200) other.exec('commit');
    else setImmediate(turn);
  };
  setImmediate(turn);
  await database.write('nothing', async (trx) => {
    await trx.insertInto('probe').values({ id: 1, at: 7 }).execute();
  });
  assert.equal(turns, 200);
  other.close();
  await database.close();
});

test('a full disk is an error of its own, and what was there stays', async () => {
  const database = openDatabase(path, 1);
  let seq = 0;
  const event = (text: string) =>
    database.write('nothing', async (trx) => {
      const about = { seq: ++seq, at: 1, project: 'shop', type: 'swap.done' };
      await trx
        .insertInto('event')
        .values({ ...about, data: JSON.stringify({ text }) })
        .execute();
    });
  await event('small');
  database.prepare('pragma max_page_count = 1').get();
  await assert.rejects(event('x'.repeat(1e6)), (e) => isAppError(e, 'store/full') && e.heals);
  database.prepare('pragma max_page_count = 1000000').get();
  await event('small again');
  const count = database.prepare('select count(*) as n from event').get()?.n;
  assert.equal(count, 2);
  await database.close();
});

test('leaves errors that are not the store’s as they are', () => {
  const bug = new TypeError('x is not a function');
  assert.equal(storeError(bug), bug);
});

test('an error thrown inside a transaction reaches the caller and undoes it', async () => {
  const database = openDatabase(path, 1);
  const bug = new Error('thrown by the caller');
  const broken = database.write('nothing', async (trx) => {
    await trx.insertInto('probe').values({ id: 1, at: 1 }).execute();
    throw bug;
  });
  await assert.rejects(broken, bug);
  const rows = await database.read((db) => db.selectFrom('probe').selectAll().execute());
  assert.deepEqual(rows, []);
  await database.close();
});
