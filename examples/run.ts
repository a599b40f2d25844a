// Runs one example through the commands a user would type: `npm run -s example -- hospital`.

import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const program = fileURLToPath(new URL('../bin/almanac.ts', import.meta.url));
const names = globSync('*.config.ts', { cwd: here }).map((file) => basename(file, '.config.ts'));

const [name] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`usage: npm run -s example -- NAME, one of ${names.sort().join(', ')}\n`);
  process.exit(2);
}
const { file }: { file: string } = await import(`./${name}.config.ts`);

for (const command of [['ingest', file], ['train'], ['models'], ['forecast', '--horizon', '5']]) {
  process.stdout.write(`\n$ almanac ${command.join(' ')}\n`);
  const args = [program, ...command, '--config', `${here}${name}.config.ts`];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
