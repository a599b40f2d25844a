import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type * as api from './contract.ts';
import { projectView } from './project-schema.ts';
import * as schemas from './schemas.ts';

let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open();
});
after(() => world.close());

async function call(
  method: 'GET' | 'POST',
  url: string,
  payload?: InjectOptions['payload'],
): Promise<LightMyRequestResponse> {
  return world.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
}

async function ok<T>(
  method: 'GET' | 'POST',
  url: string,
  payload?: InjectOptions['payload'],
  status = 200,
): Promise<T> {
  const response = await call(method, url, payload);
  assert.equal(response.statusCode, status, response.body);
  return response.json() as T;
}

async function refused(
  method: 'GET' | 'POST',
  url: string,
  payload?: InjectOptions['payload'],
): Promise<api.Problem> {
  const response = await call(method, url, payload);
  assert.match(String(response.headers['content-type']), /^application\/problem\+json/);
  const problem = response.json() as api.Problem;
  assert.equal(problem.status, response.statusCode);
  return problem;
}

test('before any data a forecast says what to do', async () => {
  const problem = await refused('POST', '/v1/projects/shop/forecast', {});
  assert.equal(problem.status, 409);
  assert.equal(problem.code, 'serving/not-trained');
  assert.match(problem.hint, /train/);
});

test('observations go in once, whatever the format says about compression', async () => {
  const rows = [
    { series: 'a', timestamp: '2026-01-30', value: 5 },
    { series: 'a', timestamp: '2026-01-29', value: -5 },
  ];
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'first' };
  const sent = await world.app.inject({
    method: 'POST',
    url: '/v1/projects/shop/observations',
    headers,
    payload: JSON.stringify(rows),
  });
  const first = sent.json() as api.IngestResult;
  assert.deepEqual(
    { ...first, batchId: '', quarantineUrl: '' },
    {
      batchId: '',
      replayed: false,
      accepted: 1,
      plans: 0,
      duplicates: 0,
      replaced: 0,
      added: 0,
      quarantined: 1,
      quarantinedByCode: { negative: 1 },
      problems: [],
      failedChecks: [],
      quarantineUrl: '',
    },
  );
  const again = await world.app.inject({
    method: 'POST',
    url: '/v1/projects/shop/observations',
    headers: { ...headers, 'content-encoding': 'gzip' },
    payload: gzipSync(JSON.stringify(rows)),
  });
  assert.equal(again.statusCode, 200, again.body);
  assert.equal((again.json() as api.IngestResult).replayed, true);
  const quarantined = await ok<api.Page<api.QuarantinedRow>>('GET', String(first.quarantineUrl));
  assert.equal(quarantined.items[0]?.code, 'negative');
});

test('without a key a correction can be taken back: the last batch sent wins', async () => {
  for (const value of [4, 9, 4]) {
    const rows = [{ series: 'back', timestamp: '2026-01-30', value }];
    const { replayed } = await ok<api.IngestResult>('POST', '/v1/projects/shop/observations', rows);
    assert.equal(replayed, false);
  }
  const forecast = await ok<api.Forecast>('POST', '/v1/projects/shop/forecast', { series: ['back'] });
  assert.equal(forecast.forecasts[0]?.steps[0]?.mean, 4);
});

test('a key used for another body is a conflict', async () => {
  const send = (value: number): Promise<LightMyRequestResponse> =>
    world.app.inject({
      method: 'POST',
      url: '/v1/projects/shop/observations',
      headers: { 'idempotency-key': 'monday' },
      payload: [{ series: 'k', timestamp: '2026-01-30', value }],
    });
  assert.equal((await send(1)).statusCode, 200);
  assert.equal((await send(1)).json().replayed, true);
  const conflict = await send(2);
  assert.equal(conflict.statusCode, 409);
  assert.equal(conflict.json().code, 'data/idempotency-conflict');
});

test('without a champion the baseline answers', async () => {
  const forecast = await ok<api.Forecast>('POST', '/v1/projects/shop/forecast', {
    series: ['a'],
    horizon: 1,
  });
  assert.equal(forecast.model.version, 0);
  assert.equal(forecast.forecasts[0]?.source, 'baseline');
  assert.equal(forecast.forecasts[0]?.steps[0]?.mean, 5);
});

test('a promoted version serves, its forecasts are explained and judged when demand comes', async () => {
  const version = await world.train({ a: [3, 4, 5], b: [7, 7, 7] });
  const promoted = await ok<api.Promotion>('POST', '/v1/projects/shop/models/1/promote', { reason: 'first' });
  assert.deepEqual(promoted.version.aliases, ['champion']);
  const forecast = await ok<api.Forecast>('POST', '/v1/projects/shop/forecast', { quantiles: [0.1, 0.9] });
  assert.deepEqual(forecast.model, { name: 'shop', version: 1, arm: 'champion' });
  assert.equal(forecast.cutoffAt, '2026-01-30');
  const ofA = forecast.forecasts.find(({ series }) => series === 'a');
  assert.deepEqual(ofA?.steps[0], { timestamp: '2026-01-31', mean: 5, quantiles: { 0.1: 4.6, 0.9: 5.4 } });

  const id = String(ofA?.predictionId);
  const prediction = await ok<api.Prediction>('GET', `/v1/predictions/${id}`);
  assert.deepEqual(prediction.steps, ofA?.steps);
  const lineage = await ok<api.Lineage>('GET', `/v1/predictions/${id}/why`);
  assert.equal(lineage.version?.id, version.id);
  assert.equal(lineage.run?.id, 'run_1');

  await world.observe(['a', 0, 8], ['b', 0, 7]);
  const accuracy = await ok<api.Accuracy>(
    'GET',
    '/v1/projects/shop/accuracy?version=champion&groupBy=series',
  );
  assert.equal(accuracy.overall.metrics.mae, 1.5);
  assert.equal(accuracy.overall.metrics.wape, 3 / 15);
  assert.equal(accuracy.groups?.[0]?.key, 'a');
  const window = await ok<api.Accuracy>('GET', '/v1/projects/shop/accuracy?from=2026-02-01&to=2026-02-02');
  assert.equal(window.overall.labelsJoined, 0);
});

test('an answer for many series is sent in parts and is the same JSON', async () => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`m${i}`, [i + 1]]));
  // Those asked for until now are to be among them, or the version would be refused.
  await world.train({ ...many, a: [7], b: [7] });
  await ok('POST', '/v1/projects/shop/models/2/promote', {});
  const forecast = await ok<api.Forecast>('POST', '/v1/projects/shop/forecast', {});
  assert.ok(forecast.forecasts.length >= 300);
  assert.equal(forecast.forecasts[299]?.steps[0]?.mean, 300);
});

test('a rollback moves the alias back at once', async () => {
  // Who did it is known by the door: what a request says of itself is not kept.
  const said = { by: 'the director', reason: 'too high' };
  const back = await ok<api.Promotion>('POST', '/v1/projects/shop/rollback', said);
  const [change] = await world.registry.aliasHistory('shop', 'champion');
  assert.deepEqual([change?.by, change?.reason], ['http 127.0.0.1', 'too high']);
  assert.equal(back.version.number, 1);
  const models = await ok<api.Page<api.ModelVersion>>('GET', '/v1/projects/shop/models');
  assert.deepEqual(
    models.items.map(({ number, aliases }) => [number, aliases.join()]),
    [
      [2, ''],
      [1, 'champion'],
    ],
  );
  assert.equal((await ok<api.ModelVersion>('GET', '/v1/projects/shop/models/champion')).number, 1);
});

test('training answers with a job, the same one while it is under way', async () => {
  const response = await call('POST', '/v1/projects/shop/train');
  assert.equal(response.statusCode, 202, response.body);
  const { jobId, created } = response.json() as api.TrainAccepted;
  assert.equal(response.headers.location, `/v1/jobs/${jobId}`);
  assert.equal(created, true);
  const again = await ok<api.TrainAccepted>('POST', '/v1/projects/shop/train', { reason: 'more' }, 202);
  assert.deepEqual(again, { jobId, created: false });
  const { state, cause } = await ok<api.Job>('GET', `/v1/jobs/${jobId}`);
  assert.deepEqual([state, cause?.trigger], ['queued', 'api']);
  assert.match(cause?.reason ?? '', /^asked for by http /);
  const list = await ok<api.Page<api.Job>>('GET', '/v1/jobs?state=queued&project=shop');
  assert.equal(list.items.length, 1);
  assert.equal((await call('POST', `/v1/jobs/${jobId}/again`)).statusCode, 409);
  assert.equal((await ok<api.Job>('POST', `/v1/jobs/${jobId}/cancel`)).state, 'cancelled');
  // Started again, and what each of the two did.
  const next = await ok<api.TrainAccepted>('POST', `/v1/jobs/${jobId}/again`, undefined, 202);
  assert.equal(next.created, true);
  const child = await ok<api.Job>('GET', `/v1/jobs/${next.jobId}`);
  assert.deepEqual([child.parent, child.pipeline, child.state], [jobId, 'train', 'queued']);
  const { lines } = await ok<api.JobLog>('GET', `/v1/jobs/${jobId}/log`);
  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['queued', 'cancelled'],
  );
  assert.equal((await call('GET', '/v1/jobs/job_unknown/log')).statusCode, 404);
  await ok('POST', `/v1/jobs/${next.jobId}/cancel`);
});

test('lists projects, runs and snapshots', async () => {
  const projects = await ok<api.Page<api.ProjectView>>('GET', '/v1/projects');
  assert.equal(projects.items[0]?.status.version?.number, 1);
  assert.equal((await ok<api.ProjectView>('GET', '/v1/projects/shop')).frequency, 'day');
  const runs = await ok<api.Page<api.Run>>('GET', '/v1/projects/shop/runs?limit=1');
  assert.equal(runs.items.length, 1);
  assert.equal((await ok<api.Run>('GET', '/v1/projects/shop/runs/run_1')).metrics['selected.wape'], 0.5);
  const snapshots = await ok<api.Page<api.Snapshot>>('GET', '/v1/projects/shop/snapshots');
  const [a, b] = snapshots.items;
  await ok('GET', `/v1/projects/shop/snapshots/diff?a=${a?.id}&b=${b?.id ?? a?.id}`);
});

test('says that it lives, whether it is ready, and what it measured', async () => {
  assert.equal((await ok<api.Health>('GET', '/health')).status, 'ok');
  assert.equal((await ok<api.Ready>('GET', '/ready')).ready, true);
  const metrics = (await call('GET', '/metrics')).body;
  for (const name of [
    'almanac_http_request_duration_seconds_bucket',
    'almanac_forecast_requests_total{project="shop"}',
    'almanac_predictions_total{project="shop",source="model"}',
    'almanac_rows_total{project="shop",outcome="quarantined"} 1',
    'almanac_jobs{state="queued"}',
    'almanac_serving_version{project="shop"} 1',
    'almanac_feature_samples{project="shop",outcome="equal"} 6',
    'almanac_feature_samples{project="shop",outcome="different"} 1',
  ])
    assert.ok(metrics.includes(name), `${name} is missing`);
});

test('the index leads to everything, and an error code to its meaning', async () => {
  const { links } = await ok<{ links: Record<string, string> }>('GET', '/');
  for (const [name, url] of Object.entries(links))
    if (name !== 'events') assert.equal((await call('GET', url)).statusCode, 200, url);
  const problem = await refused('GET', '/v1/projects/nowhere');
  assert.equal(problem.type, '/problems/serving/unknown-project');
  assert.match((await ok<{ hint: string }>('GET', problem.type)).hint, /projects/);
});

test('OpenAPI describes every route, and no schema is lost', async () => {
  const document = await ok<{
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  }>('GET', '/openapi.json');
  assert.equal(document.openapi, '3.1.0');
  const ids = Object.values(document.paths).flatMap((path) =>
    Object.values(path).map((one) => one.operationId),
  );
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ['observe', 'forecast', 'accuracy', 'train', 'job', 'events', 'models', 'why', 'ready'])
    assert.ok(ids.includes(id), id);
  assert.ok(!JSON.stringify(document).includes('~kind'));
});

test('answers are what their schemas promise', async () => {
  const job = await ok<api.TrainAccepted>('POST', '/v1/projects/shop/train', {}, 202);
  const forecast = await ok<api.Forecast>('POST', '/v1/projects/shop/forecast', {});
  const prediction = `/v1/predictions/${forecast.forecasts[0]?.predictionId}`;
  const checks: readonly (readonly [TSchema, unknown])[] = [
    [schemas.trainAccepted, job],
    [schemas.forecast, forecast],
    [schemas.prediction, await ok('GET', prediction)],
    [schemas.lineage, await ok('GET', `${prediction}/why`)],
    [schemas.accuracy, await ok('GET', '/v1/projects/shop/accuracy?groupBy=version')],
    [schemas.coverage, await ok('GET', '/v1/projects/shop/coverage')],
    [schemas.job, await ok('GET', `/v1/jobs/${job.jobId}`)],
    [schemas.page(schemas.job), await ok('GET', '/v1/jobs')],
    [schemas.page(schemas.modelVersion), await ok('GET', '/v1/projects/shop/models')],
    [schemas.page(schemas.run), await ok('GET', '/v1/projects/shop/runs')],
    [schemas.page(schemas.snapshot), await ok('GET', '/v1/projects/shop/snapshots')],
    [schemas.page(projectView), await ok('GET', '/v1/projects')],
    [schemas.ready, await ok('GET', '/ready')],
    [schemas.health, await ok('GET', '/health')],
    [schemas.problem, await refused('GET', '/v1/jobs/none')],
  ];
  for (const [schema, value] of checks) assert.deepEqual(Compile(schema).Errors(value), []);
});

test('fields at fault are named', async () => {
  const problem = await refused('POST', '/v1/projects/shop/forecast', { horizon: 0, quantiles: [2] });
  assert.equal(problem.status, 400);
  assert.deepEqual(problem.errors?.map(({ field }) => field).sort(), ['body.horizon', 'body.quantiles.0']);
});

test('a wrong method is told from a wrong path', async () => {
  const response = await call('GET', '/v1/projects/shop/forecast');
  assert.equal(response.statusCode, 405);
  assert.equal(response.headers.allow, 'POST');
  assert.equal((await refused('GET', '/v1/nothing')).code, 'http/not-found');
});

test('a failure inside shows no internals and is logged with its cause', async () => {
  const { readEvents, lastEventSeq } = world.store;
  world.store.lastEventSeq = () => Promise.reject(new Error('secret path /var/lib'));
  const problem = await refused('GET', '/v1/events');
  Object.assign(world.store, { readEvents, lastEventSeq });
  assert.equal(problem.status, 500);
  assert.ok(!JSON.stringify(problem).includes('secret'));
  assert.ok(world.logged.some((entry) => String((entry as { error: Error }).error).includes('secret path')));
});
