// What every store promises of versions and aliases.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError } from '../../src/core/index.ts';
import {
  type ControlBackend,
  project,
  runOf,
  snapshot,
  startMs,
  storePerTest,
  versionOf,
} from './store-fixtures.ts';

export function registryStoreSuite(backend: ControlBackend): void {
  describe(`registry store ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('numbers versions per project, one per run', async () => {
      await fresh.store.putSnapshot(snapshot);
      for (const id of ['run_1', 'run_2']) await fresh.store.putRun(runOf(id));
      const one = await fresh.store.addVersion(versionOf('ver_1', 'run_1'));
      const two = await fresh.store.addVersion(versionOf('ver_2', 'run_2'));
      const again = await fresh.store.addVersion(versionOf('ver_9', 'run_1'));
      assert.deepEqual([one.number, two.number], [1, 2]);
      assert.deepEqual(again, one);
      assert.deepEqual(await fresh.store.getVersionByNumber('shop', 2), two);
      assert.deepEqual(await fresh.store.listVersions('shop', 9), [two, one]);
      await fresh.store.setVersionGate('ver_1', { passed: true, margin: 0.02 });
      assert.deepEqual((await fresh.store.getVersion('ver_1'))?.gate, { passed: true, margin: 0.02 });
      await assert.rejects(fresh.store.setVersionGate('ver_9', {}), (e) => isAppError(e, 'store/conflict'));
      await assert.rejects(fresh.store.addVersion(versionOf('ver_3', 'run_unknown')), (e) =>
        isAppError(e, 'store/conflict'),
      );
    });

    test('keeps what a proof found of a version, and tells of a refusal once', async () => {
      await fresh.store.putSnapshot(snapshot);
      await fresh.store.putRun(runOf('run_1'));
      const version = await fresh.store.addVersion(versionOf('ver_1', 'run_1'));
      assert.deepEqual([version.provenAt, version.refusal], [null, null]);
      for (const at of [10, 11]) await fresh.store.markRefused('ver_1', { at, reason: 'not finite' });
      const refused = await fresh.store.getVersion('ver_1');
      assert.deepEqual([refused?.provenAt, refused?.refusal], [null, { at: 10, reason: 'not finite' }]);
      const events = await fresh.store.readEvents({ afterSeq: 0, project: 'shop', limit: 100 });
      const told = events.filter(({ type }) => type === 'swap.refused');
      assert.deepEqual(
        told.map(({ at, data }) => [at, data]),
        [[10, { versionId: 'ver_1', reason: 'not finite' }]],
      );
      for (const at of [20, 21]) await fresh.store.markProven('ver_1', at);
      const proven = await fresh.store.getVersion('ver_1');
      assert.deepEqual([proven?.provenAt, proven?.refusal], [20, null]);
      const none = (e: unknown): boolean => isAppError(e, 'store/conflict');
      await assert.rejects(fresh.store.markProven('ver_9', 1), none);
      await assert.rejects(fresh.store.markRefused('ver_9', { at: 1, reason: 'x' }), none);
    });

    test('keeps models that no run made beside those of projects, one name for either', async () => {
      const file = (name: string, hash: string, columns: string[]) => ({
        ...versionOf(`ver_${name}_${hash}_${columns.length}`, 'none'),
        kind: 'onnx' as const,
        project: name,
        runId: null,
        snapshotId: null,
        artifactHash: hash.repeat(64),
        signature: { columns },
      });
      const one = await fresh.store.addVersion(file('churn', 'a', ['x']));
      assert.deepEqual(
        [one.number, one.kind, one.runId, one.signature],
        [1, 'onnx', null, { columns: ['x'] }],
      );
      assert.deepEqual(await fresh.store.addVersion({ ...file('churn', 'a', ['x']), id: 'ver_again' }), one);
      assert.equal(
        (await fresh.store.addVersion(file('churn', 'a', ['x', 'y']))).number,
        2,
        'another signature',
      );
      assert.equal((await fresh.store.addVersion(file('churn', 'b', ['x']))).number, 3, 'another file');
      assert.deepEqual(await fresh.store.listVersionNames('onnx'), ['churn']);
      assert.deepEqual(await fresh.store.listVersionNames('forecaster'), []);
      await fresh.store.putProject(project, startMs);
      const taken = (e: unknown): boolean => isAppError(e, 'store/name-taken');
      await assert.rejects(fresh.store.addVersion(file(project.name, 'a', ['x'])), taken);
      await assert.rejects(fresh.store.putProject({ ...project, name: 'churn' }, startMs), taken);
    });

    test('moves an alias with its history and one event per change', async () => {
      await fresh.store.putSnapshot(snapshot);
      for (const n of [1, 2]) {
        await fresh.store.putRun(runOf(`run_${n}`));
        await fresh.store.addVersion(versionOf(`ver_${n}`, `run_${n}`));
      }
      const change = (versionId: string, reason: string) =>
        fresh.store.setAlias({
          project: 'shop',
          alias: 'champion',
          versionId,
          at: startMs,
          by: 'gate',
          reason,
        });
      assert.equal(await fresh.store.getAlias('shop', 'champion'), undefined);
      const first = await change('ver_1', 'first');
      assert.deepEqual(await change('ver_1', 'again'), first);
      await change('ver_2', 'better');
      assert.equal((await fresh.store.getAlias('shop', 'champion'))?.id, 'ver_2');
      assert.deepEqual(await fresh.store.listAliases('shop'), [{ alias: 'champion', versionId: 'ver_2' }]);
      await change('none', 'withdrawn');
      assert.equal(await fresh.store.getAlias('shop', 'champion'), undefined);
      await assert.rejects(change('ver_7', 'unknown'), (e) => isAppError(e, 'store/conflict'));
      const history = await fresh.store.aliasHistory('shop', 'champion', 9);
      assert.deepEqual(
        history.map((h) => [h.versionId, h.reason]),
        [
          ['none', 'withdrawn'],
          ['ver_2', 'better'],
          ['ver_1', 'first'],
        ],
      );
      const events = await fresh.store.readEvents({ afterSeq: 0, limit: 99 });
      assert.deepEqual(
        events.filter((e) => e.type === 'alias.changed').map((e) => e.data.versionId),
        ['ver_1', 'ver_2', 'none'],
      );
    });
  });
}
