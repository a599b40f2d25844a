// What every store promises of projects that come, change and go.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type EventType, isAppError, type Project } from '../../src/core/index.ts';
import { driftReportOf } from './drift-store-suite.ts';
import { overrideSetting } from './override-store-suite.ts';
import {
  type ControlBackend,
  commitOf,
  project,
  row,
  startMs,
  storePerTest,
  versionOf,
} from './store-fixtures.ts';

const by = 'http 127.0.0.1';
const about = { by, now: startMs };
const remove = { ...about, cancelJobs: false, purging: false };
const settings = { horizonSteps: 7 };

export function projectStoreSuite(backend: ControlBackend): void {
  describe(`projects in ${backend.name}`, () => {
    const fresh = storePerTest(backend);
    const refused = (work: Promise<unknown>, code: string): Promise<void> =>
      assert.rejects(work, (error) => isAppError(error, code as never));
    const eventsOf = async (...types: EventType[]): Promise<object[]> =>
      (await fresh.store.readEvents({ afterSeq: 0, limit: 1000 }))
        .filter(({ type }) => types.includes(type as EventType))
        .map(({ type, data }) => ({ type, ...data }));
    const job = { id: 'job_1', pipeline: 'train', pipelineVersion: 1, project: 'shop', step: '', input: {} };

    test('adds a project, changes it, removes it and brings it back, each with its event', async () => {
      const { store } = fresh;
      const added = await store.addProject({ project, settings }, about);
      assert.deepEqual(added, {
        project,
        settings,
        source: 'stored',
        version: 1,
        createdAt: startMs,
        updatedAt: startMs,
        removal: null,
      });
      const longer: Project = { ...project, horizonSteps: 9 };
      const changed = await store.changeProject(
        { project: longer, settings: { horizonSteps: 9 } },
        { by, now: startMs + 1, ifVersion: 1 },
      );
      assert.deepEqual([changed.version, changed.updatedAt], [2, startMs + 1]);
      await store.commitBatch(commitOf('a', [row('apples', 1, 5)]));
      const removed = await store.removeProject('shop', remove);
      assert.deepEqual(removed.removal, { at: startMs, by, purging: false });
      assert.deepEqual(await store.listProjects(), []);
      assert.equal(await store.getProject('shop'), undefined);
      await fresh.reopen();
      assert.equal((await fresh.store.listProjectRecords())[0]?.version, 3);
      const restored = await fresh.store.restoreProject('shop', about);
      assert.deepEqual(restored.project, longer);
      assert.equal((await fresh.store.historyTotals('shop')).batches, 1);
      assert.deepEqual(await eventsOf('project.added', 'project.changed', 'project.removed'), [
        { type: 'project.added', by, source: 'stored', version: 1 },
        { type: 'project.changed', by, version: 2, settings: ['horizonSteps'] },
        { type: 'project.removed', by, version: 3, data: 'kept' },
        { type: 'project.added', by, source: 'stored', version: 4, restored: true },
      ]);
    });

    test('a change that changes nothing is no change, and one of an older version is refused', async () => {
      const { store } = fresh;
      await store.addProject({ project, settings }, about);
      assert.equal((await store.changeProject({ project, settings }, about)).version, 1);
      const other = { project: { ...project, horizonSteps: 3 }, settings };
      await refused(store.changeProject(other, { ...about, ifVersion: 2 }), 'projects/changed-meanwhile');
      await refused(store.removeProject('shop', { ...remove, ifVersion: 7 }), 'projects/changed-meanwhile');
      assert.equal((await store.changeProject(other, { ...about, ifVersion: 1 })).version, 2);
    });

    test('what gives stored rows their meaning is frozen once there are any, whoever asks', async () => {
      const { store } = fresh;
      await store.addProject({ project, settings }, about);
      const weekly: Project = { ...project, grid: { frequency: 'week', weekStart: 1 } };
      await store.changeProject({ project: weekly, settings }, about);
      await store.changeProject({ project, settings }, about);
      await store.commitBatch(commitOf('a', [row('apples', 1, 5)]));
      const frozen: Project[] = [
        weekly,
        { ...project, timezone: 'Europe/Paris' },
        { ...project, gaps: project.gaps === 'zero' ? 'missing' : 'zero' },
        { ...project, columns: { ...project.columns, series: ['shop', 'item'] } },
      ];
      for (const other of frozen)
        await refused(store.changeProject({ project: other, settings }, about), 'store/project-changed');
      await store.changeProject({ project: { ...project, levels: [0.5] }, settings }, about);
    });

    test('a name belongs to the file or to the store, never to both', async () => {
      const { store } = fresh;
      await store.putProject(project, startMs);
      await refused(store.changeProject({ project, settings }, about), 'projects/in-file');
      await refused(store.removeProject('shop', remove), 'projects/in-file');
      // No file names it any more: the store takes it over, with what is kept of it.
      const taken = await store.addProject({ project, settings }, about);
      assert.deepEqual([taken.source, taken.version], ['stored', 2]);
      await refused(store.addProject({ project, settings }, about), 'projects/exists');
      await refused(store.putProject(project, startMs), 'projects/in-both');
      await store.removeProject('shop', remove);
      await refused(store.addProject({ project, settings }, about), 'projects/removed');
      await store.putProject(project, startMs);
      assert.equal((await store.getProjectRecord('shop'))?.source, 'file');
    });

    test('jobs under way are a reason not to remove, or are cancelled with it', async () => {
      const { store } = fresh;
      await store.addProject({ project, settings }, about);
      await store.enqueueJob({ ...job, singleFlightKey: 'train:shop', createdAt: startMs, runAfter: 0 });
      await refused(store.removeProject('shop', remove), 'projects/busy');
      assert.notEqual(await store.getProject('shop'), undefined);
      await store.removeProject('shop', { ...remove, cancelJobs: true });
      assert.equal((await store.getJob('job_1'))?.state, 'cancelled');
      assert.equal((await eventsOf('job.cancelled')).length, 1);
    });

    test('nothing lands in a project that was removed', async () => {
      const { store } = fresh;
      await store.addProject({ project, settings }, about);
      await store.removeProject('shop', remove);
      await refused(store.commitBatch(commitOf('a', [row('apples', 1, 5)])), 'serving/unknown-project');
    });

    test('purging leaves nothing of the project, everything of the others, and the name free', async () => {
      const { store } = fresh;
      const other = { ...project, name: 'depot' };
      for (const each of [project, other]) await store.addProject({ project: each, settings }, about);
      const many = Array.from({ length: 40 }, (_, period) => row('apples', period, 5));
      for (const key of ['a', 'b', 'c']) await store.commitBatch(commitOf(key, many));
      const { batch } = await store.commitBatch({
        ...commitOf('d', [row('apples', 2, 6)]),
        batch: { ...commitOf('d', []).batch, project: 'depot', rowsAccepted: 1 },
      });
      const shown = { salt: 'r1', arm: 'champion', versionId: 'ver_1', at: startMs };
      for (const name of ['shop', 'depot'])
        await store.appendExposures(['u1', 'u2', 'u3'].map((unit) => ({ ...shown, project: name, unit })));
      for (const name of ['shop', 'depot'])
        for (const value of [1, 2])
          await store.setOverrides(
            overrideSetting(
              [10, 11, 12].map((period) => [period, value] as const),
              { project: name },
            ),
          );
      for (const name of ['shop', 'depot'])
        await store.addDriftReport(driftReportOf(`job_${name}`, { project: name }), null);
      for (const [source, of] of [
        ['orders', 'shop'],
        ['stock', 'depot'],
      ] as const) {
        await store.openSource({ name: source, project: of, identity: 'key id' });
        const rows = ['1', '2', '3'].map((key) => ({ key, place: '1', hash: 'h', word: null }));
        await store.advanceSource({ source, from: 0, position: {}, rows, taken: 3, corrected: 0 });
      }
      assert.equal(await store.purgeSome('shop', { rowsMax: 2, now: startMs }), false);
      assert.notEqual(
        await store.getProject('shop'),
        undefined,
        'only what was removed for good can be purged',
      );
      await refused(store.markPurging('shop', about), 'projects/not-removed');
      await store.removeProject('shop', remove);
      await store.markPurging('shop', about);
      await refused(store.restoreProject('shop', about), 'projects/being-purged');
      await refused(store.addProject({ project, settings }, about), 'projects/being-purged');
      let rounds = 0;
      while (await store.purgeSome('shop', { rowsMax: 2, now: startMs + 9 })) rounds++;
      assert.ok(rounds >= 60, `a few rows at a time, of one batch too: ${rounds} rounds`);
      assert.equal(await store.getProjectRecord('shop'), undefined);
      assert.equal((await store.historyTotals('shop')).batches, 0);
      assert.deepEqual(await store.listBatches('shop', { afterSeq: 0, limit: 10 }), []);
      const exposed = async (name: string) =>
        (await store.scanExposures(name, { salt: 'r1', limit: 9 })).length;
      assert.deepEqual([await exposed('shop'), await exposed('depot')], [0, 3]);
      const overridden = async (name: string) =>
        (await store.listOverrides(name, { beforeSeq: 1e9, limit: 9 })).length;
      assert.deepEqual([await overridden('shop'), await overridden('depot')], [0, 6]);
      const reported = async (name: string) => (await store.driftReports(name, 9)).length;
      assert.deepEqual([await reported('shop'), await reported('depot')], [0, 1]);
      const known = async (source: string) => (await store.readSourceRows(source, ['1', '2', '3'])).length;
      assert.deepEqual([await known('orders'), await known('stock')], [0, 3]);
      assert.equal(await store.readSource('orders'), undefined, 'a project of the same name reads it anew');
      assert.equal((await store.historyTotals('depot')).batchSeq, batch.seq);
      assert.deepEqual(await eventsOf('project.purged'), [{ type: 'project.purged', by }]);
      await store.addProject({ project, settings }, about);
      const anew = await store.commitBatch(commitOf('a', [row('apples', 1, 5)], { id: 'bat_anew' }));
      assert.ok(!anew.replayed && anew.batch.seq > batch.seq, 'numbers of batches are never given out again');
    });

    test('the name of a registered model is taken', async () => {
      const { store } = fresh;
      const model = { ...versionOf('ver_1', 'none'), kind: 'onnx' as const, runId: null, snapshotId: null };
      await store.addVersion({ ...model, project: 'churn', signature: {} });
      const churn = { ...project, name: 'churn' };
      await refused(store.addProject({ project: churn, settings }, about), 'store/name-taken');
    });

    test('whatever is asked in whatever order, versions only go up and the last word stands', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('add', 'change', 'remove', 'restore', 'purge', 'file'), { maxLength: 12 }),
          async (asks) => {
            await fresh.anew();
            const { store } = fresh;
            let horizonSteps = 1;
            for (const ask of asks) {
              const before = await store.getProjectRecord('shop');
              const definition = { project: { ...project, horizonSteps: ++horizonSteps }, settings };
              const work =
                ask === 'add'
                  ? store.addProject(definition, about)
                  : ask === 'change'
                    ? store.changeProject(definition, about)
                    : ask === 'remove'
                      ? store.removeProject('shop', remove)
                      : ask === 'restore'
                        ? store.restoreProject('shop', about)
                        : ask === 'file'
                          ? store.putProject(definition.project, startMs)
                          : store.markPurging('shop', about);
              const done = await work.then(
                () => true,
                (error) => {
                  if (!isAppError(error)) throw error;
                  return false;
                },
              );
              const after = await store.getProjectRecord('shop');
              if (!done) assert.deepEqual(after, before);
              else if (before !== undefined) assert.ok((after?.version ?? 0) >= before.version);
              const there = after !== undefined && after.removal === null;
              assert.equal((await store.getProject('shop')) !== undefined, there);
              assert.ok(!(done && ask === 'remove') || after?.removal !== null);
            }
          },
        ),
        { numRuns: 20 },
      );
    });
  });
}
