import assert from 'node:assert/strict';
import { test } from 'node:test';
import type * as api from './api.ts';
import { attentionOf, type Seen } from './attention.ts';

const nothing: Seen = { health: undefined, projects: [], jobs: [], sources: [], refused: new Map() };
const job = (change: Partial<api.Job>): api.Job =>
  ({ id: 'job_1', project: 'shop', pipeline: 'train', state: 'done', error: null, ...change }) as api.Job;

const row = (batchId: string, repairedBy: string | null): api.QuarantinedRow =>
  ({ batchId, repairedBy }) as api.QuarantinedRow;

test('nothing needs a person where nothing is wrong', () => {
  const refused = new Map([['shop', [row('bat_1', 'bat_2')]]]);
  assert.deepEqual(attentionOf({ ...nothing, jobs: [job({})], refused }), []);
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
  const rows = [row('bat_1', null), row('bat_1', null), row('bat_2', null), row('bat_2', 'bat_3')];
  const refused = new Map([['shop', rows]]);
  const sources = [{ name: 'till', project: 'shop', state: 'paused', reason: 'two units' } as api.Source];
  assert.deepEqual(
    attentionOf({ ...nothing, refused, sources }).map(({ tone, text }) => [tone, text]),
    [
      ['bad', 'Source till is paused: two units'],
      ['warn', '3 refused rows wait, in 2 batches'],
    ],
  );
});
