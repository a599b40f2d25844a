// Builds the dashboard, as a server in a checkout does, and measures what a browser loads before the first page is there.

import { dashboard } from '../src/app/dashboard.ts';
import type { SiteFile } from '../src/interfaces/http/index.ts';

/** What the first page may cost, compressed as every browser takes it. */
const firstLoadBytesMax = 300_000;

const site = await dashboard((line) => process.stdout.write(`   ${line}\n`));
if (site.kind === 'missing') throw new Error(site.reason);
const { files, page } = site;

/** The page loads `/assets/…`, code imports `./…`; what it only imports by a call comes later, but for the first page itself. */
const loaded = new Set<string>();
const load = (text: string, pattern: RegExp): void => {
  for (const [, name] of text.matchAll(pattern)) {
    const path = `/assets/${name}`;
    const file = files.get(path);
    if (file === undefined || loaded.has(path)) continue;
    loaded.add(path);
    load(file.bytes.toString(), /(?:from|import)\s*["'`]\.\/([^"'`]+)["'`]/g);
  }
};
load(page.bytes.toString(), /\/assets\/([^"]+)"/g);
for (const path of files.keys()) if (/\/home-[^/]*\.js$/.test(path)) load(path, /\/assets\/(.+)/g);

const sent = ({ gzip, bytes }: SiteFile): number => (gzip ?? bytes).length;
const first = sent(page) + [...loaded].reduce((sum, path) => sum + sent(files.get(path) as SiteFile), 0);
const all = sent(page) + [...files.values()].reduce((sum, file) => sum + sent(file), 0);
process.stdout.write(
  `   first load ${(first / 1000).toFixed(0)} kB of at most ${firstLoadBytesMax / 1000} kB, in ${loaded.size + 1} files; all ${(all / 1000).toFixed(0)} kB\n`,
);
if (first > firstLoadBytesMax)
  throw new Error('the first page loads too much: load what it does not show later');
