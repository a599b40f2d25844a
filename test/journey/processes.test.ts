// Several serving processes on one port and one data folder: what one was told, all know; one that dies is replaced and
// takes no request of another with it.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandJson } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const config = `export default {
  processes: 2,
  projects: {
    shop: {
      frequency: 'day', horizonSteps: 7, seasons: [7], gaps: 'missing', models: ['naive'], retrainEveryPeriods: 0,
      columns: { series: 'item', time: 'date', target: 'units' },
    },
  },
};
`;
const firstDay = Date.UTC(2024, 0, 1);
const dateOf = (day: number): string => new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10);

let folder: string;
let server: ServerProcess;
/** A connection of its own to each process, by pid. */
let doors: Map<number, Agent>;

async function ask<T>(agent: Agent, path: string, body?: unknown): Promise<T> {
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const sent = request(
      `${server.url}${path}`,
      { agent, method: body === undefined ? 'GET' : 'POST', headers: { 'content-type': 'application/json' } },
      resolve,
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const answer = await text(response);
  assert.ok(response.statusCode === 200 || response.statusCode === 201, answer);
  return (answer.startsWith('{') ? JSON.parse(answer) : answer) as T;
}

/** Opens connections until each of two processes has one. */
async function findDoors(): Promise<Map<number, Agent>> {
  const found = new Map<number, Agent>();
  while (found.size < 2) {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const { pid } = await ask<{ pid: number }>(agent, '/health');
      if (found.has(pid)) agent.destroy();
      else found.set(pid, agent);
    } catch {
      agent.destroy();
      await sleep(50);
    }
  }
  return found;
}

interface Forecast {
  readonly model: { readonly version: number };
  readonly cutoffAt: string;
  readonly forecasts: readonly {
    readonly predictionId: string;
    readonly steps: readonly { mean: number; override?: { value: number } }[];
  }[];
}

const forecast = (agent: Agent): Promise<Forecast> =>
  ask<Forecast>(agent, '/v1/projects/shop/forecast', { series: ['bread'] });

const observe = (agent: Agent, day: number, units: number): Promise<unknown> =>
  ask(agent, '/v1/projects/shop/observations', [{ item: 'bread', date: dateOf(day), units }]);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-processes-'));
  await writeFile(join(folder, 'almanac.config.ts'), config);
  const lines = Array.from({ length: 60 }, (_, day) => `bread,${dateOf(day)},${10 + (day % 7)}`);
  await writeFile(join(folder, 'history.csv'), ['item,date,units', ...lines].join('\n'));
  await commandJson(folder, 'ingest', 'history.csv');
  await commandJson(folder, 'train');
  // Whether it beats the baseline is not what this is about.
  await commandJson(folder, 'promote', '1');
  server = await startServer(folder);
  doors = await findDoors();
});

after(async () => {
  for (const agent of doors.values()) agent.destroy();
  assert.equal(await server.stop(), 0);
  await rm(folder, { recursive: true, force: true });
});

test('what one process was told is in the next answer of the other', async () => {
  const [one, other] = [...doors.values()] as [Agent, Agent];
  for (let day = 60; day < 72; day++) {
    const [teller, listener] = day % 2 === 0 ? [one, other] : [other, one];
    await observe(teller, day, 10 + (day % 9));
    const { cutoffAt, forecasts } = await forecast(listener);
    assert.equal(cutoffAt, dateOf(day));
    assert.equal(forecasts[0]?.steps[0]?.mean, 10 + (day % 9));
  }
});

test('what one process was told to say in place of the model is in the next answer of the other', async () => {
  const [one, other] = [...doors.values()] as [Agent, Agent];
  const { cutoffAt } = await forecast(one);
  const timestamp = dateOf((Date.parse(cutoffAt) - firstDay) / 86_400_000 + 2);
  for (const [teller, listener, value] of [
    [one, other, 40],
    [other, one, 41],
  ] as const) {
    const body = { series: 'bread', reason: 'fair', periods: [{ timestamp, value }] };
    await ask(teller, '/v1/projects/shop/overrides', body);
    const { forecasts } = await forecast(listener);
    assert.deepEqual(
      forecasts[0]?.steps.slice(0, 2).map(({ override }) => override?.value),
      [undefined, value],
    );
  }
  // Another process on the same folder says what stands, and takes it back.
  const listed = await commandJson<{ items: { value: number }[] }>(
    folder,
    'override',
    'list',
    '--state',
    'open',
  );
  assert.deepEqual(
    listed.items.map(({ value }) => value),
    [41],
  );
  await commandJson(
    folder,
    ...['override', 'withdraw', '--series', 'bread', '--period', timestamp, '--reason', 'rain'],
  );
  while ((await forecast(one)).forecasts[0]?.steps[1]?.override !== undefined) await sleep(20);
});

test('a promotion and a rollback are in effect in both when they are answered', async () => {
  const [one, other] = [...doors.values()] as [Agent, Agent];
  await commandJson(folder, 'train');
  const path = '/v1/projects/shop/models';
  await ask(one, `${path}/1/promote`, {});
  assert.deepEqual([(await forecast(one)).model.version, (await forecast(other)).model.version], [1, 1]);
  await ask(other, `${path}/2/promote`, {});
  assert.deepEqual([(await forecast(one)).model.version, (await forecast(other)).model.version], [2, 2]);
  await ask(one, '/v1/projects/shop/rollback', {});
  assert.deepEqual([(await forecast(one)).model.version, (await forecast(other)).model.version], [1, 1]);
});

test('a project that one process was asked to add is there for the other', async () => {
  const [one, other] = [...doors.values()] as [Agent, Agent];
  const columns = { series: 'item', time: 'date', target: 'units' };
  await ask(one, '/v1/projects', { name: 'depot', settings: { columns } });
  await ask(other, '/v1/projects/depot/observations', [{ item: 'salt', date: dateOf(1), units: 3 }]);
  const { forecasts } = await ask<Forecast>(one, '/v1/projects/depot/forecast', { horizon: 1 });
  assert.equal(forecasts[0]?.steps[0]?.mean, 3);
});

test('both write predictions at once, and metrics are of both together', async () => {
  const [one, other] = [...doors.values()] as [Agent, Agent];
  const ids = new Set<string>();
  const count = async (): Promise<number> => {
    const metrics = await ask<string>(one, '/metrics');
    return Number(/almanac_forecast_requests_total\{project="shop"\} (\d+)/.exec(metrics)?.[1]);
  };
  const beforehand = await count();
  await Promise.all(
    [one, other].map(async (agent) => {
      for (let i = 0; i < 50; i++) {
        const series = { series: ['bread'], horizon: 1 + (i % 7), quantiles: [0.05 + i / 100] };
        const answer = await ask<Forecast>(agent, '/v1/projects/shop/forecast', series);
        ids.add(answer.forecasts[0]?.predictionId as string);
      }
    }),
  );
  assert.equal(ids.size, 100);
  assert.equal((await count()) - beforehand, 100);
  for (const id of ids) await ask(other, `/v1/predictions/${id}`);
});

test('a process that is killed is replaced, and the other goes on', async () => {
  const [[killed, gone], [alive, stays]] = [...doors] as [[number, Agent], [number, Agent]];
  process.kill(killed, 'SIGKILL');
  await observe(stays, 72, 7);
  assert.equal((await forecast(stays)).forecasts[0]?.steps[0]?.mean, 7);
  gone.destroy();
  stays.destroy();
  doors = await findDoors();
  assert.ok(doors.has(alive) && !doors.has(killed));
  for (const agent of doors.values()) assert.equal((await forecast(agent)).cutoffAt, dateOf(72));
});
