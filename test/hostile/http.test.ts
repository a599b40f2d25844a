// Requests that a careless or hostile client sends. Each must be answered with a typed problem (or the connection
// dropped), and the server must then answer a good request. The whole server runs, data room and store included.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import type { Problem } from '../../src/interfaces/http/contract.ts';
import { openData } from '../../src/services/data/index.ts';
import { openFileBlobs } from '../../src/storage/files/open.ts';
import { HttpWorld, testTimers } from '../fixtures/http-world.ts';
import { type Cell, xlsxOf } from '../fixtures/xlsx-files.ts';

let world: HttpWorld;
let base: string;
const folder = mkdtempSync(join(tmpdir(), 'almanac-hostile-'));

before(async () => {
  world = await HttpWorld.open({
    settings: {
      limits: { requestMs: 4000 },
      bodyBytesMax: 1024 * 1024,
      decompressedBytesMax: 2 * 1024 * 1024,
    },
    data: async ({ store, clock, ids }) => {
      const blobs = openFileBlobs({ folder: join(folder, 'blobs'), ids });
      const scratchFolder = join(folder, 'scratch');
      return openData({
        store,
        blobs,
        files: blobs,
        ids,
        clock,
        timers: testTimers,
        scratchFolder,
        threads: 1,
      });
    },
  });
  base = await world.app.listen({ host: '127.0.0.1', port: 0 });
  await world.train({ a: [1, 2, 3] });
  const promoted = await post('/v1/projects/shop/models/1/promote', '{}');
  assert.equal(promoted.status, 200);
});

after(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const json = { 'content-type': 'application/json' };
const forecastPath = '/v1/projects/shop/forecast';
const observePath = '/v1/projects/shop/observations';

async function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer> | null,
  headers: Record<string, string> = json,
): Promise<Response> {
  return fetch(base + path, { method: 'POST', body, headers });
}

/** The answer is a problem of this status and code, with everything a problem has; then the server answers a good request. */
async function refused(answer: Response, status: number, code: string): Promise<Problem> {
  const text = await answer.text();
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, text);
  const problem = JSON.parse(text) as Problem;
  assert.equal(`${answer.status} ${problem.code}`, `${status} ${code}`, text);
  assert.equal(problem.status, status);
  for (const field of ['type', 'title', 'detail', 'instance', 'hint', 'requestId'] as const)
    assert.ok(typeof problem[field] === 'string' && problem[field].length > 0, `${field} of ${text}`);
  assert.ok(!text.includes('node_modules') && !text.includes(folder), 'nothing internal is shown');
  await alive();
  return problem;
}

async function alive(): Promise<void> {
  const answer = await post(forecastPath, '{"series":["a"],"horizon":1}');
  assert.equal(answer.status, 200);
  const { forecasts } = (await answer.json()) as { forecasts: { source: string }[] };
  assert.equal(forecasts[0]?.source, 'model');
}

// ---------------------------------------------------------------- JSON bodies

test('broken JSON', async () => {
  await refused(await post(forecastPath, '{"series": ["a"'), 400, 'http/invalid-body');
});

test('JSON nested 100,000 deep', async () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  await refused(await post(forecastPath, deep), 400, 'http/invalid-body');
  await refused(await post(observePath, deep), 400, 'http/invalid-body');
});

test('brackets in strings are not depth', async () => {
  const unit = JSON.stringify({ series: ['a'], horizon: 1, unit: '[{"\\'.repeat(60) });
  assert.equal((await post(forecastPath, unit)).status, 200);
});

test('a body that is not UTF-8', async () => {
  const bytes = Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
  await refused(await post(forecastPath, bytes), 400, 'http/invalid-body');
  await refused(await post(observePath, bytes), 400, 'data/bad-encoding');
});

test('__proto__ and constructor as keys', async () => {
  const plain = '{"series":["a"],"__proto__":{"polluted":true}}';
  const escaped = '{"series":["a"],"\\u005f_proto__":{"polluted":true}}';
  await refused(await post(forecastPath, plain), 400, 'http/invalid-body');
  await refused(await post(forecastPath, escaped), 400, 'http/invalid-body');
  const rows = '[{"__proto__":{"polluted":true},"series":"__proto__","timestamp":"2026-01-30","value":1}]';
  assert.equal((await post(observePath, rows)).status, 200);
  assert.equal((await post(forecastPath, '{"series":["__proto__"],"horizon":1}')).status, 200);
  await refused(await post(forecastPath, '{"series":["constructor"]}'), 404, 'serving/unknown-series');
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('a body of the wrong shape', async () => {
  for (const body of ['[]', '"text"', '42', 'null', '{"series":"a"}', '{"series":[]}', '{"series":[""]}'])
    if (body !== 'null') await refused(await post(forecastPath, body), 400, 'http/invalid-request');
  const long = JSON.stringify({ series: ['x'.repeat(5000)] });
  await refused(await post(forecastPath, long), 400, 'http/invalid-request');
  // A misspelt field is no request for every series there is.
  await refused(await post(forecastPath, '{"serie":["a"]}'), 400, 'http/invalid-request');
});

test('numbers that are not numbers', async () => {
  const horizons = ['"NaN"', '"28"', '-1', '0', '1.5', '1e400', 'null', 'true', '{}'];
  for (const horizon of horizons)
    await refused(await post(forecastPath, `{"horizon":${horizon}}`), 400, 'http/invalid-request');
  await refused(await post(forecastPath, '{"horizon":NaN}'), 400, 'http/invalid-body');
  await refused(await post(forecastPath, '{"quantiles":["NaN"]}'), 400, 'http/invalid-request');
  await refused(await post(forecastPath, '{"quantiles":[0.001]}'), 400, 'serving/invalid-levels');
});

test('a horizon of a billion', async () => {
  const problem = await refused(
    await post(forecastPath, '{"horizon":1000000000}'),
    400,
    'serving/horizon-too-long',
  );
  assert.match(problem.detail, /1 to 4 steps/);
});

test('ten thousand unknown series', async () => {
  const series = Array.from({ length: 10_000 }, (_, i) => `nobody-${i}`);
  const answer = await post(forecastPath, JSON.stringify({ series }));
  const problem = await refused(answer, 404, 'serving/unknown-series');
  assert.ok(problem.detail.length < 1000);
});

test('a hundred thousand quantile levels', async () => {
  const quantiles = Array.from({ length: 100_000 }, (_, i) => (i + 1) / 100_001);
  await refused(await post(forecastPath, JSON.stringify({ quantiles })), 400, 'http/invalid-request');
});

// ---------------------------------------------------------------- types, encodings, sizes

test('content types that are not read', async () => {
  for (const type of [
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/octet-stream',
  ])
    await refused(
      await post(observePath, '[]', { 'content-type': type }),
      415,
      'http/unsupported-media-type',
    );
  const utf16 = { 'content-type': 'application/json; charset=utf-16' };
  await refused(await post(observePath, '[]', utf16), 415, 'http/unsupported-media-type');
  await refused(
    await post(forecastPath, 'a,b', { 'content-type': 'text/csv' }),
    415,
    'http/unsupported-media-type',
  );
});

test('a body larger than the limit, declared or not', async () => {
  const rows = `[${'{"series":"a","timestamp":"2026-01-30","value":1},'.repeat(30_000)}{}]`;
  await refused(await post(observePath, rows), 413, 'http/body-too-large');
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let i = 0; i < 40; i++) controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
      controller.close();
    },
  });
  const streamed = await fetch(base + observePath, {
    method: 'POST',
    body: chunks,
    headers: json,
    duplex: 'half',
  } as RequestInit);
  await refused(streamed, 413, 'http/body-too-large');
});

test('a gzip bomb', async () => {
  const bomb = gzipSync(Buffer.alloc(100 * 1024 * 1024, 0x20), { level: 9 });
  assert.ok(bomb.length < 1024 * 1024);
  await refused(
    await post(observePath, bomb, { ...json, 'content-encoding': 'gzip' }),
    413,
    'http/body-too-large',
  );
  await refused(
    await post(forecastPath, bomb, { ...json, 'content-encoding': 'gzip' }),
    413,
    'http/body-too-large',
  );
});

test('encodings that are damaged or unknown', async () => {
  const cut = gzipSync('[{"series":"a"}]').subarray(0, 20);
  await refused(
    await post(observePath, cut, { ...json, 'content-encoding': 'gzip' }),
    400,
    'http/invalid-body',
  );
  await refused(
    await post(observePath, 'plain', { ...json, 'content-encoding': 'gzip' }),
    400,
    'http/invalid-body',
  );
  await refused(
    await post(observePath, 'x', { ...json, 'content-encoding': 'zstd' }),
    415,
    'http/unsupported-media-type',
  );
  const fine = deflateSync('[{"series":"a","timestamp":"2026-01-30","value":3}]');
  assert.equal((await post(observePath, fine, { ...json, 'content-encoding': 'deflate' })).status, 200);
});

test('an empty body', async () => {
  await refused(await post(observePath, null), 400, 'http/invalid-body');
  await refused(await post(observePath, '', json), 400, 'http/invalid-body');
});

// ---------------------------------------------------------------- observations

test('observations that are no table', async () => {
  await refused(await post(observePath, '{"series":"a"}'), 400, 'data/unsupported-format');
  await refused(
    await post(observePath, 'a;b\n1;2\n', { 'content-type': 'text/csv' }),
    400,
    'data/missing-column',
  );
});

test('rows of every wrong kind go to quarantine, each with its reason', async () => {
  const rows = [
    '{"series":"a","timestamp":"2026-01-30","value":"NaN"}',
    '{"series":"a","timestamp":"2026-01-30","value":-5}',
    '{"series":"a","timestamp":"yesterday","value":1}',
    '{"series":"a","timestamp":"2999-01-01","value":1}',
    '{"series":"","timestamp":"2026-01-30","value":1}',
    '{"series":"a","timestamp":"2026-01-30","value":1e300}',
    '[1,2,3]',
    'null',
  ];
  const answer = await post(observePath, `[${rows.join()}]`);
  assert.equal(answer.status, 200);
  const result = (await answer.json()) as { accepted: number; quarantined: number; problems: unknown[] };
  assert.equal(result.accepted, 0);
  assert.equal(result.quarantined, rows.length);
  assert.equal(result.problems.length, rows.length);
  await alive();
});

test('formulas in CSV are text, not commands', async () => {
  const csv = 'series,timestamp,value\n"=cmd|\' /C calc\'!A0",2026-01-30,1\n"@SUM(1)",2026-01-30,=1+1\n';
  const answer = await post(observePath, csv, { 'content-type': 'text/csv' });
  assert.equal(answer.status, 200);
  const result = (await answer.json()) as { accepted: number; quarantinedByCode: object };
  assert.equal(result.accepted, 1);
  assert.deepEqual(result.quarantinedByCode, { 'bad-number': 1 });
  await alive();
});

test('SQL in ids is text', async () => {
  const id = "'; drop table tail; --";
  const row = JSON.stringify([{ series: id, timestamp: '2026-01-30', value: 2 }]);
  assert.equal((await post(observePath, row)).status, 200);
  assert.equal((await post(forecastPath, JSON.stringify({ series: [id] }))).status, 200);
  await alive();
});

test('an idempotency key used twice for different content', async () => {
  const headers = { ...json, 'idempotency-key': 'k1' };
  const row = (value: number): string => `[{"series":"a","timestamp":"2026-01-30","value":${value}}]`;
  assert.equal((await post(observePath, row(1), headers)).status, 200);
  assert.equal((await post(observePath, row(1), headers)).status, 200);
  await refused(await post(observePath, row(2), headers), 409, 'data/idempotency-conflict');
  await refused(
    await post(observePath, row(2), { ...json, 'idempotency-key': 'x'.repeat(300) }),
    400,
    'http/invalid-request',
  );
});

// ---------------------------------------------------------------- paths and methods

test('paths that climb, decode badly or lead nowhere', async () => {
  await refused(
    await post('/v1/projects/..%2f..%2fetc%2fpasswd/forecast', '{}'),
    404,
    'serving/unknown-project',
  );
  await refused(await post('/v1/projects/%00/forecast', '{}'), 404, 'serving/unknown-project');
  await refused(await post('/v1/projects/__proto__/forecast', '{}'), 404, 'serving/unknown-project');
  await refused(await fetch(`${base}/v1/projects/%zz`), 400, 'http/invalid-request');
  await refused(await fetch(`${base}/v1/projects/${'x'.repeat(5000)}`), 404, 'http/not-found');
  await refused(await fetch(`${base}/v1/projects/shop/models/-1`), 404, 'registry/unknown-version');
  await refused(
    await fetch(`${base}/v1/projects/shop/models/99999999999999999999`),
    404,
    'registry/unknown-version',
  );
  await refused(await fetch(`${base}/v1/nothing/here`), 404, 'http/not-found');
  await refused(
    await fetch(`${base}/v1/projects/shop/forecast`, { method: 'DELETE' }),
    405,
    'http/method-not-allowed',
  );
});

test('queries out of range', async () => {
  for (const query of ['limit=0', 'limit=1e9', 'limit=-1', 'limit=many'])
    await refused(await fetch(`${base}/v1/jobs?${query}`), 400, 'http/invalid-request');
  const state = await fetch(`${base}/v1/jobs?state=sleeping`);
  await refused(state.clone(), 400, 'http/invalid-request');
  const { detail } = (await state.json()) as { detail: string };
  assert.equal(detail, 'query.state must be "queued", "running", "done", "failed" or "cancelled"');
  for (const from of ['yesterday', '', '1e999', '2026-99-99'])
    await refused(await fetch(`${base}/v1/projects/shop/accuracy?from=${from}`), 400, 'http/invalid-request');
  const reversed = `${base}/v1/projects/shop/accuracy?from=2026-02-01&to=2026-01-01`;
  await refused(await fetch(reversed), 400, 'monitor/invalid-window');
  await refused(await fetch(`${base}/v1/events?after=-1`), 400, 'http/invalid-request');
  await refused(
    await fetch(`${base}/v1/events`, { headers: { 'last-event-id': 'x' } }),
    400,
    'http/invalid-request',
  );
});

test('a page of another site, and a name that points here', async () => {
  await refused(
    await post(forecastPath, '{}', { ...json, origin: 'https://evil.example' }),
    403,
    'http/foreign-host',
  );
  const { head, body } = await raw(
    'GET /v1/projects HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
  );
  assert.match(head, /^HTTP\/1\.1 403/);
  assert.equal((JSON.parse(body) as Problem).code, 'http/foreign-host');
  await alive();
});

// ---------------------------------------------------------------- below HTTP

test('two Host headers', async () => {
  const { head, body } = await raw(
    'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\nConnection: close\r\n\r\n',
  );
  assert.match(head, /^HTTP\/1\.1 400/);
  assert.equal((JSON.parse(body) as Problem).code, 'http/invalid-request');
  await alive();
});

test('a header bomb', async () => {
  const { head, body } = await raw(
    `GET / HTTP/1.1\r\nHost: localhost\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(30)}\r\n`,
  );
  assert.match(head, /^HTTP\/1\.1 431/);
  assert.equal((JSON.parse(body) as Problem).code, 'http/headers-invalid');
  await alive();
});

test('something that is not HTTP', async () => {
  const { head, body } = await raw('\x16\x03\x01\x02 hello\r\n\r\n');
  assert.match(head, /^HTTP\/1\.1 400/);
  assert.equal((JSON.parse(body) as Problem).code, 'http/invalid-request');
  await alive();
});

test('two lengths for one body, as request smugglers send', async () => {
  const { head } = await raw(
    'POST /v1/projects/shop/forecast HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      'Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n',
  );
  assert.match(head, /^HTTP\/1\.1 400/);
  await alive();
});

test('a body that never comes', async () => {
  const { head, body } = await raw(
    `POST ${observePath} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[`,
  );
  assert.match(head, /^HTTP\/1\.1 408/);
  assert.equal((JSON.parse(body) as Problem).code, 'http/timeout');
  await alive();
});

test('a client that leaves in the middle of its body', async () => {
  const socket = await dial();
  socket.write(`POST ${observePath} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n[{"series":`);
  socket.destroy();
  await once(socket, 'close');
  await alive();
});

test('a client that leaves in the middle of a long answer', async () => {
  const controller = new AbortController();
  const answer = await fetch(`${base}/v1/events?after=0`, { signal: controller.signal });
  await answer.body?.getReader().read();
  controller.abort();
  await alive();
});

test('more event streams than the server holds', async () => {
  const controller = new AbortController();
  const open = await Promise.all(
    Array.from({ length: 70 }, () => fetch(`${base}/v1/events`, { signal: controller.signal })),
  );
  const full = open.filter((answer) => answer.status === 503);
  assert.ok(full.length > 0);
  const problem = (await (full[0] as Response).json()) as Problem;
  assert.equal(problem.code, 'http/too-many-streams');
  controller.abort();
  await alive();
});

const workbook = {
  'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

test('workbooks: a good one lands, a bomb, a text and one of the old kind are refused', async () => {
  const sheet = (rows: readonly (readonly Cell[])[]): Uint8Array<ArrayBuffer> =>
    new Uint8Array(xlsxOf({ sheets: [{ name: 'S', rows }] }));
  const header = ['series', 'timestamp', 'value'];
  const good = sheet([header, ['w', '2024-01-01', 3]]);
  const answer = await post(observePath, good, workbook);
  assert.equal(answer.status, 200, await answer.clone().text());
  assert.equal(((await answer.json()) as { accepted: number }).accepted, 1);
  const large = new Uint8Array(
    xlsxOf({
      sheets: [{ name: 'S', rows: [header] }],
      parts: [
        {
          name: 'xl/worksheets/sheet1.xml',
          bytes: `<worksheet><sheetData>${'<row><c/></row>'.repeat(1_000_000)}`,
        },
      ],
    }),
  );
  await refused(await post(observePath, large, workbook), 413, 'data/too-large');
  await refused(await post(observePath, good.slice(0, good.length >> 1), workbook), 400, 'data/damaged-file');
  await refused(await post(observePath, 'series,timestamp,value', workbook), 400, 'data/unsupported-format');
  const old = new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3, 4]);
  await refused(await post(observePath, old, workbook), 400, 'data/unsupported-format');
  await refused(await post(forecastPath, good, workbook), 415, 'http/unsupported-media-type');
});

test('two hundred bad requests at once beside good ones', async () => {
  const bad = Array.from({ length: 200 }, (_, i) => post(forecastPath, i % 2 === 0 ? '{' : '{"horizon":-1}'));
  const good = Array.from({ length: 50 }, () => alive());
  for (const answer of await Promise.all(bad)) assert.equal(answer.status, 400);
  await Promise.all(good);
});

async function dial(): Promise<Socket> {
  const { port } = new URL(base);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes as they are and reads until the server closes the connection. */
async function raw(text: string): Promise<{ head: string; body: string }> {
  const socket = await dial();
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  await once(socket, 'close');
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { head, body };
}
