// Rows of a real PostgreSQL through real servers that are killed: nothing is lost or counted twice, whatever comes late, changes, or
// goes away for a while.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Rng } from '../../src/core/index.ts';
import { differences, Orders, ordersSource } from '../fixtures/orders.ts';
import {
  noPostgres,
  type PostgresServer,
  postgresPassword,
  startPostgres,
} from '../fixtures/postgres-server.ts';
import { command } from './command.ts';
import { historyOf } from './history-of.ts';
import { KilledServer, writeShop } from './source-kills.ts';

const kills = 2;

describe('a source of PostgreSQL', { skip: noPostgres }, () => {
  let postgres: PostgresServer;
  let folder: string;
  let server: KilledServer;
  let orders: Orders;

  before(async () => {
    postgres = await startPostgres();
    folder = await mkdtemp(join(tmpdir(), 'almanac-source-'));
    const rng = new Rng(11);
    orders = new Orders(postgres, rng);
    await orders.create();
    await writeShop(folder, 'sum', { orders: ordersSource(postgres) });
    process.env.ERP_PASSWORD = postgresPassword;
    const step = (): Promise<void> => orders.step();
    server = new KilledServer({ folder, source: 'orders', rng, everyMs: 250, step });
    await server.start();
  });
  after(async () => {
    await server?.kill();
    await orders?.rest();
    await postgres?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test('a column that changes its type pauses it, by name, until somebody resumes it', async () => {
    await server.readWhole();
    await server.pauseSteps();
    await orders.rest();
    await postgres.query('alter table orders alter column units type text');
    const { reason } = await server.until('the pause', ({ state }) => state === 'paused');
    assert.match(reason ?? '', /the column units was bigint and is text now/);
    const health = (await (await fetch(`${server.url}/health`)).json()) as {
      status: string;
      degraded: string[];
    };
    assert.equal(health.status, 'ok');
    assert.match(health.degraded.join('\n'), /column units .*paused/);
    assert.match(
      await (await fetch(`${server.url}/metrics`)).text(),
      /almanac_source_paused\{source="orders"\} 1/,
    );
    assert.equal((await server.post('run')).status, 409);
    await postgres.query('alter table orders alter column units type bigint using units::bigint');
    assert.equal((await server.post('resume')).status, 200);
    server.goOn();
    await server.readWhole();
  });

  test('a server that goes away is told of, and reading goes on when it is back', async () => {
    await server.pauseSteps();
    await orders.rest();
    await postgres.stop();
    const { reason } = await server.until('the failure', ({ state }) => state === 'failing');
    assert.match(reason ?? '', /Postgres at postgres:\/\/127\.0\.0\.1.* cannot be read for source orders/);
    await postgres.start();
    server.goOn();
    await server.until('the recovery', ({ state }) => state === 'ok');
  });

  test(`${kills} kills while rows come, come late and change lose none and double none`, async () => {
    for (let kill = 0; kill < kills; kill++) await server.killAfter(1500);
    await server.readWhole();
    await server.pauseSteps();
    await orders.rest();
    await server.readWhole();
    const { rows, corrections } = await server.view();
    await server.stop();
    assert.ok(corrections > 0 && rows >= (await orders.count()), `${rows} rows, ${corrections} corrections`);
    assert.deepEqual(differences(await historyOf(folder), await orders.truth('sum')), []);
  });

  test('the password is printed and kept nowhere', async () => {
    const { stdout } = await command(folder, 'config', 'show');
    assert.match(stdout, /sources\.orders\.passwordVariable +"ERP_PASSWORD"/);
    const found = await command(folder, 'sources', '--json');
    assert.doesNotMatch(stdout + found.stdout + found.stderr, new RegExp(postgresPassword));
  });
});
