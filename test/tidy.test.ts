// The house style, executable. Each message says what to do instead.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sources = globSync('{src,bin,scripts,bench,examples}/**/*.ts', { cwd: root }).sort();
const tests = globSync('{src,test}/**/*.test.ts', { cwd: root }).sort();
const production = sources.filter((path) => path.startsWith('src/') && !path.endsWith('.test.ts'));
const rooms = [
  ...new Set(production.map((path) => path.split('/')[1] as string).filter((name) => !name.includes('.'))),
];

/** Files that start something: nothing imports them. */
const entries = new Set([
  'src/app/main.ts',
  'src/index.ts',
  'src/app/workers/scoring-worker.ts',
  'src/interfaces/edge/handler-entry.ts',
  'src/interfaces/edge/browser-entry.ts',
  'src/interfaces/edge/page/page.ts',
]);
/** Where an exported model and its page meet their platform, as main.ts does for the rest. */
const platform = /^src\/edge\/(platform\.ts|page\/)/;

function importsOf(path: string): string[] {
  const specifiers = read(path).matchAll(/(?:from|import|import\(|new URL\()\s*['"](\.{1,2}\/[^'"]+)['"]/g);
  return [...specifiers].map(([, specifier]) =>
    relative(root, join(root, dirname(path), specifier as string)),
  );
}

function offenders(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, i) =>
        pattern.test(line.replace(/^\s*(\/\/|\*|\/\*).*/, '')) ? [`${path}:${i + 1} ${line.trim()}`] : [],
      ),
  );
}

test('no source file is longer than 500 lines: split it where its second idea begins', () => {
  const long = [...sources, ...tests].filter((path) => read(path).split('\n').length > 500);
  assert.deepEqual(long, []);
});

test('every production file is imported by another or is an entry: delete what nothing reaches', () => {
  const reached = new Set([...sources, ...tests].flatMap(importsOf));
  const workers = production.filter((path) => path.endsWith('-worker.ts'));
  const workerNames = production.map(read).join('\n');
  const unreached = production.filter(
    (path) =>
      !reached.has(path) &&
      !entries.has(path) &&
      !path.endsWith('.test.ts') &&
      !(workers.includes(path) && workerNames.includes(path.split('/').at(-1)?.replace('.ts', '') ?? '')),
  );
  assert.deepEqual(unreached, []);
});

test('time and chance are arguments: pass a Clock, an Rng or timers from main.ts', () => {
  const free = production.filter(
    (path) => !entries.has(path) && !platform.test(path) && !/^src\/(cli|jobs)\//.test(path),
  );
  assert.deepEqual(
    offenders(free, /\bDate\.now\(|\bMath\.random\(|(?<![.\w])set(Timeout|Interval)\((?!\w+:)/),
    [],
  );
});

test('the environment is read in src/interfaces/config only: take a setting instead', () => {
  const elsewhere = production.filter(
    (path) => !path.startsWith('src/interfaces/config/') && !entries.has(path),
  );
  assert.deepEqual(offenders(elsewhere, /process\.env/), []);
});

test('nothing is left for later without an issue number', () => {
  const marks = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|');
  assert.deepEqual(offenders([...sources, ...tests], new RegExp(`\\b(${marks})\\b(?! #\\d)`)), []);
});

test('no test is skipped or run alone', () => {
  assert.deepEqual(
    offenders(tests, /\b(test|it|describe)\.(skip|only|todo)\b|\{\s*(skip|only|todo):\s*true/),
    [],
  );
});

test('every room has a door that only re-exports', () => {
  const withDoor = rooms.filter((room) => !['store', 'cli', 'demo'].includes(room));
  for (const room of withDoor) {
    const door = read(`src/${room}/index.ts`)
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\/\/.*$/gm, '')
      .replace(/export\s+(type\s+)?(\{[^}]*\}|\*)\s+from\s+'[^']+';/g, '')
      .trim();
    assert.equal(door, '', `src/${room}/index.ts holds more than re-exports: move it to a file of its own`);
  }
});

test('the architecture page names every room, and no room that is not there', () => {
  const named = [...read('docs/internals/architecture.md').matchAll(/^\| `src\/([\w-]+)\/` \|/gm)].map(
    (match) => match[1] as string,
  );
  assert.deepEqual(named.sort(), [...rooms].sort());
});

test('every dependency has its row in docs/internals/dependencies.md', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  const page = read('docs/internals/dependencies.md');
  const missing = Object.keys({ ...dependencies, ...devDependencies }).filter(
    (name) => !page.includes(`\`${name}\``),
  );
  assert.deepEqual(missing, []);
});

test('every dependency is pinned exactly: a range would install something else tomorrow', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;
  const ranged = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d/.test(version),
  );
  assert.deepEqual(ranged, []);
});

test('links between documentation pages lead somewhere', () => {
  const pages = globSync('{*.md,docs/**/*.md,examples/**/*.md,bench/**/*.md}', { cwd: root });
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/g)]
      .map((match) => join(dirname(page), match[1] as string))
      .filter((target) => globSync(target, { cwd: root }).length === 0)
      .map((target) => `${page} → ${target}`),
  );
  assert.deepEqual(broken, []);
});
