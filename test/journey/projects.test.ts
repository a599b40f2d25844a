// Projects come, change and go while the server runs: by HTTP and by the command line beside it, with a kill -9 between, and
// with a restart that knows them all. Others are not disturbed.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlmanacClient, ProblemError } from '../../src/interfaces/client/index.ts';
import { assertRefused, commandJson } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const firstDay = Date.UTC(2024, 0, 1);
const days = 90;
const settings = {
  frequency: 'day',
  horizonSteps: 7,
  seasons: [7],
  models: ['snaive', 'ses'],
  retrainEveryPeriods: 0,
  columns: { series: 'item', time: 'date', target: 'units' },
};

let folder: string;
let server: ServerProcess;
let client: AlmanacClient;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-projects-'));
  // No project at all.
  await writeFile(join(folder, 'almanac.config.json'), '{"logLevel": "error"}');
  await start();
});
after(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  server = await startServer(folder);
  client = new AlmanacClient({ baseUrl: server.url });
}

function rows(name: string): Record<string, string | number>[] {
  return Array.from({ length: days * 2 }, (_, i) => ({
    item: `${name}-${i % 2}`,
    date: new Date(firstDay + Math.floor(i / 2) * 86_400_000).toISOString().slice(0, 10),
    units: 20 + 3 * (Math.floor(i / 2) % 7) + (i % 2),
  }));
}

const stepsOf = async (name: string): Promise<number | undefined> =>
  (await client.forecast(name)).forecasts[0]?.steps.length;

async function refused(work: Promise<unknown>, code: string): Promise<void> {
  await assert.rejects(work, (error) => error instanceof ProblemError && error.problem.code === code);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return;
    await sleep(50);
  }
  assert.fail('it did not come about');
}

test('a server without projects is ready, and one that is added goes from rows to a forecast', async () => {
  assert.deepEqual(await client.projects(), []);
  assert.equal((await client.ready()).ready, true);
  const events = client.events({ after: 0, types: ['project.added'] })[Symbol.asyncIterator]();
  await client.addProject('shop', settings);
  assert.equal((await events.next()).value?.project, 'shop');
  await events.return?.();
  assert.equal((await client.observe('shop', rows('shop'))).accepted, days * 2);
  const { jobId } = await client.train('shop');
  assert.equal((await client.waitForJob(jobId)).state, 'done');
  assert.equal((await client.project('shop')).status.version?.number, 1);
  assert.equal(await stepsOf('shop'), 7);
});

test('a command beside the server adds another, and both go on through a kill -9', async () => {
  const flags = ['--set', 'columns={"series":"item","time":"date","target":"units"}', 'models=["snaive"]'];
  const added = await commandJson<{ source: string }>(folder, 'projects', 'add', 'depot', ...flags);
  assert.equal(added.source, 'stored');
  await until(async () => (await client.projects()).length === 2);
  await client.observe('depot', rows('depot'));
  const changed = await client.changeProject('shop', { horizonSteps: 10 }, { version: 1 });
  assert.equal(changed.version, 2);
  assert.equal(await stepsOf('shop'), 10);
  await server.kill();
  await start();
  assert.deepEqual(
    (await client.projects()).map(({ name, horizonSteps }) => [name, horizonSteps]),
    [
      ['depot', 28],
      ['shop', 10],
    ],
  );
  assert.equal(await stepsOf('shop'), 10);
  assert.equal((await client.project('shop')).status.version?.number, 1);
});

test('what stored rows mean cannot change, and the file does not take a project that was added', async () => {
  await refused(client.changeProject('shop', { frequency: 'week' }), 'store/project-changed');
  await assertRefused(folder, ['projects', 'change', 'shop', '--set', 'gaps=zero'], {
    exit: 1,
    says: /gaps cannot change/,
  });
  const other = join(folder, 'both.json');
  await writeFile(other, JSON.stringify({ dataFolder: '.almanac', projects: { shop: settings } }));
  await assertRefused(folder, ['models', '--config', other], {
    exit: 1,
    says: /take it out of one of the two/,
  });
});

test('one that is removed is gone at once, comes back with its data, and leaves nothing when it is purged', async () => {
  const depot = await stepsOf('depot');
  await client.removeProject('shop');
  await refused(client.forecast('shop'), 'serving/unknown-project');
  await refused(client.observe('shop', rows('shop')), 'serving/unknown-project');
  assert.equal(await stepsOf('depot'), depot);
  await server.kill();
  await start();
  await refused(client.project('shop'), 'serving/unknown-project');
  await commandJson(folder, 'projects', 'restore', 'shop');
  await until(async () => (await client.projects()).length === 2);
  // It is known before it is loaded.
  await until(async () => (await fetch(`${server.url}/ready`)).ok);
  assert.equal(await stepsOf('shop'), 10);
  assert.equal((await client.project('shop')).status.version?.number, 1);
  const { purgeJob } = await client.removeProject('shop', { data: 'purge' });
  assert.equal((await client.waitForJob(purgeJob ?? '')).state, 'done');
  assert.deepEqual(await client.removedProjects(), []);
  // Its name is free, and stands for nothing from before.
  await client.addProject('shop', settings);
  await refused(client.forecast('shop'), 'serving/not-trained');
  assert.equal(await stepsOf('depot'), depot);
  assert.equal(await server.stop(), 0);
  assert.equal((await commandJson<{ ok: boolean }>(folder, 'verify')).ok, true);
});
