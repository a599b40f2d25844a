// Finding and reading the configuration file. TypeScript is run as it is, by Node's own type stripping.

import { readFileSync } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError } from '../../core/index.ts';
import { invalid } from './check.ts';

/** Names looked for in the current folder, first one wins. */
export const configFileNames: readonly string[] = [
  'almanac.config.ts',
  'almanac.config.mts',
  'almanac.config.cts',
  'almanac.config.js',
  'almanac.config.mjs',
  'almanac.config.cjs',
  'almanac.config.json',
];

/**
 * The absolute path of the configuration file, or null when none was named and none is there.
 * @throws AppError `config/not-found` when the file named does not exist
 */
export async function findConfigFile(options: {
  file?: string | undefined;
  cwd: string;
}): Promise<string | null> {
  if (options.file !== undefined) {
    const path = resolve(options.cwd, options.file);
    if (await readable(path)) return path;
    throw new AppError('config/not-found', `configuration file ${path} does not exist or cannot be read`);
  }
  for (const name of configFileNames) {
    const path = join(options.cwd, name);
    if (await readable(path)) return path;
  }
  return null;
}

/**
 * What the file exports (or, for JSON, holds), unchecked.
 * @throws AppError `config/unreadable` when it cannot be run or parsed; `config/invalid` when it exports nothing
 */
export async function readConfigFile(path: string): Promise<unknown> {
  try {
    if (extname(path) === '.json') return JSON.parse(await readFile(path, 'utf8'));
    takeModulesByTheirSyntax();
    // Node keeps modules by URL: the time of change makes an edited file a new one.
    const { mtimeMs } = await stat(path);
    const module: { default?: unknown } = await import(`${pathToFileURL(path).href}?changed=${mtimeMs}`);
    if (module.default !== undefined) return module.default;
  } catch (error) {
    const { place, reason } = whatFailed(error, path);
    throw new AppError('config/unreadable', `${place} cannot be read: ${reason}`, { cause: error });
  }
  throw invalid(path, ['has no default export; expected `export default defineConfig({ … })`']);
}

/** File and line at which reading failed, as far as the error tells, and why in one line. */
function whatFailed(error: unknown, path: string): { place: string; reason: string } {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  // Of a JSON file the message itself names the line.
  const inJson = /\(line (\d+) column \d+\)/.exec(message)?.[1];
  if (inJson !== undefined) return { place: `${path}:${inJson}:`, reason: oneLine(message) };
  const lines = stack.split('\n');
  const own = lines.find((line) => line.includes(`${path}:`) || line.includes(`${path}?`));
  const line = /:\d+/.exec(own?.slice(own.indexOf(path) + path.length) ?? '')?.[0] ?? '';
  // A file that the configuration imports: the first line of the stack of a syntax error is the place.
  const other = line === '' ? /^(file:\/\/\S+?|\/\S+?)(\?\S*?)?:(\d+)$/.exec(lines[0] ?? '') : null;
  const where = other?.[1] === undefined ? `${path}${line}` : `${placeOf(other[1])}:${other[3]}`;
  return { place: `${where}:`, reason: oneLine(message) };
}

const placeOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : url);
const oneLine = (text: string): string => text.split('\n')[0]?.trim() ?? '';

let taking = false;

/**
 * Two things that hold for a configuration and for what it imports. `import … from 'almanac'` finds this very program,
 * wherever the file lies: people who run it by npx, or from a checkout, have no package of that name beside their data.
 * And a file that is written as a module is one, whatever the nearest package.json says: `npm init -y` writes
 * `"type": "commonjs"`, and `almanac init` a file with `import`.
 */
function takeModulesByTheirSyntax(): void {
  if (taking) return;
  taking = true;
  const own = new URL(`../../index${extname(import.meta.url)}`, import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'almanac' ? { url: own, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => {
      const format = moduleFormat(url, context.format);
      return next(url, format === undefined ? context : { ...context, format });
    },
  });
}

/** What a file of the user's is to be taken for; undefined = as Node would. */
function moduleFormat(url: string, format: string | null | undefined): string | undefined {
  const found = /^file:[^?]*\.(js|ts)(\?|$)/.exec(url);
  if (found === null || format?.startsWith('module') === true || url.includes('/node_modules/'))
    return undefined;
  if (!isModule(readFileSync(fileURLToPath(url), 'utf8'))) return undefined;
  return found[1] === 'ts' ? 'module-typescript' : 'module';
}

/** Whether a source has a statement that only a module may have. Words in comments and templates are rare at the start of a line. */
function isModule(source: string): boolean {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '');
  return /^[ \t]*(import\s*["'{*\w]|export\s*(default|const|let|var|function|class|async|type|interface|\{|\*))/m.test(
    code,
  );
}

async function readable(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
