// What a user gets from the registry, tried before it is there: builds, packs, installs the tarball into an empty
// folder, runs the commands of the README from it, and compiles a small consumer against its types. Needs the network
// for the runtime dependencies, so it is not part of `npm test`: run it before a release.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  engines: { node: string };
};
const nodeMajorMin = Number(/\d+/.exec(engines.node)?.[0]);
const folder = mkdtempSync(join(tmpdir(), 'almanac-package-'));
const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
const commandMs = 300_000;

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function attempt(command: string, args: readonly string[], cwd: string): Outcome {
  // npm hands its own settings down by variables; what runs here must be like a user's own shell.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));
  return spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...env, PATH: path, NO_COLOR: '1' },
    timeout: commandMs,
    maxBuffer: 64 * 1024 * 1024,
  });
}

function must(command: string, args: readonly string[], cwd: string = folder): string {
  const { status, stdout, stderr } = attempt(command, args, cwd);
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** Days of demand of two shops, with a weekly rhythm. */
function salesText(): string {
  const lines = ['store,date,units'];
  for (const [i, store] of ['north', 'south'].entries())
    for (let day = 0; day < 90; day++) {
      const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      lines.push(`${store},${date},${20 + 10 * i + 3 * (day % 7) + ((day * 7919) % 5)}`);
    }
  return `${lines.join('\n')}\n`;
}

const consumer = `
import { AppError, defineConfig, drift, evaluate, forecast } from 'almanac';
import { type Api, AlmanacClient } from './names.js';
import { catalog } from 'almanac/models';
import { driftReport } from 'almanac/drift';
import { groupBounds } from 'almanac/trials';
import { loadForecaster } from 'almanac/browser';

export default defineConfig({
  projects: { shop: { frequency: 'day', horizonSteps: 7, columns: { series: 'store', time: 'date', target: 'units' } } },
});
const names: string[] = catalog.map((model) => model.name);
const client = new AlmanacClient({ baseUrl: 'http://127.0.0.1:1' });
export const ask = (): Promise<Api> => client.forecast('shop', { horizon: 3 });
if (driftReport([]).verdict !== 'unknown') throw new AppError('cli/usage', 'drift');
if (groupBounds([1], { alpha: 0.1, sides: 2, spending: 'pocock' }).length !== 1) throw new AppError('cli/usage', 'trials');
if (names.length === 0 || typeof forecast !== 'function' || typeof evaluate !== 'function' || typeof drift !== 'function' || typeof loadForecaster !== 'function') throw new AppError('cli/usage', 'empty');
// @ts-expect-error a frequency there is not
defineConfig({ projects: { shop: { frequency: 'daily' } } });
console.log('imported', names.length, 'models');
`;

/** Starts the server, asks for the page and what it loads, and stops it. */
const looker = `
import { spawn } from 'node:child_process';
const server = spawn(process.execPath, [process.argv[2], 'up', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
let said = '';
const url = await new Promise((resolve, reject) => {
  server.stdout.on('data', (bytes) => {
    said += bytes;
    const found = /http:\\/\\/127\\.0\\.0\\.1:\\d+/.exec(said);
    if (found) resolve(found[0]);
  });
  server.on('exit', (code) => reject(new Error('the server ended with ' + code + ': ' + said)));
});
const page = await fetch(url, { headers: { accept: 'text/html' } });
const html = await page.text();
const files = [...html.matchAll(/\\/assets\\/[^"]+/g)].map(([path]) => path);
const answers = await Promise.all(files.map((path) => fetch(url + path)));
if (page.status !== 200 || !/script-src 'self'/.test(page.headers.get('content-security-policy') ?? '') || files.length === 0 || answers.some(({ ok }) => !ok))
  throw new Error('the dashboard answered ' + [page, ...answers].map(({ status }) => status));
if (html.includes('data-demo')) throw new Error('the page takes this server for a demo');
console.log('dashboard: the page and ' + files.length + ' files');
server.removeAllListeners('exit');
server.kill('SIGTERM');
`;

function install(): void {
  must(process.execPath, ['scripts/build.ts'], root);
  const packed = JSON.parse(must('npm', ['pack', '--json', '--pack-destination', folder], root)) as [
    { filename: string; size: number; unpackedSize: number; entryCount: number; files: { path: string }[] },
  ];
  const [{ filename, size, unpackedSize, entryCount, files }] = packed;
  const stray = files
    .map((file) => file.path)
    .filter((name) => /\.test\.|\/testing\.|^(src|test)\//.test(name));
  expect(stray.length === 0, `the package holds what users do not need: ${stray.join(', ')}`);
  const names = new Set(files.map(({ path }) => path));
  const wanted = [
    'dist/sbom.cdx.json',
    'dist/third-party-licences.txt',
    'dist/web/index.html',
    'docs/start.md',
    'docs/guides/batch.md',
  ];
  const absent = wanted.filter((name) => !names.has(name));
  expect(absent.length === 0, `the package lacks ${absent.join(', ')}`);
  say(`packed ${filename}: ${entryCount} files, ${kilobytes(size)} (${kilobytes(unpackedSize)} unpacked)`);
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  const started = performance.now();
  must('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', `./${filename}`]);
  say(`installed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

function checkCommands(): void {
  const almanac = (...args: string[]): string => must('npx', ['--no', '--', 'almanac', ...args]);
  expect(almanac('--version').trim() === version, `almanac --version is not ${version}`);
  say(almanac('doctor').trim().split('\n').slice(-1)[0] ?? '');
  expect(almanac('docs', 'batch').startsWith('# '), 'almanac docs batch prints no page');
  checkBill();
  writeFileSync(join(folder, 'sales.csv'), salesText());
  const evaluated = JSON.parse(
    almanac(
      ...'evaluate sales.csv --series store --time date --target units --frequency day --horizon 7 --json'.split(
        ' ',
      ),
    ),
  ) as { rows: number; series: number; selected: { metrics: { wape: number } } };
  expect(evaluated.rows === 180 && evaluated.series === 2, `evaluate read ${JSON.stringify(evaluated)}`);
  say(`evaluate: WAPE ${evaluated.selected.metrics.wape.toFixed(3)}`);
  const demo = JSON.parse(almanac('demo', '--once', '--json', '--days', '10')) as Record<string, number>;
  expect(demo.failedRequests === 0 && demo.predictionsLost === 0, `demo: ${JSON.stringify(demo)}`);
  say(`demo: ${demo.days} days in ${demo.seconds} s`);
  // The configuration that init writes imports the package by its name.
  almanac('init', 'sales.csv');
  almanac('ingest', 'sales.csv', '--json');
  const trained = JSON.parse(almanac('train', '--json')) as { champion: { number: number } };
  expect(trained.champion.number === 1, `train: ${JSON.stringify(trained)}`);
  say('init, ingest, train: version 1');
  for (const target of ['handler', 'browser', 'model'])
    almanac('export', '--target', target, '--out', `export-${target}.mjs`);
  const ask =
    "import('./export-handler.mjs').then(async ({ handler }) => console.log((await handler({})).forecasts.length))";
  expect(
    must(process.execPath, ['-e', ask]).trim() === '2',
    'the exported module does not forecast both series',
  );
  say('export: a module that forecasts, a page, a model');
}

/** What `init` writes is read by the next command, of whichever type the project around it is. */
function checkProjects(): void {
  const bin = join(folder, 'node_modules/almanac/dist/bin/almanac.js');
  for (const type of ['commonjs', 'module', null]) {
    const cwd = join(folder, `project-${type}`);
    mkdirSync(cwd);
    if (type === 'commonjs') must('npm', ['init', '-y'], cwd);
    else writeFileSync(join(cwd, 'package.json'), JSON.stringify(type === null ? {} : { type }));
    writeFileSync(join(cwd, 'sales.csv'), salesText());
    for (const out of [
      'almanac.config.ts',
      'almanac.config.mts',
      'almanac.config.cjs',
      'almanac.config.json',
    ]) {
      must(process.execPath, [bin, 'init', 'sales.csv', '--out', out], cwd);
      const { status, stderr } = attempt(process.execPath, [bin, 'ingest', 'sales.csv', '--json'], cwd);
      expect(
        status === 0 && stderr === '',
        `ingest with ${out} in a project of type ${type} said (exit ${status}): ${stderr}`,
      );
      rmSync(join(cwd, out));
    }
  }
  say('init, ingest: in projects of every type');
}

/** The installed server gives the dashboard: its page, and every file that the page and its code name. */
function checkDashboard(): void {
  const web = join(folder, 'node_modules/almanac/dist/web');
  const assets = readdirSync(join(web, 'assets'));
  const sources = assets.filter((name) => name.endsWith('.js'));
  const named = new Set(
    [
      readFileSync(join(web, 'index.html'), 'utf8'),
      ...sources.map((name) => readFileSync(join(web, 'assets', name), 'utf8')),
    ]
      .flatMap((text) => [...text.matchAll(/(?:\/assets\/|["'`]\.\/)([\w.-]+\.(?:js|css))/g)])
      .map(([, name]) => String(name)),
  );
  const absent = [...named].filter((name) => !assets.includes(name));
  expect(
    named.size > 3 && absent.length === 0,
    `the dashboard names ${named.size} files and lacks ${absent.join(', ')}`,
  );
  writeFileSync(join(folder, 'look.mjs'), looker);
  const program = join(folder, 'node_modules/almanac/dist/bin/almanac.js');
  say(must(process.execPath, ['look.mjs', program]).trim());
}

/** Every package that was installed is in the bill of materials, and in the list of licences. */
function checkBill(): void {
  const installed = Object.keys(
    (
      JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
        packages: Record<string, unknown>;
      }
    ).packages,
  )
    .filter((name) => name !== '' && name !== 'node_modules/almanac')
    .map((name) => name.replace(/^.*node_modules\//, ''));
  const dist = join(folder, 'node_modules/almanac/dist');
  const { components } = JSON.parse(readFileSync(join(dist, 'sbom.cdx.json'), 'utf8')) as {
    components: { name: string; hashes?: unknown[] }[];
  };
  const billed = new Set(components.map(({ name }) => name));
  const unbilled = installed.filter((name) => !billed.has(name));
  expect(unbilled.length === 0, `not in the bill of materials: ${unbilled.join(', ')}`);
  const unhashed = components.filter(({ hashes = [] }) => hashes.length === 0).map(({ name }) => name);
  expect(unhashed.length === 0, `without a hash in the bill of materials: ${unhashed.join(', ')}`);
  const licences = readFileSync(join(dist, 'third-party-licences.txt'), 'utf8');
  const unlicensed = installed.filter((name) => !licences.includes(`\n${name} `));
  expect(unlicensed.length === 0, `no licence named of ${unlicensed.join(', ')}`);
  say(`bill of materials: ${components.length} packages, all with hash and licence`);
}

function checkTypes(): void {
  writeFileSync(
    join(folder, 'names.ts'),
    "export { AlmanacClient, type Forecast as Api } from 'almanac/client';\n",
  );
  writeFileSync(join(folder, 'consumer.ts'), consumer);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    module: 'nodenext',
    target: 'es2024',
    // The types that users see are checked too.
    skipLibCheck: false,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
  must(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  say(must(process.execPath, ['consumer.js']).trim());
}

/** On a Node that is too old the program must say so in one line. */
function checkOldNode(): void {
  const older = path
    .split(delimiter)
    .map((entry) => join(entry, 'node'))
    .filter((node) => existsSync(node))
    .find((node) => Number(/\d+/.exec(attempt(node, ['--version'], folder).stdout)?.[0]) < nodeMajorMin);
  if (older === undefined) {
    say(`no Node older than ${nodeMajorMin} here: its message was not tried`);
    return;
  }
  const { status, stdout, stderr } = attempt(
    older,
    ['node_modules/almanac/dist/bin/almanac.js', 'doctor'],
    folder,
  );
  const said = `an old Node said (exit ${status}): ${stdout}${stderr}`;
  expect(status === 1 && stdout === '' && /^almanac: needs Node \d+ [^\n]+\n$/.test(stderr), said);
  const sentence = stderr.trim();
  const imported = attempt(
    older,
    ['-e', "import('almanac').catch((error) => console.log(error.message))"],
    folder,
  );
  expect(imported.stdout.trim() === sentence, `an old Node said of the library: ${imported.stdout}`);
  say(`old Node: ${sentence}`);
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

try {
  install();
  checkCommands();
  checkDashboard();
  checkProjects();
  checkTypes();
  checkOldNode();
  say('the package works');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
