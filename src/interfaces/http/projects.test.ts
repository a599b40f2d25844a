import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type * as api from './contract.ts';

let world: HttpWorld;
before(async () => {
  world = await HttpWorld.open();
});
after(() => world.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

async function ask<T>(method: Method, url: string, payload?: object): Promise<{ status: number; body: T }> {
  const options: InjectOptions = { method, url, ...(payload === undefined ? {} : { payload }) };
  const { statusCode, body } = await world.app.inject(options);
  return { status: statusCode, body: JSON.parse(body) as T };
}

async function ok<T>(method: Method, url: string, payload?: object): Promise<T> {
  const { status, body } = await ask<T>(method, url, payload);
  assert.ok(status < 300, JSON.stringify(body));
  return body;
}

async function refused(method: Method, url: string, payload?: object): Promise<[number, string, string]> {
  const { status, body } = await ask<api.Problem>(method, url, payload);
  assert.equal(body.status, status);
  return [status, body.code, body.detail];
}

const rows = [{ series: 'a', timestamp: '2026-01-30', value: 5 }];

test('a project is added, used at once, changed and removed; the others go on', async () => {
  const added = await world.app.inject({
    method: 'POST',
    url: '/v1/projects',
    payload: { name: 'depot', settings: { horizonSteps: 3 } },
  });
  assert.equal(added.statusCode, 201, added.body);
  assert.equal(added.headers.location, '/v1/projects/depot');
  assert.ok(Number(added.headers['almanac-seq']) > 0);
  const view = added.json() as api.ProjectView;
  assert.deepEqual(
    [view.source, view.version, view.settings, view.horizonSteps],
    ['stored', 1, { horizonSteps: 3 }, 3],
  );
  await ok('POST', '/v1/projects/depot/observations', rows);
  const forecast = await ok<api.Forecast>('POST', '/v1/projects/depot/forecast', {});
  assert.equal(forecast.forecasts[0]?.steps.length, 3);
  const changed = await ok<api.ProjectView>('PATCH', '/v1/projects/depot', {
    settings: { horizonSteps: 5 },
    version: 1,
  });
  assert.equal(changed.version, 2);
  const longer = await ok<api.Forecast>('POST', '/v1/projects/depot/forecast', {});
  assert.equal(longer.forecasts[0]?.steps.length, 5);
  const { items } = await ok<api.Page<api.ProjectView>>('GET', '/v1/projects');
  assert.deepEqual(
    items.map(({ name, source }) => [name, source]),
    [
      ['shop', 'file'],
      ['depot', 'stored'],
    ],
  );
  assert.match(await metricsText(), /project="depot"/);
  const removed = await ok<api.RemovedProject>('DELETE', '/v1/projects/depot');
  assert.deepEqual([removed.purging, removed.purgeJob], [false, null]);
  assert.match(removed.removedBy, /^http /);
  for (const url of ['/v1/projects/depot', '/v1/projects/depot/models'])
    assert.deepEqual((await refused('GET', url)).slice(0, 2), [404, 'serving/unknown-project']);
  assert.equal((await refused('POST', '/v1/projects/depot/forecast', {}))[0], 404);
  assert.equal((await refused('POST', '/v1/projects/depot/observations', rows))[0], 404);
  assert.doesNotMatch(await metricsText(), /project="depot"/);
  assert.throws(() => world.serving.status('depot'), { code: 'serving/unknown-project' });
  assert.equal((await ok<api.ProjectView>('GET', '/v1/projects/shop')).name, 'shop');
  assert.equal((await ok<api.Page<api.RemovedProject>>('GET', '/v1/removed-projects')).items.length, 1);
  await ok('POST', '/v1/removed-projects/depot/restore');
  const again = await ok<api.Forecast>('POST', '/v1/projects/depot/forecast', {});
  assert.deepEqual(again.forecasts[0]?.steps, longer.forecasts[0]?.steps);
});

async function metricsText(): Promise<string> {
  return (await world.app.inject({ method: 'GET', url: '/metrics' })).body;
}

test('what cannot be done is refused with its reason', async () => {
  await ask('POST', '/v1/projects', { name: 'hall', settings: {} });
  await ok('POST', '/v1/projects/hall/observations', rows);
  const cases: [Method, string, object | undefined, number, string, RegExp][] = [
    ['POST', '/v1/projects', { name: 'shop' }, 409, 'projects/exists', /configuration file/],
    ['POST', '/v1/projects', { name: 'hall' }, 409, 'projects/exists', /hall/],
    ['POST', '/v1/projects', { name: 'Hall 2' }, 400, 'config/invalid', /not a project name/],
    [
      'POST',
      '/v1/projects',
      { name: 'x', settings: { horizon: 3 } },
      400,
      'config/invalid',
      /horizon is not a setting/,
    ],
    [
      'POST',
      '/v1/projects',
      { name: 'x', settings: { horizonSteps: 0, timezone: 'Mars' } },
      400,
      'config/invalid',
      /horizonSteps is 0; expected a whole number from 1 to 1000\n.*timezone/,
    ],
    [
      'POST',
      '/v1/projects',
      { name: 'x', settings: { calendar: { country: 'XX' } } },
      400,
      'data/unknown-calendar',
      /XX/,
    ],
    [
      'POST',
      '/v1/projects',
      { name: 'x', settings: { retrainSchedule: 'soon' } },
      400,
      'jobs/bad-schedule',
      /soon/,
    ],
    ['POST', '/v1/projects', {}, 400, 'http/invalid-request', /name/],
    [
      'PATCH',
      '/v1/projects/shop',
      { settings: { horizonSteps: 3 } },
      409,
      'projects/in-file',
      /edit it there/,
    ],
    ['PATCH', '/v1/projects/none', { settings: {} }, 404, 'serving/unknown-project', /none/],
    [
      'PATCH',
      '/v1/projects/hall',
      { settings: { gaps: 'zero' } },
      409,
      'store/project-changed',
      /gaps cannot change/,
    ],
    [
      'PATCH',
      '/v1/projects/hall',
      { settings: {}, version: 7 },
      409,
      'projects/changed-meanwhile',
      /version 1/,
    ],
    ['DELETE', '/v1/projects/shop', undefined, 409, 'projects/in-file', /edit it there/],
    ['DELETE', '/v1/projects/hall?data=burn', undefined, 400, 'http/invalid-request', /data/],
    ['POST', '/v1/removed-projects/hall/restore', undefined, 404, 'projects/not-removed', /hall/],
    ['DELETE', '/v1/removed-projects/hall', undefined, 404, 'projects/not-removed', /hall/],
  ];
  for (const [method, url, payload, status, code, detail] of cases) {
    const found = await refused(method, url, payload);
    assert.deepEqual(found.slice(0, 2), [status, code], `${method} ${url} ${found[2]}`);
    assert.match(found[2], detail);
  }
});

test('a job under way is a reason not to remove, or is cancelled', async () => {
  await ask('POST', '/v1/projects', { name: 'yard' });
  const { jobId } = await ok<{ jobId: string }>('POST', '/v1/projects/yard/train');
  assert.deepEqual((await refused('DELETE', '/v1/projects/yard')).slice(0, 2), [409, 'projects/busy']);
  const removed = await ok<api.RemovedProject>('DELETE', '/v1/projects/yard?jobs=cancel&data=purge');
  assert.equal(removed.purging, true);
  assert.equal((await ok<api.Job>('GET', `/v1/jobs/${jobId}`)).state, 'cancelled');
  assert.equal((await ok<api.Job>('GET', `/v1/jobs/${removed.purgeJob}`)).pipeline, 'purge');
  assert.deepEqual((await refused('POST', '/v1/removed-projects/yard/restore')).slice(0, 2), [
    409,
    'projects/being-purged',
  ]);
});

test('whatever is sent as a project is refused or is one', async () => {
  const name = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.constantFrom('__proto__', 'constructor', '../x', 'a/b', 'ä', 'a'.repeat(65), '-a', 'a-', '%2e'),
    fc.stringMatching(/^[a-z0-9-]{1,66}$/),
  );
  const settings = fc.dictionary(
    fc.constantFrom(
      'horizonSteps',
      'levels',
      'columns',
      'contract',
      'timezone',
      'seed',
      '__proto__',
      'gaps',
      'x',
    ),
    fc.anything({ withNullPrototype: false, maxDepth: 2 }),
    { maxKeys: 3 },
  );
  await fc.assert(
    fc.asyncProperty(name, settings, async (wanted, given) => {
      const { status, body } = await ask<api.ProjectView & api.Problem>('POST', '/v1/projects', {
        name: wanted,
        settings: JSON.parse(JSON.stringify(given) ?? '{}'),
      });
      assert.ok([201, 400, 409].includes(status), `${status} ${JSON.stringify(body)}`);
      assert.ok((body.detail?.length ?? 0) < 2000);
      if (status !== 201) return;
      assert.match(wanted, /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/);
      assert.equal((await ask('GET', `/v1/projects/${wanted}`)).status, 200);
      assert.equal((await ask('DELETE', `/v1/projects/${wanted}`)).status, 200);
    }),
    { numRuns: 60 },
  );
});
