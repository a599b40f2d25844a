import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as api from './api.ts';
import { attentionOf, type Seen } from './attention.ts';

const nothing: Seen = { health: undefined, projects: [], jobs: [], sources: [], batches: new Map() };
const job = (change: Partial<api.Job>): api.Job =>
  ({ id: 'job_1', project: 'shop', pipeline: 'train', state: 'done', error: null, ...change }) as api.Job;

test('nothing needs a person where nothing is wrong', () => {
  const batches = new Map([['shop', [{ quarantined: 2, repaired: 2 } as api.Batch]]]);
  assert.deepEqual(attentionOf({ ...nothing, jobs: [job({})], batches }), []);
});

test('a job that failed needs somebody until one of its kind has gone well', () => {
  const failed = job({ id: 'job_2', state: 'failed', error: 'no room' });
  const [item] = attentionOf({ ...nothing, jobs: [job({ state: 'cancelled' }), failed] });
  assert.equal(item?.text, 'Job train failed: no room');
  assert.deepEqual(item?.search, { job: 'job_2' });
  assert.deepEqual(attentionOf({ ...nothing, jobs: [job({}), failed] }), []);
  assert.equal(attentionOf({ ...nothing, jobs: [job({ project: 'other' }), failed] }).length, 1);
});

test('rows that wait are counted over batches, and come after what is worse', () => {
  const batches = new Map([
    ['shop', [{ quarantined: 5, repaired: 2 } as api.Batch, { quarantined: 1, repaired: 0 } as api.Batch]],
  ]);
  const sources = [{ name: 'till', project: 'shop', state: 'paused', reason: 'two units' } as api.Source];
  assert.deepEqual(
    attentionOf({ ...nothing, batches, sources }).map(({ tone, text }) => [tone, text]),
    [
      ['bad', 'Source till is paused: two units'],
      ['warn', '4 refused rows wait, in 2 batches'],
    ],
  );
});
