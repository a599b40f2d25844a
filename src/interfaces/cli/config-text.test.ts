import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { isAppError } from '../../core/index.ts';
import { configFileNames, readConfigFile } from '../config/file.ts';
import { configText } from './config-text.ts';

const project = {
  columns: { series: ['store', 'item'], time: 'date', target: 'units' },
  frequency: 'day' as const,
  dialect: { decimal: ',' as const, leaveOut: [{ column: "l'item", equals: 'Total' }] },
};
const guesses = [{ setting: 'frequency', value: 'day', reason: 'rows are days */ apart' }];
const file = '/x/sales.csv';

for (const type of ['commonjs', 'module', null])
  test(`in a project of type ${type} each file that is looked for is written so that it is read`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'almanac-config-'));
    try {
      await writeFile(join(folder, 'package.json'), JSON.stringify(type === null ? {} : { type }));
      for (const name of configFileNames) {
        const out = join(folder, name);
        await writeFile(out, configText([{ name: 'my-shop', project, guesses }], { file, out }));
        assert.deepEqual(await readConfigFile(out), { projects: { 'my-shop': project } }, name);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

test('a file of another ending, which no command would read, is not written', () => {
  assert.throws(
    () => configText([{ name: 'shop', project, guesses }], { file, out: '/x/almanac.yaml' }),
    (error) => isAppError(error, 'cli/usage') && /almanac\.yaml: .*\.ts, .*\.json/.test(error.message),
  );
});
