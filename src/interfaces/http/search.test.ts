import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { openSearchWorld } from '../../../test/fixtures/search-world.ts';
import { type EmbeddedEngine, systemTimers } from '../../services/jobs/index.ts';
import { engineOf } from '../../services/jobs/testing.ts';
import { searchPipeline } from '../../services/search/index.ts';
import type * as api from './contract.ts';

type Response = Awaited<ReturnType<HttpWorld['app']['inject']>>;

const space = { rate: { kind: 'float', min: 0.01, max: 0.5, scale: 'log' } };
let world: HttpWorld;
let worker: EmbeddedEngine;

before(async () => {
  world = await HttpWorld.open();
  const { store, clock } = world;
  const { options } = await openSearchWorld({ folder: null, clock, store });
  worker = engineOf({
    store,
    pipelines: [searchPipeline(options)],
    clock,
    timers: systemTimers,
    onError: (error) => assert.fail(String(error)),
  });
});
after(async () => {
  await worker.stop();
  await world.close();
});

function post(payload: object): Promise<Response> {
  return world.app.inject({ method: 'POST', url: '/v1/projects/shop/search', payload });
}

test('a search is a job that ends with the run of its report', async () => {
  const asked = { trials: 2, rungs: 1, seed: 3, space };
  const accepted = await post(asked);
  assert.equal(accepted.statusCode, 202, accepted.body);
  const { jobId, created } = accepted.json() as { jobId: string; created: boolean };
  assert.equal(created, true);
  assert.equal(accepted.headers.location, `/v1/jobs/${jobId}`);
  const again = (await post(asked)).json() as { jobId: string; created: boolean };
  assert.deepEqual(again, { jobId, created: false }, 'the same search is one job');

  worker.start();
  let job: api.Job;
  do job = (await world.app.inject(`/v1/jobs/${jobId}`)).json() as api.Job;
  while (job.state === 'queued' || job.state === 'running');
  assert.equal(job.state, 'done', job.error ?? '');
  const { runId, trials, bestTrial, params } = job.results.search as {
    runId: string;
    trials: number;
    bestTrial: number;
    params: object;
  };
  assert.deepEqual([trials, bestTrial, Object.keys(params)], [2, 1, ['rate']]);
  const run = await world.app.inject(`/v1/projects/shop/runs/${runId}`);
  assert.equal(run.statusCode, 200, run.body);
  const { kind, status } = run.json() as { kind: string; status: string };
  assert.deepEqual([kind, status], ['search', 'finished']);
});

test('a space that is wrong is refused with the name of the parameter, and so is a number out of bounds', async () => {
  const bad = await post({ space: { rate: { kind: 'float', min: 1, max: 1 } } });
  assert.equal(bad.statusCode, 400);
  assert.match(String(bad.headers['content-type']), /^application\/problem\+json/);
  const problem = bad.json() as api.Problem;
  assert.equal(problem.code, 'train/bad-search');
  assert.match(problem.detail, /^parameter rate goes from 1 to 1/);
  const none = await post({ trials: 1 });
  assert.equal(none.statusCode, 400);
  assert.match(none.body, /trials/);
  const misspelt = await post({ trails: 3 });
  assert.equal(misspelt.statusCode, 400);
  assert.match(misspelt.body, /trails/);
  const stranger = await world.app.inject({ method: 'POST', url: '/v1/projects/attic/search', payload: {} });
  assert.equal(stranger.statusCode, 404);
});
