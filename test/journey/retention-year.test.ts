// 400 days of a project in simulated time, with retention once a day: what is kept stops growing, and what is left fits together.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isAppError } from '../../src/core/index.ts';
import { findPrediction } from '../../src/services/registry/lineage.ts';
import { blobFiles } from '../../src/storage/files/index.ts';
import { openInspection } from '../../src/storage/sqlite/index.ts';
import { project } from '../conformance/store-fixtures.ts';
import { type KeptFacts, simulatedDays } from '../fixtures/simulated-days.ts';

/** Pauses that are over at once. */
const timers = {
  setTimeout: (callback: () => void) => void setImmediate(callback),
  clearTimeout: () => {},
  elapsedMs: () => 0,
};
const ages = {
  predictionsDays: 60,
  exposuresDays: 60,
  eventsDays: 30,
  jobsDays: 30,
  quarantineDays: 60,
  modelsDays: 60,
  filesDays: 7,
};
/** The first of them is past every age. */
const looks = [120, 200, 300, 399];

test('keeps a project at its bound over 400 simulated days, and what is left fits together', async () => {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'almanac-year-'));
  try {
    const options = { folder, project, series: 12, horizon: 14, modelBytes: 5000, ages, timers };
    const days = await simulatedDays(options);
    const facts = new Map<number, KeptFacts>();
    for (let day = 0; day < 400; day++) {
      await days.day();
      if (looks.includes(day)) facts.set(day, await days.facts());
    }
    const at = (day: number): KeptFacts => facts.get(day) as KeptFacts;
    // What stays for ever is small: a batch, a segment, the record of a version.
    for (const day of looks.slice(1)) {
      assert.equal(at(day).predictions, at(120).predictions);
      assert.ok(Math.abs(at(day).events - at(120).events) <= 3);
      const grown = at(day).databaseBytes - at(120).databaseBytes;
      assert.ok(grown < (day - 120) * 1500, `${grown} bytes in ${day - 120} days`);
      assert.ok(at(day).blobBytes - at(120).blobBytes < (day - 120) * 300);
    }

    const [oldest = ''] = days.firstPredictions;
    await assert.rejects(
      findPrediction(days.store, oldest),
      (error) => isAppError(error, 'registry/prediction-removed') && /is of 2026-01-01/.test(error.message),
    );
    const kept = days.firstPredictions.at(-1) as string;
    assert.equal((await findPrediction(days.store, kept)).id, kept);
    const never = `${kept.slice(0, -1)}${kept.endsWith('0') ? '1' : '0'}`;
    await assert.rejects(findPrediction(days.store, never), (e) =>
      isAppError(e, 'registry/unknown-prediction'),
    );
    const versions = await days.store.listVersions('shop', 100);
    assert.equal(versions.filter((version) => version.artifactRemovedAt === undefined).length, 9);
    await days.close();

    const inspection = openInspection(days.databasePath);
    assert.deepEqual([...inspection.checkReferences(), ...inspection.checkOrder()], []);
    // The fixtures' runs and snapshots name files that were never there.
    for (const { hash, namedBy } of inspection.namedBlobs())
      assert.ok(/^(.)\1+$/.test(hash) || (await blobFiles(days.blobFolder).get(hash)).length >= 0, namedBy);
    inspection.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
