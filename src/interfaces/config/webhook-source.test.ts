import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from './load.ts';

async function load(source: object): Promise<unknown> {
  const cwd = await mkdtemp(join(tmpdir(), 'almanac-config-'));
  const user = { projects: { shop: {} }, sources: { orders: { kind: 'webhook', ...source } } };
  try {
    await writeFile(join(cwd, 'almanac.config.json'), JSON.stringify(user));
    return (await loadConfig({ env: {}, flags: {}, cwd })).config.sources[0];
  } finally {
    await rm(cwd, { recursive: true });
  }
}

test('takes webhooks, and says what is wrong with one', async () => {
  assert.deepEqual(await load({ passwordVariable: 'SECRET', deliveryHeader: 'Svix-Id' }), {
    name: 'orders',
    kind: 'webhook',
    project: 'shop',
    passwordVariable: 'SECRET',
    authentication: 'signature',
    deliveryHeader: 'svix-id',
    replaySeconds: 300,
  });
  const passwordVariable = 'SECRET';
  const github = {
    passwordVariable,
    authentication: 'body-signature',
    signatureHeader: 'X-Hub-Signature-256',
    deliveryHeader: 'X-GitHub-Delivery',
  };
  const found = (await load({ ...github, mapping: 'erp' })) as Record<string, unknown>;
  assert.deepEqual(
    [found.authentication, found.signatureHeader, found.deliveryHeader, found.mapping],
    ['body-signature', 'x-hub-signature-256', 'x-github-delivery', 'erp'],
  );
  for (const [wrong, message] of [
    [
      { ...github, signatureHeader: undefined },
      /orders\.signatureHeader is not given; expected with authentication/,
    ],
    [{ ...github, deliveryHeader: undefined }, /orders\.deliveryHeader is not given/],
    [
      { ...github, replaySeconds: 300 },
      /orders\.replaySeconds is given; expected only where a time is signed/,
    ],
    [
      { ...github, authentication: 'bearer' },
      /orders\.signatureHeader is given; expected only with authentication body-signature/,
    ],
    [{}, /orders\.passwordVariable is not given; expected with kind webhook/],
    [
      { passwordVariable, url: 'https://shop' },
      /orders\.url is given; expected only with kind postgres or s3/,
    ],
    [{ passwordVariable, schedule: '* * * * *' }, /orders\.schedule is given/],
    [{ passwordVariable, authentication: 'none' }, /orders\.authentication/],
    [{ passwordVariable, replaySeconds: 0 }, /orders\.replaySeconds/],
    [{ passwordVariable, fields: { units: 3 } }, /orders\.fields/],
    [
      { kind: 's3', passwordVariable, rowsPath: 'a' },
      /orders\.rowsPath is given; expected only with kind webhook/,
    ],
  ] as const)
    await assert.rejects(load(wrong), message);
});
