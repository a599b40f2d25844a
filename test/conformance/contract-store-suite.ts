// What every relational store promises of the last looks at data contracts.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '../../src/core/index.ts';
import type { ContractLook } from '../../src/storage/ports/index.ts';
import { type ControlBackend, commitOf, project, row, storePerTest } from './store-fixtures.ts';

const look: ContractLook = {
  at: 5,
  version: '1.0.0',
  batchId: 'bat_1',
  source: 'http',
  refused: false,
  passed: 3,
  notChecked: 1,
  failed: [],
  others: 0,
};
const nulls = {
  id: 'nulls',
  severity: 'error',
  refuses: 'batch',
  figure: 12.5,
  unit: 'percent',
  bound: 'at most 5 percent',
  n: 8,
} as const;

export function contractStoreSuite(backend: ControlBackend): void {
  describe(`contract store ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('the last look of each kind is kept, and the last batch that failed', async () => {
      const { store } = fresh;
      await store.putProject(project, 1);
      const failed: ContractLook = { ...look, batchId: null, refused: true, failed: [nulls], others: 2 };
      await store.noteContractLook('shop', 'batch', failed);
      await store.commitBatch({ ...commitOf('k', [row('apples', 3, 5)]), looked: { ...look, at: 7 } });
      await store.noteContractLook('shop', 'stored', { ...look, at: 9, failed: [nulls] });
      const of = Object.fromEntries(
        (await store.contractLooks()).map(({ kind, project: _, ...kept }) => [kind, kept]),
      );
      assert.deepEqual(of, {
        batch: { ...look, at: 7 },
        'failed batch': failed,
        stored: { ...look, at: 9, failed: [nulls] },
      });
    });

    test('a batch that is not committed leaves none, and one of a purged project is gone', async () => {
      const { store } = fresh;
      await store.addProject({ project, settings: {} }, { by: 'x', now: 1 });
      const twice = commitOf('k', [row('apples', 3, 5), row('apples', 3, 6)]);
      await assert.rejects(store.commitBatch({ ...twice, looked: look }));
      assert.deepEqual(await store.contractLooks(), []);
      await store.noteContractLook('shop', 'batch', look);
      const write = { by: 'x', now: 2 };
      await store.removeProject('shop', { ...write, cancelJobs: false, purging: true });
      await assert.rejects(store.noteContractLook('shop', 'batch', look), (e) =>
        isAppError(e, 'serving/unknown-project'),
      );
      while (await store.purgeSome('shop', { rowsMax: 100, now: 3 }));
      assert.deepEqual(await store.contractLooks(), []);
    });
  });
}
