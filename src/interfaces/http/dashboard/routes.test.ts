import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import { mayBePage } from './routes.ts';
import type { Site, SiteFile } from './site.ts';

const file = (type: string, text: string, more: Partial<SiteFile> = {}): SiteFile => ({
  type,
  etag: `"${text.length}"`,
  bytes: Buffer.from(text),
  ...more,
});
const site: Site = {
  kind: 'built',
  page: file('text/html; charset=utf-8', '<!doctype html>'),
  files: new Map([
    ['/assets/main-1a.js', file('text/javascript; charset=utf-8', 'main()', { gzip: Buffer.from('zipped') })],
  ]),
};
const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

test('a browser is given the page at every path that is no route, a program the links at the root', async () => {
  const world = await HttpWorld.open({ site });
  for (const url of ['/', '/jobs', '/projects/shop/data?part=quarantine', '/nothing/here']) {
    const answer = await world.app.inject({ url, headers: browser });
    assert.equal(answer.statusCode, 200, url);
    assert.equal(answer.body, '<!doctype html>', url);
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
    assert.doesNotMatch(String(answer.headers['content-security-policy']), /unsafe/);
    assert.equal(answer.headers['cache-control'], 'no-cache');
  }
  const links = await world.app.inject({ url: '/', headers: { accept: '*/*' } });
  assert.equal(links.json().links.projects, '/v1/projects');
  assert.match(String(links.headers.vary), /accept/);
  await world.close();
});

test('nothing of the API is shadowed: paths beside a route are refused as before, also to a browser', async () => {
  const world = await HttpWorld.open({ site });
  for (const url of [
    '/v1/nothing',
    '/v2/nothing',
    '/metrics/x',
    '/health/x',
    '/api',
    '/assets/x.js',
    '/robots.txt',
  ]) {
    const answer = await world.app.inject({ url, headers: browser });
    assert.equal(answer.statusCode, 404, url);
    assert.match(String(answer.headers['content-type']), /json/, url);
  }
  assert.equal((await world.app.inject({ url: '/health', headers: browser })).json().status, 'ok');
  const posted = await world.app.inject({ method: 'POST', url: '/jobs', headers: browser });
  assert.equal(posted.statusCode, 404);
  await world.close();
});

test('files are for ever and compressed where that is taken, and known ones are not sent again', async () => {
  const world = await HttpWorld.open({ site });
  const ask = async (headers: Record<string, string>) =>
    await world.app.inject({ url: '/assets/main-1a.js', headers });
  const plain = await ask({});
  assert.equal(plain.body, 'main()');
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(plain.headers['x-content-type-options'], 'nosniff');
  const zipped = await ask({ 'accept-encoding': 'br, gzip' });
  assert.equal(zipped.headers['content-encoding'], 'gzip');
  assert.equal(zipped.body, 'zipped');
  assert.equal((await ask({ 'accept-encoding': 'gzip;q=0' })).headers['content-encoding'], undefined);
  const known = await ask({ 'if-none-match': `W/${String(plain.headers.etag)}` });
  assert.equal(known.statusCode, 304);
  assert.equal(known.body, '');
  await world.close();
});

test('a dashboard that is not built says what to do, with what it says shown as text', async () => {
  const world = await HttpWorld.open({ site: { kind: 'missing', reason: 'run <b>npm</b>' } });
  const answer = await world.app.inject({ url: '/', headers: browser });
  assert.equal(answer.statusCode, 503);
  assert.match(answer.body, /run &#60;b&#62;npm/);
  assert.equal((await world.app.inject({ url: '/health' })).statusCode, 200);
  await world.close();
});

test('without a dashboard the root is for programs alone', async () => {
  const world = await HttpWorld.open();
  assert.equal((await world.app.inject({ url: '/', headers: browser })).json().name, 'almanac');
  assert.equal((await world.app.inject({ url: '/jobs', headers: browser })).statusCode, 404);
  await world.close();
});

test('a page lies under no first part that a route has, and is no file', () => {
  const taken = (first: string): boolean => first === 'v1';
  assert.equal(mayBePage('/projects/a/data?x=/v1', taken), true);
  assert.equal(mayBePage('/v1?x=1', taken), false);
  assert.equal(mayBePage('/a/favicon.ico', taken), false);
});
