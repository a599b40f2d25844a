// What every relational store promises: projects, snapshots, runs, events, and writers that come together. History, predictions, versions, jobs and streams have suites of their own.

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAppError, type Project } from '../../src/core/index.ts';
import type { ControlStore } from '../../src/storage/ports/index.ts';
import {
  type ControlBackend,
  commitOf,
  project,
  row,
  runOf,
  snapshot,
  startMs,
  storePerTest,
} from './store-fixtures.ts';

const writerPath = fileURLToPath(new URL('./store-writer.ts', import.meta.url));

export function controlStoreSuite(backend: ControlBackend): void {
  describe(`control store ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    const startWriter = (name: string, batches: number): ChildProcess =>
      fork(writerPath, [backend.name, fresh.place.path, name, String(batches)], { execArgv: [] });

    test('answers a check and keeps what it was told after it is opened again', async () => {
      await fresh.store.check();
      await fresh.store.putProject(project, 1);
      await fresh.reopen();
      assert.deepEqual(await fresh.store.getProject('shop'), project);
      assert.deepEqual(await fresh.store.listProjects(), [project]);
      assert.equal(await fresh.store.getProject('other'), undefined);
    });

    test('lets a project change freely until it has data, then keeps its time grid', async () => {
      const weekly: Project = { ...project, grid: { frequency: 'week', weekStart: 1 } };
      await fresh.store.putProject(project, 1);
      await fresh.store.putProject(weekly, 2);
      await fresh.store.commitBatch(commitOf('a', [row('apples', 1, 5)]));
      await fresh.store.putProject({ ...weekly, horizonSteps: 9 }, 3);
      const changes: Project[] = [
        { ...weekly, grid: { frequency: 'day', weekStart: 1 } },
        { ...weekly, grid: { frequency: 'week', weekStart: 0 } },
        { ...weekly, timezone: 'Europe/Paris' },
      ];
      for (const changed of changes) {
        await assert.rejects(fresh.store.putProject(changed, 4), (e) =>
          isAppError(e, 'store/project-changed'),
        );
      }
      assert.equal((await fresh.store.getProject('shop'))?.horizonSteps, 9);
    });

    test('leaves nothing behind when a commit fails half way', async () => {
      // The same series and period twice in one batch contradicts the table's key, after the batch row is written.
      const broken = commitOf('a', [row('apples', 1, 5), row('apples', 1, 6)]);
      await assert.rejects(fresh.store.commitBatch(broken), (e) => isAppError(e, 'store/conflict'));
      assert.equal(await fresh.store.findBatch('shop', 'a'), undefined);
      assert.deepEqual(
        await fresh.store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 }),
        [],
      );
      assert.equal(await fresh.store.lastEventSeq(), 0);
      await fresh.store.commitBatch(commitOf('a', [row('apples', 1, 5)]));
      assert.equal(
        (await fresh.store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 })).length,
        1,
      );
    });

    test('keeps concurrent callers out of each other’s transactions', async () => {
      const commits = Array.from({ length: 20 }, (_, i) =>
        fresh.store.commitBatch(
          i % 2 === 0
            ? commitOf(`k${i}`, [row('apples', i, i)])
            : commitOf(`k${i}`, [row('apples', i, 1), row('apples', i, 2)]),
        ),
      );
      const events = Array.from({ length: 20 }, () =>
        fresh.store.appendEvent({
          at: 1,
          project: 'shop',
          type: 'swap.done',
          data: { versionId: 'ver_1', ms: 1 },
        }),
      );
      const settled = await Promise.allSettled(commits);
      await Promise.all(events);
      assert.equal(settled.filter((s) => s.status === 'fulfilled').length, 10);
      const all = await fresh.store.readEvents({ afterSeq: 0, limit: 100 });
      assert.equal(all.filter((e) => e.type === 'swap.done').length, 20);
      assert.equal(all.filter((e) => e.type === 'batch.committed').length, 10);
    });

    test('keeps a snapshot once, newest first', async () => {
      const later = { ...snapshot, id: '1'.repeat(64), createdAt: startMs + 1 };
      await fresh.store.putSnapshot(snapshot);
      await fresh.store.putSnapshot({ ...snapshot, createdAt: 5 });
      await fresh.store.putSnapshot(later);
      assert.deepEqual(await fresh.store.getSnapshot(snapshot.id), snapshot);
      assert.deepEqual(await fresh.store.listSnapshots('shop', 9), [later, snapshot]);
      assert.deepEqual(await fresh.store.listSnapshots('shop', 1), [later]);
      const events = await fresh.store.readEvents({ afterSeq: 0, limit: 9 });
      assert.deepEqual(
        events.map((e) => [e.type, e.type === 'snapshot.created' && e.data.snapshotId]),
        [
          ['snapshot.created', snapshot.id],
          ['snapshot.created', later.id],
        ],
      );
    });

    test('rewrites a run and lists runs newest first in pages', async () => {
      for (let i = 0; i < 7; i++) {
        // Three runs share one start, so that paging must also order by id.
        await fresh.store.putRun(runOf(`run_${i}`, { startedAt: startMs + (i < 3 ? 0 : i) }));
      }
      await fresh.store.putRun(
        runOf('run_3', { status: 'failed', error: 'out of memory', startedAt: startMs + 3 }),
      );
      await fresh.store.putRun(runOf('run_x', { project: 'elsewhere', startedAt: startMs + 99 }));
      assert.equal((await fresh.store.getRun('run_3'))?.error, 'out of memory');
      assert.deepEqual(await fresh.store.getRun('run_0'), runOf('run_0'));
      const seen: string[] = [];
      for (;;) {
        const before = seen.at(-1);
        const page = await fresh.store.listRuns({
          project: 'shop',
          ...(before === undefined ? {} : { before }),
          limit: 2,
        });
        seen.push(...page.map((r) => r.id));
        if (page.length < 2) break;
      }
      assert.deepEqual(seen, ['run_6', 'run_5', 'run_4', 'run_3', 'run_2', 'run_1', 'run_0']);
      assert.equal((await fresh.store.listRuns({ limit: 1 }))[0]?.id, 'run_x');
    });

    test('hands out events in order, once each, to every follower', async () => {
      for (let i = 0; i < 5; i++) {
        const data = { versionId: 'ver_1', ms: i };
        await fresh.store.appendEvent({ at: i, project: i === 3 ? 'b' : 'a', type: 'swap.done', data });
      }
      const all = await fresh.store.readEvents({ afterSeq: 0, limit: 3 });
      const rest = await fresh.store.readEvents({ afterSeq: all.at(-1)?.seq ?? 0, limit: 3 });
      assert.deepEqual(
        [...all, ...rest].map((e) => e.at),
        [0, 1, 2, 3, 4],
      );
      assert.equal(await fresh.store.lastEventSeq(), rest.at(-1)?.seq);
      const b = await fresh.store.readEvents({ afterSeq: 0, project: 'b', limit: 9 });
      assert.deepEqual(
        b.map((e) => e.at),
        [3],
      );
    });

    test('lets two connections write at once without loss', async () => {
      const second = fresh.place.connect(fresh.clock);
      const commit = (from: ControlStore, key: string): Promise<unknown> =>
        from.commitBatch(commitOf(key, [row(key, 1, 1)]));
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => commit(i % 2 === 0 ? fresh.store : second, `k${i % 30}`)),
      );
      await second.close();
      const batches = await fresh.store.listBatches('shop', { afterSeq: 0, limit: 99 });
      assert.equal(batches.length, 30);
      assert.equal(new Set(batches.map((b) => b.seq)).size, 30);
    });

    test('lets two processes write at once without loss', async () => {
      const writers = ['p', 'q'].map((name) => startWriter(name, 60));
      const codes = await Promise.all(writers.map(async (w) => (await once(w, 'exit'))[0]));
      assert.deepEqual(codes, [0, 0]);
      const batches = await fresh.store.listBatches('shop', { afterSeq: 0, limit: 999 });
      assert.equal(batches.length, 120);
      const events = await fresh.store.readEvents({ afterSeq: 0, limit: 999 });
      assert.equal(events.length, 120);
    });

    test('has lost nothing it acknowledged when its process is killed', async () => {
      const writer = startWriter('k', 1_000_000);
      const acknowledged: string[] = [];
      writer.on('message', (key) => {
        acknowledged.push(String(key));
        if (acknowledged.length === 25) writer.kill('SIGKILL');
      });
      await once(writer, 'exit');
      assert.ok(acknowledged.length >= 25);
      for (const key of acknowledged) {
        const batch = await fresh.store.findBatch('shop', key);
        assert.ok(batch !== undefined, `batch ${key} was acknowledged and is gone`);
      }
      const tail = await fresh.store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 99_999 });
      const batches = await fresh.store.listBatches('shop', { afterSeq: 0, limit: 99_999 });
      assert.equal(tail.length, 10 * batches.length, 'no batch is there in part');
      await fresh.store.check();
    });
  });
}
