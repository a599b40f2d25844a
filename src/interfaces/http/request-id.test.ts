import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type { Problem } from './contract.ts';

const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open();
  await world.promote(await world.train({ a: [1, 2, 3] }));
});
after(() => world.close());

type Answer = { id: unknown; trace: unknown; requestId: string };

async function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await world.app.inject({ method: 'POST', url, headers, payload: {} });
  const { requestId } = answer.json<Problem>();
  return { id: answer.headers['x-request-id'], trace: answer.headers.traceparent, requestId };
}

test('an answer says what its request was called, in a header and in its body', async () => {
  const forecast = await ask('/v1/projects/shop/forecast', { 'x-request-id': 'abc-123' });
  assert.deepEqual(forecast, { id: 'abc-123', trace: undefined, requestId: 'abc-123' });
  const problem = await ask('/v1/projects/nope/forecast', { 'x-request-id': 'abc-124' });
  assert.deepEqual(problem, { id: 'abc-124', trace: undefined, requestId: 'abc-124' });
  const unrouted = await ask('/v1/projects/%ff', { 'x-request-id': 'abc-125' });
  assert.equal(unrouted.id, 'abc-125');
});

test('a request without a name gets one that no other has', async () => {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => ask(i % 2 === 0 ? '/v1/projects/shop/forecast' : '/v1/nothing')),
  );
  for (const { id, requestId } of answers) {
    assert.match(requestId, /^req_[0-9a-z]{26}$/);
    assert.equal(id, requestId);
  }
  assert.equal(new Set(answers.map(({ requestId }) => requestId)).size, answers.length);
});

test('a name that is no safe text is not repeated', async () => {
  for (const given of ['', 'a b', 'a"b', 'a<b', 'ü', 'x'.repeat(129)]) {
    const { requestId } = await ask('/v1/projects/nope/forecast', { 'x-request-id': given });
    assert.match(requestId, /^req_/, given);
  }
});

test('stored predictions carry the name', async () => {
  const url = '/v1/projects/shop/forecast';
  const headers = { 'x-request-id': 'order-7' };
  const answer = await world.app.inject({ method: 'POST', url, headers, payload: { quantiles: [0.31] } });
  const { forecasts } = answer.json<{ forecasts: { predictionId: string }[] }>();
  const prediction = await world.registry.prediction(forecasts[0]?.predictionId ?? '');
  assert.equal(prediction.requestId, 'order-7');
});

test('a trace is returned, and stands in the log of what fails', async () => {
  assert.equal((await ask('/v1/projects/shop/forecast', { traceparent: trace })).trace, trace);
  for (const wrong of [trace.toUpperCase(), trace.slice(1), `${trace}x`, `ff${trace.slice(2)}`, '00-0-0-00'])
    assert.equal((await ask('/v1/projects/shop/forecast', { traceparent: wrong })).trace, undefined, wrong);
  const { appendPredictions } = world.store;
  world.store.appendPredictions = () => Promise.reject(new Error('the disk'));
  await world.app.inject({
    method: 'POST',
    url: '/v1/projects/shop/forecast',
    headers: { traceparent: trace, 'x-request-id': 'r1' },
    payload: { quantiles: [0.32] },
  });
  world.store.appendPredictions = appendPredictions;
  const line = world.logged.find((fields) => 'traceId' in fields);
  assert.deepEqual(
    { ...line, code: undefined, error: undefined },
    {
      requestId: 'r1',
      traceId: trace.slice(3, 35),
      code: undefined,
      error: undefined,
    },
  );
});
