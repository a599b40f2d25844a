// A log that cannot be written: the reader of the pipe has gone, or the disk is full. The server goes on answering.

import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type ServerProcess, startServer } from './server-process.ts';

const config = {
  projects: { shop: { frequency: 'day', horizonSteps: 7, columns: { series: 'a', time: 'b', target: 'c' } } },
};
const headers = { 'content-type': 'application/json' };
/** Every write to it fails as on a full disk. */
const fullDevice = '/dev/full';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-log-'));
  await writeFile(join(folder, 'almanac.config.json'), JSON.stringify(config));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Makes the server log errors: the rows it cannot take have no place to be kept in. */
async function failThrice(url: string): Promise<void> {
  const path = join(folder, '.almanac', 'blobs');
  await rm(path, { recursive: true, force: true });
  await writeFile(path, 'no folder');
  for (let i = 0; i < 3; i++) {
    const body = JSON.stringify([{ a: `s${i}`, b: 'no date', c: 1 }]);
    const answer = await fetch(`${url}/v1/projects/shop/observations`, { method: 'POST', headers, body });
    assert.ok(answer.status >= 500, await answer.text());
  }
  await rm(path);
}

async function assertGoesOn(server: ServerProcess): Promise<void> {
  await failThrice(server.url);
  assert.equal((await fetch(`${server.url}/health`)).status, 200);
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(metrics, /^almanac_log_lines_lost_total 3$/m);
  assert.equal(await server.stop(), 0);
}

test('a log whose reader has gone does not end the server', async () => {
  const server = await startServer(folder);
  server.stopReading();
  await assertGoesOn(server);
});

test('a log on a full disk does not end the server', { skip: !existsSync(fullDevice) }, async () => {
  const errorsTo = openSync(fullDevice, 'w');
  try {
    await assertGoesOn(await startServer(folder, { errorsTo }));
  } finally {
    closeSync(errorsTo);
  }
});
