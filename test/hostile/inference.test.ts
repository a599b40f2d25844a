// Careless and hostile requests to the inference protocols, over real sockets. Each is answered in the shape of its own
// protocol, never as HTML and never as somebody else's error, and the next good request is answered.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { HttpWorld } from '../fixtures/http-world.ts';
import { TensorModels } from '../fixtures/tensor-models.ts';

let world: HttpWorld;
let base: string;
const mebibyte = 1024 * 1024;

before(async () => {
  const settings = { bodyBytesMax: 12 * mebibyte, decompressedBytesMax: 12 * mebibyte };
  world = await HttpWorld.open({ settings, sources: [new TensorModels()] });
  base = await world.app.listen({ host: '127.0.0.1', port: 0 });
  await world.promote(await world.train({ a: [1, 2, 3] }));
});
after(() => world.close());

type Body = string | Uint8Array<ArrayBuffer> | null;
type Headers = Record<string, string>;

const send = (path: string, body: Body, headers: Headers = {}, method = 'POST'): Promise<Response> =>
  fetch(base + path, { method, body, headers });
const echo = '/v2/models/echo/infer';
const shop = '/v2/models/shop/infer';
const jsonLength = (length: number | string): Headers => ({
  'inference-header-content-length': String(length),
});
const input = (change: object): string =>
  JSON.stringify({
    inputs: [{ name: 'in_FP64', datatype: 'FP64', shape: [1, 2], data: [1, 2], ...change }],
    outputs: [{ name: 'out_FP64' }],
  });

/** `{"error": "…"}` and nothing else, as JSON. */
async function refusedByV2(answer: Response, status: number, words: RegExp = /./): Promise<void> {
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  assert.equal(answer.headers.get('content-type'), 'application/json', text);
  const { error, ...others } = JSON.parse(text) as Record<string, string>;
  assert.deepEqual(others, {});
  assert.match(error ?? '', words);
  assert.ok((error ?? '').length < 1000 && !text.includes('secret') && !text.includes('node_modules'), text);
  await alive();
}

/** `{"error_code", "message"}`, or plain text for what is not read. */
async function refusedByScoring(answer: Response, status: number, code: string): Promise<void> {
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  const isText = status === 415;
  assert.match(answer.headers.get('content-type') ?? '', isText ? /^text\/plain/ : /^application\/json$/);
  if (!isText) {
    const { error_code, message, ...others } = JSON.parse(text) as Record<string, string>;
    assert.deepEqual([error_code, others], [code, {}], text);
    assert.ok(message && message.length < 1000, text);
  }
  assert.ok(!text.includes('<') && !text.includes('secret'), text);
  await alive();
}

async function alive(): Promise<void> {
  const body =
    '{"inputs":[{"name":"series","datatype":"BYTES","shape":[1],"data":["a"]}],"outputs":[{"name":"mean"}]}';
  const answer = await send(shop, body);
  assert.equal(answer.status, 200);
  const scored = await send('/invocations', '{"inputs":["a"]}', { 'content-type': 'application/json' });
  assert.equal(scored.status, 200);
}

// ---------------------------------------------------------------- V2

test('V2: paths and methods that are not there', async () => {
  await refusedByV2(await send('/v2/nothing', null, {}, 'GET'), 404);
  await refusedByV2(await send('/v2/systemsharedmemory/status', null, {}, 'GET'), 404);
  await refusedByV2(await send(`/v2/models/${'x'.repeat(5000)}`, null, {}, 'GET'), 404);
  await refusedByV2(await send('/v2/models/%zz', null, {}, 'GET'), 400);
  await refusedByV2(await send('/v2/models/..%2f..%2fetc%2fpasswd', null, {}, 'GET'), 404, /no model/);
  await refusedByV2(await send('/v2/models/__proto__/ready', null, {}, 'GET'), 404, /no model/);
  await refusedByV2(await send('/v2/models/shop/versions/__proto__', null, {}, 'GET'), 404, /no version/);
  const wrongMethod = await send(shop, null, {}, 'GET');
  assert.equal(wrongMethod.headers.get('allow'), 'POST');
  await refusedByV2(wrongMethod, 405);
  await refusedByV2(await send('/v2/health/live', null, {}, 'DELETE'), 405);
});

test('V2: a page of another site', async () => {
  await refusedByV2(await send(shop, '{}', { origin: 'https://evil.example' }), 403);
});

test('V2: bodies that are no request', async () => {
  for (const body of [
    null,
    '',
    '[]',
    'null',
    '42',
    '{',
    '{}',
    '{"inputs":[]}',
    '{"inputs":{}}',
    '{"inputs":[1]}',
  ])
    await refusedByV2(await send(echo, body), 400);
  await refusedByV2(await send(echo, '['.repeat(100_000)), 400, /nested/);
  await refusedByV2(await send(echo, '{"inputs":[],"__proto__":{"polluted":true}}'), 400, /__proto__/);
  await refusedByV2(await send(echo, Uint8Array.of(0x7b, 0xff, 0xfe)), 400, /UTF-8/);
  await refusedByV2(await send(echo, input({ name: {} })), 400, /inputs\[0\]\.name/);
  await refusedByV2(await send(echo, input({ datatype: 'constructor' })), 400, /datatype/);
  await refusedByV2(await send(echo, input({ datatype: ['FP64'] })), 400, /datatype/);
  await refusedByV2(await send(echo, input({ data: 'ab' })), 400, /data is missing/);
  await refusedByV2(await send(echo, input({ data: { length: 2 } })), 400, /data is missing/);
  await refusedByV2(await send(echo, input({ parameters: [] })), 400, /parameters/);
  await refusedByV2(await send('/v2/repository/index', '[1]'), 400);
});

test('V2: shapes that are none, or larger than the data', async () => {
  for (const shape of [[-1, 2], [1.5, 2], ['x', 2], [1e300, 2], [null], new Array(17).fill(1), 'x'])
    await refusedByV2(await send(echo, input({ shape })), 400, /shape/);
  for (const shape of [
    [2 ** 53 - 1, 2 ** 53 - 1],
    [1_000_000_000, 2],
    [0, 2],
  ])
    await refusedByV2(await send(echo, input({ shape })), 400, /2 values/);
});

test('V2: two thousand inputs, and one twice', async () => {
  const one = { name: 'in_FP64', datatype: 'FP64', shape: [1, 2], data: [1, 2] };
  await refusedByV2(
    await send(echo, JSON.stringify({ inputs: new Array(2000).fill(one) })),
    400,
    /at most 1024/,
  );
  await refusedByV2(await send(echo, JSON.stringify({ inputs: [one, one] })), 400, /twice/);
});

test('V2: lengths of the JSON part that lie', async () => {
  const body = input({});
  for (const length of ['0', '-1', '1e2', '99999', 'NaN', '1'.repeat(400), '0x10'])
    await refusedByV2(await send(echo, body, jsonLength(length)), 400, /Inference-Header-Content-Length/);
  await refusedByV2(await send(echo, body, jsonLength(5)), 400, /JSON/);
  await refusedByV2(await send(echo, `${body}12345678`, jsonLength(body.length)), 400, /8 bytes follow/);
});

test('V2: binary sizes that lie are refused before anything is allocated', async () => {
  const claim = (size: unknown, change: object = {}): { body: string; headers: Headers } => {
    const json = input({ data: undefined, parameters: { binary_data_size: size }, ...change });
    return { body: `${json}${'\0'.repeat(16)}`, headers: jsonLength(json.length) };
  };
  for (const [size, change, words] of [
    [2 ** 50, { shape: [2 ** 46, 2] }, /16 follow/],
    [17, {}, /16 follow/],
    [15, {}, /takes 16/],
    [16, { shape: [2 ** 40, 2] }, /takes/],
    [-16, {}, /binary_data_size/],
    [1.5, {}, /binary_data_size/],
    ['many', {}, /binary_data_size/],
    [8, { shape: [1, 1] }, /8 bytes follow/],
    [16, { data: [1, 2] }, /send one of them/],
    [16, { name: 'in_BYTES', datatype: 'BYTES', shape: [4, 2] }, /not 8 elements/],
  ] as const) {
    const { body, headers } = claim(size, change);
    await refusedByV2(await send(echo, body, headers), 400, words);
  }
  const unannounced = input({ data: undefined, parameters: { binary_data_size: 16 } });
  await refusedByV2(await send(echo, unannounced), 400, /Inference-Header-Content-Length is missing/);
});

test('V2: bytes changed at random are answered or refused, never worse', async () => {
  const json = input({ data: undefined, parameters: { binary_data_size: 16 } });
  const good = Uint8Array.from(Buffer.from(`${json}${'\0'.repeat(16)}`));
  assert.equal((await send(echo, good, jsonLength(json.length))).status, 200);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      async (changes) => {
        const body = Uint8Array.from(good);
        for (const [at, byte] of changes) body[at] = byte;
        const answer = await send(echo, body, jsonLength(json.length));
        const text = await answer.text();
        if (answer.status !== 200)
          assert.deepEqual([answer.status, Object.keys(JSON.parse(text))], [400, ['error']]);
      },
    ),
    { numRuns: 200 },
  );
  await alive();
});

test('V2: bodies too large, plain, packed or in their JSON part', async () => {
  await refusedByV2(await send(echo, new Uint8Array(13 * mebibyte)), 413);
  const bomb = Uint8Array.from(gzipSync(Buffer.alloc(200 * mebibyte, 0x20)));
  await refusedByV2(await send(echo, bomb, { 'content-encoding': 'gzip' }), 413, /unpacks/);
  await refusedByV2(await send(echo, ' '.repeat(9 * mebibyte)), 413, /binary data/);
  await refusedByV2(await send(echo, 'x', { 'content-encoding': 'zstd' }), 415);
  await refusedByV2(await send(echo, 'x', { 'content-encoding': 'gzip' }), 400, /gzip/);
});

test('V2: extensions that are not offered are refused, not ignored', async () => {
  const shared = { shared_memory_region: 'r', shared_memory_byte_size: 16 };
  await refusedByV2(await send(echo, input({ parameters: shared })), 400, /shared_memory_region/);
  const classified = {
    ...JSON.parse(input({})),
    outputs: [{ name: 'out_FP64', parameters: { classification: 3 } }],
  };
  await refusedByV2(await send(echo, JSON.stringify(classified)), 400, /classification/);
});

test('V2: a model that fails tells nothing of its inside, and the log has it', async () => {
  const body = '{"inputs":[{"name":"x","datatype":"FP64","shape":[1],"data":[1]}]}';
  await refusedByV2(await send('/v2/models/broken/infer', body), 500, /requestId: req_/);
  assert.ok(world.logged.some((line) => JSON.stringify(line).includes('inference/failed')));
  await refusedByV2(
    await send('/v2/models/hanging/infer', `${body.slice(0, -1)},"parameters":{"timeout":1000}}`),
    504,
  );
  await refusedByV2(
    await send('/v2/models/hanging/infer', `${body.slice(0, -1)},"parameters":{"timeout":-1}}`),
    400,
  );
});

// ---------------------------------------------------------------- scoring

const json = { 'content-type': 'application/json' };

test('scoring: paths, methods and pages of other sites', async () => {
  await refusedByScoring(await send('/invocations/x', '{}', json), 404, 'ENDPOINT_NOT_FOUND');
  await refusedByScoring(await send('/ping/%zz', null, {}, 'GET'), 400, 'BAD_REQUEST');
  await refusedByScoring(await send('/invocations', null, {}, 'GET'), 405, 'BAD_REQUEST');
  await refusedByScoring(await send('/ping', '{}', json), 405, 'BAD_REQUEST');
  await refusedByScoring(
    await send('/invocations', '{}', { ...json, origin: 'https://evil.example' }),
    403,
    'PERMISSION_DENIED',
  );
  const nobody = { ...json, 'x-almanac-model': '__proto__' };
  await refusedByScoring(
    await send('/invocations', '{"inputs":["a"]}', nobody),
    404,
    'RESOURCE_DOES_NOT_EXIST',
  );
  await refusedByScoring(
    await send('/ping', null, { 'x-almanac-model': 'x'.repeat(3000) }, 'GET'),
    404,
    'RESOURCE_DOES_NOT_EXIST',
  );
});

test('scoring: types that are not read', async () => {
  for (const type of [
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'application/vnd.apache.parquet',
    'application/json; charset=latin1',
    'application/json; format=pandas-split',
    'text/csv; header=present',
    ';',
  ])
    await refusedByScoring(await send('/invocations', '{"inputs":["a"]}', { 'content-type': type }), 415, '');
});

test('scoring: bodies that are damaged, too deep or too large', async () => {
  const csv = { 'content-type': 'text/csv' };
  for (const body of [
    '',
    '{',
    '['.repeat(100_000),
    '{"inputs":["a"],"__proto__":1}',
    '{"inputs":NaNa}',
    `"${'\\"'.repeat(500_000)}NaN`,
  ])
    await refusedByScoring(await send('/invocations', body, json), 400, 'BAD_REQUEST');
  await refusedByScoring(await send('/invocations', Uint8Array.of(0x22, 0xff), json), 400, 'BAD_REQUEST');
  await refusedByScoring(await send('/invocations', ' '.repeat(9 * mebibyte), json), 413, 'BAD_REQUEST');
  await refusedByScoring(await send('/invocations', 'a,'.repeat(20_000), csv), 413, 'BAD_REQUEST');
  await refusedByScoring(await send('/invocations', `a\n"${'\n'.repeat(mebibyte)}`, csv), 400, 'BAD_REQUEST');
  const wide = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`c${i}`, 1]));
  const records = JSON.stringify({ dataframe_records: [wide, ...new Array(2000).fill({})] });
  await refusedByScoring(await send('/invocations', records, json), 413, 'BAD_REQUEST');
});

test('scoring: names of every object are columns like others', async () => {
  const body = '{"dataframe_records":[{"constructor":1,"toString":2,"series":"a"}]}';
  assert.equal((await send('/invocations', body, json)).status, 200);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

test('scoring: a model that fails tells nothing of its inside', async () => {
  const broken = { ...json, 'x-almanac-model': 'broken' };
  await refusedByScoring(await send('/invocations', '{"inputs":[1]}', broken), 500, 'INTERNAL_ERROR');
});
