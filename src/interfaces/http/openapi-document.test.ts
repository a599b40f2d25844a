import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type { OpenApiDocument } from './openapi-document.ts';

test('a body that the server does without is optional, and every answer is described', async () => {
  const world = await HttpWorld.open();
  const document = (await world.app.inject('/openapi.json')).json<OpenApiDocument>();
  assert.equal(document.servers?.[0]?.url, '/');
  const required = (path: string): boolean | undefined => document.paths[path]?.post?.requestBody?.required;
  for (const name of [
    'train',
    'search',
    'rollback',
    'models/{version}/promote',
    'forecast',
    'forecast-files',
  ])
    assert.equal(required(`/v1/projects/{project}/${name}`), false, name);
  for (const name of ['observations', 'replenishment', 'attributes'])
    assert.equal(required(`/v1/projects/{project}/${name}`), true, name);
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { responses }] of Object.entries(methods))
      for (const status of ['400', '403', '408', '429', '431', '500', '503'])
        assert.ok(status in responses, `${method} ${path} says nothing of ${status}`);
  await world.close();
});
