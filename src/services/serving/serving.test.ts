import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shop, World } from '../../../test/fixtures/serving-world.ts';
import type { ForecastResponse } from './forecast-request.ts';
import { responseJson, responseOf } from './forecast-response.ts';

const week = [1, 2, 3, 4, 5, 6, 7];

async function trained(): Promise<World> {
  const world = new World();
  world.championVersion = world.train({ model: 'naive', lastPeriod: 10, series: { a: week, b: [0, 0, 5] } });
  await world.serving.start([world.project]);
  return world;
}

function means(response: ForecastResponse): number[] {
  return response.forecasts.map((forecast) => forecast.steps[0]?.mean ?? Number.NaN);
}

test('answers from the champion, in the shape of the API, after storing what it says', async () => {
  const world = await trained();
  const response = await world.serving.forecast('shop', { series: ['a'], quantiles: [0.9, 0.1], horizon: 2 });
  assert.equal(response.cutoffAt, '1970-01-11');
  assert.deepEqual(response.model, { name: 'shop', version: 1, arm: 'champion' });
  const [forecast] = response.forecasts;
  assert.equal(forecast?.source, 'model');
  assert.deepEqual(forecast?.steps, [
    { timestamp: '1970-01-12', mean: 7, quantiles: { 0.1: 6.6, 0.9: 7.4 } },
    { timestamp: '1970-01-13', mean: 7, quantiles: { 0.1: 6.6, 0.9: 7.4 } },
  ]);
  assert.equal(world.predictions.length, 1);
  assert.equal(world.predictions[0]?.id, forecast?.predictionId);
  assert.equal(world.predictions[0]?.versionId, 'ver_1');
});

test('a prediction that could not be stored is not answered', async () => {
  const world = await trained();
  world.failAppend = new Error('disk is full');
  await assert.rejects(world.serving.forecast('shop', {}), /disk is full/);
});

test('a row moves its own series; another without one follows the gap rule once the period is closed', async () => {
  const world = await trained();
  const ask = (): Promise<ForecastResponse> => world.serving.forecast('shop', { series: ['a', 'b'] });
  const cutoffs = ({ forecasts }: ForecastResponse): string[] => forecasts.map(({ cutoffAt }) => cutoffAt);
  await world.ingest(['a', 11, 20]);
  await world.serving.catchUp('shop');
  const open = await ask();
  assert.deepEqual(means(open), [20, 5]);
  assert.deepEqual(cutoffs(open), ['1970-01-12', '1970-01-11']);
  assert.equal(open.cutoffAt, '1970-01-11');
  assert.deepEqual(
    open.forecasts.map(({ steps }) => steps[0]?.timestamp),
    ['1970-01-13', '1970-01-12'],
  );
  await world.close(11);
  await world.serving.catchUp('shop');
  const closed = await ask();
  assert.deepEqual(means(closed), [20, 0]);
  assert.equal(closed.cutoffAt, '1970-01-12');
  // Nothing of the first has changed: it is the same prediction.
  assert.equal(closed.forecasts[0]?.predictionId, open.forecasts[0]?.predictionId);
});

test('a row refused before the training, for a period after its histories, leaves that unknown when it is closed', async () => {
  const world = new World();
  await world.ingest(['a', 11, 'refused'], ['b', 11, 'refused'], ['b', 9, 'refused']);
  const model = { model: 'naive', lastPeriod: 10, series: { a: week, b: [0, 0, 5], c: [1, 2, 3] } };
  world.championVersion = world.train(model, 1);
  await world.serving.start([world.project]);
  await world.close(11);
  await world.serving.catchUp('shop');
  assert.deepEqual(means(await world.serving.forecast('shop', { series: ['a', 'b', 'c'] })), [7, 5, 0]);
  await world.ingest(['b', 11, 2]);
  await world.serving.catchUp('shop');
  assert.deepEqual(means(await world.serving.forecast('shop', { series: ['b'] })), [2]);
});

test('a late row and a correction replay their series', async () => {
  const world = await trained();
  await world.ingest(['a', 12, 20]);
  await world.serving.catchUp('shop');
  await world.serving.forecast('shop', {});
  await world.ingest(['b', 11, 9], ['b', 12, 8], ['a', 12, 30]);
  await world.serving.catchUp('shop');
  assert.deepEqual(means(await world.serving.forecast('shop', { series: ['a', 'b'] })), [30, 8]);
});

test('a stock-out is unknown demand, not zero', async () => {
  const world = await trained();
  await world.ingest(['a', 11, null]);
  await world.serving.catchUp('shop');
  assert.deepEqual(means(await world.serving.forecast('shop', { series: ['a'] })), [7]);
});

test('a restart comes to the same state', async () => {
  const world = await trained();
  await world.ingest(['a', 11, 3], ['b', 11, 4], ['c', 11, 5], ['a', 12, 6]);
  await world.ingest(['b', 13, 2]);
  await world.serving.catchUp('shop');
  const before = await world.serving.forecast('shop', {});
  await world.serving.start([world.project]);
  const after = await world.serving.forecast('shop', {});
  assert.deepEqual(means(after), means(before));
  assert.equal(after.cutoffAt, before.cutoffAt);
});

test('a new series is answered by the baseline, which says so', async () => {
  const world = await trained();
  await world.ingest(['new', 9, 4], ['new', 11, 6]);
  await world.serving.catchUp('shop');
  const { forecasts } = await world.serving.forecast('shop', { series: ['new'] });
  assert.equal(forecasts[0]?.source, 'baseline');
  assert.equal(forecasts[0]?.reason, 'new-series');
  assert.ok(forecasts[0]?.steps.every((step) => step.mean >= 0 && step.mean <= 6));
  assert.equal(world.predictions[0]?.source, 'baseline');
});

test('without a champion the baseline repeats what came, and without data the error says what to do', async () => {
  const world = new World();
  await world.serving.start([world.project]);
  await assert.rejects(world.serving.forecast('shop', {}), { code: 'serving/not-trained' });
  await assert.rejects(world.serving.forecast('shop', { series: ['a'] }), { code: 'serving/not-trained' });
  await world.ingest(['a', 1, 5]);
  await world.serving.catchUp('shop');
  const response = await world.serving.forecast('shop', {});
  assert.equal(response.model.version, 0);
  assert.equal(response.forecasts[0]?.reason, 'no-champion');
});

test('unknown series are named, five at most', async () => {
  const world = await trained();
  const series = Array.from({ length: 10_000 }, (_, i) => `x${i}`);
  await assert.rejects(world.serving.forecast('shop', { series }), (error: Error & { details?: object }) => {
    assert.match(error.message, /"x0", "x1", "x2", "x3", "x4" and 9995 more/);
    return true;
  });
  assert.equal(world.predictions.length, 0);
});

test('refuses horizons, levels and sizes it cannot honour', async () => {
  const world = await trained();
  const ask = (request: object): Promise<unknown> => world.serving.forecast('shop', request);
  for (const horizon of [0, -1, 4, 1e9, 1.5, Number.NaN])
    await assert.rejects(ask({ horizon }), { code: 'serving/horizon-too-long' }, `horizon ${horizon}`);
  for (const quantiles of [[0], [1], [0.5, 2], [Number.NaN], [], [0.001]])
    await assert.rejects(ask({ quantiles }), { code: 'serving/invalid-levels' }, `levels ${quantiles}`);
  await assert.rejects(world.serving.forecast('nowhere', {}), { code: 'serving/unknown-project' });
});

test('bounds the series and the steps of one request', async () => {
  const series = Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`s${i}`, [1]]));
  const world = new World();
  world.championVersion = world.train({ model: 'naive', lastPeriod: 10, series });
  await world.serving.start([world.project]);
  await assert.rejects(world.serving.forecast('shop', {}), { code: 'serving/request-too-large' });
  const known = Object.keys(series).slice(1);
  assert.equal((await world.serving.answer('shop', { series: known, horizon: 1 })).forecasts.length, 10_000);
});

test('a forecast that is not sane is replaced by the baseline', async () => {
  for (const [fault, reason] of [
    ['not-finite', 'not-finite'],
    ['huge', 'absurd'],
    ['crossed', 'crossed'],
  ] as const) {
    const world = new World();
    const version = world.train({ model: 'naive', lastPeriod: 10, series: { a: week }, fault });
    // It has served: its forecasts were sane once.
    world.championVersion = Object.assign(version, { provenAt: 0 });
    await world.serving.start([world.project]);
    const { forecasts } = await world.serving.forecast('shop', {});
    assert.equal(forecasts[0]?.reason, reason);
    // Period 11 repeats period 4, which held 1.
    assert.equal(forecasts[0]?.steps[0]?.mean, 1);
  }
});

test('a request keeps the cutoff it began with while rows arrive', async () => {
  const series = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`s${i}`, week]));
  const world = new World();
  world.championVersion = world.train({ model: 'naive', lastPeriod: 10, series });
  await world.serving.start([world.project]);
  const pending = world.serving.forecast('shop', {});
  await world.ingest(['s499', 11, 100]);
  await world.serving.catchUp('shop');
  const response = await pending;
  assert.equal(response.cutoffAt, '1970-01-11');
  assert.ok(means(response).every((value) => value === 7));
  assert.deepEqual(means(await world.serving.forecast('shop', { series: ['s499'] })), [100]);
});

test('the JSON text is the object, part by part', async () => {
  const world = await trained();
  await world.ingest(['new "quoted"', 11, 6]);
  await world.serving.catchUp('shop');
  const answer = await world.serving.answer('shop', {});
  const parts = [...responseJson(answer, 2)];
  assert.equal(parts.length, 2);
  assert.deepEqual(JSON.parse(parts.join('')), JSON.parse(JSON.stringify(responseOf(answer))));
});

test('a stopped server refuses and has stored everything it answered', async () => {
  const world = await trained();
  const pending = world.serving.forecast('shop', {});
  await new Promise((resolve) => setImmediate(resolve));
  await world.serving.stop();
  await pending;
  assert.equal(world.predictions.length, 2);
  await assert.rejects(world.serving.forecast('shop', {}), { code: 'serving/stopped' });
});

test('forecasts a series whose demand may be negative', async () => {
  const world = new World(shop({ nonNegative: false, gaps: 'missing' }));
  await world.serving.start([world.project]);
  await world.ingest(['a', 1, -5]);
  await world.serving.catchUp('shop');
  assert.deepEqual(means(await world.serving.forecast('shop', {})), [-5]);
});
