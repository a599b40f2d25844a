import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';

test('a client with too much under way is asked to wait, the others are not', async () => {
  const world = await HttpWorld.open({ settings: { limits: { requestsPerClient: 2 } } });
  const url = await world.app.listen({ host: '127.0.0.1', port: 0 });
  await world.observe(['a', -1, 5]);
  const disk = Promise.withResolvers<void>();
  const reached = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { appendPredictions } = world.store;
  let writes = 0;
  world.store.appendPredictions = async (batch) => {
    reached[writes++]?.resolve();
    await disk.promise;
    return appendPredictions(batch);
  };
  const ask = (horizon: number, key: string): Promise<Response> =>
    fetch(`${url}/v1/projects/shop/forecast`, {
      method: 'POST',
      body: JSON.stringify({ horizon }),
      headers: { 'content-type': 'application/json', 'x-api-key': key },
    });
  const open = [ask(1, 'one'), ask(2, 'one')];
  await reached[0]?.promise;
  let refused = await ask(3, 'one');
  while (refused.status === 200) refused = await ask(3, 'one');
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get('retry-after'), '1');
  assert.equal(((await refused.json()) as { code: string }).code, 'http/client-busy');
  assert.equal((await fetch(`${url}/health`, { headers: { 'x-api-key': 'another' } })).status, 200);
  disk.resolve();
  for (const answer of await Promise.all(open)) assert.equal(answer.status, 200);
  assert.equal((await ask(3, 'one')).status, 200);
  await world.close();
});
