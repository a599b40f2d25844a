import assert from 'node:assert/strict';
import { test } from 'node:test';
import { projectLike } from '../../../../test/fixtures/project.ts';
import type { CommandContext } from '../command.ts';
import { Printer } from '../printer.ts';
import type { JobRecord } from '../services.ts';
import { jobs } from './jobs.ts';

const about = { project: 'shop', state: 'done', step: 'promote', progress: { fraction: 1, message: '' } };
const times = { createdAt: 0, startedAt: 1000, endedAt: 4000, error: null, results: {} };
const reason = '7 periods in the history, the project asks for 7';
const list = [
  { ...about, ...times, id: 'job_2', pipeline: 'train', input: { trigger: 'periods', reason } },
  { ...about, ...times, id: 'job_1', pipeline: 'seal', input: { unsealedRows: 9 } },
] as unknown as JobRecord[];

const lines = [{ at: 0, step: 'fit', kind: 'failed', message: 'it broke' }];

async function printed(...args: string[]): Promise<{ text: string; json: unknown }> {
  const engine = { list: async () => list, get: async () => list[0], log: async () => lines };
  const context = {
    args,
    options: { limit: 20, log: args.includes('--log') },
    project: async () => projectLike({}),
    open: async () => ({ jobs: engine }),
  };
  let text = '';
  const result = await jobs.run(context as unknown as CommandContext);
  const collect = (part: string): void => {
    text += part;
  };
  result?.print(new Printer(collect, false));
  return { text, json: result?.json };
}

test('jobs say why they began, in the list and one by one', async () => {
  const all = await printed();
  assert.match(all.text, /job_2 +train +done .* 3\.0 s .* periods: 7 periods in the history/);
  assert.match(all.text, /job_1 +seal +done .* -\n/);
  const [first] = all.json as { cause: unknown }[];
  assert.deepEqual(first?.cause, { trigger: 'periods', reason });
  const one = await printed('job_2');
  assert.match(one.text, /why +periods: 7 periods in the history, the project asks for 7/);
});

test('--log says what a job did, line by line', async () => {
  const { text, json } = await printed('job_2', '--log');
  assert.match(text, /^.*1970.* {2}fit: it broke\n$/);
  assert.deepEqual(json, { lines: [{ ...lines[0], at: '1970-01-01T00:00:00.000Z' }] });
});
