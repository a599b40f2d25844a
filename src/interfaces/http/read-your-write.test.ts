import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';

let world: HttpWorld;
before(async () => {
  world = await HttpWorld.open();
});
after(() => world.close());

function forecast(headers: Record<string, string>) {
  const payload = { series: ['a'], horizon: 1 };
  return world.app.inject({ method: 'POST', url: '/v1/projects/shop/forecast', payload, headers });
}

test('an answer to a write says how far it is, and a request that brings it back is answered from there on', async () => {
  const written = await world.app.inject({
    method: 'POST',
    url: '/v1/projects/shop/observations',
    payload: [{ item: 'a', day: '2026-01-31', units: 3 }],
  });
  assert.equal(written.statusCode, 200, written.body);
  const seq = Number(written.headers['almanac-seq']);
  assert.equal(seq, await world.store.lastEventSeq());
  const answer = await forecast({ 'almanac-after': String(seq) });
  assert.notEqual(answer.statusCode, 503, answer.body);
});

test('what this process has not taken in, or never will, is said instead of an older answer', async () => {
  const ahead = (await world.store.lastEventSeq()) + 1000;
  const answer = await forecast({ 'almanac-after': String(ahead) });
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.json().code, 'serving/behind');
  assert.equal(answer.headers['retry-after'], '1');
});

test('a number that is none is refused', async () => {
  for (const value of ['', 'x', '-1', '1e3', '9'.repeat(40)]) {
    const answer = await forecast({ 'almanac-after': value });
    assert.equal(answer.statusCode, 400, value);
  }
});
