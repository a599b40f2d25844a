// Clients that take more than their share: connections, memory, time. Each finds its bound and is told so in a typed
// problem where it can still be told; others are served meanwhile; and afterwards everything is given back.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';

import type { Problem } from '../../src/interfaces/http/contract.ts';
import type { HttpLimits } from '../../src/interfaces/http/index.ts';
import { HttpWorld } from '../fixtures/http-world.ts';

const observePath = '/v1/projects/shop/observations';
const json = { 'content-type': 'application/json' };

async function withLimits(
  limits: Partial<HttpLimits>,
  attack: (world: HttpWorld, url: string) => Promise<void>,
  routes: (app: HttpWorld['app']) => void = () => {},
): Promise<void> {
  const world = await HttpWorld.open({ settings: { limits }, routes });
  try {
    const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
    await world.observe(['a', -1, 5]);
    await attack(world, url);
    await alive(url);
  } finally {
    await world.close();
  }
}

async function alive(url: string): Promise<void> {
  const answer = await fetch(`${url}/v1/projects/shop/forecast`, {
    method: 'POST',
    body: '{}',
    headers: json,
  });
  assert.equal(answer.status, 200, await answer.text());
}

async function dial(url: string, text = ''): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (text !== '') socket.write(text);
  return socket;
}

/** What a connection is told until it is closed. */
async function told(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await once(socket, 'close');
  return text;
}

/** The problem in an answer as it came over the wire. */
function problemIn(text: string): Problem {
  const found = /\r\n\r\n(\{.*\})/s.exec(text);
  assert.match(text, /content-type: application\/problem\+json/i);
  return JSON.parse(found?.[1] ?? '') as Problem;
}

/** A gauge of the server, read without a connection. */
async function gauge(world: HttpWorld, name: string): Promise<number> {
  const { body } = await world.app.inject('/metrics');
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(body)?.[1]);
}

function slowBody(path: string, length: number, begin: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${begin}`;
}

// ---------------------------------------------------------------- connections

test('the connection idle for longest gives way to a new one', () =>
  withLimits({ connectionsPerAddress: 5 }, async (world, url) => {
    const first = await dial(url);
    const others = await Promise.all([1, 2, 3, 4].map(() => dial(url)));
    const gone = once(first.resume(), 'close');
    await alive(url);
    await gone;
    assert.ok((await gauge(world, 'almanac_http_connections_refused_total')) >= 1);
    for (const socket of others) socket.destroy();
  }));

test('when all connections are busy, one more is told so', () =>
  withLimits({ connections: 3, connectionsPerAddress: 3 }, async (world, url) => {
    const busy = await Promise.all([1, 2, 3].map(() => dial(url, slowBody(observePath, 1000, '['))));
    await until(async () => (await gauge(world, 'almanac_http_requests_open')) === 3);
    const text = await told(await dial(url, 'GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    assert.match(text, /^HTTP\/1\.1 503 /);
    assert.match(text, /retry-after: 1/i);
    assert.equal(problemIn(text).code, 'http/too-many-connections');
    for (const socket of busy) socket.destroy();
    await until(async () => (await status(url)) === 200);
  }));

async function status(url: string): Promise<number> {
  const text = await told(
    await dial(url, 'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
  );
  return Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('headers that dribble in are cut off, and so is a connection that says nothing', () =>
  withLimits({ headersMs: 200 }, async (_world, url) => {
    const dribbling = await dial(url, 'GET / HTTP/1.1\r\nHost: localhost\r\nX: ');
    const silent = await dial(url);
    const drip = setInterval(() => dribbling.write('y'), 50);
    const [text] = await Promise.all([told(dribbling), told(silent)]);
    clearInterval(drip);
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.equal(problemIn(text).code, 'http/timeout');
  }));

test('one connection cannot have hundreds of requests under way', () =>
  withLimits(
    {},
    async (_world, url) => {
      const text = await told(
        await dial(url, 'GET /v1/wait HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(300)),
      );
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code);
      assert.equal(statuses.filter((code) => code === '200').length, 8);
      assert.equal(statuses.at(-1), '429');
      assert.match(text, /"code":"http\/too-many-requests"/);
    },
    (app) => {
      app.get('/v1/wait', async () => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        return {};
      });
    },
  ));

test('more headers than any client needs', () =>
  withLimits({}, async (_world, url) => {
    const headers = Array.from({ length: 120 }, (_, i) => `X-${i}: y\r\n`).join('');
    const text = await told(await dial(url, `GET /health HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`));
    assert.match(text, /^HTTP\/1\.1 431 /);
    assert.equal(problemIn(text).code, 'http/headers-invalid');
  }));

test('an expectation that nobody knows is no reason to refuse', () =>
  withLimits({}, async (_world, url) => {
    const text = await told(
      await dial(
        url,
        'GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: miracles\r\nConnection: close\r\n\r\n',
      ),
    );
    assert.match(text, /^HTTP\/1\.1 200 /);
  }));

// ---------------------------------------------------------------- bodies

test('bodies that are never finished cannot fill the memory, and give it back', () =>
  withLimits({ bodiesBytes: 200_000 }, async (world, url) => {
    const most = await Promise.all(
      [1, 2].map(() => dial(url, slowBody(observePath, 90_000, 'x'.repeat(80_000)))),
    );
    await until(async () => (await gauge(world, 'almanac_http_bodies_bytes')) >= 160_000);
    const text = await told(await dial(url, slowBody(observePath, 90_000, 'x'.repeat(80_000))));
    assert.match(text, /^HTTP\/1\.1 503 /);
    assert.equal(problemIn(text).code, 'http/too-many-bodies');
    // Small bodies are let through whatever large ones do.
    await alive(url);
    for (const socket of most) socket.destroy();
    await until(async () => (await gauge(world, 'almanac_http_bodies_bytes')) === 0);
    const whole = JSON.stringify([
      { series: 'a', timestamp: '2026-01-31', value: 1, note: 'x'.repeat(80_000) },
    ]);
    const answer = await fetch(url + observePath, { method: 'POST', body: whole, headers: json });
    assert.equal(answer.status, 200, await answer.text());
  }));

test('a body in pieces of one byte is read like any other', () =>
  withLimits({}, async (_world, url) => {
    const body = '{"series":["a"],"horizon":2}';
    const chunks = [...body].map((byte) => `1\r\n${byte}\r\n`).join('');
    const text = await told(
      await dial(
        url,
        `POST /v1/projects/shop/forecast HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
      ),
    );
    assert.match(text, /^HTTP\/1\.1 200 /);
  }));

test('a length of gigabytes is refused before a byte of it is read', () =>
  withLimits({}, async (world, url) => {
    const text = await told(await dial(url, slowBody(observePath, 3_000_000_000, '[')));
    assert.match(text, /^HTTP\/1\.1 413 /);
    assert.equal(problemIn(text).code, 'http/body-too-large');
    assert.equal(await gauge(world, 'almanac_http_bodies_bytes'), 0);
  }));

test('more rows than one body may have, in every format', () =>
  withLimits({ rows: 1000 }, async (_world, url) => {
    const many = 5000;
    const bodies: readonly (readonly [string, string])[] = [
      ['application/json', `[${'1,'.repeat(many)}1]`],
      ['application/x-ndjson', '1\n'.repeat(many)],
      ['text/csv', `series,timestamp,value\n${'a,2026-01-30,1\n'.repeat(many)}`],
    ];
    for (const [type, body] of bodies) {
      const headers = { 'content-type': type };
      const answer = await fetch(url + observePath, { method: 'POST', body, headers });
      const { code, details } = (await answer.json()) as Problem;
      assert.equal(`${answer.status} ${code}`, '413 http/body-too-large', type);
      assert.equal(details?.rowsMax, 1000);
    }
    const fits = JSON.stringify([{ series: 'a', timestamp: '2026-01-30', value: 3 }]);
    assert.equal((await fetch(url + observePath, { method: 'POST', body: fits, headers: json })).status, 200);
  }));

test('nesting of a million levels is refused after a few bytes, also where an open quote would hide it', () =>
  withLimits({}, async (_world, url) => {
    const deep = '['.repeat(1_000_000);
    const bodies: readonly (readonly [string, string, string])[] = [
      [observePath, 'application/json', deep],
      [observePath, 'application/x-ndjson', `{"series":"a\n${deep}\n`],
      ['/v1/projects/shop/forecast', 'application/json', deep],
    ];
    for (const [path, type, body] of bodies) {
      const headers = { 'content-type': type };
      const answer = await fetch(url + path, { method: 'POST', body, headers });
      const { code } = (await answer.json()) as Problem;
      assert.equal(`${answer.status} ${code}`, '400 http/invalid-body', `${path} ${type}`);
    }
  }));

// ---------------------------------------------------------------- answers

test('a client that does not read its answer is let go, in one piece or in parts', () =>
  withLimits(
    { stallMs: 300 },
    async (world, url) => {
      for (const path of ['/v1/whole', '/v1/parts']) {
        const socket = await dial(url, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
        socket.pause();
        await until(async () => (await gauge(world, 'almanac_http_requests_open')) === 1);
        await until(async () => (await gauge(world, 'almanac_http_requests_open')) === 0);
        socket.destroy();
      }
    },
    (app) => {
      const part = 'x'.repeat(1024 * 1024);
      app.get('/v1/whole', (_request, reply) => reply.send(part.repeat(64)));
      app.get('/v1/parts', (_request, reply) => {
        const parts = async function* (): AsyncGenerator<string> {
          for (let i = 0; i < 64; i++) yield part;
        };
        return reply.send(ReadableStream.from(parts()));
      });
    },
  ));

test('an answer that takes too long to make is given up, and the server goes on', async () => {
  const forever = Promise.withResolvers<never>();
  await withLimits({ answerMs: 200 }, async (world, url) => {
    const { answer } = world.serving;
    world.serving.answer = () => forever.promise;
    const late = await fetch(`${url}/v1/projects/shop/forecast`, {
      method: 'POST',
      body: '{}',
      headers: json,
    });
    const { code } = (await late.json()) as Problem;
    assert.equal(`${late.status} ${code}`, '503 http/deadline');
    assert.equal(late.headers.get('retry-after'), '1');
    world.serving.answer = answer;
  });
  forever.reject(new Error('over'));
});

test('an event stream outlives the deadline of answers', async () => {
  const world = await HttpWorld.open({ settings: { limits: { answerMs: 100 } } });
  const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
  const answer = await fetch(`${url}/v1/events`);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 300));
  await world.store.appendEvent({
    at: 0,
    project: 'shop',
    type: 'swap.done',
    data: { versionId: 'late', ms: 1 },
  });
  const { value } = await reader.read();
  assert.match(new TextDecoder().decode(value), /event: swap.done/);
  await reader.cancel();
  await world.close();
});
