// What redocly and spectral would say of the description (`bench/openapi.ts`, and CI), as far as it can be said without them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HttpWorld } from '../../../test/fixtures/http-world.ts';
import type { OpenApiDocument } from './openapi-document.ts';

type Operation = OpenApiDocument['paths'][string][string];
interface Described {
  /** `POST /v1/…`, for messages. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

let world: HttpWorld;
let document: OpenApiDocument;
let operations: Described[];
before(async () => {
  world = await HttpWorld.open();
  document = (await world.app.inject('/openapi.json')).json<OpenApiDocument>();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
      operation,
    })),
  );
});
after(() => world.close());

/** Names of the operations for which something does not hold. */
function without(holds: (described: Described) => boolean): string[] {
  return operations.filter((described) => !holds(described)).map(({ name }) => name);
}

test('says where the server is, and that there is no login', () => {
  assert.equal(document.servers?.[0]?.url, '/');
  assert.deepEqual(document.security, []);
  assert.ok(operations.length > 30);
});

test('every operation has a name of its own, a summary, a description and a known tag', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  const known = new Set(document.tags?.map(({ name }) => name));
  assert.deepEqual(
    without(({ operation }) => /^[a-zA-Z][a-zA-Z0-9_]*$/.test(operation.operationId ?? '')),
    [],
  );
  assert.deepEqual(
    without(({ operation }) => isSaid(operation.summary) && isSaid(operation.description)),
    [],
  );
  assert.deepEqual(
    without(({ operation }) => operation.tags?.length === 1 && known.has(operation.tags[0] as string)),
    [],
  );
});

test('every parameter is described, and those of the path are those of the path', () => {
  assert.deepEqual(
    without(({ operation }) => (operation.parameters ?? []).every(({ description }) => isSaid(description))),
    [],
  );
  assert.deepEqual(
    without(({ path, operation }) => {
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
      return inPath.sort().join() === named.sort().join();
    }),
    [],
  );
});

test('every answer is described, with what any request may be answered with', () => {
  assert.deepEqual(
    without(({ operation }) =>
      Object.values(operation.responses).every(
        ({ description }) => isSaid(description) && !/^default/i.test(description ?? ''),
      ),
    ),
    [],
  );
  assert.deepEqual(
    without(({ operation }) =>
      ['400', '403', '408', '429', '431', '500', '503'].every((status) => status in operation.responses),
    ),
    [],
  );
  assert.deepEqual(
    without(({ operation }) => Object.keys(operation.responses).some((status) => status.startsWith('2'))),
    [],
  );
});

test('a body may be left out exactly where the server does without', async () => {
  const optional: string[] = [];
  for (const { name, method, path, operation } of operations) {
    if (operation.requestBody === undefined) continue;
    const url = path.replace('{project}', 'shop').replaceAll(/\{[^}]+\}/g, '1');
    const answer = await world.app.inject({ method: method as 'POST', url });
    // What is missing is said before anything is looked for.
    const isMissed = answer.statusCode === 415 || answer.statusCode === 400;
    assert.equal(operation.requestBody.required, isMissed, `${name}: ${answer.body}`);
    assert.ok(String(answer.statusCode) in operation.responses, `${name} answers ${answer.statusCode}`);
    if (!isMissed) optional.push(operation.operationId ?? '');
  }
  for (const id of ['train', 'search', 'rollback', 'promote', 'forecast', 'makeForecastFile'])
    assert.ok(optional.includes(id), id);
  for (const id of ['observe', 'replenish', 'describe', 'withdraw']) assert.ok(!optional.includes(id), id);
});

function isSaid(text: string | undefined): boolean {
  return text !== undefined && text.trim().length > 3;
}
