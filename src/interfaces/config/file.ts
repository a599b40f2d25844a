// Finding and reading the configuration file. TypeScript is run as it is, by Node's own type stripping.

import { access, readFile, stat } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AppError } from '../../core/index.ts';
import { invalid } from './check.ts';

/** Names looked for in the current folder, first one wins. */
export const configFileNames: readonly string[] = [
  'almanac.config.ts',
  'almanac.config.js',
  'almanac.config.mjs',
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
 * @throws AppError `config/invalid` when it cannot be run or parsed, or exports nothing
 */
export async function readConfigFile(path: string): Promise<unknown> {
  try {
    if (extname(path) === '.json') return JSON.parse(await readFile(path, 'utf8'));
    answerToOwnName();
    // Node keeps modules by URL: the time of change makes an edited file a new one.
    const { mtimeMs } = await stat(path);
    const module: { default?: unknown } = await import(`${pathToFileURL(path).href}?changed=${mtimeMs}`);
    if (module.default !== undefined) return module.default;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('config/invalid', `${path}${lineOf(error, path)}: cannot be read: ${reason}`, {
      cause: error,
    });
  }
  throw invalid(path, ['has no default export; expected `export default defineConfig({ … })`']);
}

/** `:3` when the error says that it happened in line 3 of the file; else nothing. */
function lineOf(error: unknown, path: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const place = stack.split('\n').find((line) => line.includes(`${path}:`) || line.includes(`${path}?`));
  return /:\d+/.exec(place?.slice(place.indexOf(path) + path.length) ?? '')?.[0] ?? '';
}

let answering = false;

/**
 * Lets `import … from 'almanac'` in a configuration file find this very program, wherever the file lies: people who run
 * it by npx, or from a checkout, have no package of that name beside their data.
 */
function answerToOwnName(): void {
  if (answering) return;
  answering = true;
  const own = new URL(`../../index${extname(import.meta.url)}`, import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'almanac' ? { url: own, shortCircuit: true } : next(specifier, context),
  });
}

async function readable(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
