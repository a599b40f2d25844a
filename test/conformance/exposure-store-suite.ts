// What every relational store promises of exposures: the first of each stays, and all are found in pages.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ExposureRecord } from '../../src/storage/ports/index.ts';
import { type ControlBackend, startMs, storePerTest } from './store-fixtures.ts';

function exposureOf(unit: string, more: Partial<ExposureRecord> = {}): ExposureRecord {
  return { project: 'shop', salt: 'r1', unit, arm: 'champion', versionId: 'ver_1', at: startMs, ...more };
}

export function exposureStoreSuite(backend: ControlBackend): void {
  describe(`exposures in ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('keeps the first of each unit, arm and version', async () => {
      const first = exposureOf('Größe 🙂');
      await fresh.store.appendExposures([first, { ...first, at: startMs + 1 }]);
      const other = { ...first, arm: 'challenger', versionId: 'ver_2', at: startMs + 2 };
      await fresh.store.appendExposures([{ ...first, at: startMs + 3 }, other]);
      await fresh.store.appendExposures([]);
      await fresh.reopen();
      assert.deepEqual(await fresh.store.scanExposures('shop', { salt: 'r1', limit: 9 }), [other, first]);
    });

    test('finds those of one division of units in pages, without loss or repetition', async () => {
      const all = Array.from({ length: 25 }, (_, i) =>
        exposureOf(`u${String(i >> 1).padStart(2, '0')}`, { versionId: `ver_${i % 2}` }),
      );
      await fresh.store.appendExposures([...all].reverse());
      await fresh.store.appendExposures([
        exposureOf('u00', { salt: 'r2' }),
        exposureOf('u00', { project: 'elsewhere' }),
      ]);
      const seen: ExposureRecord[] = [];
      for (;;) {
        const last = seen.at(-1);
        const after = last === undefined ? {} : { after: last };
        const page = await fresh.store.scanExposures('shop', { salt: 'r1', ...after, limit: 4 });
        seen.push(...page);
        if (page.length < 4) break;
      }
      assert.deepEqual(seen, all);
      assert.equal((await fresh.store.scanExposures('shop', { salt: 'r2', limit: 9 })).length, 1);
    });

    test('removes those that are older than their age', async () => {
      const old = exposureOf('old', { at: startMs - 1 });
      await fresh.store.appendExposures([old, exposureOf('new')]);
      assert.equal(await fresh.store.countOlder('exposures', startMs), 1);
      const removal = { before: startMs, rowsMax: 10, at: startMs };
      assert.equal(await fresh.store.removeOlder('exposures', removal), 1);
      assert.deepEqual(
        (await fresh.store.scanExposures('shop', { salt: 'r1', limit: 9 })).map(({ unit }) => unit),
        ['new'],
      );
      assert.deepEqual(await fresh.store.retentionRecords(), [
        { project: 'shop', kind: 'exposures', removed: 1, through: startMs - 1, at: startMs },
      ]);
    });
  });
}
