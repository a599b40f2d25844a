import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { shopProject } from '../../../test/fixtures/http-world.ts';
import { fixedProjects } from '../../../test/fixtures/project.ts';
import type { IndexEntry } from '../../services/inference/model.ts';
import type { ServingStatus } from '../../services/serving/index.ts';
import { degradedOf, readinessOf } from './readiness.ts';

type Services = Parameters<typeof readinessOf>[0];

let status: Partial<ServingStatus>;
let models: IndexEntry[];
let services: Services;
let contracts: Awaited<ReturnType<Services['data']['contractStates']>>;

beforeEach(() => {
  status = { project: 'shop', degraded: null, loading: null };
  models = [{ name: 'shop', version: '1', state: 'READY', reason: '' }];
  contracts = [];
  services = {
    projects: fixedProjects(shopProject()),
    serving: { status: () => status } as unknown as Services['serving'],
    inference: { index: async () => models } as unknown as Services['inference'],
    data: { contractStates: async () => contracts } as Services['data'],
    streams: { list: async () => [], failures: () => [] },
    sources: { failures: async () => [] } as unknown as Services['sources'],
    check: async () => {},
    room: async () => {},
    feed: { failures: () => [], failuresElsewhere: async () => [] } as unknown as Services['feed'],
  };
});

async function answer(): Promise<[boolean, readonly string[]]> {
  const { ready, reasons } = await readinessOf(services);
  return [ready, reasons];
}

test('is ready when everything is as promised', async () => {
  assert.deepEqual(await answer(), [true, []]);
});

test('is not ready before histories are read and models are loaded', async () => {
  status = { ...status, loading: 'its history is being read' };
  models.push({ name: 'churn', version: '2', state: 'LOADING', reason: 'it is being loaded' });
  assert.deepEqual(await answer(), [
    false,
    ['project shop cannot forecast yet: its history is being read', 'model churn is being loaded'],
  ]);
});

test('is not ready when nothing can be written, or the disk is nearly full', async () => {
  services = {
    ...services,
    check: () => Promise.reject(new Error('database or disk is full')),
    room: () => Promise.reject(new Error('only 12 MB are free')),
  };
  assert.deepEqual(await answer(), [
    false,
    ['the store cannot be written: database or disk is full', 'only 12 MB are free'],
  ]);
});

test('is ready, and says so, when something else answers than what is to', async () => {
  status = { ...status, degraded: 'version 3 could not be loaded: blob f00 is damaged' };
  models.push({
    name: 'churn',
    version: '2',
    state: 'UNAVAILABLE',
    reason: 'version 2: damaged',
    refused: true,
  });
  models.push({ name: 'other', version: '1', state: 'UNAVAILABLE', reason: 'unloaded by request' });
  services = {
    ...services,
    streams: { list: async () => [], failures: () => ['stream sales: NATS does not answer'] },
    feed: {
      failures: () => ['serving does not follow events: database is locked'],
      failuresElsewhere: async () => ['closing is 2 events and 9 s behind: shop: disk I/O error'],
    } as unknown as Services['feed'],
  };
  const project = 'project shop is degraded: version 3 could not be loaded: blob f00 is damaged';
  const others = [
    'serving does not follow events: database is locked',
    'closing is 2 events and 9 s behind: shop: disk I/O error',
    'stream sales: NATS does not answer',
  ];
  assert.deepEqual(await answer(), [
    true,
    [project, ...others, 'model churn is degraded: version 2: damaged'],
  ]);
  assert.deepEqual(await degradedOf(services, []), [project, ...others]);
  services = {
    ...services,
    feed: {
      failures: () => [],
      failuresElsewhere: () => Promise.reject(new Error('database is locked')),
    } as unknown as Services['feed'],
  };
  assert.equal((await degradedOf(services, [])).length, 2);
});

test('a contract that is broken is said, its warnings are not', async () => {
  const check = { refuses: null, figure: 60.04, unit: 'hours', bound: 'at most 48 hours', n: 1 } as const;
  const state = {
    project: 'shop',
    file: 'c.yaml',
    id: 'c',
    version: '1',
    checks: 2,
    lastBatch: null,
    lastFailedBatch: null,
    lastStored: null,
    freshness: { closedThrough: '2026-01-03', ageHours: 60.04 },
    failing: [{ ...check, id: 'age', severity: 'warning', of: 'now' }],
  } as const;
  contracts = [state];
  assert.deepEqual(await answer(), [true, []]);
  contracts = [{ ...state, failing: [{ ...check, id: 'age', severity: 'error', of: 'now' }] }];
  assert.deepEqual(await answer(), [
    true,
    [
      'project shop breaks its contract: age: 60.04 hours, must be at most 48 hours (closed through 2026-01-03)',
    ],
  ]);
  services = { ...services, data: { contractStates: () => Promise.reject(new Error('disk I/O error')) } };
  assert.deepEqual(await answer(), [true, []]);
});
