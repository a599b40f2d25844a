// Builds the dashboard into a folder: `node web/build.ts FOLDER`. The server reads from it; see src/app/dashboard.ts.
// Beside each file lies what is sent where a browser takes it compressed, and `packages.json` names what went into it.

import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Smaller files fit into one packet as they are. */
const worthwhileBytes = 1400;

/** @returns names of packages whose code is in it */
export async function buildDashboard(folder: string): Promise<readonly string[]> {
  process.env.NODE_ENV = 'production';
  const made = await build({
    root: join(root, 'web'),
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2023',
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      // Nothing of it is written into the page itself: the server allows no code or style there.
      assetsInlineLimit: 0,
      modulePreload: false,
      cssCodeSplit: false,
      reportCompressedSize: false,
      // The size that counts is measured by scripts/check-dashboard.ts.
      chunkSizeWarningLimit: 2000,
      rolldownOptions: {
        onLog(level, log, handle) {
          // Of packages that also run in servers: nothing of it matters here.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
        },
      },
    },
  });
  const outputs = (Array.isArray(made) ? made : [made]) as Rolldown.RolldownOutput[];
  const modules = outputs.flatMap(({ output }) =>
    output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : [])),
  );
  const packages = [...new Set(modules.flatMap(packageOf))].sort();
  for (const path of filesOf(folder)) compress(path);
  writeFileSync(join(folder, 'packages.json'), `${JSON.stringify(packages, null, 1)}\n`);
  return packages;
}

function packageOf(module: string): string[] {
  const found = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll('\\', '/'));
  return found?.[1] === undefined ? [] : [found[1]];
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function compress(path: string): void {
  const bytes = readFileSync(path);
  if (bytes.length < worthwhileBytes) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('usage: node web/build.ts FOLDER');
  await buildDashboard(resolve(folder));
}
