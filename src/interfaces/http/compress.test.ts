import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync, inflateSync } from 'node:zlib';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';

const url = '/v1/projects/shop/forecast';
/** More than are answered at once: theirs are sent in parts. */
const ids = Array.from({ length: 100 }, (_, i) => `s${i}`);
let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open({ settings: { allowedOrigins: ['https://shop.example'] } });
  await world.promote(await world.train(Object.fromEntries(ids.map((id, i) => [id, [i, i + 1]]))));
});
after(() => world.close());

const ask = (series: readonly string[], headers: Record<string, string> = {}) =>
  world.app.inject({ method: 'POST', url, headers, payload: { series } });

/** What is forecast, without what is new in every answer. */
const forecastsIn = (bytes: Buffer): unknown => JSON.parse(bytes.toString()).forecasts;

for (const [name, series] of [
  ['at once', ids.slice(0, 40)],
  ['in parts', ids],
] as const)
  test(`a large answer sent ${name} is compressed as the client likes, and is the same`, async () => {
    const plain = await ask(series);
    assert.equal(plain.headers['content-encoding'], undefined);
    const zipped = await ask(series, { 'accept-encoding': 'br;q=1, gzip;q=0.5' });
    assert.equal(zipped.headers['content-encoding'], 'gzip');
    assert.equal(zipped.headers.vary, 'accept-encoding');
    assert.deepEqual(forecastsIn(gunzipSync(zipped.rawPayload)), forecastsIn(plain.rawPayload));
    assert.ok(zipped.rawPayload.length < plain.rawPayload.length / 3);
    const deflated = await ask(series, { 'accept-encoding': 'deflate' });
    assert.deepEqual(forecastsIn(inflateSync(deflated.rawPayload)), forecastsIn(plain.rawPayload));
    for (const none of ['identity', 'gzip;q=0', 'br'])
      assert.equal((await ask(series, { 'accept-encoding': none })).headers['content-encoding'], undefined);
  });

test('a small answer is sent as it is', async () => {
  const small = await ask(['s1'], { 'accept-encoding': 'gzip' });
  assert.equal(small.headers['content-encoding'], undefined);
  assert.equal(small.headers.vary, undefined);
});

test('caches are told of everything that an answer depends on', async () => {
  const headers = { 'accept-encoding': 'gzip', origin: 'https://shop.example' };
  assert.equal((await ask(ids, headers)).headers.vary, 'origin, accept-encoding');
});

test('pages and texts are compressed too', async () => {
  for (const path of ['/openapi.json', '/metrics']) {
    const answer = await world.app.inject({ url: path, headers: { 'accept-encoding': 'gzip' } });
    assert.equal(answer.headers['content-encoding'], 'gzip', path);
  }
});
