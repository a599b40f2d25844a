// A stream of NATS JetStream through real processes: observations, forecasts on request, messages that mean harm, a server
// that is killed, a broker that goes away, and reading again.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Rng } from '../../src/core/index.ts';
import { freePort } from '../fixtures/free-port.ts';
import { type NatsServer, noNatsServer, startNatsServer } from '../fixtures/nats-server.ts';
import { assertRefused, command, commandJson } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const kills = 5;

interface StreamView {
  readonly name: string;
  readonly state: string;
  readonly reason: string | null;
  readonly messages: number;
  readonly deadLetters: number;
  readonly lag: number | null;
}

const config = (port: number): string => `export default {
  projects: {
    shop: { frequency: 'day', horizonSteps: 7, seasons: [7], models: ['snaive'], gaps: 'missing',
      columns: { series: 'item', time: 'date', target: 'units' } },
  },
  streams: {
    sales: { kind: 'nats', url: 'nats://127.0.0.1:${port}', stream: 'SALES', subject: 'sales.>',
      deadLetter: 'dead.sales', user: 'shop', password: 'sesame-open' },
    ask: { kind: 'nats', url: 'nats://127.0.0.1:${port}', stream: 'ASK', role: 'forecasts', answers: 'answers.shop',
      user: 'shop', password: 'sesame-open' },
  },
};
`;

const dateOf = (day: number): string => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);

describe('a stream of NATS JetStream', { skip: noNatsServer }, () => {
  let folder: string;
  let port: number;
  let broker: NatsServer;
  let server: ServerProcess;
  let nc: NatsConnection;
  let manager: JetStreamManager;
  let client: JetStreamClient;
  let sent = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'almanac-nats-'));
    port = await freePort();
    broker = await startNatsServer(join(folder, 'nats'), { port });
    await connectClient();
    for (const [name, subject] of [
      ['SALES', 'sales.>'],
      ['ASK', 'ask'],
      ['DEAD', 'dead.>'],
      ['ANSWERS', 'answers.>'],
    ] as const)
      await manager.streams.add({ name, subjects: [subject] });
    await writeFile(join(folder, 'almanac.config.ts'), config(port));
    server = await startServer(folder);
  });
  after(async () => {
    await server?.kill();
    await nc?.close();
    await broker?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const connectClient = async (): Promise<void> => {
    nc = await connect({ servers: broker.url, reconnect: false });
    manager = await jetstreamManager(nc);
    client = jetstream(nc);
  };
  const send = async (value: unknown): Promise<void> => {
    await client.publish('sales.till', typeof value === 'string' ? value : JSON.stringify(value));
    sent += 1;
  };
  const streams = async (): Promise<Map<string, StreamView>> => {
    const response = await fetch(`${server.url}/v1/streams`);
    const { items } = (await response.json()) as { items: StreamView[] };
    return new Map(items.map((item) => [item.name, item]));
  };
  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 600; tries++) {
      if (await holds()) return;
      await sleep(100);
    }
    assert.fail(`${what} did not come about: ${JSON.stringify([...(await streams()).values()])}`);
  };
  const taken = (name: string, count: number): Promise<void> =>
    until(`${count} messages of ${name}`, async () => (await streams()).get(name)?.messages === count);
  const messagesOf = async (stream: string): Promise<{ text: string; headers: Map<string, string> }[]> => {
    const { last_seq: last } = (await manager.streams.info(stream)).state;
    return Promise.all(
      Array.from({ length: last }, async (_, i) => {
        const message = await manager.streams.getMessage(stream, { seq: i + 1 });
        const headers = new Map(
          (message?.header?.keys() ?? []).map((key) => [key, message?.header?.get(key) ?? '']),
        );
        return { text: new TextDecoder().decode(message?.data), headers };
      }),
    );
  };

  test('observations land, bad rows are quarantined, unreadable messages are set aside', async () => {
    for (let day = 0; day < 30; day++) await send({ item: 'a', date: dateOf(day), units: 10 + (day % 7) });
    await send([
      { item: 'b', date: dateOf(1), units: 3 },
      { item: 'b', date: dateOf(2), units: -3 },
    ]);
    await send('{"item":"c","date":"2020-01-05","units":1}\n{"item":"c","date":"2020-01-06","units":2}');
    await send('hello');
    await send('['.repeat(500_000));
    await send('{"__proto__":{"item":"x"},"item":"d","date":"2020-01-01","units":1}');
    await taken('sales', sent);
    const bad = await commandJson<{ code: string }[]>(folder, 'quarantine');
    assert.deepEqual(
      bad.map(({ code }) => code),
      ['negative'],
    );
    const dead = await messagesOf('DEAD');
    assert.deepEqual(
      dead.map(({ headers }) => headers.get('almanac-reason')),
      ['it is not JSON', 'it is nested more than 32 levels deep'],
    );
    assert.equal(dead[0]?.text, 'hello');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    assert.match(metrics, new RegExp(`almanac_stream_messages\\{stream="sales"\\} ${sent}`));
    assert.match(metrics, /almanac_stream_dead_letters\{stream="sales"\} 2/);
    assert.match(metrics, /almanac_stream_lag_messages\{stream="sales"\} 0/);
  });

  test('a request is answered under its id, a wrong one with what is wrong', async () => {
    await commandJson(folder, 'train');
    await client.publish('ask', JSON.stringify({ id: 'order 7', series: ['a'], horizon: 3 }));
    await client.publish('ask', JSON.stringify({ id: 'wrong', series: ['nobody'] }));
    await client.publish('ask', 'rubbish');
    await taken('ask', 3);
    const answers = (await messagesOf('ANSWERS')).map(({ text }) => JSON.parse(text) as Answer);
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    const [forecast] = byId.get('order 7')?.forecast?.forecasts ?? [];
    assert.equal(forecast?.steps.length, 3);
    assert.equal(byId.get('wrong')?.error?.code, 'serving/unknown-series');
    assert.equal(byId.get(null)?.error?.code, 'streams/bad-message');
    const stored = await fetch(`${server.url}/v1/predictions/${forecast?.predictionId}`);
    assert.equal(stored.status, 200);
  });

  test('secrets are printed nowhere', async () => {
    const { stdout } = await command(folder, 'config', 'show');
    assert.match(stdout, /streams\.sales\.password/);
    assert.doesNotMatch(stdout, /sesame/);
    assert.doesNotMatch(server.output(), /sesame/);
  });

  test('5 kills while messages come lose none and double none', async () => {
    const begin = sent;
    const rng = new Rng(7);
    let sending = true;
    const sender = (async () => {
      for (let day = 0; sending; day++) {
        await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            send({ item: `k${i}`, date: dateOf(day), units: 1 + ((day + i) % 9) }),
          ),
        );
        await sleep(50);
      }
    })();
    for (let kill = 0; kill < kills; kill++) {
      await sleep(200 + rng.below(800));
      await server.kill();
      server = await startServer(folder);
    }
    sending = false;
    await sender;
    await taken('sales', sent);
    const database = new DatabaseSync(join(folder, '.almanac', 'control.sqlite'), { readOnly: true });
    const found = database
      .prepare(
        "select count(*) as rows, count(distinct series_id || ' ' || period) as once from tail where series_id like 'k%'",
      )
      .get() as { rows: number; once: number };
    const accepted = database
      .prepare("select sum(rows_accepted) as n from batch where source like 'nats SALES%'")
      .get();
    database.close();
    assert.deepEqual({ ...found }, { rows: sent - begin, once: sent - begin });
    // The rows of the first test, of which two messages were unreadable and one row was bad.
    assert.equal(accepted?.n, sent - begin + 30 + 1 + 2 + 1);
  });

  test('a broker that goes away is told of, forecasts are served meanwhile, and reading goes on when it is back', async () => {
    await nc.close();
    await broker.kill();
    await until('the failure', async () => (await streams()).get('sales')?.state === 'retrying');
    const ready = await fetch(`${server.url}/ready`);
    assert.equal(ready.status, 200);
    const { reasons } = (await ready.json()) as { reasons: string[] };
    assert.match(reasons.join('\n'), /stream sales: NATS at nats:\/\/127\.0\.0\.1/);
    const answer = await fetch(`${server.url}/v1/projects/shop/forecast`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ series: ['a'] }),
    });
    assert.equal(answer.status, 200);
    broker = await startNatsServer(join(folder, 'nats'), { port });
    await connectClient();
    await send({ item: 'a', date: dateOf(40), units: 5 });
    await taken('sales', sent);
  });

  test('a replay reads again from a sequence or a time, with the server running, and from nowhere else', async () => {
    const { state } = await manager.streams.info('SALES');
    await commandJson(folder, 'streams', 'replay', 'sales', '--from', String(state.last_seq - 1));
    await taken('sales', sent + 2);
    await commandJson(
      folder,
      'streams',
      'replay',
      'sales',
      '--from',
      new Date(Date.now() - 86_400_000).toISOString(),
    );
    await taken('sales', sent + 2 + state.messages);
    await assertRefused(folder, ['streams', 'replay', 'sales', '--from', 'yesterday'], {
      exit: 1,
      says: /no place in a stream/,
    });
    await assertRefused(folder, ['streams', 'replay', 'other', '--from', 'start'], {
      exit: 1,
      says: /no stream is called other/,
    });
    await assertRefused(folder, ['streams', 'replay', 'sales'], { exit: 2, says: /--from start/ });
    const [sales] = await commandJson<StreamView[]>(folder, 'streams');
    assert.deepEqual([sales?.name, sales?.state, sales?.lag], ['sales', 'elsewhere', 0]);
  });

  test('a stream that was made anew is not read as if it were the old one', async () => {
    await manager.streams.delete('SALES');
    await manager.streams.add({ name: 'SALES', subjects: ['sales.>'] });
    await until('the refusal', async () =>
      /replay sales --from/.test((await streams()).get('sales')?.reason ?? ''),
    );
  });
});

interface Answer {
  readonly id: string | null;
  readonly forecast?: {
    readonly forecasts: readonly { readonly predictionId: string; readonly steps: readonly unknown[] }[];
  };
  readonly error?: { readonly code: string };
}
