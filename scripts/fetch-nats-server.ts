// Unpacks Debian's nats-server into `.bench`, for journeys and benches of streams. Needs apt and its lists, no
// root; leaves the system as it is.

import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync } from 'node:fs';
import { findNatsServer, natsCache } from '../test/fixtures/nats-server.ts';

const known = findNatsServer();
if (known === undefined) {
  mkdirSync(natsCache, { recursive: true });
  run('apt-get', 'download', 'nats-server');
  const [archive] = globSync('nats-server_*.deb', { cwd: natsCache });
  if (archive === undefined) throw new Error('apt-get brought no package');
  run('dpkg-deb', '-x', archive, '.');
}
process.stdout.write(`${findNatsServer() ?? 'no nats-server'}\n`);

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { cwd: natsCache, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}
