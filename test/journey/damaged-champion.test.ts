// A champion with one damaged byte: the version before it answers at once and says so, and the champion returns by itself when
// its file is whole again.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, commandJson, versionMs } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const config = `export default {
  projects: {
    shop: {
      frequency: 'day', horizonSteps: 7, seasons: [7], gaps: 'missing', models: ['naive'], retrainEveryPeriods: 0,
      columns: { series: 'item', time: 'date', target: 'units' },
    },
  },
};
`;
const firstDay = Date.UTC(2024, 0, 1);

interface Version {
  readonly number: number;
  readonly artifactHash: string;
  readonly damage?: string;
}
interface Answer {
  readonly model: { readonly version: number; readonly arm: string };
  readonly degraded?: string;
}

let folder: string;
let server: ServerProcess | undefined;

function rows(from: number, to: number): string {
  const lines = ['item,date,units'];
  for (let day = from; day < to; day++)
    lines.push(`bread,${new Date(firstDay + day * 86_400_000).toISOString().slice(0, 10)},${10 + (day % 7)}`);
  return lines.join('\n');
}

async function ask<T>(path: string, body?: unknown): Promise<{ status: number; body: T }> {
  const headers = { 'content-type': 'application/json' };
  const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const response = await fetch(`${server?.url}${path}`, init);
  return { status: response.status, body: (await response.json()) as T };
}

const forecast = async (): Promise<Answer> =>
  (await ask<Answer>('/v1/projects/shop/forecast', { series: ['bread'] })).body;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-damaged-'));
  await writeFile(join(folder, 'almanac.config.ts'), config);
  for (const [version, from, to] of [
    ['1', 0, 60],
    ['2', 60, 74],
  ] as const) {
    await writeFile(join(folder, 'rows.csv'), rows(from, to));
    await commandJson(folder, 'ingest', 'rows.csv');
    await commandJson(folder, 'train');
    await commandJson(folder, 'promote', version);
  }
});

after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the version before answers within ten seconds, says so, and gives way when the champion is whole again', async () => {
  const champion = (await commandJson<Version[]>(folder, 'models')).find(({ number }) => number === 2);
  const hash = champion?.artifactHash ?? '';
  const path = join(folder, '.almanac', 'blobs', hash.slice(0, 2), hash);
  const whole = await readFile(path);
  const damaged = Buffer.from(whole);
  damaged[100] = (damaged[100] as number) ^ 1;
  await writeFile(path, damaged);

  // On a machine that is busy everything takes its time, the emptiest command too.
  const within = 10_000 + 10 * (await versionMs(folder));
  server = await startServer(folder);
  assert.ok(server.startMs < within, `${server.startMs} ms until it answered`);
  const stand = await forecast();
  assert.deepEqual(stand.model, { name: 'shop', version: 1, arm: 'stand-in' });
  assert.match(stand.degraded ?? '', /version 2 could not be loaded: .*no longer holds the bytes/);
  const ready = await ask<{ ready: boolean; reasons: string[] }>('/ready');
  assert.deepEqual([ready.status, ready.body.ready], [200, true]);
  assert.match(ready.body.reasons.join(), /shop is degraded: version 2 could not be loaded/);
  const health = await ask<{ degraded: string[] }>('/health');
  assert.match(health.body.degraded.join(), /version 2 could not be loaded/);
  const models = await commandJson<Version[]>(folder, 'models');
  assert.match(models.find(({ number }) => number === 2)?.damage ?? '', /no longer holds the bytes/);
  const doctor = await command(folder, 'doctor');
  assert.match(doctor.stdout, /version 2 cannot be loaded/);

  await writeFile(path, whole);
  const restored = performance.now();
  while ((await forecast()).model.version !== 2) {
    assert.ok(performance.now() - restored < 90_000, 'the champion did not return');
    await sleep(200);
  }
  const back = await forecast();
  assert.deepEqual([back.model.arm, back.degraded], ['champion', undefined]);
  assert.deepEqual((await ask<{ reasons: string[] }>('/ready')).body.reasons, []);
});
