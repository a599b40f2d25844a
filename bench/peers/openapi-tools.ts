// The linters of OpenAPI documents and schemathesis, installed into the project's ignored folder `.bench` on first use.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peerPython, pinsOf } from './environment.ts';

/** Not in package.json: they bring hundreds of packages, and nothing else needs them. */
const linters = ['@redocly/cli@2.77.0', '@stoplight/spectral-cli@6.16.3'];
const cache = fileURLToPath(new URL('../../.bench', import.meta.url));

export interface OpenApiTools {
  /** Programs to start. */
  readonly redocly: string;
  readonly spectral: string;
  readonly schemathesis: string;
  /** As `name==version` or `name@version`. */
  readonly versions: readonly string[];
}

/** The two that npm has. @throws when npm cannot install */
export function linterPrograms(): Pick<OpenApiTools, 'redocly' | 'spectral'> {
  const bin = join(npmFolder(), 'node_modules', '.bin');
  return { redocly: join(bin, 'redocly'), spectral: join(bin, 'spectral') };
}

/** @throws when npm or pip cannot install */
export function openApiTools(): OpenApiTools {
  const python = peerPython('schemathesis', join(cache, 'python'));
  return {
    ...linterPrograms(),
    schemathesis: join(dirname(python), 'schemathesis'),
    versions: [...linters, ...pinsOf('schemathesis')],
  };
}

function npmFolder(): string {
  const folder = join(cache, 'openapi-tools');
  const done = join(folder, 'installed.txt');
  const pins = `${linters.join('\n')}\n`;
  if (existsSync(done) && readFileSync(done, 'utf8') === pins) return folder;
  process.stderr.write(`installing ${linters.join(' ')} into ${folder}\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // A package of its own, or npm would install into the project above it.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  execFileSync('npm', ['install', '--save-exact', '--ignore-scripts', ...linters], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  });
  writeFileSync(done, pins);
  return folder;
}
