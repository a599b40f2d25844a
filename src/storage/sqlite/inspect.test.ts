import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { overrideSetting } from '../../../test/conformance/override-store-suite.ts';
import {
  commitOf,
  predictionOf,
  project,
  row,
  runOf,
  snapshot,
  startMs,
  versionOf,
} from '../../../test/conformance/store-fixtures.ts';
import { ManualClock } from '../../core/index.ts';
import type { Inspection } from '../ports/index.ts';
import { copyDatabase } from './copy-database.ts';
import { openInspection } from './inspect.ts';
import { openSqliteStore } from './open.ts';

describe('a look at the whole database', () => {
  let folder: string;
  let path: string;

  const look = <T>(work: (inspection: Inspection) => T, at = path): T => {
    const inspection = openInspection(at);
    try {
      return work(inspection);
    } finally {
      inspection.close();
    }
  };
  const change = (sql: string): void => {
    const file = new DatabaseSync(path);
    file.exec(`pragma foreign_keys = off; ${sql}`);
    file.close();
  };
  const findings = (): string[] => look((i) => [...i.checkReferences(), ...i.checkOrder()]);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'almanac-inspect-'));
    path = join(folder, 'control.sqlite');
    const store = openSqliteStore({ path, clock: new ManualClock(startMs) });
    await store.putProject(project, startMs);
    await store.commitBatch(commitOf('a', [row('apples', 1, 2), row('pears', 1, 3)]));
    await store.commitBatch(commitOf('b', [row('apples', 2, 2)], { quarantineHash: null }));
    const [segment] = snapshot.segments;
    if (segment !== undefined) await store.sealBatches('shop', [1, 2], segment);
    await store.putSnapshot(snapshot);
    await store.putRun(runOf('run_1', { snapshotId: snapshot.id }));
    const version = await store.addVersion(versionOf('ver_1', 'run_1'));
    const change = {
      project: 'shop',
      alias: 'champion',
      versionId: version.id,
      at: startMs,
      by: 'test',
      reason: '',
    };
    await store.setAlias(change);
    await store.appendPredictions([predictionOf('prd_1'), predictionOf('prd_2')]);
    await store.close();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('a project that is purged leaves nothing in any table, and every record fits the others all the while', async () => {
    const store = openSqliteStore({ path, clock: new ManualClock(startMs) });
    const write = { by: 'cli ann@shop 1', now: startMs };
    await store.addProject({ project, settings: {} }, write);
    const shown = { project: 'shop', salt: 's', arm: 'a', versionId: 'ver_1', at: startMs };
    await store.appendExposures(['ann', 'bob', 'cid'].map((unit) => ({ ...shown, unit })));
    await store.removeProject('shop', { ...write, cancelJobs: false, purging: true });
    for (let more = true; more; ) {
      more = await store.purgeSome('shop', { rowsMax: 1, now: startMs });
      assert.deepEqual(findings(), []);
    }
    await store.close();
    assert.deepEqual(
      look((i) => [...i.namedBlobs()]).map(({ namedBy }) => namedBy),
      [],
    );
    const file = new DatabaseSync(path);
    // A table that holds something of projects and is not purged is forgotten in purge.ts.
    const tables = look((i) => i.tables()).filter((table) => !['event', 'job'].includes(table));
    for (const table of tables) {
      const columns = file
        .prepare(`pragma table_info(${table})`)
        .all()
        .map(({ name }) => name);
      const column = table === 'project' ? 'name' : 'project';
      if (!columns.includes(column)) continue;
      const left = file.prepare(`select count(*) as n from ${table} where ${column} = 'shop'`).get();
      assert.equal(left?.n, 0, table);
    }
    file.close();
  });

  test('finds nothing where all is well, and every file that is named', () => {
    assert.deepEqual(findings(), []);
    const named = look((i) => [...i.namedBlobs()].map(({ hash }) => hash[0]).sort());
    // Segment and snapshot, artifact of the run, quarantined rows, model.
    assert.deepEqual(named, ['a', 'a', 'b', 'd', 'f']);
    assert.deepEqual(
      look((i) => i.tables().flatMap((table) => i.checkTable(table))),
      [],
    );
  });

  test('finds what does not fit together', () => {
    const cases: readonly [string, RegExp][] = [
      [
        "update prediction set version_id = 'ver_9' where id = 'prd_1'",
        /predictions of a version that is not there: ver_9/,
      ],
      ['delete from segment', /segment of the project any more.*|no segment has them/],
      ["update alias set version_id = 'ver_8'", /alias refer to a version|aliases that are not/],
      ['delete from event where seq = 2', /holes in the order of events: 3/],
      [
        'delete from tail; delete from batch where seq = 1; insert into batch select 7, id || 9, project, idempotency_key || 9, content_hash, source, received_at, rows_accepted, rows_duplicate, rows_quarantined, quarantined_by_code, quarantine_hash, period_min, period_max, 0, 0, 0, closes_through, 0, 0, null, null, 0, null from batch',
        /holes in the order of batches/,
      ],
      [
        "insert into override_change values ('ovc_1', 'shop', null, ''); insert into override_entry (id, change_id, project, series_id, period, kind, ends, at, by, reason) values ('w', 'ovc_1', 'shop', 'a', 1, 'withdrawn', 'gone', 0, '', '')",
        /overrides that end one that is not there: w/,
      ],
      [
        "insert into stream_position values ('gone', 0, 1, 1, 0, 1)",
        /positions of a stream that is not there/,
      ],
    ];
    for (const [sql, expected] of cases) {
      const copy = `${path}.${cases.findIndex(([each]) => each === sql)}`;
      const whole = path;
      const file = new DatabaseSync(path);
      file.exec(`vacuum into '${copy}'`);
      file.close();
      path = copy;
      change(sql);
      assert.match(findings().join('\n'), expected, sql);
      path = whole;
    }
  });

  test('a ledger is the same for a copy, also up to a point that the original has passed', async () => {
    const copy = join(folder, 'copy.sqlite');
    await copyDatabase({ from: path, to: copy });
    const ledger = look((i) => i.ledger(), copy);
    assert.deepEqual(ledger.rows.count, 3);
    const store = openSqliteStore({ path, clock: new ManualClock(startMs) });
    await store.commitBatch(commitOf('c', [row('apples', 3, 2)]));
    await store.appendPredictions([predictionOf('prd_3')]);
    const shown = { project: 'shop', salt: 'r1', unit: 'u', arm: 'champion', versionId: 'ver_1', at: 1 };
    await store.appendExposures([shown]);
    await store.setOverrides(overrideSetting([[9, 5]]));
    await store.close();
    assert.deepEqual(
      look((i) => i.ledger(ledger.point)),
      ledger,
    );
    const later = look((i) => i.ledger());
    for (const kind of ['rows', 'batches', 'predictions', 'exposures', 'overrides', 'events'] as const)
      assert.notEqual(later[kind].hash, ledger[kind].hash, kind);
    change("update prediction set mean = x'0000000000000000' where id = 'prd_2'");
    assert.notEqual(look((i) => i.ledger(ledger.point)).predictions.hash, ledger.predictions.hash);
  });
});
