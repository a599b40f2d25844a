// What every relational store promises of predictions: each once, bit for bit, in pages, with what was behind it.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PredictionRecord } from '../../src/storage/ports/index.ts';
import { type ControlBackend, predictionOf, storePerTest } from './store-fixtures.ts';

export function predictionStoreSuite(backend: ControlBackend): void {
  describe(`predictions in ${backend.name}`, () => {
    const fresh = storePerTest(backend);

    test('keeps what a prediction was told', async () => {
      const told = { ...predictionOf('prd_told'), covariates: { price: [1, null], promo: 0 } };
      await fresh.store.appendPredictions([told, predictionOf('prd_plain')]);
      assert.deepEqual((await fresh.store.getPrediction('prd_told'))?.covariates, told.covariates);
      assert.equal((await fresh.store.getPrediction('prd_plain'))?.covariates, undefined);
    });

    test('keeps which levels the model was asked for', async () => {
      const adapted = { demand: 'sparse', levels: [0.08, 0.925] };
      await fresh.store.appendPredictions([
        predictionOf('prd_adapted', { adapted }),
        predictionOf('prd_plain'),
      ]);
      assert.deepEqual((await fresh.store.getPrediction('prd_adapted'))?.adapted, adapted);
      assert.ok(!('adapted' in ((await fresh.store.getPrediction('prd_plain')) ?? {})));
    });

    test('scans about one prediction in so many, the same ones every time, of every cutoff', async () => {
      const all = Array.from({ length: 2000 }, (_, i) =>
        predictionOf(`prd_${String(i).padStart(4, '0')}`, { cutoff: i % 10 }),
      );
      await fresh.store.appendPredictions(all);
      const scan = (): Promise<PredictionRecord[]> =>
        fresh.store.scanPredictions('shop', { cutoffMin: 0, cutoffMax: 9, limit: 9999, oneIn: 5 });
      const some = await scan();
      assert.ok(some.length > 300 && some.length < 500, `${some.length}`);
      assert.equal(new Set(some.map(({ cutoff }) => cutoff)).size, 10);
      assert.deepEqual(await scan(), some);
    });

    test('keeps the features of a sample of predictions, newest first, by version', async () => {
      const features = Float64Array.of(0.1, Number.NaN, -0);
      const like = { features, versionId: 'ver_1' };
      await fresh.store.appendPredictions([
        predictionOf('prd_old', { ...like, madeAt: 1, covariates: { promo: 1 } }),
        predictionOf('prd_new', { ...like, madeAt: 2 }),
        predictionOf('prd_other', { features, versionId: 'ver_2' }),
        predictionOf('prd_plain', { versionId: 'ver_1' }),
      ]);
      const found = await fresh.store.featureSamples('shop', 'ver_1', 9);
      const { seriesId, cutoff } = predictionOf('prd_new');
      assert.deepEqual(found, [
        { id: 'prd_new', seriesId, cutoff, features },
        { id: 'prd_old', seriesId, cutoff, features, covariates: { promo: 1 } },
      ]);
      assert.equal((await fresh.store.featureSamples('shop', 'ver_1', 1)).length, 1);
      assert.deepEqual(await fresh.store.featureSamples('elsewhere', 'ver_1', 9), []);
      assert.equal((await fresh.store.getPrediction('prd_new'))?.features, undefined);
    });

    test('returns predictions bit for bit, and takes each once', async () => {
      const shared = new Float64Array([9, 0.1 + 0.2, -0, 9]);
      const one = predictionOf('pre_1', { mean: shared.subarray(1, 3) });
      await fresh.store.appendPredictions([one, predictionOf('pre_2', { levels: [0.5] })]);
      await fresh.store.appendPredictions([predictionOf('pre_1', { cutoff: 5 }), predictionOf('pre_3')]);
      await fresh.store.appendPredictions([]);
      assert.deepEqual(await fresh.store.getPrediction('pre_1'), one);
      assert.ok(Object.is((await fresh.store.getPrediction('pre_1'))?.mean[1], -0));
      assert.deepEqual((await fresh.store.getPrediction('pre_2'))?.levels, [0.5]);
      assert.equal(await fresh.store.getPrediction('pre_9'), undefined);
      assert.deepEqual(await fresh.store.predictionStats('shop'), {
        count: 3,
        cutoffMin: 100,
        cutoffMax: 100,
      });
      const none = { count: 0, cutoffMin: null, cutoffMax: null };
      assert.deepEqual(await fresh.store.predictionStats('elsewhere'), none);
    });

    test('scans predictions by cutoff and id in pages without loss or repetition', async () => {
      const all: PredictionRecord[] = [];
      for (let i = 0; i < 30; i++) {
        const more = { cutoff: 100 + (i % 3), seriesId: `s${i % 2}`, versionId: `ver_${i % 5}` };
        all.push(predictionOf(`pre_${String(i).padStart(2, '0')}`, more));
      }
      await fresh.store.appendPredictions(all);
      const expected = all
        .filter((p) => p.cutoff <= 101)
        .sort((p, q) => p.cutoff - q.cutoff || (p.id < q.id ? -1 : 1));
      const seen: PredictionRecord[] = [];
      for (;;) {
        const last = seen.at(-1);
        const after = last === undefined ? {} : { after: { cutoff: last.cutoff, id: last.id } };
        const page = await fresh.store.scanPredictions('shop', {
          cutoffMin: 0,
          cutoffMax: 101,
          ...after,
          limit: 7,
        });
        seen.push(...page);
        if (page.length < 7) break;
      }
      assert.deepEqual(
        seen.map((p) => p.id),
        expected.map((p) => p.id),
      );
      const before = { cutoffMin: 101, cutoffMax: 101, after: { cutoff: 100, id: 'pre_99' }, limit: 99 };
      assert.deepEqual(
        (await fresh.store.scanPredictions('shop', before)).map((p) => p.id),
        expected.filter((p) => p.cutoff === 101).map((p) => p.id),
      );
      const narrow = { cutoffMin: 0, cutoffMax: 999, versionId: 'ver_0', seriesId: 's0', limit: 99 };
      const some = await fresh.store.scanPredictions('shop', narrow);
      assert.deepEqual(
        some.map((p) => p.id),
        ['pre_00', 'pre_10', 'pre_20'].sort((a, b) => cutoffOf(all, a) - cutoffOf(all, b)),
      );
      await fresh.store.appendPredictions([predictionOf('pre_99', { cutoff: 500, purpose: 'whatIf' })]);
      const late = { cutoffMin: 500, cutoffMax: 500, limit: 9 };
      assert.equal((await fresh.store.scanPredictions('shop', late))[0]?.purpose, 'whatIf');
      assert.deepEqual(await fresh.store.scanPredictions('shop', { ...late, purpose: 'served' }), []);
    });
  });
}

function cutoffOf(all: readonly PredictionRecord[], id: string): number {
  return all.find((p) => p.id === id)?.cutoff ?? 0;
}
