import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { project } from '../../../test/conformance/store-fixtures.ts';
import { simulatedDays } from '../../../test/fixtures/simulated-days.ts';
import { isAppError, ManualClock } from '../../core/index.ts';
import { freeSpaceGuard } from './free-space.ts';

/** Pauses that are over at once. */
const timers = {
  setTimeout: (callback: () => void) => void setImmediate(callback),
  clearTimeout: () => {},
  elapsedMs: () => 0,
};

describe('retention', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'almanac-retention-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('an age of 0 keeps for ever', async () => {
    const forEver = {
      predictionsDays: 0,
      exposuresDays: 0,
      eventsDays: 0,
      jobsDays: 0,
      quarantineDays: 0,
      modelsDays: 0,
      filesDays: 0,
    };
    const options = { folder, project, series: 1, horizon: 1, modelBytes: 10, ages: forEver, timers };
    const days = await simulatedDays(options);
    for (let day = 0; day < 3; day++) await days.day();
    assert.equal((await days.facts()).predictions, 3);
    assert.deepEqual(await days.store.retentionRecords(), []);
    await days.close();
  });
});

test('rows are refused before the disk is full, and taken in again when there is room', async () => {
  const clock = new ManualClock(0);
  let free = 2_000_000;
  let asked = 0;
  const guard = freeSpaceGuard({
    folder: '/srv/almanac',
    bytesMin: 1_000_000,
    clock,
    freeBytes: async () => {
      asked += 1;
      return free;
    },
  });
  for (let i = 0; i < 100; i++) await guard.check();
  assert.equal(asked, 1, 'the disk is not asked for every batch');
  free = 999_999;
  clock.moveTo(clock.now() + 1000);
  await assert.rejects(
    guard.check(),
    (error) => isAppError(error, 'store/full') && error.message.includes('/srv/almanac'),
  );
  free = 1_000_000;
  clock.moveTo(clock.now() + 1000);
  await guard.check();
  await freeSpaceGuard({
    folder: '',
    bytesMin: 0,
    clock,
    freeBytes: () => Promise.reject(new Error('off')),
  }).check();
});
