// What every queue promises: single flight, leases with fencing tokens, the crash cap.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ManualClock } from '../../src/core/index.ts';
import type { ControlStore, LeasedJob } from '../../src/storage/ports/index.ts';
import { type ControlBackend, startMs, storePerTest } from './store-fixtures.ts';

export function jobStoreSuite(backend: ControlBackend): void {
  describe(`job store ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    const enqueue = (id: string, more: { key?: string; at?: number; runAfter?: number } = {}) =>
      fresh.store.enqueueJob({
        id,
        pipeline: 'train',
        pipelineVersion: 1,
        project: 'shop',
        singleFlightKey: more.key ?? id,
        step: '',
        input: { why: 'test' },
        createdAt: more.at ?? 1,
        runAfter: more.runAfter ?? 0,
      });
    const lease = (
      now: number,
      more: { workerId?: string; excludeIds?: string[]; from?: ControlStore } = {},
    ) =>
      (more.from ?? fresh.store).leaseJob({
        now,
        leaseMs: 100,
        workerId: more.workerId ?? 'w1',
        pipelines: [{ name: 'train', firstStep: 'seal' }],
        crashesMax: 2,
        excludeIds: more.excludeIds ?? [],
      });
    const leased = async (now: number): Promise<LeasedJob> => {
      const job = await lease(now);
      assert.ok(job !== undefined);
      return job;
    };
    const eventTypes = async (): Promise<string[]> =>
      (await fresh.store.readEvents({ afterSeq: 0, limit: 999 })).map((e) => e.type);

    test('keeps one active job per single-flight key', async () => {
      const first = await enqueue('job_1', { key: 'train:shop' });
      const second = await enqueue('job_2', { key: 'train:shop' });
      assert.equal(first.created, true);
      assert.deepEqual(second, { job: first.job, created: false });
      const running = await leased(10);
      assert.equal((await enqueue('job_3', { key: 'train:shop' })).created, false);
      await fresh.store.completeStep(running.id, running.leaseToken, { result: 1, nextStep: null, now: 11 });
      assert.equal((await enqueue('job_4', { key: 'train:shop' })).created, true);
    });

    test('many callers at once still start one job', async () => {
      const second = fresh.place.connect(new ManualClock(startMs));
      const all = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (i % 2 === 0 ? fresh.store : second).enqueueJob({
            id: `job_${i}`,
            pipeline: 'train',
            pipelineVersion: 1,
            project: 'shop',
            singleFlightKey: 'k',
            step: '',
            input: {},
            createdAt: 1,
            runAfter: 0,
          }),
        ),
      );
      await second.close();
      assert.equal(all.filter((a) => a.created).length, 1);
      assert.equal(new Set(all.map((a) => a.job.id)).size, 1);
    });

    test('leases the oldest due job of a known pipeline, once', async () => {
      await enqueue('job_b', { at: 2 });
      await enqueue('job_a', { at: 1 });
      await enqueue('job_later', { at: 0, runAfter: 500 });
      const [one, two, three] = [await leased(10), await leased(10), await lease(10)];
      assert.deepEqual([one.id, two.id, three], ['job_a', 'job_b', undefined]);
      assert.deepEqual(
        [one.state, one.step, one.attempts, one.leaseUntil, one.workerId, one.startedAt],
        ['running', 'seal', 1, 110, 'w1', 10],
      );
      assert.equal(
        (await leased(500)).id,
        'job_later',
        'before the jobs whose lease ran out, as it is older',
      );
    });

    test('two connections never lease the same job', async () => {
      const second = fresh.place.connect(new ManualClock(startMs));
      for (let i = 0; i < 20; i++) await enqueue(`job_${i}`);
      const taken = await Promise.all(
        Array.from({ length: 24 }, (_, i) => lease(10, { from: i % 2 === 0 ? fresh.store : second })),
      );
      await second.close();
      const ids = taken.filter((job) => job !== undefined).map((job) => job.id);
      assert.equal(ids.length, 20);
      assert.equal(new Set(ids).size, 20);
    });

    test('walks through the steps, keeping each result', async () => {
      await enqueue('job_1');
      const first = await leased(10);
      const stored = await fresh.store.completeStep('job_1', first.leaseToken, {
        result: { sealed: 3 },
        nextStep: 'fit',
        now: 20,
      });
      assert.equal(stored, true);
      const second = await leased(20);
      assert.deepEqual([second.step, second.attempts, second.results], ['fit', 1, { seal: { sealed: 3 } }]);
      await fresh.store.completeStep('job_1', second.leaseToken, { result: null, nextStep: null, now: 30 });
      const done = await fresh.store.getJob('job_1');
      assert.deepEqual(
        [done?.state, done?.results, done?.endedAt, done?.progress.fraction],
        ['done', { seal: { sealed: 3 }, fit: null }, 30, 1],
      );
      assert.deepEqual(await eventTypes(), ['job.queued', 'job.step', 'job.done']);
    });

    test('refuses a worker whose lease another one has taken over', async () => {
      await enqueue('job_1');
      const old = await leased(0);
      assert.equal(await lease(100), undefined, 'a lease holds to its last millisecond');
      const renewal = { now: 50, leaseUntil: 150, progress: { fraction: 0.5, message: 'half' } };
      assert.equal(await fresh.store.renewLease('job_1', old.leaseToken, renewal), true);
      assert.equal(await lease(150, { workerId: 'w2' }), undefined);
      const heir = await leased(151);
      assert.equal(heir.crashes, 1);
      assert.ok(heir.leaseToken > old.leaseToken);
      const late = { result: 'stale', nextStep: null, now: 160 };
      assert.equal(await fresh.store.completeStep('job_1', old.leaseToken, late), false);
      assert.equal(await fresh.store.renewLease('job_1', old.leaseToken, renewal), false);
      const failure = { error: 'stale', retryAt: null, now: 160 };
      assert.equal(await fresh.store.failStep('job_1', old.leaseToken, failure), false);
      assert.equal((await fresh.store.getJob('job_1'))?.state, 'running');
      assert.equal(
        await fresh.store.completeStep('job_1', heir.leaseToken, { ...late, result: 'fresh' }),
        true,
      );
      assert.deepEqual((await fresh.store.getJob('job_1'))?.results, { seal: 'fresh' });
    });

    test('lets a lease end early, never later, and only the lease that is named', async () => {
      await enqueue('job_1');
      const job = await leased(0);
      assert.equal(await fresh.store.shortenLease(job.id, job.leaseToken + 1, 10), false);
      assert.equal(await fresh.store.shortenLease(job.id, job.leaseToken, 40), true);
      assert.equal(await fresh.store.shortenLease(job.id, job.leaseToken, 90), true);
      assert.equal((await fresh.store.listLeases(9))[0]?.leaseUntil, 40);
      assert.equal((await lease(41, { workerId: 'w2' }))?.crashes, 1);
    });

    test('never takes a job over from the worker that says it runs it', async () => {
      await enqueue('job_1');
      await leased(0);
      assert.equal(await lease(9999, { excludeIds: ['job_1'] }), undefined);
    });

    test('fails a job whose step keeps ending its worker, and goes on with the next', async () => {
      await enqueue('job_1', { at: 1 });
      await enqueue('job_2', { at: 2, runAfter: 3000 });
      for (const now of [0, 1000, 2000]) assert.equal((await leased(now)).id, 'job_1');
      assert.equal((await leased(3000)).id, 'job_2');
      const failed = await fresh.store.getJob('job_1');
      assert.equal(failed?.state, 'failed');
      assert.match(failed?.error ?? '', /seal ended its worker 3 times/);
      assert.equal((await eventTypes()).filter((t) => t === 'job.failed').length, 1);
    });

    test('counts crashes per step', async () => {
      await enqueue('job_1');
      await leased(0);
      const again = await leased(1000);
      assert.deepEqual([again.attempts, again.crashes], [2, 1]);
      await fresh.store.completeStep('job_1', again.leaseToken, { result: 1, nextStep: 'fit', now: 1001 });
      const next = await leased(1001);
      assert.deepEqual([next.attempts, next.crashes], [1, 0]);
    });

    test('tries a failed step again when its time has come, or never', async () => {
      await enqueue('job_1');
      const one = await leased(0);
      await fresh.store.failStep('job_1', one.leaseToken, { error: 'disk full', retryAt: 500, now: 10 });
      assert.equal(await lease(499), undefined);
      const two = await leased(500);
      assert.deepEqual([two.attempts, two.error, two.crashes], [2, 'disk full', 0]);
      await fresh.store.failStep('job_1', two.leaseToken, { error: 'no data', retryAt: null, now: 600 });
      const failed = await fresh.store.getJob('job_1');
      assert.deepEqual([failed?.state, failed?.error, failed?.endedAt], ['failed', 'no data', 600]);
    });

    test('postpones a step without counting it as a try, and lets go of it meanwhile', async () => {
      await enqueue('job_1');
      const one = await leased(0);
      assert.equal(await fresh.store.isHeld('job_1', one.leaseToken), true);
      const wait = { runAfter: 86_400_000, message: 'waits for labels', now: 5 };
      assert.equal(await fresh.store.postponeStep('job_1', one.leaseToken + 1, wait), false);
      assert.equal(await fresh.store.postponeStep('job_1', one.leaseToken, wait), true);
      assert.equal(await fresh.store.isHeld('job_1', one.leaseToken), false);
      assert.deepEqual(await fresh.store.listLeases(9), []);
      const waiting = await fresh.store.getJob('job_1');
      assert.deepEqual(
        [waiting?.state, waiting?.step, waiting?.attempts, waiting?.runAfter, waiting?.progress.message],
        ['queued', 'seal', 0, 86_400_000, 'waits for labels'],
      );
      assert.equal(await lease(86_399_999), undefined);
      const two = await leased(86_400_000);
      assert.deepEqual([two.step, two.attempts, two.crashes], ['seal', 1, 0]);
      assert.ok(two.leaseToken > one.leaseToken);
      assert.equal((await eventTypes()).filter((type) => type === 'job.waiting').length, 1);
    });

    test('what a job told is read back in its order, the newest lines, and nothing of others', async () => {
      await enqueue('job_1', { key: 'a' });
      await enqueue('job_2', { key: 'b' });
      const one = await leased(10);
      const failure = { error: 'data/no-history: none', retryAt: 2000, now: 1000 };
      await fresh.store.failStep(one.id, one.leaseToken, failure);
      await fresh.store.cancelJob(one.id, 3000);
      const told = await fresh.store.jobEvents(one.id, 9);
      assert.deepEqual(
        told.map(({ type }) => type),
        ['job.queued', 'job.waiting', 'job.cancelled'],
      );
      assert.match(JSON.stringify(told[1]?.data), /tried again after data.no-history: none/);
      const newest = await fresh.store.jobEvents(one.id, 1);
      assert.deepEqual(
        newest.map(({ seq }) => seq),
        [told[2]?.seq],
      );
      assert.deepEqual(await fresh.store.jobEvents('job_3', 9), []);
    });

    test('a job put in twice under one id is one, also when it has ended', async () => {
      await enqueue('job_1', { key: 'a' });
      const running = await leased(10);
      await fresh.store.completeStep(running.id, running.leaseToken, { result: 1, nextStep: null, now: 11 });
      const again = await enqueue('job_1', { key: 'b' });
      assert.deepEqual([again.created, again.job.state], [false, 'done']);
    });

    test('cancels queued and running jobs; their workers notice', async () => {
      await enqueue('job_1', { at: 1 });
      await enqueue('job_2', { at: 2 });
      const running = await leased(0);
      assert.equal(await fresh.store.cancelJob('job_1', 5), true);
      assert.equal(await fresh.store.cancelJob('job_2', 5), true);
      assert.equal(await fresh.store.cancelJob('job_2', 6), false);
      assert.equal(await fresh.store.cancelJob('job_9', 6), false);
      const progress = { fraction: 0, message: '' };
      assert.equal(
        await fresh.store.renewLease('job_1', running.leaseToken, { now: 6, leaseUntil: 100, progress }),
        false,
      );
      assert.equal(await lease(1000), undefined);
      assert.equal((await fresh.store.getJob('job_1'))?.state, 'cancelled');
    });

    test('tells of progress when the message or the whole percent changes', async () => {
      await enqueue('job_1');
      const job = await leased(0);
      for (const [fraction, message] of [
        [0.101, 'fit'],
        [0.102, 'fit'],
        [0.111, 'fit'],
        [0.112, 'check'],
      ] as const) {
        const renewal = { now: 7, leaseUntil: 100, progress: { fraction, message } };
        assert.equal(await fresh.store.renewLease('job_1', job.leaseToken, renewal), true);
      }
      const events = await fresh.store.readEvents({ afterSeq: 0, limit: 99 });
      assert.deepEqual(
        events.filter((e) => e.type === 'job.progress').map((e) => [e.at, e.data.fraction, e.data.message]),
        [
          [7, 0.101, 'fit'],
          [7, 0.111, 'fit'],
          [7, 0.112, 'check'],
        ],
      );
      assert.deepEqual((await fresh.store.getJob('job_1'))?.progress, { fraction: 0.112, message: 'check' });
    });

    test('lists jobs newest first, by project and state', async () => {
      await enqueue('job_1', { at: 1 });
      await enqueue('job_2', { at: 2 });
      await leased(0);
      const ids = async (options: Parameters<ControlStore['listJobs']>[0]) =>
        (await fresh.store.listJobs(options)).map((j) => j.id);
      assert.deepEqual(await ids({ limit: 9 }), ['job_2', 'job_1']);
      assert.deepEqual(await ids({ limit: 1 }), ['job_2']);
      assert.deepEqual(await ids({ project: 'shop', state: 'queued', limit: 9 }), ['job_2']);
      assert.deepEqual(await ids({ project: 'elsewhere', limit: 9 }), []);
    });
  });
}
