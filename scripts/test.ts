// Everything that must hold before a change lands, in the order that fails fastest. `npm test` and CI run all of it;
// `npm test -- pure` (or any step names) runs only those.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { splitTests } from './pure-tests.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => `${root}node_modules/.bin/${name}`;
const node = process.execPath;
const reporter = '--test-reporter=./scripts/summary-reporter.ts';

const together = [node, '--test', '--import=./scripts/property-seed.ts', '--test-isolation=none', reporter];

interface Step {
  readonly name: string;
  readonly what: string;
  readonly commands: readonly (readonly string[])[];
  /** Two of them run at a time, one for each core of a small machine. */
  readonly inPairs?: true;
}

/** Those of pure code run together in one process: hundreds of them in seconds. */
const unitTests = splitTests(globSync(['src/**/*.test.ts', 'web/**/*.test.ts'], { cwd: root }));
/** Those open databases, servers and threads; with what all models and stores must do. */
const serviceTests = [...unitTests.services, ...globSync('test/conformance/*.test.ts', { cwd: root })];
/**
 * One process per file: they start servers, kill them, and fill folders. Two at a time, since each waits as long as it works; and
 * with time enough for a machine that is lent to others at the same moment.
 */
const processTests = globSync(
  ['test/hostile/*.test.ts', 'test/journey/*.test.ts', 'test/regression/*.test.ts'],
  { cwd: root },
);
const generators = globSync('scripts/generate-*.ts', { cwd: root });

const steps: readonly Step[] = [
  {
    name: 'types',
    what: 'TypeScript, strict',
    commands: [
      [bin('tsc'), '-p', 'tsconfig.json'],
      // With the types of a browser, which the rest must not see.
      [bin('tsc'), '-p', 'src/interfaces/edge/page/tsconfig.json'],
      [bin('tsc'), '-p', 'web/tsconfig.json'],
    ],
  },
  {
    name: 'lint',
    what: 'format, lint, cycles; rings and house style',
    commands: [
      [bin('biome'), 'ci', ...(process.stdout.isTTY ? [] : ['--colors=off']), '.'],
      [...together, 'test/tidy.test.ts'],
    ],
  },
  {
    name: 'generated',
    what: 'generated files are up to date',
    commands: generators.map((script) => [node, script, '--check']),
  },
  {
    name: 'dashboard',
    what: 'the dashboard builds, and is small',
    commands: [[node, 'scripts/check-dashboard.ts']],
  },
  {
    name: 'pure',
    what: 'unit and property tests of pure code',
    commands: inParts(unitTests.pure, 2).map((files) => [...together, ...files]),
    inPairs: true,
  },
  {
    name: 'services',
    what: 'unit tests that open a database, a server or threads; conformance of models and stores',
    // More parts than run at a time: one that takes long leaves the other core to the rest.
    commands: inParts(serviceTests, 6).map((files) => [...together, ...files]),
    inPairs: true,
  },
  {
    name: 'sim',
    what: 'simulated months with trouble, from a fresh seed',
    commands: [[node, 'test/sim/run.ts', '--seconds', '30']],
  },
  {
    name: 'browser',
    what: 'the dashboard in Chromium: every page in every state, and what people come for',
    commands: [[node, '--test', reporter, 'test/browser/dashboard.test.ts']],
  },
  {
    name: 'journey',
    what: 'whole processes: journeys, crashes, hostile input',
    commands:
      processTests.length === 0
        ? []
        : [[node, '--test', reporter, '--test-concurrency=2', '--test-timeout=1200000', ...processTests]],
  },
];

if (!process.version.startsWith('v24.')) {
  process.stderr.write(`tests need the pinned Node 24, this is ${process.version}: run them through npm.\n`);
  process.exit(1);
}
const chosen = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = chosen.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `no such step: ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}\n`,
  );
  process.exit(2);
}

for (const step of steps) {
  if (chosen.length > 0 && !chosen.includes(step.name)) continue;
  const started = performance.now();
  process.stdout.write(`\n== ${step.name}: ${step.what}\n`);
  const waiting = [...step.commands];
  const next = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift())
      await run(step, command);
  };
  await Promise.all(step.inPairs ? [next(), next()] : [next()]);
  process.stdout.write(`   ${step.name} ok, ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}
process.stdout.write('\nAll steps passed.\n');

/** Ends the whole with the first command that fails. */
async function run({ name }: Step, [command, ...args]: readonly string[]): Promise<void> {
  if (command === undefined || !existsSync(command)) throw new Error(`cannot run ${command}`);
  const [status] = (await once(spawn(command, args, { cwd: root, stdio: 'inherit' }), 'exit')) as [
    number | null,
  ];
  if (status === 0) return;
  process.stdout.write(`\nFAILED at ${name}: ${args.join(' ').slice(0, 120)}\n`);
  process.exit(1);
}

function inParts(files: readonly string[], count: number): string[][] {
  return Array.from({ length: count }, (_, part) => files.filter((_, i) => i % count === part));
}
