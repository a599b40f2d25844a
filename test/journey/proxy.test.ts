// Behind a real nginx, one that passes Host on and one that puts its own in its place: what a browser sends to the site gets
// through by the settings, and nothing else does. Skipped where there is no nginx: `apt-get install nginx-light`.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../fixtures/free-port.ts';
import { HttpWorld, type HttpWorldOptions } from '../fixtures/http-world.ts';
import { assertRefused } from './command.ts';
import { startServer } from './server-process.ts';

const skip = hasNginx() ? false : 'there is no nginx: apt-get install nginx-light';
const site = 'https://shop.example';
let folder: string;
/** Everything as it must be set for the site, and without any of it. */
let set: HttpWorld;
let plain: HttpWorld;
let nginx: ChildProcess;
const ports = { setKeeps: 0, setRewrites: 0, plainKeeps: 0, plainRewrites: 0 };

before(async () => {
  if (skip !== false) return;
  folder = await mkdtemp(join(tmpdir(), 'almanac-proxy-'));
  const settings = {
    allowedHosts: ['shop.example'],
    allowedOrigins: [site],
    trustedProxies: ['127.0.0.1'],
  };
  set = await openWorld({ settings });
  plain = await openWorld({});
  for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
  await writeFile(join(folder, 'nginx.conf'), nginxConfig());
  nginx = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], {
    stdio: 'ignore',
  });
  await untilOpen(ports.plainRewrites);
});
after(async () => {
  if (skip !== false) return;
  nginx.kill('SIGQUIT');
  await Promise.all([once(nginx, 'exit'), set.close(), plain.close()]);
  await rm(folder, { recursive: true, force: true });
});

function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function openWorld(options: HttpWorldOptions): Promise<HttpWorld> {
  const world = await HttpWorld.open(options);
  await world.app.listen({ host: '127.0.0.1', port: 0 });
  await world.promote(await world.train({ a: [1, 2, 3] }));
  return world;
}

async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await sleep(25);
    }
  }
  throw new Error('nginx did not start');
}

function nginxConfig(): string {
  const upstream = ({ app }: HttpWorld): number => (app.server.address() as AddressInfo).port;
  const server = (port: number, world: HttpWorld, host: string): string =>
    `server { listen 127.0.0.1:${port}; location / { ${host} proxy_pass http://127.0.0.1:${upstream(world)};
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } }`;
  const keeps = 'proxy_set_header Host $http_host;';
  return `error_log ${folder}/error.log; pid ${folder}/nginx.pid; worker_processes 1;
    events { worker_connections 64; }
    http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f;
      uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      ${server(ports.setKeeps, set, keeps)} ${server(ports.setRewrites, set, '')}
      ${server(ports.plainKeeps, plain, keeps)} ${server(ports.plainRewrites, plain, '')} }`;
}

/** What a browser at the site sends; fetch would not let us say Host. */
async function curl(
  port: number,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<string> {
  const args = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const data = body === undefined ? [] : ['-H', 'content-type: application/json', '-d', body];
  const url = `http://127.0.0.1:${port}${path}`;
  const written = ['-s', '-o', '/dev/null', '-w', '%{http_code} %header{access-control-allow-origin}'];
  const { stdout } = await promisify(execFile)('curl', [...written, ...args, ...data, url]);
  return stdout.trim();
}

const browser = { host: 'shop.example', origin: site, 'sec-fetch-site': 'same-origin' };
const forecast = '/v1/projects/shop/forecast';

test('with the settings, what a browser sends to the site gets through', { skip }, async () => {
  for (const port of [ports.setKeeps, ports.setRewrites]) {
    assert.match(await curl(port, '/v1/projects', browser), /^200/);
    assert.match(await curl(port, '/health', { host: 'shop.example' }), /^200/);
    assert.match(await curl(port, forecast, browser, '{}'), /^200/);
  }
});

test('with the settings, pages of other sites still get nothing', { skip }, async () => {
  for (const port of [ports.setKeeps, ports.setRewrites]) {
    const evil = { ...browser, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    assert.equal(await curl(port, forecast, evil, '{}'), '403');
  }
  assert.equal(await curl(ports.setKeeps, '/v1/projects', { ...browser, host: 'evil.example' }), '403');
});

test('without them, a proxy does not open the server to names and sites', { skip }, async () => {
  assert.equal(await curl(ports.plainKeeps, '/v1/projects', browser), '403');
  assert.equal(await curl(ports.plainRewrites, forecast, browser, '{}'), '403');
});

test('clients are told apart by the address that the proxy gives', { skip }, async () => {
  const seen: string[] = [];
  set.app.server.once('request', (request) => seen.push(String(request.headers['x-forwarded-for'])));
  await curl(ports.setKeeps, '/health', { host: 'shop.example', 'x-forwarded-for': '203.0.113.9' });
  assert.deepEqual(seen, ['203.0.113.9, 127.0.0.1']);
});

test('a server that other machines would reach without a login starts only when told that this is meant', async () => {
  const own = await mkdtemp(join(tmpdir(), 'almanac-open-'));
  try {
    await assertRefused(own, ['up', '--port', '0', '--host', '0.0.0.0'], {
      exit: 1,
      says: /0\.0\.0\.0.*--insecure/s,
    });
    const server = await startServer(own, { args: ['--host', '0.0.0.0', '--insecure'] });
    const { port } = new URL(server.url);
    assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200);
    assert.equal(await curl(Number(port), '/health', { host: 'evil.example' }), '403');
    assert.equal(await server.stop(), 0);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
});
