import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { HttpWorld } from '../../../../test/fixtures/http-world.ts';
import { allDatatypes, TensorModels } from '../../../../test/fixtures/tensor-models.ts';

let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open({ sources: [new TensorModels()] });
  await world.promote(await world.train({ a: [1, 2, 3], b: [4, 5, 6] }));
});
after(() => world.close());

interface Output {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data?: readonly unknown[];
  readonly parameters?: { readonly binary_data_size: number };
}
interface InferAnswer {
  readonly id?: string;
  readonly model_name: string;
  readonly model_version: string;
  readonly outputs: readonly Output[];
}
type Headers = Record<string, string>;
type Injected = Awaited<ReturnType<HttpWorld['app']['inject']>>;

const post = (url: string, payload: string | Buffer = '', headers: Headers = {}): Promise<Injected> =>
  world.app.inject({ method: 'POST', url, payload, headers });

const get = async (url: string): Promise<{ status: number; body: unknown }> => {
  const answer = await world.app.inject(url);
  return { status: answer.statusCode, body: answer.json() };
};

async function infer(model: string, request: object): Promise<InferAnswer> {
  const answer = await post(`/v2/models/${model}/infer`, JSON.stringify(request));
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
}

/** A request with its tensors as bytes, as Triton's client writes it. */
function binaryRequest(
  inputs: readonly { name: string; datatype: string; shape: readonly number[]; bytes: Buffer }[],
  rest: object = { parameters: { binary_data_output: true } },
): { body: Buffer; headers: Headers } {
  const described = inputs.map(({ bytes, ...input }) => ({
    ...input,
    parameters: { binary_data_size: bytes.length },
  }));
  const json = Buffer.from(JSON.stringify({ inputs: described, ...rest }));
  const body = Buffer.concat([json, ...inputs.map(({ bytes }) => bytes)]);
  return { body, headers: { 'inference-header-content-length': String(json.length) } };
}

/** The answer and the bytes of each output that has them. */
function readBinary(
  answer: Injected,
  body = answer.rawPayload,
): { json: InferAnswer; bytes: Map<string, Buffer> } {
  const length = Number(answer.headers['inference-header-content-length']);
  const json = JSON.parse(body.subarray(0, length).toString()) as InferAnswer;
  const bytes = new Map<string, Buffer>();
  let at = length;
  for (const { name, parameters } of json.outputs) {
    if (parameters === undefined) continue;
    bytes.set(name, body.subarray(at, at + parameters.binary_data_size));
    at += parameters.binary_data_size;
  }
  assert.equal(at, body.length);
  return { json, bytes };
}

const ofSeries = { name: 'series', datatype: 'BYTES', shape: [2], data: ['b', 'a'] };

test('the server says what it is, that it lives and that it is ready', async () => {
  const { body } = await get('/v2');
  assert.deepEqual(body, {
    name: 'almanac',
    version: '0.0.0',
    extensions: ['binary_tensor_data', 'model_repository', 'model_configuration', 'statistics', 'parameters'],
  });
  assert.deepEqual(await get('/v2/health/live'), { status: 200, body: { live: true } });
  assert.deepEqual(await get('/v2/health/ready'), { status: 200, body: { ready: true } });
});

test('metadata, configuration and readiness of a model, of its version and of none', async () => {
  for (const path of ['/v2/models/matrix', '/v2/models/matrix/versions/1']) {
    assert.deepEqual((await get(path)).body, {
      name: 'matrix',
      versions: ['1'],
      platform: 'test',
      inputs: [{ name: 'X', datatype: 'FP32', shape: [-1, 3] }],
      outputs: [{ name: 'Y', datatype: 'FP32', shape: [-1, 1] }],
    });
    assert.deepEqual((await get(`${path}/ready`)).body, { name: 'matrix', ready: true });
  }
  const { body } = await get('/v2/models/shop/config');
  const config = body as { input: object[]; parameters: Record<string, object> };
  assert.deepEqual(config.input[0], { name: 'series', data_type: 'TYPE_STRING', dims: [-1] });
  assert.deepEqual(config.parameters.horizon, { string_value: '4' });
  for (const path of ['/v2/models/nobody', '/v2/models/nobody/ready', '/v2/models/matrix/versions/2/ready']) {
    const { status, body: refused } = await get(path);
    assert.equal(status, 404);
    assert.deepEqual(Object.keys(refused as object), ['error']);
  }
});

test('a forecast as tensors is the forecast of the API, stored under its id', async () => {
  const answer = await infer('shop', { id: 42, inputs: [ofSeries], parameters: { horizon: 2 } });
  assert.deepEqual([answer.id, answer.model_name, answer.model_version], ['42', 'shop', '1']);
  const {
    mean,
    quantiles,
    prediction_id: ids,
  } = Object.fromEntries(answer.outputs.map((one) => [one.name, one]));
  assert.deepEqual(
    [mean?.shape, quantiles?.shape],
    [
      [2, 2],
      [2, 5, 2],
    ],
  );
  const stored = (await get(`/v1/predictions/${ids?.data?.[0]}`)).body as {
    series: string;
    steps: { mean: number }[];
  };
  assert.equal(stored.series, 'b');
  assert.deepEqual(
    stored.steps.map((step) => step.mean),
    mean?.data?.slice(0, 2),
  );
  const metrics = await world.app.inject('/metrics');
  assert.match(metrics.body, /almanac_predictions_total\{project="shop",source="model"\} 2\n/);
});

test('every datatype comes back as it went in, as bytes at odd offsets', async () => {
  const bytes = (datatype: string): Buffer =>
    datatype === 'BYTES'
      ? Buffer.concat([Buffer.of(3, 0, 0, 0), Buffer.from('äz'), Buffer.of(0, 0, 0, 0)])
      : Buffer.from(Uint8Array.from({ length: 2 * sizeOf(datatype) }, (_, i) => i % 2));
  const inputs = allDatatypes.map((datatype) => ({
    name: `in_${datatype}`,
    datatype,
    shape: [1, 2],
    bytes: bytes(datatype),
  }));
  const { body, headers } = binaryRequest(inputs, {
    outputs: allDatatypes.map((datatype) => ({ name: `out_${datatype}` })),
    parameters: { binary_data_output: true },
  });
  for (const type of [{}, { 'content-type': 'application/octet-stream' }] as Headers[]) {
    const answer = await post('/v2/models/echo/infer', body, { ...headers, ...type });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.equal(answer.headers['content-type'], 'application/octet-stream');
    const { bytes: out } = readBinary(answer);
    for (const datatype of allDatatypes)
      assert.deepEqual(out.get(`out_${datatype}`), bytes(datatype), datatype);
  }
});

function sizeOf(datatype: string): number {
  return datatype === 'BOOL' ? 1 : Number(datatype.replace(/\D+/, '')) / 8;
}

test('every datatype comes back as it went in, as JSON', async () => {
  const data: Record<string, unknown[]> = {
    BOOL: [true, false],
    INT64: [-(2 ** 53 - 1), 5],
    FP16: [0.5, -2],
    FP32: [0.5, 16_777_216],
    FP64: [0.1, -1e300],
    BYTES: ['ä"\\', ''],
  };
  for (const datatype of allDatatypes) {
    const values = data[datatype] ?? [1, 100];
    const input = { name: `in_${datatype}`, datatype, shape: [1, 2], data: [values] };
    const answer = await infer('echo', { inputs: [input], outputs: [{ name: `out_${datatype}` }] });
    assert.deepEqual(answer.outputs, [{ name: `out_${datatype}`, datatype, shape: [1, 2], data: values }]);
  }
});

test('integers above 2^53 go into the model and out of it exactly, as numbers and as text', async () => {
  const input = {
    name: 'in_INT64',
    datatype: 'INT64',
    shape: [1, 2],
    data: ['9007199254740993', '-9223372036854775808'],
  };
  const request = JSON.stringify({ inputs: [input], outputs: [{ name: 'out_INT64' }] });
  const answer = await post('/v2/models/echo/infer', request);
  assert.match(answer.body, /"data":\[9007199254740993,-9223372036854775808\]/);
  const numbers = await post('/v2/models/echo/infer', request.replaceAll(/"(-?\d{10,})"/g, '$1'));
  assert.equal(numbers.body, answer.body);
  const rounded = await post(
    '/v2/models/echo/infer',
    request.replace('"9007199254740993"', '9.007199254740993e15'),
  );
  assert.equal(rounded.statusCode, 400);
  assert.match(rounded.json().error, /at place 0: INT64 .* all its digits/);
  const huge = await post(
    '/v2/models/echo/infer',
    request.replace('"9007199254740993"', '9223372036854775808'),
  );
  assert.match(huge.json().error, /9223372036854775808 at place 0: INT64/);
  const twice = await post('/v2/models/echo/infer', request.replace('{"inputs"', '{"inputs":[],"inputs"'));
  assert.match(twice.json().error, /names a field twice/);
});

test('each output is binary or JSON as it asks; the request decides for the others', async () => {
  const inputs = [{ name: 'in_FP64', datatype: 'FP64', shape: [1, 2], data: [1, 2] }];
  const outputs = [{ name: 'out_FP64', parameters: { binary_data: false } }, { name: 'out_FP64' }];
  const shop = { inputs: [ofSeries], parameters: { binary_data_output: true } };
  const mixed = await post(
    '/v2/models/shop/infer',
    JSON.stringify({
      ...shop,
      outputs: [{ name: 'mean' }, { name: 'source', parameters: { binary_data: false } }],
    }),
  );
  const { json, bytes } = readBinary(mixed);
  assert.deepEqual(json.outputs[1]?.data, ['model', 'model']);
  assert.equal(bytes.get('mean')?.readDoubleLE(0), 6);
  const twice = await infer('echo', {
    inputs,
    outputs: [outputs[0]],
    parameters: { binary_data_output: true },
  });
  assert.deepEqual(twice.outputs[0]?.data, [1, 2]);
});

test('bodies may be compressed, and answers are where the client asks for it', async () => {
  const { body, headers } = binaryRequest([
    {
      name: 'series',
      datatype: 'BYTES',
      shape: [200],
      bytes: Buffer.concat(new Array(200).fill(Buffer.from('\x01\0\0\0a'))),
    },
  ]);
  const plain = readBinary(await post('/v2/models/shop/infer', body, headers));
  for (const [encoding, pack, unpack] of [
    ['gzip', gzipSync, gunzipSync],
    ['deflate', deflateSync, inflateSync],
  ] as const) {
    const answer = await post('/v2/models/shop/infer', pack(body), {
      ...headers,
      'content-encoding': encoding,
      'accept-encoding': `br, ${encoding}, gzip;q=0.5`,
    });
    assert.equal(answer.headers['content-encoding'], encoding);
    const { bytes } = readBinary(answer, unpack(answer.rawPayload));
    assert.deepEqual(bytes.get('mean'), plain.bytes.get('mean'));
  }
  for (const accepted of ['identity', 'gzip;q=0', 'br'])
    assert.equal(
      (await post('/v2/models/shop/infer', body, { ...headers, 'accept-encoding': accepted })).headers[
        'content-encoding'
      ],
      undefined,
    );
  // Triton's asyncio client asks for compression everywhere and unpacks only what inference answers.
  const index = await post('/v2/repository/index', '', { 'accept-encoding': 'gzip, deflate' });
  assert.equal(index.headers['content-encoding'], undefined);
});

test('the index, unloading and loading', async () => {
  const index = async (payload = ''): Promise<string[]> => {
    const answer = await post('/v2/repository/index', payload);
    return (answer.json() as { name: string; state: string; reason: string }[]).map(
      ({ name, state, reason }) => `${name} ${state} ${reason}`,
    );
  };
  assert.deepEqual((await index()).slice(0, 2), ['shop READY ', 'echo READY ']);
  const unloading = '{"parameters":{"unload_dependents":false}}';
  assert.equal((await post('/v2/repository/models/echo/unload', unloading)).statusCode, 200);
  assert.ok((await index()).includes('echo UNAVAILABLE unloaded'));
  assert.ok(!(await index('{"ready":true}')).some((line) => line.startsWith('echo')));
  const ready = await world.app.inject('/v2/models/echo/ready');
  assert.equal(ready.statusCode, 409);
  assert.match(ready.json().error, /unloaded/);
  assert.equal((await post('/v2/repository/models/echo/load')).statusCode, 200);
  assert.equal((await post('/v2/repository/models/broken/load', '{}')).statusCode, 409);
  assert.equal((await post('/v2/repository/models/nobody/load')).statusCode, 404);
  const config = await post('/v2/repository/models/echo/load', '{"parameters":{"config":"{}"}}');
  assert.equal(config.statusCode, 400);
});

test('statistics as Triton gives them', async () => {
  const inputs = [
    {
      name: 'X',
      datatype: 'FP32',
      shape: [2, 3],
      data: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
  ];
  assert.deepEqual((await infer('matrix', { inputs })).outputs[0]?.data, [6, 12]);
  const answer = await world.app.inject('/v2/models/matrix/versions/1/stats');
  const [line] = answer.json().model_stats;
  assert.equal(line.inference_count, 2);
  assert.equal(line.execution_count, 1);
  assert.equal(line.inference_stats.success.count, 1);
  assert.ok(line.inference_stats.compute_infer.ns >= 0);
  const [ofTwoRows, ...others] = line.batch_stats;
  assert.deepEqual([ofTwoRows.batch_size, ofTwoRows.compute_infer.count, others.length], [2, 1, 0]);
  const all = (await world.app.inject('/v2/models/stats')).json().model_stats as { name: string }[];
  assert.ok(all.some(({ name }) => name === 'shop') && all.some(({ name }) => name === 'unsound'));
});

test('what is not finite cannot be JSON, and can be bytes', async () => {
  const inputs = [{ name: 'x', datatype: 'FP64', shape: [1], data: [1] }];
  const refused = await post('/v2/models/unsound/infer', JSON.stringify({ inputs }));
  assert.equal(refused.statusCode, 400);
  assert.match(refused.json().error, /NaN at place 0.*binary/);
  const asked = { inputs, parameters: { binary_data_output: true } };
  const { bytes } = readBinary(await post('/v2/models/unsound/infer', JSON.stringify(asked)));
  assert.ok(Number.isNaN(bytes.get('sum')?.readDoubleLE(0)));
});

test('a deadline in microseconds', async () => {
  const inputs = [{ name: 'x', datatype: 'FP64', shape: [1], data: [1] }];
  const late = await post(
    '/v2/models/hanging/infer',
    JSON.stringify({ inputs, parameters: { timeout: 2000 } }),
  );
  assert.equal(late.statusCode, 504);
  assert.match(late.json().error, /within 2 ms/);
});
