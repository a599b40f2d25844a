// Where the dashboard lies: in the package it is built; a checkout builds it when its source has changed since, and says so.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { glob, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { Site, SiteFile } from '../interfaces/http/index.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** Builds of earlier sources that are kept: those of branches that somebody goes back to. */
const buildsKept = 4;

/** @param say is told when it is built, and how long that took; never rejects */
export async function dashboard(say: (line: string) => void): Promise<Site> {
  try {
    const isCheckout = import.meta.url.endsWith('.ts');
    const folder = isCheckout
      ? await builtInCheckout(fileURLToPath(new URL('../..', import.meta.url)), say)
      : fileURLToPath(new URL('../../web', import.meta.url));
    return await readSite(folder);
  } catch (error) {
    return { kind: 'missing', reason: `${(error as Error).message}. In a checkout: npm run build` };
  }
}

/** As it is given by a demo's server: the page knows that there are days to be stopped. */
export function ofDemo(site: Site): Site {
  if (site.kind !== 'built') return site;
  const bytes = Buffer.from(site.page.bytes.toString().replace('<html ', '<html data-demo '));
  return { ...site, page: { type: site.page.type, etag: etagOf(bytes), bytes } };
}

async function readSite(folder: string): Promise<Site> {
  if (!existsSync(join(folder, 'index.html')))
    throw new Error(`The dashboard has not been built: ${folder} holds no index.html`);
  const names = (await readdir(join(folder, 'assets'))).filter((name) => extname(name) in types);
  const files = await Promise.all(
    names.map(async (name) => [`/assets/${name}`, await readSiteFile(join(folder, 'assets', name))] as const),
  );
  return { kind: 'built', page: await readSiteFile(join(folder, 'index.html')), files: new Map(files) };
}

async function readSiteFile(path: string): Promise<SiteFile> {
  const compressed = async (ending: string): Promise<Buffer | undefined> =>
    existsSync(path + ending) ? await readFile(path + ending) : undefined;
  const [bytes, gzip, br] = [await readFile(path), await compressed('.gz'), await compressed('.br')];
  return {
    type: types[extname(path)] ?? 'application/octet-stream',
    etag: etagOf(bytes),
    bytes,
    ...(gzip === undefined ? {} : { gzip }),
    ...(br === undefined ? {} : { br }),
  };
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
}

/** One folder for each state of the sources: that of the present one, built if it is not there. */
async function builtInCheckout(root: string, say: (line: string) => void): Promise<string> {
  const builds = join(root, 'dist', '.web');
  const wanted = join(builds, await hashOfSources(root));
  if (existsSync(join(wanted, 'index.html'))) return wanted;
  const started = performance.now();
  say('building the dashboard ...');
  await mkdir(builds, { recursive: true });
  const made = `${wanted}.${process.pid}`;
  try {
    await runBuild(root, made);
    // Another process may have been first: what it built is the same.
    await rename(made, wanted).catch((error: unknown) => {
      if (!existsSync(join(wanted, 'index.html'))) throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  await removeOld(builds, wanted);
  say(`built the dashboard in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return wanted;
}

async function hashOfSources(root: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(root, 'package-lock.json')));
  const paths: string[] = [];
  for await (const path of glob('web/**/*.{ts,tsx,css,html,svg}', { cwd: root })) paths.push(path);
  for (const path of paths.filter((name) => !name.includes('.test.') && !name.includes('snapshots')).sort())
    hash.update(`\0${path}\0`).update(await readFile(join(root, path)));
  return hash.digest('hex').slice(0, 16);
}

/** In a process of its own: what it takes of memory goes with it. */
async function runBuild(root: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'web', 'build.ts'), folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said = (said + bytes.toString()).slice(-4000);
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0)
    throw new Error(
      `The dashboard could not be built: ${stripVTControlCharacters(said).trim() || `status ${status}`}`,
    );
}

async function removeOld(builds: string, wanted: string): Promise<void> {
  const names = (await readdir(builds)).filter(
    (name) => /^[0-9a-f]{16}$/.test(name) && !wanted.endsWith(name),
  );
  for (const name of names.slice(0, Math.max(0, names.length - buildsKept)))
    await rm(join(builds, name), { recursive: true, force: true });
}
