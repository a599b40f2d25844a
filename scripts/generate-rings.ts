// Writes the import rules of biome.json from the one table of rooms below. Run by `npm run generate`;
// `npm run check` fails when the committed file differs. The rings are explained in docs/internals/architecture.md.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeOrCheck } from './write-or-check.ts';

const ring2 = [
  'learning',
  'rollout',
  'monitor',
  'inference',
  'scoring',
  'streams',
  'serving',
  'train',
  'data',
  'registry',
  'tracking',
  'jobs',
  'kpis',
];

/** For each room, the rooms whose doors it may import. Ring 2 rooms also import those to their right in `ring2`. */
const mayImport: Record<string, readonly string[]> = {
  core: [],
  maths: ['core'],
  features: ['core', 'maths'],
  models: ['core', 'maths', 'features'],
  evaluate: ['core', 'maths', 'models'],
  hierarchy: ['core', 'maths'],
  inventory: ['core', 'maths'],
  drift: ['core', 'maths'],
  onnx: ['core', 'maths', 'models'],
  config: ['core'],
  store: ['core'],
  client: [],
  processes: ['core'],
  ...Object.fromEntries(
    ring2.map((room, i) => [
      room,
      [
        'core',
        'maths',
        'features',
        'models',
        'evaluate',
        'hierarchy',
        'inventory',
        'drift',
        'onnx',
        ...ring2.slice(i + 1),
      ],
    ]),
  ),
  http: ['core', 'config', 'models', 'evaluate', 'inventory', ...ring2],
  cli: ['core', 'config', 'models', 'evaluate', 'hierarchy', 'inventory', 'onnx', 'client', 'edge', ...ring2],
  demo: ['core', 'config', 'maths', 'client'],
  // A door like http, for platforms without files or sockets: it takes from other rooms what needs neither.
  edge: ['core', 'models', 'data', 'serving', 'http'],
};
const rooms = Object.keys(mayImport);
/** Single files that a room may import types from, past the rule of doors. */
const typesFrom: Record<string, readonly string[]> = { client: ['../http/contract.ts'] };
/** Rings 0 and 1 also run in a browser. */
const pureRooms = [
  'core',
  'maths',
  'features',
  'models',
  'evaluate',
  'hierarchy',
  'inventory',
  'drift',
  'onnx',
  'client',
  'edge',
];

function knowsPorts(room: string): boolean {
  return ring2.includes(room) || room === 'edge';
}

const overrides = rooms.map((room) => {
  const allowed = mayImport[room] ?? [];
  const forbidden = rooms.filter((other) => other !== room && !allowed.includes(other) && other !== 'store');
  const patterns: { group: string[]; message: string }[] = [];
  if (forbidden.length > 0) {
    patterns.push({
      group: [
        ...forbidden.flatMap((other) => [`**/../${other}/**`, `../${other}/**`]),
        ...(typesFrom[room] ?? []).map((file) => `!${file}`),
      ],
      message: `${room} may import only: ${allowed.join(', ') || 'nothing'} (docs/internals/architecture.md, Rings).`,
    });
  }
  if (allowed.length > 0) {
    patterns.push({
      group: allowed.flatMap((other) => [
        `../${other}/**`,
        `!../${other}/index.ts`,
        `../../${other}/**`,
        `!../../${other}/index.ts`,
      ]),
      message: 'Import another room through its door, index.ts.',
    });
  }
  if (room !== 'store') {
    patterns.push({
      group: knowsPorts(room)
        ? ['../store/**', '!../store/ports.ts', '../../store/**', '!../../store/ports.ts']
        : ['../store/**', '../../store/**'],
      message: knowsPorts(room)
        ? 'Services know stores only as store/ports.ts.'
        : `${room} does not touch stores.`,
    });
  } else {
    patterns.push({
      group: ring2.flatMap((other) => [`../${other}/**`, `../../${other}/**`]),
      message: 'Stores know no service.',
    });
  }
  if (pureRooms.includes(room)) {
    patterns.push({
      group: ['node:*', 'fastify', 'kysely', '@duckdb/*', 'commander'],
      message: `${room} also runs in a browser: no platform, no I/O.`,
    });
  }
  if (room === 'http' || room === 'cli') {
    patterns.push({
      group: ['kysely', '@duckdb/*', 'node:sqlite'],
      message: 'Edges call services, never a database.',
    });
  }
  patterns.push({ group: ['**/main.ts'], message: 'main.ts is imported by the bin file only.' });
  return {
    includes: [`src/${room}/**/*.ts`, `!src/${room}/**/*.test.ts`],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
  };
});

const biome = JSON.parse(readFileSync(new URL('../biome.json', import.meta.url), 'utf8'));
biome.overrides = [
  ...overrides,
  {
    // Old Node versions must be able to read it, only to say that they are too old.
    includes: ['scripts/run.cjs'],
    linter: {
      rules: {
        style: { useNodejsImportProtocol: 'off', useTemplate: 'off' },
        complexity: { useArrowFunction: 'off' },
        suspicious: { noVar: 'off', noRedundantUseStrict: 'off' },
      },
    },
  },
];
const root = fileURLToPath(new URL('..', import.meta.url));
// Formatted by the tool itself, which checks its own file too.
const { stdout } = spawnSync(`${root}node_modules/.bin/biome`, ['format', '--stdin-file-path=biome.json'], {
  cwd: root,
  input: JSON.stringify(biome),
  encoding: 'utf8',
});
writeOrCheck('biome.json', stdout);
