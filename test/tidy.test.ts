// The house style, executable. Each message says what to do instead.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { mayImport, platformFiles, pureRooms, roomOf, serviceOrder } from './rings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const sources = globSync('{src,bin,scripts,bench,examples}/**/*.ts', { cwd: root }).sort();
const tests = globSync('{src,test,web}/**/*.test.ts', { cwd: root }).sort();
/** The dashboard, which runs in browsers. */
const dashboard = globSync('web/**/*.{ts,tsx}', { cwd: root })
  .filter((path) => !path.endsWith('.test.ts'))
  .sort();
const production = sources.filter((path) => path.startsWith('src/') && !path.endsWith('.test.ts'));
const rooms = [...new Set(production.map(roomOf).filter((room) => room !== ''))];

/** Files that start something: nothing imports them. */
const entries = new Set([
  'src/app/main.ts',
  'src/index.ts',
  'src/app/workers/scoring-worker.ts',
  'src/app/workers/retention-worker.ts',
  'src/interfaces/edge/handler-entry.ts',
  'src/interfaces/edge/browser-entry.ts',
  'src/interfaces/edge/page/page.ts',
]);
/** Files that a room may enter past the door of another, each for a reason. */
const doorsBeside = new Set([
  // Types alone: the client and the pages know the contract without what serves it.
  'src/interfaces/http/contract.ts',
  // For the door of the package: an old Node must be able to read all that it imports.
  'src/interfaces/library/check-node.ts',
  'src/interfaces/config/define-config.ts',
]);
/** Rooms without a door: `app` is entered from the program. */
const doorless = ['app'];

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
  const long = [...sources, ...dashboard, ...tests].filter((path) => read(path).split('\n').length > 500);
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
    (path) =>
      !entries.has(path) &&
      !platformFiles.test(path) &&
      !/^src\/(interfaces\/cli|services\/jobs|app)\//.test(path),
  );
  assert.deepEqual(
    offenders(free, /\bDate\.now\(|\bMath\.random\(|(?<![.\w])set(Timeout|Interval)\((?!\w+:)/),
    [],
  );
});

test('data is read by one reader: read rows through services/data/engine/read-rows.ts, not by SQL', () => {
  assert.deepEqual(offenders(production, /\b(read_csv|read_json|read_ndjson|sniff_csv)\w*\(/), []);
});

test('the environment is read in src/interfaces/config only: take a setting instead', () => {
  const elsewhere = production.filter(
    (path) => !path.startsWith('src/interfaces/config/') && !entries.has(path),
  );
  assert.deepEqual(offenders(elsewhere, /process\.env/), []);
});

test('every mutant of the simulator still fits the program: make its patch anew', () => {
  const stale = globSync('test/sim/mutants/*.patch', { cwd: root }).filter(
    (patch) => spawnSync('git', ['apply', '--recount', '--check', patch], { cwd: root }).status !== 0,
  );
  assert.deepEqual(stale, []);
});

test('nothing is left for later without an issue number', () => {
  const marks = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|');
  assert.deepEqual(
    offenders([...sources, ...dashboard, ...tests], new RegExp(`\\b(${marks})\\b(?! #\\d)`)),
    [],
  );
});

test('no test is skipped or run alone', () => {
  assert.deepEqual(
    offenders(tests, /\b(test|it|describe)\.(skip|only|todo)\b|\{\s*(skip|only|todo):\s*true/),
    [],
  );
});

test('every room has a door that only re-exports', () => {
  for (const room of rooms.filter((name) => !doorless.includes(name))) {
    const door = read(`src/${room}/index.ts`)
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\/\/.*$/gm, '')
      .replace(/export\s+(type\s+)?(\{[^}]*\}|\*)\s+from\s+'[^']+';/g, '')
      .trim();
    assert.equal(door, '', `src/${room}/index.ts holds more than re-exports: move it to a file of its own`);
  }
});

test('every room has its line in test/rings.ts: say there what it may import', () => {
  const unknown = rooms.filter((room) => room !== 'app' && !mayImport.has(room));
  assert.deepEqual(unknown, []);
  const gone = [...mayImport.keys()].filter((room) => !rooms.includes(room));
  assert.deepEqual(gone, [], 'rooms that are not there any more');
});

test('the root of src/ holds the door of the package and nothing else: a file belongs to a room', () => {
  assert.deepEqual(
    production.filter((path) => roomOf(path) === ''),
    ['src/index.ts'],
  );
});

test('imports point inward, as test/rings.ts says: what would point outward is passed in by src/app', () => {
  const outward = production
    .filter((path) => !['', 'app'].includes(roomOf(path)))
    .flatMap((path) => {
      const room = roomOf(path);
      const allowed = mayImport.get(room) ?? [];
      return importsOf(path)
        .filter((target) => target.startsWith('src/') && roomOf(target) !== room)
        .filter((target) => !allowed.includes(roomOf(target)))
        .map((target) => `${path} → ${target}: ${room} may import ${allowed.join(', ') || 'nothing'}`);
    });
  assert.deepEqual(outward, []);
});

test('another room is entered through its door, index.ts', () => {
  const past = production.flatMap((path) =>
    importsOf(path)
      .filter((target) => target.startsWith('src/') && roomOf(target) !== roomOf(path))
      .filter((target) => !target.endsWith('/index.ts') && !doorsBeside.has(target))
      .map((target) => `${path} → ${target}`),
  );
  assert.deepEqual(past, []);
});

test('files of a room import each other directly, never their own door', () => {
  const own = production.flatMap((path) =>
    importsOf(path)
      .filter((target) => target === `src/${roomOf(path)}/index.ts` && path !== target)
      .map((target) => `${path} → ${target}`),
  );
  assert.deepEqual(own, []);
});

test('the door of the package is light: an import of it needs no package and nothing of a platform', () => {
  const reached = new Set<string>();
  const reach = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    const imported = read(path).matchAll(/^(?:import|export)(?! type)[^;]*?(?:from )?'(\.[^']+)';/gm);
    for (const [, specifier] of imported) reach(join(dirname(path), specifier as string));
  };
  reach('src/index.ts');
  assert.deepEqual(offenders([...reached], /^(import|export|\})(?! type).*from '[^.]/), []);
  const heavy = [...reached].filter(
    (path) => !/^src\/(core|interfaces\/(library|config))\/|^src\/index/.test(path),
  );
  assert.deepEqual(heavy, [], 'import it inside the function that needs it');
});

test('the dashboard knows of the server what the contract says, types alone, and nothing in src/ knows the dashboard', () => {
  const foreign = dashboard.flatMap((path) =>
    importsOf(path)
      .filter((target) => !target.startsWith('web/'))
      .filter((target) => target !== 'src/interfaces/http/contract.ts')
      .map((target) => `${path} → ${target}`),
  );
  assert.deepEqual(foreign, []);
  assert.deepEqual(
    offenders(dashboard, /^(import|export)(?! type).*interfaces\/http\/contract/),
    [],
    'its types alone',
  );
  assert.deepEqual(
    production.filter((path) => importsOf(path).some((target) => target.startsWith('web/'))),
    [],
  );
});

test('every file of the dashboard is reached from its start: delete what nothing reaches', () => {
  const pages = [...read('web/pages.ts').matchAll(/ id: '([\w-]+)'/g)].map(
    (match) => `web/pages/${match[1]}.tsx`,
  );
  const starts = ['web/main.tsx', 'web/build.ts', 'web/bundler.d.ts', ...pages];
  const reached = new Set([...starts, ...[...dashboard, ...tests].flatMap(importsOf)]);
  assert.deepEqual(
    dashboard.filter((path) => !reached.has(path)),
    [],
  );
});

test('what the dashboard writes into the page is text: no markup of anybody is run', () => {
  assert.deepEqual(
    offenders(dashboard, /dangerouslySetInnerHTML|\.innerHTML|insertAdjacentHTML|\beval\(/),
    [],
  );
});

test('app is imported by the program alone', () => {
  const inward = production.filter(
    (path) => roomOf(path) !== 'app' && importsOf(path).some((target) => roomOf(target) === 'app'),
  );
  assert.deepEqual(inward, []);
});

test('pure rooms also run in a browser: take what is of a platform as an argument', () => {
  const pure = production.filter((path) => pureRooms.includes(roomOf(path)) && !platformFiles.test(path));
  assert.deepEqual(
    offenders(pure, /from '(node:[^']*|fastify|kysely|commander|@duckdb\/[^']*)'/),
    [],
    'an import of a platform',
  );
  const free = pure.filter((path) => !path.startsWith('src/interfaces/'));
  assert.deepEqual(
    offenders(free, /(?<![.\w'`-])(fetch|process|crypto|performance)\s*[.(](?!\w+:)/),
    [],
    'a global of a platform',
  );
});

test('commands print through the printer: it shows what a terminal would obey', () => {
  const commands = production.filter((path) => path.startsWith('src/interfaces/cli/commands/'));
  assert.deepEqual(offenders(commands, /\bstd(out|err)\.write\(|\bconsole\./), []);
});

test('edges call services, never a database', () => {
  const edges = production.filter((path) => path.startsWith('src/interfaces/'));
  assert.deepEqual(offenders(edges, /from '(kysely|node:sqlite|@duckdb\/[^']*)'/), []);
});

test('where records lie is known to src/storage and src/app: a service takes a port, a thread a description of its stores', () => {
  const others = production.filter((path) => !/^src\/(storage|app)\//.test(path));
  assert.deepEqual(offenders(others, /control\.sqlite|storage\/(sqlite|files)/), []);
  const threads = production.filter((path) => path.startsWith('src/app/workers/'));
  assert.deepEqual(
    offenders(threads, /storage\/(sqlite|files)|dataFolder|databasePath/),
    [],
    'see src/app/stores.ts',
  );
});

test('the architecture page names every room, and no room that is not there', () => {
  const named = [...read('docs/internals/architecture.md').matchAll(/^\| `src\/([\w/-]+)\/` \|/gm)].map(
    (match) => match[1] as string,
  );
  assert.deepEqual(named.sort(), [...rooms].sort());
});

test('the order of services on the architecture page is the one that holds', () => {
  const page = read('docs/internals/architecture.md');
  assert.ok(page.includes(`\`${serviceOrder.join(' → ')}\``), 'see serviceOrder in test/rings.ts');
  for (const ring of ['forecasting', 'storage', 'interfaces']) {
    const row = new RegExp(`^\\| \`${ring}\` \\| ([^|]+) \\|`, 'm').exec(page)?.[1] ?? '';
    const inRing = rooms.filter((room) => room.startsWith(`${ring}/`)).map((room) => room.split('/')[1]);
    assert.deepEqual(row.split(', ').sort(), inRing.sort(), `the row of ${ring} in the table of rings`);
  }
});

test('what the program says names no file that a user of the package might not have: write `almanac docs NAME`', () => {
  assert.deepEqual(offenders(production, /(?<![\w/])docs\/[\w-]+(\/|\.md)/), []);
});

test('every `almanac docs NAME` names one page', () => {
  const pages = globSync('docs/**/*.md', { cwd: root }).map((path) =>
    path.replace(/^docs\//, '').replace(/\.md$/, ''),
  );
  const named = [...production, ...globSync('{*.md,docs/**/*.md}', { cwd: root })].flatMap((path) =>
    [...read(path).matchAll(/`almanac docs ([a-z][\w/-]*)`/g)].map((match) => [path, match[1] as string]),
  );
  const unclear = named.filter(
    ([, name]) => pages.filter((page) => page === name || page.endsWith(`/${name}`)).length !== 1,
  );
  assert.deepEqual(unclear, []);
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

test('every entry of the lockfile has a hash, for every platform: see docs/internals/dependencies.md', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { integrity?: string; link?: boolean }>;
  };
  const unhashed = Object.entries(packages)
    .filter(([path, { integrity = '', link }]) => path !== '' && link !== true && !/^sha512-/.test(integrity))
    .map(([path]) => path);
  assert.deepEqual(unhashed, []);
});

test('documentation is plain: say who says, knows, stores or covers what, instead of told and held', () => {
  const pages = globSync('{*.md,docs/{concepts,guides,internals}/**/*.md,docs/*.md}', { cwd: root });
  const unclear =
    /\b(is|are|was|were|be|been) told\b|\bintervals? (held|holds?)\b|\ba (thread|process) of its own\b/;
  assert.deepEqual(offenders(pages, unclear), []);
});

test('a word of the glossary is explained once', () => {
  const words = [...read('docs/concepts/glossary.md').matchAll(/^\| ([^|]+) \|/gm)].map(
    (match) => match[1] as string,
  );
  assert.deepEqual(
    words.filter((word, i) => words.indexOf(word) !== i),
    [],
  );
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
