import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { exports } from '../../../test/fixtures/exports.ts';
import { type DataFixture, openDataFixture } from '../../../test/hostile/data-fixture.ts';
import { readContract } from '../../services/contracts/index.ts';
import { loadConfig, resolveConfig } from '../config/index.ts';
import { draftFrom } from './draft-contract.ts';
import { guessProject } from './guessing/guess.ts';
import { withSupposed } from './guessing/guess-file.ts';
import { longSample } from './guessing/wide-table.ts';
import { readSample } from './sample.ts';
import { runCommand } from './testing.ts';

let fixture: DataFixture;
let folder: string;
before(async () => {
  fixture = await openDataFixture();
  folder = await mkdtemp(join(tmpdir(), 'almanac-draft-'));
});
after(async () => {
  await fixture.close();
  await rm(folder, { recursive: true });
});

test('a file keeps the contract that was drafted from it, whatever program wrote it', async () => {
  for (const { name, files } of exports) {
    const [file, content] = Object.entries(files)[0] as [string, string | Uint8Array];
    const path = join(folder, file);
    await writeFile(path, content);
    const now = Date.UTC(2026, 0, 1);
    const sample = longSample(await readSample(path));
    const guessed = withSupposed(guessProject(sample, {}, { file: basename(path), now }), sample);
    const [project] = resolveConfig({ projects: { shop: guessed.project } }, { cwd: '/' }).projects;
    assert.ok(project !== undefined);
    const text = await draftFrom(project, sample, now);
    const rules = await readContract(text, { file: 'draft.yaml', object: 'shop' });
    assert.deepEqual(rules.warnings, [], name);
    const under = { ...project, contract: { ...project.contract, rules } };
    const { contract = [], quarantinedByCode } = await fixture.data.validateFile(under, path);
    assert.deepEqual(
      contract.filter(({ status }) => status === 'failed').map(({ id }) => id),
      [],
      name,
    );
    assert.equal(quarantinedByCode.contract, undefined, name);
  }
});

test('init writes a contract beside the configuration only when it is asked to, and names it there', async () => {
  const csv = `item,day,units\n${Array.from({ length: 40 }, (_, i) => `a,2024-01-${String(1 + (i % 28)).padStart(2, '0')},${i}`).join('\n')}\n`;
  const out = join(folder, 'almanac.config.ts');
  const argv = ['init', 'sales.csv', '--out', out, '--json'];
  const plain = await runCommand(argv, { files: { 'sales.csv': csv } });
  assert.equal((JSON.parse(plain.out) as { contract: string | null }).contract, null);
  const taken = await runCommand([...argv, '--contract', 'sales.odcs.yaml'], { files: { 'sales.csv': csv } });
  assert.equal(taken.code, 1);
  await assert.rejects(readFile(join(folder, 'sales.odcs.yaml')), 'neither is written where one may not be');
  const both = await runCommand([...argv, '--force', '--contract', 'sales.odcs.yaml'], {
    files: { 'sales.csv': csv },
  });
  assert.equal(both.code, 0, both.err);
  assert.match(await readFile(join(folder, 'sales.odcs.yaml'), 'utf8'), /kind: DataContract/);
  const { projects } = await loadConfig({ file: out, env: {}, flags: {}, cwd: folder });
  assert.deepEqual(projects[0]?.contract.rules?.checks.map(({ id }) => id).slice(0, 3), [
    'item.required',
    'day.required',
    'units.range',
  ]);
});
