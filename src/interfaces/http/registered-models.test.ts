import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import { strangeFile, stumpFile, timesFile } from '../../../test/fixtures/onnx-files.ts';
import type * as api from './contract.ts';

let world: HttpWorld;

before(async () => {
  world = await HttpWorld.open();
});
after(() => world.close());

async function post(url: string, payload?: Uint8Array | object) {
  const response = await world.app.inject({
    method: 'POST',
    url,
    ...(payload instanceof Uint8Array
      ? { payload: Buffer.from(payload), headers: { 'content-type': 'application/octet-stream' } }
      : payload === undefined
        ? {}
        : { payload }),
  });
  return { status: response.statusCode, body: response.json() as api.RegisteredModelVersion & api.Problem };
}

test('a file is registered, listed, promoted and taken back', async () => {
  const signature = encodeURIComponent(JSON.stringify({ inputs: { x: { columns: ['price', 'stock'] } } }));
  const first = await post(`/v1/models/stump/versions?alias=champion&signature=${signature}`, stumpFile());
  assert.equal(first.status, 201, JSON.stringify(first.body));
  assert.deepEqual([first.body.number, first.body.runBy, first.body.aliases], [1, 'trees', ['champion']]);
  assert.deepEqual(first.body.inputs, [
    { name: 'x', datatype: 'FP32', shape: [-1, 2], columns: ['price', 'stock'] },
  ]);
  const second = await post('/v1/models/stump/versions', stumpFile({ missingLow: true }));
  assert.equal(second.body.number, 2);

  const promoted = await post('/v1/models/stump/versions/2/promote', { reason: 'better' });
  assert.deepEqual([promoted.status, promoted.body.aliases], [200, ['champion']]);
  const back = await post('/v1/models/stump/rollback', {});
  assert.deepEqual([back.status, back.body.number], [200, 1]);

  const list = await world.app.inject({ method: 'GET', url: '/v1/models' });
  const { items } = list.json() as api.Page<api.RegisteredModel>;
  assert.deepEqual(
    items.map(({ name, versions }) => [name, versions.map(({ number }) => number)]),
    [['stump', [2, 1]]],
  );
});

test('what cannot be registered says why', async () => {
  const cases: [string, Uint8Array | undefined, number, string][] = [
    ['/v1/models/strange/versions', strangeFile(), 422, 'onnx/unsupported'],
    ['/v1/models/noise/versions', Uint8Array.of(1, 2, 3), 400, 'onnx/not-a-model'],
    ['/v1/models/empty/versions', undefined, 400, 'http/invalid-body'],
    ['/v1/models/Not%20A%20Name/versions', timesFile(2), 400, 'onnx/bad-signature'],
    ['/v1/models/times/versions?signature=%7B', timesFile(2), 400, 'onnx/bad-signature'],
    ['/v1/models/shop/versions', timesFile(2), 409, 'store/name-taken'],
    ['/v1/models/none/versions/3/promote', undefined, 404, 'registry/unknown-version'],
  ];
  for (const [url, file, status, code] of cases) {
    const { status: got, body } = await post(url, file);
    assert.deepEqual([got, body.code], [status, code], url);
  }
});

test('a project is not promoted as a registered model', async () => {
  const { status, body } = await post('/v1/models/shop/rollback', {});
  assert.deepEqual([status, body.code], [409, 'registry/no-earlier-champion']);
});
