import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';

import { HttpWorld } from '../../../test/fixtures/http-world.ts';

test('closing finishes the request under way and drops idle connections at once', async () => {
  const world = await HttpWorld.open();
  const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
  await world.observe(['a', -1, 5]);
  const disk = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const { appendPredictions } = world.store;
  world.store.appendPredictions = async (batch) => {
    reached.resolve();
    await disk.promise;
    return appendPredictions(batch);
  };
  const idle = connect(Number(new URL(url).port), '127.0.0.1');
  await once(idle, 'connect');
  const answer = fetch(`${url}/v1/projects/shop/forecast`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
  });
  await reached.promise;
  const closed = world.app.close();
  await once(idle.resume(), 'close');
  disk.resolve();
  const response = await answer;
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('connection'), 'close');
  assert.equal(((await response.json()) as { forecasts: unknown[] }).forecasts.length, 1);
  await closed;
  await assert.rejects(fetch(`${url}/health`));
  await world.close();
});

test('a kept-alive connection gets one more answer after its server was told to close', async () => {
  const world = await HttpWorld.open({ settings: { drainMs: 5000 } });
  const port = Number(new URL(await world.app.listen({ host: '127.0.0.1', port: 0 })).port);
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const request = 'GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n';
  socket.write(request);
  const [first] = (await once(socket, 'data')) as [string];
  assert.match(first, /\r\nconnection: keep-alive\r\n/i);
  const closed = world.app.close();
  await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' });
  socket.write(request);
  const [last] = (await once(socket, 'data')) as [string];
  assert.match(last, /^HTTP\/1.1 200 OK\r\n/);
  assert.match(last, /\r\nconnection: close\r\n/i);
  await closed;
  await world.close();
});

test('closing ends event streams', async () => {
  const world = await HttpWorld.open();
  const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
  const stream = await fetch(`${url}/v1/events`);
  const ended = stream.text().catch(() => 'cut');
  await world.close();
  await ended;
});

test('no request fails while versions are promoted under load', async () => {
  const world = await HttpWorld.open();
  const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
  const series = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`s${i}`, [i + 1, i + 2]]));
  await world.promote(await world.train(series));
  const statuses: number[] = [];
  const versions = new Set<number>();
  let running = true;
  const load = Array.from({ length: 6 }, async (_, k) => {
    while (running) {
      const body = k % 2 === 0 ? '{}' : JSON.stringify({ series: [`s${k}`] });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/v1/projects/shop/forecast`, { method: 'POST', body, headers });
      statuses.push(answer.status);
      versions.add(((await answer.json()) as { model: { version: number } }).model.version);
    }
  });
  for (let i = 0; i < 10; i++) {
    await world.observe([`s${i}`, 0, i]);
    const version = await world.train(series);
    const answer = await fetch(`${url}/v1/projects/shop/models/${version.number}/promote`, {
      method: 'POST',
    });
    assert.equal(answer.status, 200, await answer.text());
  }
  running = false;
  await Promise.all(load);
  assert.ok(statuses.length > 20 && statuses.every((status) => status === 200));
  assert.ok(versions.size > 3);
  await world.close();
});

test('an event stream says that it lives while nothing happens', async () => {
  const world = await HttpWorld.open({ settings: { eventHeartbeatMs: 10 } });
  const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
  const stream = await fetch(`${url}/v1/events`);
  let text = '';
  for await (const chunk of stream.body as ReadableStream<Uint8Array>) {
    text += new TextDecoder().decode(chunk);
    if (text.includes(': still here')) break;
  }
  assert.match(text, /^retry: 1000\n\n/);
  await world.close();
});
