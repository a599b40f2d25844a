// A shop that posts its orders to a real server which is killed, and sends again what was not answered: each order counts once.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rng } from '../../src/core/index.ts';
import { AlmanacClient, ProblemError } from '../../src/interfaces/client/index.ts';
import { type Cells, differences } from '../fixtures/orders.ts';
import { command } from './command.ts';
import { historyOf } from './history-of.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { writeShop } from './source-kills.ts';

const secret = 'whsec_c2VzYW1lLW9wZW4tc2VzYW1l';
const orders = 40;
const kills = 2;

describe('a webhook', () => {
  let folder: string;
  let server: ServerProcess;
  const rng = new Rng(3);
  const truth: Cells = new Map();
  const client = (): AlmanacClient => new AlmanacClient({ baseUrl: server.url });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'almanac-webhook-'));
    process.env.SHOP_SECRET = secret;
    process.env.ERP_TOKEN = 'erp-token-erp-token';
    await writeShop(folder, 'sum', {
      orders: {
        kind: 'webhook',
        passwordVariable: 'SHOP_SECRET',
        rowsPath: 'data.lines',
        fields: { item: 'sku', day: '$.data.at', units: 'qty' },
      },
      erp: {
        kind: 'webhook',
        passwordVariable: 'ERP_TOKEN',
        authentication: 'bearer',
        deliveryHeader: 'idempotency-key',
      },
    });
    server = await startServer(folder);
  });
  after(async () => {
    await server?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  /** As shops send: until it has been answered, and sometimes once more. */
  async function order(number: number): Promise<void> {
    const at = `2026-01-${String(1 + rng.below(9)).padStart(2, '0')}`;
    const lines = Array.from({ length: 1 + rng.below(3) }, () => ({
      sku: `i${rng.below(4)}`,
      qty: 1 + rng.below(5),
    }));
    for (const { sku, qty } of lines) truth.set(`${sku} ${at}`, (truth.get(`${sku} ${at}`) ?? 0) + qty);
    const payload = { type: 'order.created', data: { at, lines } };
    const options = { id: `order-${number}`, secret };
    const more = rng.below(2);
    for (let answers = 0; answers <= more; )
      try {
        await client().deliver('orders', { payload }, options);
        answers += 1;
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        await sleep(100);
      }
  }

  test(`deliveries land once through ${kills} kills and resends`, async () => {
    const sending = (async () => {
      for (let from = 0; from < orders; from += 4)
        await Promise.all(Array.from({ length: 4 }, (_, i) => order(from + i)));
    })();
    for (let kill = 0; kill < kills; kill++) {
      await sleep(rng.below(400));
      await server.kill();
      server = await startServer(folder);
    }
    await sending;
    const found = (await client().sources()).find(({ name }) => name === 'orders');
    assert.deepEqual([found?.state, found?.kind, found?.schedule], ['ok', 'webhook', null]);
  });

  test('what is not the shop is refused, before anything lands, and told of', async () => {
    const refused = async (status: number, says: RegExp, work: Promise<unknown>): Promise<void> => {
      await assert.rejects(work, (error) => {
        assert.ok(error instanceof ProblemError);
        assert.deepEqual([error.status, says.test(error.message)], [status, true], error.message);
        return true;
      });
    };
    const payload = { data: { at: '2026-01-01', lines: [{ sku: 'i0', qty: 1000 }] } };
    const deliver = (options: object, name = 'orders'): Promise<unknown> =>
      client().deliver(name, { payload }, { id: 'order-0', secret, ...options });
    await refused(409, /came with other bytes, or by another mapping, before/, deliver({}));
    await refused(401, /signature is not that/, deliver({ secret: 'another-secret-of-theirs' }));
    await refused(401, /was signed \d+ s ago/, deliver({ sentAt: new Date(Date.now() - 3_600_000) }));
    await refused(404, /no webhook is called till/, deliver({}, 'till'));
    const bad = { data: { at: '2026-01-01', lines: [{ sku: 'i0', qty: 'many' }] } };
    await refused(
      422,
      /row 1: .*bad-number/,
      client().deliver('orders', { payload: bad }, { id: 'bad', secret }),
    );
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, /almanac_webhook_deliveries_total\{source="orders",outcome="refused"\} 4/);
    const health = (await (await fetch(`${server.url}/health`)).json()) as { degraded: string[] };
    assert.match(health.degraded.join(), /none of its 1 rows/);
    await refused(409, /is a webhook: its sender posts/, client().runSource('orders'));
  });

  test('a plain sender with a token sends rows as they are', async () => {
    const send = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${server.url}/v1/webhooks/erp`, {
        method: 'POST',
        body,
        headers: { authorization: 'Bearer erp-token-erp-token', 'content-type': 'text/csv', ...headers },
      });
    assert.equal((await send('item,day,units\nx,2026-01-01,5\n')).status, 422);
    for (let again = 0; again < 2; again++)
      assert.equal((await send('item,day,units\nx,2026-01-01,5\n', { 'idempotency-key': 'a' })).status, 200);
    const token = { authorization: 'Bearer erp-token', 'idempotency-key': 'b' };
    assert.equal((await send('item,day,units\nx,2026-01-01,7\n', token)).status, 401);
    truth.set('x 2026-01-01', 5);
  });

  test('every cell is what the orders say, and secrets are printed and kept nowhere', async () => {
    await server.stop();
    assert.deepEqual(differences(await historyOf(folder), truth), []);
    const { stdout, stderr } = await command(folder, 'sources');
    assert.match(stdout, /erp +webhook +shop +- +failing +1 /);
    const shown = await command(folder, 'config', 'show');
    assert.doesNotMatch(
      stdout + stderr + shown.stdout + server.output() + server.errors(),
      /sesame|c2VzYW1l|erp-token/,
    );
  });
});
