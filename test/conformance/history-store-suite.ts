// What every store promises of batches, their rows, segments and closings.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAppError, ObservationStatus } from '../../src/core/index.ts';
import type { ObservationRow, TailRow } from '../../src/storage/ports/index.ts';
import { type ControlBackend, commitOf, row, startMs, storePerTest } from './store-fixtures.ts';

export function historyStoreSuite(backend: ControlBackend): void {
  describe(`history store ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('keeps covariates with their rows, and reads plans apart from actuals', async () => {
      const price = { ...row('apples', 1, 5), covariates: { price: 2.5, event: 'fair' } };
      const plan = { ...row('apples', 3, Number.NaN), status: 3, covariates: { price: 2 } } as const;
      const first = await fresh.store.commitBatch(
        commitOf('a', [price, row('pears', 2, 1)], { periodMax: 2 }),
      );
      await fresh.store.commitBatch(
        commitOf('b', [plan], { rowsAccepted: 1, rowsPlanned: 1, periodMin: null, periodMax: null }),
      );
      const tail = await fresh.store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 });
      assert.deepEqual(
        tail.map(({ covariates }) => covariates),
        [{ price: 2.5, event: 'fair' }, undefined, { price: 2 }],
      );
      const known = await fresh.store.readCovariates('shop', { afterSeq: 0, periodMin: 1, limit: 1 });
      assert.deepEqual(
        known.map(({ period, batchSeq }) => [period, batchSeq]),
        [[1, first.batch.seq]],
      );
      const later = { afterSeq: first.batch.seq, periodMin: 1, limit: 10 };
      assert.deepEqual(
        (await fresh.store.readCovariates('shop', later)).map(({ status }) => status),
        [3],
      );
      assert.deepEqual(await fresh.store.readCovariates('shop', { ...later, periodMin: 4 }), []);
      const more = ['a', 'b', 'c'].flatMap((id) =>
        [4, 5].map((period) => ({ ...plan, seriesId: id, period })),
      );
      await fresh.store.commitBatch(
        commitOf('c', more, { rowsPlanned: 6, periodMin: null, periodMax: null }),
      );
      const pages: string[] = [];
      for (let afterRow: (typeof known)[number] | undefined; ; ) {
        const page = await fresh.store.readCovariates('shop', {
          afterSeq: 0,
          periodMin: 3,
          limit: 2,
          afterRow,
        });
        afterRow = page.at(-1);
        if (afterRow === undefined) break;
        pages.push(page.map(({ seriesId, period }) => seriesId + period).join());
      }
      assert.deepEqual(pages, ['apples3,a4', 'b4,c4', 'a5,b5', 'c5']);
      const ofOne = { seriesId: 'apples', periodMin: 1, periodMax: 3000 };
      assert.deepEqual(
        (await fresh.store.readSeriesRows('shop', ofOne)).map((known) => [
          known.period,
          known.status,
          known.covariates,
        ]),
        [
          [1, 0, { price: 2.5, event: 'fair' }],
          [3, 3, { price: 2 }],
        ],
      );
      const actuals = await fresh.store.readActuals('shop', { periodMin: 1, periodMax: 9 });
      assert.deepEqual(
        actuals.map(({ period }) => period),
        [1, 2],
      );
      assert.equal((await fresh.store.historyTotals('shop')).periodMax, 2);
      assert.equal((await fresh.store.getBatch('bat_b'))?.rowsPlanned, 1);
    });

    test('finds the rows that were refused, by period and batch', async () => {
      const refused = (period: number) => ({
        ...row('a', period, Number.NaN),
        status: ObservationStatus.refused,
      });
      const { batch } = await fresh.store.commitBatch(
        commitOf('r1', [refused(3), refused(5), row('a', 6, 1)]),
      );
      await fresh.store.commitBatch(commitOf('r2', [refused(7)]));
      const read = async (periodMin: number, batchSeqMax: number): Promise<number[]> =>
        (await fresh.store.readUnsettled('shop', { periodMin, batchSeqMax }))
          .map(({ period }) => period)
          .sort();
      assert.deepEqual(await read(0, 1e9), [3, 5, 7]);
      assert.deepEqual(await read(4, batch.seq), [5]);
    });

    test('keeps closings in the order of batches, newest per group, and none that closes no further', async () => {
      const closing = (group: string, through: number) => ({ group, through, cause: 'reporters' }) as const;
      const close = (key: string, ...closings: ReturnType<typeof closing>[]) =>
        fresh.store.commitBatch({ ...commitOf(key, [], { sealed: true }), closings });
      const read = async (options: { afterSeq?: number; batchSeqMax: number }) =>
        (await fresh.store.readClosings('shop', options)).map(({ seq, group, through }) => [
          seq,
          group,
          through,
        ]);
      assert.equal(await fresh.store.projectClock('shop'), null);
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
      assert.deepEqual(await fresh.store.readClosings('other', { batchSeqMax: 99 }), []);
      assert.deepEqual(
        [await fresh.store.projectClock('shop'), await fresh.store.projectClock('other')],
        [3, null],
      );
      const [first] = await fresh.store.readClosings('shop', { batchSeqMax: a.seq });
      assert.deepEqual(first, { seq: a.seq, group: 'north', through: 4, cause: 'reporters', at: startMs });
      const { batch: d } = await fresh.store.commitBatch(commitOf('d', [], { closesThrough: 7 }));
      assert.equal((await fresh.store.getBatch(d.id))?.closesThrough, 7);
      assert.equal((await fresh.store.getBatch(c.id))?.closesThrough, null);
    });

    test('a refused row is an actual only where there is no other, whichever came first', async () => {
      const refused = (id: string) => ({ ...row(id, 1, Number.NaN), status: 4 }) as const;
      await fresh.store.commitBatch(commitOf('a', [row('apples', 1, 5), refused('pears')]));
      await fresh.store.commitBatch(commitOf('b', [refused('apples'), row('pears', 1, 6), refused('plums')]));
      await fresh.store.commitBatch(commitOf('c', [refused('apples')]));
      const actuals = await fresh.store.readActuals('shop', { periodMin: 1, periodMax: 1 });
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
        fresh.store.commitBatch({
          ...commitOf(key, []),
          attributes: Object.entries(attributes).map(([seriesId, own]) => ({ seriesId, attributes: own })),
        });
      const { batch: a } = await described('a', {
        apples: { kind: 'fruit' },
        pears: { kind: 'fruit', size: 2 },
      });
      const { batch: b } = await described('b', { apples: { size: 1 }, pears: { size: 2 } });
      const read = async (batchSeqMax: number, afterSeq = 0, afterId = '') => {
        const rows = await fresh.store.readAttributes('shop', { batchSeqMax, afterSeq, afterId, limit: 10 });
        return rows.map((one) => [one.seriesId, one.batchSeq, one.attributes]);
      };
      const pears = ['pears', a.seq, { kind: 'fruit', size: 2 }];
      assert.deepEqual(await read(a.seq), [['apples', a.seq, { kind: 'fruit' }], pears]);
      assert.deepEqual(await read(b.seq), [['apples', b.seq, { kind: 'fruit', size: 1 }], pears]);
      assert.deepEqual(await read(b.seq, a.seq), [['apples', b.seq, { kind: 'fruit', size: 1 }]]);
      assert.deepEqual(await read(b.seq, 0, 'apples'), [pears]);
      assert.deepEqual(
        [
          await fresh.store.lastAttributesSeq('shop', b.seq),
          await fresh.store.lastAttributesSeq('shop', a.seq - 1),
        ],
        [b.seq, 0],
      );
      assert.equal((await described('b', { apples: { size: 9 } })).replayed, true);
      assert.deepEqual(await read(b.seq), [['apples', b.seq, { kind: 'fruit', size: 1 }], pears]);
    });

    test('commits a batch once per key, with its rows, segment and event', async () => {
      const rows = [row('apples', 1, 5), row('pears', 1, Number.NaN)];
      const segment = { hash: 'a'.repeat(64), rows: 2, periodMin: 1, periodMax: 1 };
      const first = await fresh.store.commitBatch({ ...commitOf('a', rows), segment });
      const again = await fresh.store.commitBatch(commitOf('a', [row('apples', 1, 6)], { id: 'bat_other' }));
      assert.equal(first.replayed, false);
      assert.deepEqual(again, { batch: first.batch, replayed: true, landed: null });
      assert.deepEqual(first.landed, { after: 0, closings: [] });
      assert.deepEqual(await fresh.store.findBatch('shop', 'a'), first.batch);
      assert.deepEqual(await fresh.store.getBatch('bat_a'), first.batch);
      assert.equal(await fresh.store.findBatch('elsewhere', 'a'), undefined);
      const seq = first.batch.seq;
      assert.deepEqual(await fresh.store.listSegments('shop', { batchSeqMax: seq }), [
        { ...segment, batchSeqMin: seq, batchSeqMax: seq },
      ]);
      const events = await fresh.store.readEvents({ afterSeq: 0, project: 'shop', limit: 10 });
      assert.deepEqual(
        events.map((e) => [e.type, e.data]),
        [
          [
            'batch.committed',
            { batchId: 'bat_a', seq, rowsAccepted: 2, rowsQuarantined: 1, periodMin: 1, periodMax: 1 },
          ],
        ],
      );
      const tail = await fresh.store.readTail('shop', { afterSeq: 0, unsealedOnly: true, limit: 10 });
      assert.deepEqual(tail.map(withoutOrigin), rows);
      assert.ok(tail.every((r) => r.batchSeq === seq && r.knownAt === startMs));
    });

    test('reads the tail in whole batches, in order', async () => {
      for (const key of ['a', 'b', 'c']) {
        const rows = Array.from({ length: 3 }, (_, i) => row(`s${i}`, 1, i));
        await fresh.store.commitBatch(commitOf(key, rows));
      }
      const batches = await fresh.store.listBatches('shop', { afterSeq: 0, limit: 2 });
      assert.deepEqual(
        batches.map((b) => b.idempotencyKey),
        ['a', 'b'],
      );
      const newest = await fresh.store.newestBatches('shop', { beforeSeq: null, limit: 2 });
      const rest = await fresh.store.newestBatches('shop', {
        beforeSeq: newest.at(-1)?.seq ?? 0,
        limit: 2,
      });
      assert.deepEqual(
        [...newest, ...rest].map((b) => b.idempotencyKey),
        ['c', 'b', 'a'],
      );
      const seen: TailRow[] = [];
      let afterSeq = 0;
      for (;;) {
        const page = await fresh.store.readTail('shop', { afterSeq, unsealedOnly: false, limit: 4 });
        if (page.length === 0) break;
        assert.equal(page.length, 3);
        seen.push(...page);
        afterSeq = page.at(-1)?.batchSeq ?? 0;
      }
      assert.equal(seen.length, 9);
      const tiny = await fresh.store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 1 });
      assert.equal(tiny.length, 3, 'a batch larger than the limit still comes whole');
    });

    test('answers with the latest value known per series and period', async () => {
      await fresh.store.commitBatch(
        commitOf('a', [row('apples', 1, 5), row('apples', 2, 6), row('pears', 1, 7)]),
      );
      await fresh.store.commitBatch(commitOf('b', [row('apples', 1, 50), row('pears', 3, 9)]));
      const all = await fresh.store.readActuals('shop', { periodMin: 1, periodMax: 2 });
      assert.deepEqual(all.map(withoutOrigin), [
        row('apples', 1, 50),
        row('pears', 1, 7),
        row('apples', 2, 6),
      ]);
      const pears = await fresh.store.readActuals('shop', {
        periodMin: 1,
        periodMax: 9,
        seriesIds: ['pears'],
      });
      assert.deepEqual(pears.map(withoutOrigin), [row('pears', 1, 7), row('pears', 3, 9)]);
      assert.deepEqual(await fresh.store.readActuals('elsewhere', { periodMin: 1, periodMax: 9 }), []);
    });

    test('seals batches once and prunes only what is sealed', async () => {
      const a = await fresh.store.commitBatch(commitOf('a', [row('apples', 1, 5), row('apples', 8, 5)]));
      const b = await fresh.store.commitBatch(commitOf('b', [row('pears', 1, 5)]));
      const c = await fresh.store.commitBatch(commitOf('c', [row('figs', 1, 5)]));
      const segment = {
        hash: 'a'.repeat(64),
        rows: 3,
        periodMin: 1,
        periodMax: 8,
        batchSeqMin: a.batch.seq,
        batchSeqMax: b.batch.seq,
      };
      const seqs = [a.batch.seq, b.batch.seq];
      await fresh.store.sealBatches('shop', seqs, segment);
      await fresh.store.sealBatches('shop', seqs, segment);
      const other = { ...segment, hash: 'b'.repeat(64) };
      await assert.rejects(fresh.store.sealBatches('shop', [...seqs, c.batch.seq], other), (e) =>
        isAppError(e, 'store/conflict'),
      );
      assert.deepEqual(await fresh.store.listSegments('shop', { batchSeqMax: c.batch.seq }), [segment]);
      assert.deepEqual(await fresh.store.listSegments('shop', { batchSeqMax: a.batch.seq }), []);
      const unsealed = await fresh.store.readTail('shop', { afterSeq: 0, unsealedOnly: true, limit: 10 });
      assert.deepEqual(
        unsealed.map((r) => r.seriesId),
        ['figs'],
      );
      assert.equal((await fresh.store.getBatch('bat_a'))?.sealed, true);
      assert.equal(await fresh.store.pruneTail('shop', { periodMin: 5, rowsMax: 1 }), 1);
      assert.equal(await fresh.store.pruneTail('shop', { periodMin: 5, rowsMax: 9 }), 1);
      const left = await fresh.store.readTail('shop', { afterSeq: 0, unsealedOnly: false, limit: 10 });
      assert.deepEqual(left.map(withoutOrigin), [row('apples', 8, 5), row('figs', 1, 5)]);
    });
  });
}

function withoutOrigin(tailRow: TailRow): ObservationRow {
  const { seriesId, period, value, status } = tailRow;
  return { seriesId, period, value, status };
}
