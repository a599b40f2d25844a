// A backup of a server under load: rows and forecasts go on while it is made. The server is killed, the backup restored
// elsewhere: nothing that was acknowledged before the backup began is missing, and the ledgers are equal up to its point.

import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger } from '../../src/storage/ports/index.ts';
import { openInspection } from '../../src/storage/sqlite/index.ts';
import { command, commandJson } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const config = `export default {
  projects: {
    shop: {
      frequency: 'day', horizonSteps: 14, seasons: [7], models: ['snaive', 'ses'], retrainEveryPeriods: 0,
      columns: { series: 'item', time: 'date', target: 'units' },
    },
  },
};
`;
const items = ['a', 'b', 'c', 'd'];
const historyDays = 80;
const dateOf = (day: number): string =>
  new Date(Date.UTC(2020, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);
const rowsOf = (day: number): object[] =>
  items.map((item, i) => ({ item, date: dateOf(day), units: 20 + 3 * (day % 7) + i }));

interface Verified {
  readonly ok: boolean;
  readonly checks: readonly { check: string; findings: number; examples: readonly string[] }[];
  readonly ledger: Ledger;
}

/** What was acknowledged, in order. */
interface Acknowledged {
  days: number;
  readonly predictions: string[];
}

async function post(url: string, body: unknown, key?: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  });
  assert.ok(response.ok, `${response.status} ${await response.clone().text()}`);
  return (await response.json()) as Record<string, unknown>;
}

const postDay = (url: string, day: number): Promise<Record<string, unknown>> =>
  post(`${url}/v1/projects/shop/observations`, rowsOf(day), `day-${day}`);

/** Sends days and asks for forecasts until the server is gone. */
async function load(url: string, known: Acknowledged): Promise<void> {
  const untilGone = async (work: () => Promise<void>): Promise<void> => {
    try {
      for (;;) await work();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  };
  await Promise.all([
    untilGone(async () => {
      await postDay(url, known.days);
      known.days += 1;
    }),
    untilGone(async () => {
      const { forecasts } = await post(`${url}/v1/projects/shop/forecast`, { series: items });
      known.predictions.push(
        ...(forecasts as { predictionId: string }[]).map(({ predictionId }) => predictionId),
      );
    }),
  ]);
}

test('a backup under load, restored elsewhere after a kill, holds all that was acknowledged before it began', async () => {
  const base = mkdtempSync(join(tmpdir(), 'almanac-backup-'));
  const [backup, elsewhere] = [join(base, 'backup'), join(base, 'elsewhere')];
  let server: ServerProcess | undefined;
  try {
    await writeFile(join(base, 'almanac.config.ts'), config);
    server = await startServer(base);
    const known: Acknowledged = { days: 0, predictions: [] };
    for (; known.days < historyDays; known.days++) await postDay(server.url, known.days);
    await commandJson(base, 'train');
    const running = load(server.url, known);
    await sleep(500);
    // The first copy is brought up to date by the second.
    await commandJson(base, 'backup', backup);
    const before = { days: known.days, predictions: [...known.predictions] };
    const { ledger } = await commandJson<{ ledger: Ledger }>(base, 'backup', backup);
    await server.kill();
    await running;
    server = undefined;

    assert.ok((await commandJson<Verified>(base, 'verify', backup)).ok);
    await commandJson(base, 'restore', backup, '--data-folder', elsewhere);
    const restored = await commandJson<Verified>(base, 'verify', '--data-folder', elsewhere);
    assert.deepEqual(restored.ledger, ledger);
    // The original has gone on: up to the point of the backup it is the same.
    const original = openInspection(join(base, '.almanac', 'control.sqlite'));
    assert.deepEqual(original.ledger(ledger.point), ledger);
    original.close();

    assert.ok(ledger.batches.count >= before.days && ledger.rows.count >= before.days * items.length);
    server = await startServer(base, { args: ['--data-folder', elsewhere] });
    const { url } = server;
    for (const id of new Set(before.predictions))
      assert.equal((await fetch(`${url}/v1/predictions/${id}`)).status, 200, `prediction ${id} is gone`);
    for (const day of [0, before.days - 1]) assert.equal((await postDay(url, day)).replayed, true);
    const again = await command(base, 'restore', backup, '--data-folder', elsewhere, '--replace');
    assert.match(again.stderr, /backup\/in-use/);

    // A byte more in a file, and it is seen.
    const folder = join(backup, 'blobs');
    const [part = ''] = readdirSync(folder).filter((name) => name.length === 2);
    const [name = ''] = readdirSync(join(folder, part));
    appendFileSync(join(folder, part, name), 'x');
    const damaged = await command(base, 'verify', backup);
    assert.equal(damaged.code, 1);
    assert.match(damaged.stdout, new RegExp(`${name} does not hold the bytes of its name`));
    assert.ok(damaged.stdout.split('\n').every((line) => line.length <= 80 || line.includes(name)));
    const refused = await command(base, 'restore', backup, '--data-folder', join(base, 'third'));
    assert.match(refused.stderr, /store\/blob-corrupt/);
  } finally {
    await server?.kill();
    rmSync(base, { recursive: true, force: true });
  }
});
