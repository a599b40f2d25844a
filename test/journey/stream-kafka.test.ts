// A Kafka topic with several partitions through real processes: rows of transactions that were aborted are not read, a
// server that is killed loses and doubles none, requests are answered, and a replay from a time.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, Consumer, Producer } from '@platformatic/kafka';
import { type KafkaServer, noKafkaServer, startKafkaServer } from '../fixtures/kafka-server.ts';
import { commandJson } from './command.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const partitions = 3;
const dayOf = (day: number): string => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);

describe('a stream of Kafka', { skip: noKafkaServer }, () => {
  let folder: string;
  let broker: KafkaServer;
  let server: ServerProcess;
  let producer: Producer;
  let sent = 0;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'almanac-kafka-'));
    broker = await startKafkaServer(join(folder, 'kafka'));
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker.address] });
    await admin.createTopics({ topics: ['sales'], partitions, replicas: 1 });
    await admin.createTopics({ topics: ['sales-dead', 'ask', 'answers'], partitions: 1, replicas: 1 });
    await admin.close();
    producer = new Producer({ clientId: 'till', bootstrapBrokers: [broker.address], acks: -1 });
    await writeFile(
      join(folder, 'almanac.config.ts'),
      `export default {
  projects: { shop: { frequency: 'day', horizonSteps: 7, seasons: [7], models: ['snaive'], gaps: 'missing',
    columns: { series: 'item', time: 'date', target: 'units' } } },
  streams: {
    sales: { kind: 'kafka', url: '${broker.address}', stream: 'sales', deadLetter: 'sales-dead' },
    ask: { kind: 'kafka', url: '${broker.address}', stream: 'ask', role: 'forecasts', answers: 'answers' },
  },
};\n`,
    );
    server = await startServer(folder);
  });
  after(async () => {
    await producer?.close();
    await server?.kill();
    await broker?.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const rowOf = (series: string, day: number): { topic: string; key: Buffer; value: Buffer } => ({
    topic: 'sales',
    key: Buffer.from(series),
    value: Buffer.from(JSON.stringify({ item: series, date: dayOf(day), units: 1 + ((day * 7) % 11) })),
  });
  const send = async (rows: readonly ReturnType<typeof rowOf>[]): Promise<void> => {
    await producer.send({ messages: [...rows] });
    sent += rows.length;
  };
  const taken = async (name: string, count: number): Promise<void> => {
    let found: { name: string; messages: number }[] = [];
    for (let tries = 0; tries < 600; tries++) {
      const response = await fetch(`${server.url}/v1/streams`);
      found = ((await response.json()) as { items: typeof found }).items;
      if (found.find((stream) => stream.name === name)?.messages === count) return;
      await sleep(100);
    }
    assert.fail(`${count} messages of ${name} did not come: ${JSON.stringify(found)}`);
  };
  const countRows = (like: string): { rows: number; once: number } => {
    const database = new DatabaseSync(join(folder, '.almanac', 'control.sqlite'), { readOnly: true });
    try {
      const found = database
        .prepare(
          "select count(*) as rows, count(distinct series_id || ' ' || period) as once from tail where series_id like ?",
        )
        .get(like) as { rows: number; once: number };
      return { ...found };
    } finally {
      database.close();
    }
  };

  test('rows of all partitions land; those of an aborted transaction do not', async () => {
    await send(Array.from({ length: 300 }, (_, i) => rowOf(`a${i % 10}`, Math.floor(i / 10))));
    const transactional = new Producer({
      clientId: 'transactions',
      bootstrapBrokers: [broker.address],
      transactionalId: 'till-1',
      idempotent: true,
      acks: -1,
    });
    const aborted = await transactional.beginTransaction();
    await aborted.send({ messages: Array.from({ length: 20 }, (_, day) => rowOf('aborted', day)) });
    await aborted.abort();
    const committed = await transactional.beginTransaction();
    await committed.send({ messages: Array.from({ length: 20 }, (_, day) => rowOf('committed', day)) });
    await committed.commit();
    await transactional.close();
    sent += 20;
    await send(Array.from({ length: 10 }, (_, day) => rowOf('after', day)));
    await taken('sales', sent);
    assert.deepEqual(countRows('a_'), { rows: 300, once: 300 });
    assert.deepEqual(countRows('aborted'), { rows: 0, once: 0 });
    assert.deepEqual(countRows('committed'), { rows: 20, once: 20 });
    assert.deepEqual(countRows('after'), { rows: 10, once: 10 });
  });

  test('3 kills while messages come lose none and double none', async () => {
    let sending = true;
    let rows = 0;
    const sender = (async () => {
      for (let day = 0; sending; day++, rows += 30) {
        await send(Array.from({ length: 30 }, (_, i) => rowOf(`k${i}`, day)));
        await sleep(20);
      }
    })();
    for (let kill = 0; kill < 3; kill++) {
      await sleep(700);
      await server.kill();
      server = await startServer(folder);
    }
    sending = false;
    await sender;
    await taken('sales', sent);
    assert.deepEqual(countRows('k%'), { rows, once: rows });
  });

  test('a request is answered, an unreadable message set aside, and a replay begins where its time says', async () => {
    await commandJson(folder, 'train');
    const now = new Date().toISOString();
    await sleep(5);
    await producer.send({
      messages: [
        { topic: 'ask', value: Buffer.from(JSON.stringify({ id: 'one', series: ['a1'], horizon: 2 })) },
      ],
    });
    await taken('ask', 1);
    const [answer] = await read('answers', 1);
    const { id, forecast } = JSON.parse(answer ?? '{}') as {
      id: string;
      forecast: { forecasts: { steps: unknown[] }[] };
    };
    assert.deepEqual([id, forecast.forecasts[0]?.steps.length], ['one', 2]);
    await producer.send({ messages: [{ topic: 'sales', value: Buffer.from('rubbish') }] });
    sent += 1;
    await taken('sales', sent);
    assert.deepEqual(await read('sales-dead', 1), ['rubbish']);
    await commandJson(folder, 'streams', 'replay', 'sales', '--from', now);
    await taken('sales', sent + 1);
  });

  const read = async (topic: string, count: number): Promise<string[]> => {
    const consumer = new Consumer({
      clientId: 'look',
      groupId: `look-${topic}`,
      bootstrapBrokers: [broker.address],
    });
    const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false });
    const found: string[] = [];
    for await (const message of stream) {
      found.push(message.value.toString());
      if (found.length === count) break;
    }
    await consumer.close(true);
    return found;
  };
});
