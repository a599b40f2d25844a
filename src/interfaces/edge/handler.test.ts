import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { exportedModel, stillPlatform } from '../../../test/fixtures/exported-world.ts';
import type { Problem } from '../http/contract.ts';
import { loadForecaster } from './exported-forecaster.ts';
import { encodeExportedModel } from './exported-model.ts';
import { createHandlers, type ProxyAnswer } from './handler.ts';

const platform = stillPlatform();
const bytes = await encodeExportedModel(exportedModel());
let loads = 0;
const { handler, fetch } = createHandlers({
  platform,
  load: () => {
    loads++;
    return loadForecaster(bytes, platform);
  },
});

type Answer = { forecasts: { series: string; steps: { mean: number }[] }[]; cutoffAt: string };
const request = { series: ['north/bread'], horizon: 2 };

/** An event of an HTTP gateway, version 1 of its form. */
async function proxied(body: string | null, change: object = {}): Promise<ProxyAnswer> {
  const event = {
    httpMethod: 'POST',
    path: '/forecast',
    headers: {},
    body,
    isBase64Encoded: false,
    ...change,
  };
  return (await handler(event)) as ProxyAnswer;
}

async function problem(body: string, change: object = {}): Promise<Problem> {
  const answer = await proxied(body, change);
  assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/);
  const found = JSON.parse(answer.body) as Problem;
  assert.equal(found.status, answer.statusCode);
  return found;
}

test('a plain event, both forms of a gateway and a request are answered alike, from a model loaded once', async () => {
  const plain = (await handler(request)) as Answer;
  const body = JSON.stringify(request);
  const first = await proxied(body);
  const second = (await handler({
    version: '2.0',
    rawPath: '/',
    requestContext: { http: { method: 'POST' } },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  })) as ProxyAnswer;
  const fetched = await fetch(new Request('https://edge.test/any', { method: 'POST', body }));
  assert.deepEqual([first.statusCode, second.statusCode, fetched.status], [200, 200, 200]);
  const steps = (answer: Answer): unknown => answer.forecasts.map((one) => one.steps);
  for (const answer of [JSON.parse(first.body), JSON.parse(second.body), await fetched.json()])
    assert.deepEqual(steps(answer as Answer), steps(plain));
  assert.equal(loads, 1);
});

test('observations count for their own request alone', async () => {
  const before = (await handler(request)) as Answer;
  const observations = [{ store: 'north', item: 'bread', date: '2026-03-02', units: 90 }];
  const during = (await handler({ ...request, observations })) as Answer & {
    observations: { accepted: number };
  };
  const after = (await handler(request)) as Answer;
  assert.equal(during.observations.accepted, 1);
  assert.equal(during.cutoffAt, '2026-03-02');
  assert.deepEqual(
    after.forecasts.map(({ steps }) => steps),
    before.forecasts.map(({ steps }) => steps),
  );
});

test('an empty body asks for every series; GET describes the model', async () => {
  assert.equal((JSON.parse((await proxied(null)).body) as Answer).forecasts.length, 2);
  const described = await fetch(new Request('https://edge.test/'));
  assert.equal(((await described.json()) as { series: number }).series, 2);
});

test('what cannot be answered is a problem document with the fields at fault', async () => {
  const wrong = await problem(
    '{"series":[""],"horizon":1.5,"quantiles":[2],"future":{"x":{"y":3}},"unit":5,"timeoutMs":0,"serie":1}',
  );
  assert.equal(wrong.code, 'http/invalid-request');
  assert.deepEqual(
    wrong.errors?.map(({ field }) => field),
    [
      'body.series.0',
      'body.horizon',
      'body.quantiles.0',
      'body.future.x.y',
      'body.unit',
      'body.timeoutMs',
      'body.serie',
    ],
  );
  assert.equal((await problem('{"horizon":99}')).code, 'serving/horizon-too-long');
  assert.equal((await problem('{"series":["x"]}')).status, 404);
  assert.equal((await problem('[1]')).code, 'http/invalid-request');
  assert.equal((await problem('{')).code, 'http/invalid-body');
  assert.equal((await problem('%%%', { isBase64Encoded: true })).code, 'http/invalid-body');
  assert.equal((await problem('/w==', { isBase64Encoded: true })).code, 'http/invalid-body');
  assert.equal((await problem(' '.repeat(9 * 1024 * 1024))).status, 413);
  assert.equal((await problem('{"observations":[{"store":"a"}]}')).code, 'data/missing-column');
  const put = await proxied('', { httpMethod: 'PUT' });
  assert.deepEqual([put.statusCode, put.headers.allow], [405, 'GET, POST']);
  const large = new Request('https://edge.test/', { method: 'POST', body: new Uint8Array(9 * 1024 * 1024) });
  assert.equal((await fetch(large)).status, 413);
});

test('no event makes it reject', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.jsonValue(),
        fc.record(
          {
            httpMethod: fc.constantFrom('POST', 'GET', 7),
            body: fc.oneof(fc.string(), fc.jsonValue()),
            isBase64Encoded: fc.boolean(),
            path: fc.jsonValue(),
            requestContext: fc.jsonValue(),
          },
          { requiredKeys: [] },
        ),
      ),
      async (event) => {
        assert.equal(typeof (await handler(event)), 'object');
      },
    ),
    { numRuns: 200 },
  );
});
