// The configurations of examples/ load, with no data there, and say themselves what matters most.

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configRows, loadConfig } from '../../src/interfaces/config/index.ts';
import { commandJson } from './command.ts';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const files = globSync('*.config.ts', { cwd: examples }).sort();

test('every example loads, has one project with its columns named, and warns of nothing', async () => {
  assert.ok(files.length > 0, 'there are no examples');
  for (const name of files) {
    const file = join(examples, name);
    const loaded = await loadConfig({ file, env: {}, flags: {}, cwd: examples });
    assert.deepEqual(loaded.warnings, [], name);
    assert.equal(loaded.projects.length, 1, name);
    const [project] = loaded.projects;
    const rows = configRows(loaded);
    for (const setting of ['frequency', 'columns.time', 'columns.target']) {
      const row = rows.find((one) => one.setting === `projects.${project?.name}.${setting}`);
      assert.equal(row?.origin, file, `${name}: ${setting} is left to its default`);
    }
    assert.equal(loaded.config.dataFolder, join(examples, '.almanac', basename(name, '.config.ts')), name);
  }
});

test('an example is shown by the command line', async () => {
  const [name = ''] = files;
  const shown = await commandJson<{ file: string }>(
    examples,
    ...['config', 'show', '--config', join(examples, name)],
  );
  assert.equal(shown.file, join(examples, name));
});
