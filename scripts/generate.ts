// Rewrites every generated file: runs all scripts/generate-*.ts. `npm test` checks that this changes nothing.

import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
for (const script of globSync('scripts/generate-*.ts', { cwd: root }).sort()) {
  process.stdout.write(`${script}\n`);
  const result = spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) process.exit(1);
}
