// The floor plan: which folder may import which. `tidy.test.ts` holds the code to it; docs/internals/architecture.md explains it.

/** Services in their order: each may import those to its right. */
export const serviceOrder: readonly string[] = [
  'learning',
  'alerts',
  'drift',
  'series',
  'overrides',
  'monitor',
  'inference',
  'scoring',
  'streams',
  'sources',
  'serving',
  'search',
  'train',
  'evaluation',
  'fitting',
  'keeping',
  'retention',
  'data',
  'contracts',
  'registry',
  'tracking',
  'projects',
  'jobs',
  'feed',
  'kpis',
];

/** For each room of the pure ring, the rooms of that ring which it may import, besides `core`. */
const forecasting: Readonly<Record<string, readonly string[]>> = {
  maths: [],
  features: ['maths'],
  models: ['maths', 'features'],
  evaluate: ['maths', 'models'],
  hierarchy: ['maths'],
  inventory: ['maths'],
  onnx: ['maths', 'models'],
  drift: ['maths', 'models'],
  trials: ['maths'],
};

const services = serviceOrder.map((room) => `services/${room}`);
const forecastingRooms = Object.keys(forecasting).map((room) => `forecasting/${room}`);
const ports = 'storage/ports';

const interfaces: Readonly<Record<string, readonly string[]>> = {
  // The files that settings name are read as their service reads them.
  config: ['core', 'services/contracts'],
  http: ['core', ...forecastingRooms, ...services, 'interfaces/config'],
  cli: [
    'core',
    ...forecastingRooms,
    ...services,
    'interfaces/config',
    'interfaces/client',
    'interfaces/edge',
  ],
  // The types of the HTTP contract, and nothing that runs.
  client: ['interfaces/http'],
  // A door like http, for platforms without files or sockets: it takes from other rooms what needs neither.
  edge: ['core', ports, ...forecastingRooms, ...services, 'interfaces/http'],
  library: ['core', ...forecastingRooms, ...services],
};

const storage: Readonly<Record<string, readonly string[]>> = {
  ports: ['core'],
  sqlite: ['core', ports],
  files: ['core', ports],
};

function ring(
  name: string,
  rooms: Readonly<Record<string, readonly string[]>>,
): [string, readonly string[]][] {
  return Object.entries(rooms).map(([room, allowed]) => [`${name}/${room}`, allowed]);
}

/** Every room with what it may import. `app` joins them all, and is imported by `bin/` alone. */
export const mayImport: ReadonlyMap<string, readonly string[]> = new Map([
  ['core', []],
  ...ring(
    'forecasting',
    Object.fromEntries(
      Object.entries(forecasting).map(([room, rooms]) => [
        room,
        ['core', ...rooms.map((other) => `forecasting/${other}`)],
      ]),
    ),
  ),
  ...services.map((room, i): [string, readonly string[]] => [
    room,
    ['core', ports, ...forecastingRooms, ...services.slice(i + 1)],
  ]),
  ...ring('storage', storage),
  ...ring('interfaces', interfaces),
]);

/** Rooms that also run in a browser: no platform, no clock, no chance of their own. */
export const pureRooms: readonly string[] = [
  'core',
  ...forecastingRooms,
  'interfaces/client',
  'interfaces/edge',
];

/** Where an exported model and its page meet their platform, as `app/` does for the rest. */
export const platformFiles: RegExp =
  /^src\/interfaces\/edge\/(platform\.ts|handler-entry\.ts|browser-entry\.ts|page\/)/;

/** The room that a path under `src/` lies in: `services/data`, `core`, `app`; '' for a file at the root. */
export function roomOf(path: string): string {
  const [, ring = '', room = ''] = path.split('/');
  if (ring.includes('.')) return '';
  if (ring === 'core' || ring === 'app') return ring;
  return room.includes('.') ? ring : `${ring}/${room}`;
}
