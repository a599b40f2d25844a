import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { isAppError } from '../../core/index.ts';
import { loadConfig } from './load.ts';
import { defineProject } from './project.ts';

async function inFolder(files: Readonly<Record<string, string>>, look: (folder: string) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-contract-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    await look(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const config = JSON.stringify({ projects: { shop: { contract: { file: 'shop.yaml' } }, other: {} } });
const load = (folder: string) => loadConfig({ env: {}, flags: {}, cwd: folder });

test('the contract that a project names is read with the configuration, from its folder', async () => {
  const text =
    'apiVersion: v3.1.0\nkind: DataContract\nid: a\nversion: 2.0.0\nstatus: active\nschema:\n  - name: shop\n    properties: [{ name: units, required: true }]\n';
  await inFolder({ 'almanac.config.json': config, 'shop.yaml': text }, async (folder) => {
    const { projects } = await load(folder);
    const [shop, other] = projects;
    assert.deepEqual(
      [
        shop?.contract.rules?.id,
        shop?.contract.rules?.file,
        shop?.contract.rules?.checks.map(({ id }) => id),
      ],
      ['a', 'shop.yaml', ['units.required']],
    );
    assert.equal(other?.contract.rules, undefined);
    assert.equal(shop?.contract.futurePeriodsMax, 1);
  });
});

test('a contract that is not there, or is none, stops the start', async () => {
  const files = { 'almanac.config.json': config };
  await inFolder(files, async (folder) => {
    await assert.rejects(load(folder), (error) => isAppError(error, 'contract/unreadable'));
  });
  await inFolder({ ...files, 'shop.yaml': 'kind: Recipe' }, async (folder) => {
    await assert.rejects(load(folder), (error) => isAppError(error, 'contract/unsupported'));
  });
});

test('a project of the API names no file of the server', () => {
  assert.throws(
    () => defineProject('shop', { contract: { file: '/etc/passwd' } }),
    /contract\.file is .*expected none/,
  );
});
