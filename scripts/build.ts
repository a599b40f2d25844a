// Compiles what is published into dist/: plain JavaScript with types, because Node runs no TypeScript inside node_modules.
// Beside it what people must know who install it: a bill of materials and the licences of what it stands on.

import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeRuntimes } from './bundle-runtimes.ts';
import { writeThirdParty } from './third-party.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
const result = spawnSync(`${root}node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (result.status !== 0) process.exit(1);
chmodSync(`${root}dist/bin/almanac.js`, 0o755);
await writeRuntimes(`${root}dist/runtime`);
const dashboard = spawnSync(process.execPath, ['web/build.ts', 'dist/web'], { cwd: root, stdio: 'inherit' });
if (dashboard.status !== 0) process.exit(1);
const bundled = JSON.parse(readFileSync(`${root}dist/web/packages.json`, 'utf8')) as string[];
writeThirdParty(`${root}dist`, bundled);
