// Installs Debian's Chromium where there is none and this process may: the browser that pages are tested in. It is the
// only script here that changes the system, and runs in CI alone; elsewhere one installs it oneself.

import { spawnSync } from 'node:child_process';
import { findChromium } from '../test/fixtures/chromium.ts';

if (findChromium() === undefined) {
  run('apt-get', 'update', '-qq');
  run('apt-get', 'install', '--yes', '-qq', '--no-install-recommends', 'chromium');
}
process.stdout.write(`${findChromium() ?? 'no Chromium'}\n`);

function run(command: string, ...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: 300_000, env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}
