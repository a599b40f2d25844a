// What the package stands on, for people who must know: a bill of materials (CycloneDX) and the licences with their texts.
// Both are made from the lockfile, so that they name what is installed and nothing else.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

interface LockedPackage {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
}

/** Writes `sbom.cdx.json` and `third-party-licences.txt` into a folder. */
export function writeThirdParty(folder: string): void {
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(), null, 1)}\n`);
  writeFileSync(join(folder, 'third-party-licences.txt'), licences());
}

/** @throws Error when npm cannot make one */
function billOfMaterials(): object {
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--omit=dev', '--omit=peer'];
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`npm sbom ended with ${status}: ${stderr}`);
  // Without what differs between two builds of the same sources.
  const { serialNumber: _serial, metadata, ...bill } = JSON.parse(stdout);
  const { timestamp: _time, ...rest } = metadata;
  return { ...bill, metadata: rest };
}

function licences(): string {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  const parts = Object.entries(packages)
    .filter(([path, { dev, devOptional, peer }]) => path !== '' && !dev && !devOptional && !peer)
    .map(([path, { version, license = 'see its package' }]) => {
      const name = path.replace(/^.*node_modules\//, '');
      return [`${name} ${version}: ${license}`, ...textsOf(join(root, path))].join('\n\n');
    });
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `Packages that Almanac is installed with, and their licences. A package for another platform than the one\nthis was built on has its name alone.${line}${parts.join(line)}\n`;
}

function textsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
}
