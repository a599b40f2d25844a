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
}

interface Bill {
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly metadata: {
    readonly timestamp?: string;
    readonly component: { readonly 'bom-ref': string };
  };
  readonly serialNumber?: string;
}

/**
 * Writes `sbom.cdx.json` and `third-party-licences.txt` into a folder.
 * @param bundled packages for development whose code is in the dashboard
 */
export function writeThirdParty(folder: string, bundled: readonly string[]): void {
  const packages = shippedPackages(bundled);
  writeFileSync(join(folder, 'sbom.cdx.json'), `${JSON.stringify(billOf(packages), null, 1)}\n`);
  writeFileSync(join(folder, 'third-party-licences.txt'), licencesOf(packages));
}

interface ShippedPackage {
  readonly folder: string;
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** What a user's `npm install` brings, for any platform, and what is part of the package itself. */
function shippedPackages(bundled: readonly string[]): ShippedPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, LockedPackage>>;
  };
  return Object.entries(packages)
    .filter(
      ([path, { dev, devOptional }]) =>
        path !== '' && ((!dev && !devOptional) || bundled.includes(path.replace(/^node_modules\//, ''))),
    )
    .map(([path, { version, license = 'see its package' }]) => ({
      folder: join(root, path),
      name: path.replace(/^.*node_modules\//, ''),
      version,
      license,
    }));
}

/**
 * Of all packages first: npm's own `--omit=dev` also leaves out what a development dependency shares with the program.
 * @throws Error when npm cannot make one
 */
function billOf(packages: readonly ShippedPackage[]): object {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' },
  );
  if (status !== 0) throw new Error(`npm sbom ended with ${status}: ${stderr}`);
  // Without what differs between two builds of the same sources.
  const { serialNumber: _serial, components, dependencies, metadata, ...bill } = JSON.parse(stdout) as Bill;
  const { timestamp: _time, ...rest } = metadata;
  const kept = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const own = metadata.component['bom-ref'];
  return {
    ...bill,
    // npm takes the folder for the name.
    metadata: { ...rest, component: { ...rest.component, name: 'almanac' } },
    components: components.filter((component) => kept.has(component['bom-ref'])),
    dependencies: dependencies
      .filter(({ ref }) => ref === own || kept.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) })),
  };
}

function licencesOf(packages: readonly ShippedPackage[]): string {
  const parts = packages.map(({ folder, name, version, license }) =>
    [`${name} ${version}: ${license}`, ...textsOf(folder)].join('\n\n'),
  );
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `Packages that Almanac is installed with or that are part of it, and their licences. A package for another platform than the one\nthis was built on has its name alone.${line}${parts.join(line)}\n`;
}

function textsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
}
