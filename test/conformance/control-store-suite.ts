// What every relational store promises: projects, history, snapshots, runs, versions, events. Predictions have a suite of their own.

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAppError, ManualClock, ObservationStatus, type Project } from '../../src/core/index.ts';
import type { ControlStore, ObservationRow, TailRow } from '../../src/storage/ports/index.ts';
import {
  type ControlBackend,
  commitOf,
  project,
  row,
  runOf,
  snapshot,
  startMs,
  versionOf,
} from './store-fixtures.ts';

const writerPath = fileURLToPath(new URL('./store-writer.ts', import.meta.url));

export function controlStoreSuite(backend: ControlBackend): void {
  describe(`control store ${backend.name}`, () => {
    let place: ReturnType<ControlBackend['fresh']>;
    let clock: ManualClock;
    let store: ControlStore;

    beforeEach(() => {
      place = backend.fresh();
      clock = new ManualClock(startMs);
      store = place.connect(clock);
    });
    afterEach(async () => {
      await store.close();
      place.remove();
    });

    const startWriter = (name: string, batches: number): ChildProcess =>
      fork(writerPath, [backend.name, place.path, name, String(batches)], { execArgv: [] });

    test('answers a check and keeps what it was told after it is opened again', async () => {
      await store.check();
      await store.putProject(project, 1);
      await store.close();
      store = place.connect(clock);
      assert.deepEqual(await store.getProject('shop'), project);
      assert.deepEqual(await store.listProjects(), [project]);
      assert.equal(await store.getProject('other'), undefined);
    });

    test('lets a project change freely until it has data, then keeps its time grid', async () => {
      const weekly: Project = { ...project, grid: { frequency: 'week', weekStart: 1 } };
      await store.putProject(project, 1);
      await store.putProject(weekly, 2);
      await store.commitBatch(commitOf('a', [row('apples', 1, 5)]));
      await store.putProject({ ...weekly, horizonSteps: 9 }, 3);
      const changes: Project[] = [
        { ...weekly, grid: { frequency: 'day', weekStart: 1 } },
        { ...weekly, grid: { frequency: 'week', weekStart: 0 } },
        { ...weekly, timezone: 'Europe/Paris' },
      ];
      for (const changed of changes) {
        await assert.rejects(store.putProject(changed, 4), (e) => isAppError(e, 'store/project-changed'));
      }
      assert.equal((await store.getProject('shop'))?.horizonSteps, 9);
    });

    test('keeps covariates with their rows, and reads plans apart from actuals', async () => {
      const price = { ...row('apples', 1, 5), covariates: { price: 2.5, event: 'fair' } };
      const plan = { ...row('apples', 3, Number.NaN), status: 3, covariates: { price: 2 } } as const;
      const first = await store.commitBatch(commitOf('a', [price, row('pears', 2, 1)], { periodMax: 2 }));
      await store.commitBatch(
        commitOf('b', [plan], { rowsAccepted: 1, rowsPlanned: 1, periodMin: null, periodMax: null }),
      );
      const tail = await store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 });
      assert.deepEqual(
        tail.map(({ covariates }) => covariates),
        [{ price: 2.5, event: 'fair' }, undefined, { price: 2 }],
      );
      const known = await store.readCovariates('shop', { afterSeq: 0, periodMin: 1, limit: 1 });
      assert.deepEqual(
        known.map(({ period, batchSeq }) => [period, batchSeq]),
        [[1, first.batch.seq]],
      );
      const later = { afterSeq: first.batch.seq, periodMin: 1, limit: 10 };
      assert.deepEqual(
        (await store.readCovariates('shop', later)).map(({ status }) => status),
        [3],
      );
      assert.deepEqual(await store.readCovariates('shop', { ...later, periodMin: 4 }), []);
      const more = ['a', 'b', 'c'].flatMap((id) =>
        [4, 5].map((period) => ({ ...plan, seriesId: id, period })),
      );
      await store.commitBatch(commitOf('c', more, { rowsPlanned: 6, periodMin: null, periodMax: null }));
      const pages: string[] = [];
      for (let afterRow: (typeof known)[number] | undefined; ; ) {
        const page = await store.readCovariates('shop', { afterSeq: 0, periodMin: 3, limit: 2, afterRow });
        afterRow = page.at(-1);
        if (afterRow === undefined) break;
        pages.push(page.map(({ seriesId, period }) => seriesId + period).join());
      }
      assert.deepEqual(pages, ['apples3,a4', 'b4,c4', 'a5,b5', 'c5']);
      const actuals = await store.readActuals('shop', { periodMin: 1, periodMax: 9 });
      assert.deepEqual(
        actuals.map(({ period }) => period),
        [1, 2],
      );
      assert.equal((await store.historyTotals('shop')).periodMax, 2);
      assert.equal((await store.getBatch('bat_b'))?.rowsPlanned, 1);
    });

    test('finds the rows that were refused, by period and batch', async () => {
      const refused = (period: number) => ({
        ...row('a', period, Number.NaN),
        status: ObservationStatus.refused,
      });
      const { batch } = await store.commitBatch(commitOf('r1', [refused(3), refused(5), row('a', 6, 1)]));
      await store.commitBatch(commitOf('r2', [refused(7)]));
      const read = async (periodMin: number, batchSeqMax: number): Promise<number[]> =>
        (await store.readRefused('shop', { periodMin, batchSeqMax })).map(({ period }) => period).sort();
      assert.deepEqual(await read(0, 1e9), [3, 5, 7]);
      assert.deepEqual(await read(4, batch.seq), [5]);
    });

    test('keeps closings in the order of batches, newest per group, and none that closes no further', async () => {
      const closing = (group: string, through: number) => ({ group, through, cause: 'reporters' }) as const;
      const close = (key: string, ...closings: ReturnType<typeof closing>[]) =>
        store.commitBatch({ ...commitOf(key, [], { sealed: true }), closings });
      const read = async (options: { afterSeq?: number; batchSeqMax: number }) =>
        (await store.readClosings('shop', options)).map(({ seq, group, through }) => [seq, group, through]);
      assert.equal(await store.projectClock('shop'), null);
      const { batch: a } = await close('a', closing('north', 4), closing('south', 3));
      const { batch: b } = await close('b', closing('north', 5), closing('', 3));
      const { batch: c } = await close('c', closing('north', 5), closing('', 2), closing('south', 4));
      assert.deepEqual(await read({ batchSeqMax: a.seq }), [
        [a.seq, 'north', 4],
        [a.seq, 'south', 3],
      ]);
      assert.deepEqual(await read({ batchSeqMax: c.seq }), [
        [b.seq, '', 3],
        [b.seq, 'north', 5],
        [c.seq, 'south', 4],
      ]);
      assert.deepEqual(await read({ afterSeq: b.seq, batchSeqMax: c.seq }), [[c.seq, 'south', 4]]);
      assert.deepEqual(await store.readClosings('other', { batchSeqMax: 99 }), []);
      assert.deepEqual([await store.projectClock('shop'), await store.projectClock('other')], [3, null]);
      const [first] = await store.readClosings('shop', { batchSeqMax: a.seq });
      assert.deepEqual(first, { seq: a.seq, group: 'north', through: 4, cause: 'reporters', at: startMs });
      const { batch: d } = await store.commitBatch(commitOf('d', [], { closesThrough: 7 }));
      assert.equal((await store.getBatch(d.id))?.closesThrough, 7);
      assert.equal((await store.getBatch(c.id))?.closesThrough, null);
    });

    test('a refused row is an actual only where there is no other, whichever came first', async () => {
      const refused = (id: string) => ({ ...row(id, 1, Number.NaN), status: 4 }) as const;
      await store.commitBatch(commitOf('a', [row('apples', 1, 5), refused('pears')]));
      await store.commitBatch(commitOf('b', [refused('apples'), row('pears', 1, 6), refused('plums')]));
      await store.commitBatch(commitOf('c', [refused('apples')]));
      const actuals = await store.readActuals('shop', { periodMin: 1, periodMax: 1 });
      assert.deepEqual(
        actuals.map(({ seriesId, value, status }) => [seriesId, value, status]),
        [
          ['apples', 5, 0],
          ['pears', 6, 0],
          ['plums', Number.NaN, 4],
        ],
      );
    });

    test('adds up attributes batch by batch, and reads them as they were', async () => {
      const described = (key: string, attributes: Record<string, Record<string, string | number>>) =>
        store.commitBatch({
          ...commitOf(key, []),
          attributes: Object.entries(attributes).map(([seriesId, own]) => ({ seriesId, attributes: own })),
        });
      const { batch: a } = await described('a', {
        apples: { kind: 'fruit' },
        pears: { kind: 'fruit', size: 2 },
      });
      const { batch: b } = await described('b', { apples: { size: 1 }, pears: { size: 2 } });
      const read = async (batchSeqMax: number, afterSeq = 0, afterId = '') => {
        const rows = await store.readAttributes('shop', { batchSeqMax, afterSeq, afterId, limit: 10 });
        return rows.map((one) => [one.seriesId, one.batchSeq, one.attributes]);
      };
      const pears = ['pears', a.seq, { kind: 'fruit', size: 2 }];
      assert.deepEqual(await read(a.seq), [['apples', a.seq, { kind: 'fruit' }], pears]);
      assert.deepEqual(await read(b.seq), [['apples', b.seq, { kind: 'fruit', size: 1 }], pears]);
      assert.deepEqual(await read(b.seq, a.seq), [['apples', b.seq, { kind: 'fruit', size: 1 }]]);
      assert.deepEqual(await read(b.seq, 0, 'apples'), [pears]);
      assert.deepEqual(
        [await store.lastAttributesSeq('shop', b.seq), await store.lastAttributesSeq('shop', a.seq - 1)],
        [b.seq, 0],
      );
      assert.equal((await described('b', { apples: { size: 9 } })).replayed, true);
      assert.deepEqual(await read(b.seq), [['apples', b.seq, { kind: 'fruit', size: 1 }], pears]);
    });

    test('commits a batch once per key, with its rows, segment and event', async () => {
      const rows = [row('apples', 1, 5), row('pears', 1, Number.NaN)];
      const segment = { hash: 'a'.repeat(64), rows: 2, periodMin: 1, periodMax: 1 };
      const first = await store.commitBatch({ ...commitOf('a', rows), segment });
      const again = await store.commitBatch(commitOf('a', [row('apples', 1, 6)], { id: 'bat_other' }));
      assert.equal(first.replayed, false);
      assert.deepEqual(again, { batch: first.batch, replayed: true });
      assert.deepEqual(await store.findBatch('shop', 'a'), first.batch);
      assert.deepEqual(await store.getBatch('bat_a'), first.batch);
      assert.equal(await store.findBatch('elsewhere', 'a'), undefined);
      const seq = first.batch.seq;
      assert.deepEqual(await store.listSegments('shop', { batchSeqMax: seq }), [
        { ...segment, batchSeqMin: seq, batchSeqMax: seq },
      ]);
      const events = await store.readEvents({ afterSeq: 0, project: 'shop', limit: 10 });
      assert.deepEqual(
        events.map((e) => [e.type, e.data]),
        [
          [
            'batch.committed',
            { batchId: 'bat_a', seq, rowsAccepted: 2, rowsQuarantined: 1, periodMin: 1, periodMax: 1 },
          ],
        ],
      );
      const tail = await store.readTail('shop', { afterSeq: 0, unsealedOnly: true, limit: 10 });
      assert.deepEqual(tail.map(withoutOrigin), rows);
      assert.ok(tail.every((r) => r.batchSeq === seq && r.knownAt === startMs));
    });

    test('leaves nothing behind when a commit fails half way', async () => {
      // The same series and period twice in one batch contradicts the table's key, after the batch row is written.
      const broken = commitOf('a', [row('apples', 1, 5), row('apples', 1, 6)]);
      await assert.rejects(store.commitBatch(broken), (e) => isAppError(e, 'store/conflict'));
      assert.equal(await store.findBatch('shop', 'a'), undefined);
      assert.deepEqual(await store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 }), []);
      assert.equal(await store.lastEventSeq(), 0);
      await store.commitBatch(commitOf('a', [row('apples', 1, 5)]));
      assert.equal((await store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 })).length, 1);
    });

    test('keeps concurrent callers out of each other’s transactions', async () => {
      const commits = Array.from({ length: 20 }, (_, i) =>
        store.commitBatch(
          i % 2 === 0
            ? commitOf(`k${i}`, [row('apples', i, i)])
            : commitOf(`k${i}`, [row('apples', i, 1), row('apples', i, 2)]),
        ),
      );
      const events = Array.from({ length: 20 }, () =>
        store.appendEvent({ at: 1, project: 'shop', type: 'swap.done', data: { versionId: 'ver_1', ms: 1 } }),
      );
      const settled = await Promise.allSettled(commits);
      await Promise.all(events);
      assert.equal(settled.filter((s) => s.status === 'fulfilled').length, 10);
      const all = await store.readEvents({ afterSeq: 0, limit: 100 });
      assert.equal(all.filter((e) => e.type === 'swap.done').length, 20);
      assert.equal(all.filter((e) => e.type === 'batch.committed').length, 10);
    });

    test('reads the tail in whole batches, in order', async () => {
      for (const key of ['a', 'b', 'c']) {
        const rows = Array.from({ length: 3 }, (_, i) => row(`s${i}`, 1, i));
        await store.commitBatch(commitOf(key, rows));
      }
      const batches = await store.listBatches('shop', { afterSeq: 0, limit: 2 });
      assert.deepEqual(
        batches.map((b) => b.idempotencyKey),
        ['a', 'b'],
      );
      const seen: TailRow[] = [];
      let afterSeq = 0;
      for (;;) {
        const page = await store.readTail('shop', { afterSeq, unsealedOnly: false, limit: 4 });
        if (page.length === 0) break;
        assert.equal(page.length, 3);
        seen.push(...page);
        afterSeq = page.at(-1)?.batchSeq ?? 0;
      }
      assert.equal(seen.length, 9);
      const tiny = await store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 1 });
      assert.equal(tiny.length, 3, 'a batch larger than the limit still comes whole');
    });

    test('answers with the latest value known per series and period', async () => {
      await store.commitBatch(commitOf('a', [row('apples', 1, 5), row('apples', 2, 6), row('pears', 1, 7)]));
      await store.commitBatch(commitOf('b', [row('apples', 1, 50), row('pears', 3, 9)]));
      const all = await store.readActuals('shop', { periodMin: 1, periodMax: 2 });
      assert.deepEqual(all.map(withoutOrigin), [
        row('apples', 1, 50),
        row('pears', 1, 7),
        row('apples', 2, 6),
      ]);
      const pears = await store.readActuals('shop', { periodMin: 1, periodMax: 9, seriesIds: ['pears'] });
      assert.deepEqual(pears.map(withoutOrigin), [row('pears', 1, 7), row('pears', 3, 9)]);
      assert.deepEqual(await store.readActuals('elsewhere', { periodMin: 1, periodMax: 9 }), []);
    });

    test('seals batches once and prunes only what is sealed', async () => {
      const a = await store.commitBatch(commitOf('a', [row('apples', 1, 5), row('apples', 8, 5)]));
      const b = await store.commitBatch(commitOf('b', [row('pears', 1, 5)]));
      const c = await store.commitBatch(commitOf('c', [row('figs', 1, 5)]));
      const segment = {
        hash: 'a'.repeat(64),
        rows: 3,
        periodMin: 1,
        periodMax: 8,
        batchSeqMin: a.batch.seq,
        batchSeqMax: b.batch.seq,
      };
      const seqs = [a.batch.seq, b.batch.seq];
      await store.sealBatches('shop', seqs, segment);
      await store.sealBatches('shop', seqs, segment);
      const other = { ...segment, hash: 'b'.repeat(64) };
      await assert.rejects(store.sealBatches('shop', [...seqs, c.batch.seq], other), (e) =>
        isAppError(e, 'store/conflict'),
      );
      assert.deepEqual(await store.listSegments('shop', { batchSeqMax: c.batch.seq }), [segment]);
      assert.deepEqual(await store.listSegments('shop', { batchSeqMax: a.batch.seq }), []);
      const unsealed = await store.readTail('shop', { afterSeq: 0, unsealedOnly: true, limit: 10 });
      assert.deepEqual(
        unsealed.map((r) => r.seriesId),
        ['figs'],
      );
      assert.equal((await store.getBatch('bat_a'))?.sealed, true);
      assert.equal(await store.pruneTail('shop', { periodMin: 5, rowsMax: 1 }), 1);
      assert.equal(await store.pruneTail('shop', { periodMin: 5, rowsMax: 9 }), 1);
      const left = await store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 });
      assert.deepEqual(left.map(withoutOrigin), [row('apples', 8, 5), row('figs', 1, 5)]);
    });

    test('keeps a snapshot once, newest first', async () => {
      const later = { ...snapshot, id: '1'.repeat(64), createdAt: startMs + 1 };
      await store.putSnapshot(snapshot);
      await store.putSnapshot({ ...snapshot, createdAt: 5 });
      await store.putSnapshot(later);
      assert.deepEqual(await store.getSnapshot(snapshot.id), snapshot);
      assert.deepEqual(await store.listSnapshots('shop', 9), [later, snapshot]);
      assert.deepEqual(await store.listSnapshots('shop', 1), [later]);
      const events = await store.readEvents({ afterSeq: 0, limit: 9 });
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
        await store.putRun(runOf(`run_${i}`, { startedAt: startMs + (i < 3 ? 0 : i) }));
      }
      await store.putRun(
        runOf('run_3', { status: 'failed', error: 'out of memory', startedAt: startMs + 3 }),
      );
      await store.putRun(runOf('run_x', { project: 'elsewhere', startedAt: startMs + 99 }));
      assert.equal((await store.getRun('run_3'))?.error, 'out of memory');
      assert.deepEqual(await store.getRun('run_0'), runOf('run_0'));
      const seen: string[] = [];
      for (;;) {
        const before = seen.at(-1);
        const page = await store.listRuns({
          project: 'shop',
          ...(before === undefined ? {} : { before }),
          limit: 2,
        });
        seen.push(...page.map((r) => r.id));
        if (page.length < 2) break;
      }
      assert.deepEqual(seen, ['run_6', 'run_5', 'run_4', 'run_3', 'run_2', 'run_1', 'run_0']);
      assert.equal((await store.listRuns({ limit: 1 }))[0]?.id, 'run_x');
    });

    test('numbers versions per project, one per run', async () => {
      await store.putSnapshot(snapshot);
      for (const id of ['run_1', 'run_2']) await store.putRun(runOf(id));
      const one = await store.addVersion(versionOf('ver_1', 'run_1'));
      const two = await store.addVersion(versionOf('ver_2', 'run_2'));
      const again = await store.addVersion(versionOf('ver_9', 'run_1'));
      assert.deepEqual([one.number, two.number], [1, 2]);
      assert.deepEqual(again, one);
      assert.deepEqual(await store.getVersionByNumber('shop', 2), two);
      assert.deepEqual(await store.listVersions('shop', 9), [two, one]);
      await store.setVersionGate('ver_1', { passed: true, margin: 0.02 });
      assert.deepEqual((await store.getVersion('ver_1'))?.gate, { passed: true, margin: 0.02 });
      await assert.rejects(store.setVersionGate('ver_9', {}), (e) => isAppError(e, 'store/conflict'));
      await assert.rejects(store.addVersion(versionOf('ver_3', 'run_unknown')), (e) =>
        isAppError(e, 'store/conflict'),
      );
    });

    test('keeps what a proof found of a version, and tells of a refusal once', async () => {
      await store.putSnapshot(snapshot);
      await store.putRun(runOf('run_1'));
      const version = await store.addVersion(versionOf('ver_1', 'run_1'));
      assert.deepEqual([version.provenAt, version.refusal], [null, null]);
      for (const at of [10, 11]) await store.markRefused('ver_1', { at, reason: 'not finite' });
      const refused = await store.getVersion('ver_1');
      assert.deepEqual([refused?.provenAt, refused?.refusal], [null, { at: 10, reason: 'not finite' }]);
      const events = await store.readEvents({ afterSeq: 0, project: 'shop', limit: 100 });
      const told = events.filter(({ type }) => type === 'swap.refused');
      assert.deepEqual(
        told.map(({ at, data }) => [at, data]),
        [[10, { versionId: 'ver_1', reason: 'not finite' }]],
      );
      for (const at of [20, 21]) await store.markProven('ver_1', at);
      const proven = await store.getVersion('ver_1');
      assert.deepEqual([proven?.provenAt, proven?.refusal], [20, null]);
      const none = (e: unknown): boolean => isAppError(e, 'store/conflict');
      await assert.rejects(store.markProven('ver_9', 1), none);
      await assert.rejects(store.markRefused('ver_9', { at: 1, reason: 'x' }), none);
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
      const one = await store.addVersion(file('churn', 'a', ['x']));
      assert.deepEqual(
        [one.number, one.kind, one.runId, one.signature],
        [1, 'onnx', null, { columns: ['x'] }],
      );
      assert.deepEqual(await store.addVersion({ ...file('churn', 'a', ['x']), id: 'ver_again' }), one);
      assert.equal((await store.addVersion(file('churn', 'a', ['x', 'y']))).number, 2, 'another signature');
      assert.equal((await store.addVersion(file('churn', 'b', ['x']))).number, 3, 'another file');
      assert.deepEqual(await store.listVersionNames('onnx'), ['churn']);
      assert.deepEqual(await store.listVersionNames('forecaster'), []);
      await store.putProject(project, startMs);
      const taken = (e: unknown): boolean => isAppError(e, 'store/name-taken');
      await assert.rejects(store.addVersion(file(project.name, 'a', ['x'])), taken);
      await assert.rejects(store.putProject({ ...project, name: 'churn' }, startMs), taken);
    });

    test('moves an alias with its history and one event per change', async () => {
      await store.putSnapshot(snapshot);
      for (const n of [1, 2]) {
        await store.putRun(runOf(`run_${n}`));
        await store.addVersion(versionOf(`ver_${n}`, `run_${n}`));
      }
      const change = (versionId: string, reason: string) =>
        store.setAlias({ project: 'shop', alias: 'champion', versionId, at: startMs, by: 'gate', reason });
      assert.equal(await store.getAlias('shop', 'champion'), undefined);
      const first = await change('ver_1', 'first');
      assert.deepEqual(await change('ver_1', 'again'), first);
      await change('ver_2', 'better');
      assert.equal((await store.getAlias('shop', 'champion'))?.id, 'ver_2');
      assert.deepEqual(await store.listAliases('shop'), [{ alias: 'champion', versionId: 'ver_2' }]);
      await change('none', 'withdrawn');
      assert.equal(await store.getAlias('shop', 'champion'), undefined);
      await assert.rejects(change('ver_7', 'unknown'), (e) => isAppError(e, 'store/conflict'));
      const history = await store.aliasHistory('shop', 'champion', 9);
      assert.deepEqual(
        history.map((h) => [h.versionId, h.reason]),
        [
          ['none', 'withdrawn'],
          ['ver_2', 'better'],
          ['ver_1', 'first'],
        ],
      );
      const events = await store.readEvents({ afterSeq: 0, limit: 99 });
      assert.deepEqual(
        events.filter((e) => e.type === 'alias.changed').map((e) => e.data.versionId),
        ['ver_1', 'ver_2', 'none'],
      );
    });

    test('hands out events in order, once each, to every follower', async () => {
      for (let i = 0; i < 5; i++) {
        const data = { versionId: 'ver_1', ms: i };
        await store.appendEvent({ at: i, project: i === 3 ? 'b' : 'a', type: 'swap.done', data });
      }
      const all = await store.readEvents({ afterSeq: 0, limit: 3 });
      const rest = await store.readEvents({ afterSeq: all.at(-1)?.seq ?? 0, limit: 3 });
      assert.deepEqual(
        [...all, ...rest].map((e) => e.at),
        [0, 1, 2, 3, 4],
      );
      assert.equal(await store.lastEventSeq(), rest.at(-1)?.seq);
      const b = await store.readEvents({ afterSeq: 0, project: 'b', limit: 9 });
      assert.deepEqual(
        b.map((e) => e.at),
        [3],
      );
    });

    test('lets two connections write at once without loss', async () => {
      const second = place.connect(clock);
      const commit = (from: ControlStore, key: string): Promise<unknown> =>
        from.commitBatch(commitOf(key, [row(key, 1, 1)]));
      await Promise.all(
        Array.from({ length: 40 }, (_, i) => commit(i % 2 === 0 ? store : second, `k${i % 30}`)),
      );
      await second.close();
      const batches = await store.listBatches('shop', { afterSeq: 0, limit: 99 });
      assert.equal(batches.length, 30);
      assert.equal(new Set(batches.map((b) => b.seq)).size, 30);
    });

    test('lets two processes write at once without loss', async () => {
      const writers = ['p', 'q'].map((name) => startWriter(name, 60));
      const codes = await Promise.all(writers.map(async (w) => (await once(w, 'exit'))[0]));
      assert.deepEqual(codes, [0, 0]);
      const batches = await store.listBatches('shop', { afterSeq: 0, limit: 999 });
      assert.equal(batches.length, 120);
      const events = await store.readEvents({ afterSeq: 0, limit: 999 });
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
        const batch = await store.findBatch('shop', key);
        assert.ok(batch !== undefined, `batch ${key} was acknowledged and is gone`);
      }
      const tail = await store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 99_999 });
      const batches = await store.listBatches('shop', { afterSeq: 0, limit: 99_999 });
      assert.equal(tail.length, 10 * batches.length, 'no batch is there in part');
      await store.check();
    });
  });
}

function withoutOrigin(tailRow: TailRow): ObservationRow {
  const { seriesId, period, value, status } = tailRow;
  return { seriesId, period, value, status };
}
