// Rows that are refused, a chat that is up and a webhook that is down, and a server that is killed: each route hears of it once.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AlmanacClient } from '../../src/interfaces/client/index.ts';
import { type ServerProcess, startServer } from './server-process.ts';

let folder: string;
let server: ServerProcess;
const received = { chat: [] as string[], hook: [] as string[] };
const doors: Partial<Record<'chat' | 'hook', Server>> = {};

async function up(name: 'chat' | 'hook', port = 0): Promise<number> {
  const door = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      received[name].push(body);
      response.end();
    });
  });
  doors[name] = door;
  await new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
  return (door.address() as AddressInfo).port;
}

async function down(name: 'chat' | 'hook'): Promise<void> {
  doors[name]?.closeAllConnections();
  await new Promise<unknown>((resolve) => doors[name]?.close(resolve) ?? resolve(undefined));
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 400; i++) {
    if (await isSo()) return;
    await sleep(50);
  }
  assert.fail(`${what}; ${server.errors()}`);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almanac-alerting-'));
});
after(async () => {
  await server?.kill();
  await down('chat');
  await down('hook');
  await rm(folder, { recursive: true, force: true });
});

test('an alert is sent once by each route, though the receiver was down and the server killed', async () => {
  const hookPort = await up('hook');
  await down('hook');
  process.env.ALERT_CHAT = `http://127.0.0.1:${await up('chat')}/chat`;
  process.env.ALERT_HOOK = 'whsec_c2VzYW1lLW9wZW4tc2VzYW1l';
  const shop = {
    horizonSteps: 7,
    seasons: [7],
    models: ['snaive'],
    columns: { series: 'item', time: 'day', target: 'units' },
  };
  const alertRoutes = {
    chat: { kind: 'slack', passwordVariable: 'ALERT_CHAT', privateAddresses: true },
    hook: {
      kind: 'webhook',
      url: `http://127.0.0.1:${hookPort}/in`,
      passwordVariable: 'ALERT_HOOK',
      privateAddresses: true,
    },
  };
  const config = { logLevel: 'error', projects: { shop }, alertRoutes, alerting: { groupSeconds: 0 } };
  await writeFile(join(folder, 'almanac.config.json'), JSON.stringify(config));
  server = await startServer(folder);
  let client = new AlmanacClient({ baseUrl: server.url });
  const rows = Array.from({ length: 100 }, (_, i) => ({
    item: `i${i}`,
    day: '2026-01-05',
    units: i < 20 ? 'many' : '3',
  }));
  await client.observe('shop', rows);
  await until('the chat hears of it', () => received.chat.length > 0);
  const waits = async (): Promise<boolean> => {
    const hook = (await client.alerts.routes()).find(({ name }) => name === 'hook');
    return hook?.waiting === 1 && (hook.lastError ?? '').includes('ECONNREFUSED');
  };
  await until('the webhook waits', waits);
  await server.kill();
  await up('hook', hookPort);
  server = await startServer(folder);
  client = new AlmanacClient({ baseUrl: server.url });
  await until('the webhook hears of it', () => received.hook.length > 0);
  const [alert] = (await client.alerts.list()).items;
  assert.equal(alert?.rule, 'quarantine-share');
  assert.deepEqual([alert?.evidence.n, alert?.evidence.value], [100, 0.2]);
  const [one] = JSON.parse(received.hook[0] ?? '{}').data.alerts;
  assert.deepEqual([one.id, one.notice], [alert?.id, 'fired']);
  await until('nothing waits', async () => (await client.alerts.routes()).every((one) => one.sent === 1));
  await client.alerts.resolve(alert?.id ?? '', 'known');
  await until('both hear of the end', () => received.chat.length > 1 && received.hook.length > 1);
  assert.deepEqual([received.chat.length, received.hook.length], [2, 2]);
  assert.match(received.chat[1] ?? '', /Resolved: warning quarantine-share in shop/);
});
