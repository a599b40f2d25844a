// Bundles what exported models run on, from src/interfaces/edge/: one file each, without an import left. Run by the build of the package,
// which ships them in dist/runtime/, and by `almanac export` in a checkout.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

/** `iife` runs as a plain script, which is all that a page opened as a file may load; `as-is` is a copy. */
interface Runtime {
  readonly from: string;
  readonly form: 'esm' | 'iife' | 'as-is';
}

const runtimes: Readonly<Record<string, Runtime>> = {
  'handler.mjs': { from: 'src/interfaces/edge/handler-entry.ts', form: 'esm' },
  'browser.js': { from: 'src/interfaces/edge/browser-entry.ts', form: 'esm' },
  'page.js': { from: 'src/interfaces/edge/page/page.ts', form: 'iife' },
  'page.css': { from: 'src/interfaces/edge/page/page.css', form: 'as-is' },
  'index.html': { from: 'src/interfaces/edge/page/index.html', form: 'as-is' },
};

/** The text of a runtime by its file name. @throws Error when it would not stand alone */
export async function runtimeText(name: string): Promise<string> {
  const runtime = runtimes[name];
  if (runtime === undefined) throw new Error(`there is no runtime ${name}`);
  const { from, form } = runtime;
  return form === 'as-is'
    ? readFileSync(join(root, from), 'utf8')
    : await bundle(name, join(root, from), form);
}

/**
 * Minified. What is not used is left out, so that a room's door may also lead to what needs a platform; what is used must not
 * need one.
 */
async function bundle(name: string, input: string, format: 'esm' | 'iife'): Promise<string> {
  const made = await rolldown({
    input,
    platform: 'browser',
    // Packages and the platform: nothing of them may be left.
    external: [/^[^./]/],
    treeshake: { moduleSideEffects: false },
    logLevel: 'warn',
    onLog(_level, log) {
      throw new Error(`${name}: ${log.message}`);
    },
  });
  const { output } = await made.generate({ format, minify: true, codeSplitting: false });
  await made.close();
  const [chunk, ...more] = output;
  // The list also names what was imported by code that is left out.
  const left = [...chunk.imports, ...chunk.dynamicImports].filter((wanted) => chunk.code.includes(wanted));
  if (left.length > 0 || more.length > 0)
    throw new Error(`${name} does not stand alone: it would import ${left.join(', ') || more[0]?.fileName}`);
  const global = /(?<![\w$.'"`])(?:Buffer|process|require)\b(?=[.(])/.exec(chunk.code);
  if (global !== null) {
    const near = chunk.code.slice(Math.max(0, global.index - 60), global.index + 60);
    throw new Error(`${name} does not stand alone: it uses what only Node has, at ${near}`);
  }
  return chunk.code;
}

/** Writes all of them into a folder. */
export async function writeRuntimes(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const name of Object.keys(runtimes)) writeFileSync(join(folder, name), await runtimeText(name));
}
