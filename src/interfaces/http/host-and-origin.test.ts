import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { type AllowedSites, foreignRequest } from './host-and-origin.ts';

/** The code of the refusal; undefined when the request may pass. */
function refusal(doors: AllowedSites, headers: Record<string, string>, method = 'GET'): string | undefined {
  const rawHeaders = Object.entries(headers).flat();
  return foreignRequest({ raw: { rawHeaders }, headers, method }, doors)?.code;
}

const foreign = 'http/foreign-host';

test('a server of this machine answers to its own names and those of the settings', () => {
  const doors = { loopbackOnly: true, allowedHosts: ['shop.example', '*.lan'] };
  for (const host of [
    'localhost',
    'LOCALHOST:7400',
    '127.0.0.1:80',
    '[::1]:7400',
    'shop.example',
    'a.b.lan:1',
    'shop.example.',
  ])
    assert.equal(refusal(doors, { host }), undefined, host);
  for (const host of ['', 'evil.example', '203.0.113.7', 'shop.example.evil', 'xlan', 'lan', '[2001:db8::1]'])
    assert.equal(refusal(doors, { host }), foreign, host);
});

test('a server that others reach also answers to addresses, which no foreign name can take', () => {
  const doors = { loopbackOnly: false };
  for (const host of ['203.0.113.7:7400', '[2001:db8::1]:7400', 'localhost'])
    assert.equal(refusal(doors, { host }), undefined, host);
  assert.equal(refusal(doors, { host: 'evil.example' }), foreign);
  assert.equal(refusal({ ...doors, allowedHosts: ['*'] }, { host: 'evil.example' }), undefined);
});

test('pages of other sites change nothing, unless their site is allowed', () => {
  const doors = { loopbackOnly: true, allowedOrigins: ['https://shop.example'] };
  const host = '127.0.0.1:7400';
  const from = (origin: string, rest: Record<string, string> = {}) =>
    refusal(doors, { host, origin, ...rest }, 'POST');
  assert.equal(from(`http://${host}`), undefined);
  assert.equal(from('https://shop.example', { 'sec-fetch-site': 'cross-site' }), undefined);
  assert.equal(from('https://shop.example.evil'), foreign);
  assert.equal(from('http://shop.example'), foreign);
  assert.equal(from('null'), foreign);
  assert.equal(refusal(doors, { host, 'sec-fetch-site': 'cross-site' }, 'POST'), foreign);
  assert.equal(
    refusal(doors, { host, origin: 'https://evil.example' }),
    undefined,
    'reading is not changing',
  );
});

test('two Host headers are refused, whatever they say', () => {
  const rawHeaders = ['Host', 'localhost', 'host', 'localhost'];
  const request = { raw: { rawHeaders }, headers: { host: 'localhost' }, method: 'GET' };
  assert.equal(foreignRequest(request, { loopbackOnly: true })?.code, 'http/invalid-request');
});

test('browsers are told what pages of an allowed site may do, and nothing to others', async () => {
  const allowed = 'https://shop.example';
  const world = await HttpWorld.open({ settings: { allowedOrigins: [allowed] } });
  const ask = (method: 'GET' | 'OPTIONS', origin: string, url = '/v1/projects/nope') =>
    world.app.inject({
      method,
      url,
      headers: {
        origin,
        ...(method === 'OPTIONS' ? { 'access-control-request-method': 'POST' } : {}),
      },
    });
  const preflight = await ask('OPTIONS', allowed);
  assert.equal(preflight.statusCode, 204);
  assert.equal(preflight.headers['access-control-allow-origin'], allowed);
  assert.match(String(preflight.headers['access-control-allow-headers']), /idempotency-key/);
  assert.match(String(preflight.headers['access-control-allow-methods']), /POST/);
  const problem = await ask('GET', allowed);
  assert.equal(problem.statusCode, 404);
  assert.equal(problem.headers['access-control-allow-origin'], allowed, 'its pages may read why it failed');
  assert.equal(problem.headers.vary, 'origin');
  for (const other of [
    await ask('OPTIONS', 'https://evil.example'),
    await ask('GET', 'https://evil.example'),
  ])
    assert.equal(other.headers['access-control-allow-origin'], undefined);
  await world.close();
});
