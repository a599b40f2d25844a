// Makes an environment with an S3 server in `.bench`, for journeys and benches of sources. Needs python3 with venv and pip; leaves
// the system as it is, and gives up after three minutes.

import { spawnSync } from 'node:child_process';
import { noS3Server, s3Environment } from '../test/fixtures/s3-server.ts';

if (noS3Server !== false) {
  run('python3', '-m', 'venv', s3Environment);
  run(
    `${s3Environment}/bin/pip`,
    'install',
    '--quiet',
    '--disable-pip-version-check',
    'moto[server,s3]==5.2.5',
  );
}
process.stdout.write(`${s3Environment}\n`);

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: 180_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`, { cause: error });
}
