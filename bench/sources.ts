// Question: does a source lose or double anything when its reader is killed, its rows come late and change, its schema changes, it goes away?
// `almanac up` is killed (SIGKILL) at moments chosen by chance while rows come, come late, change and move; in between a column
// changes its type (the source pauses, is mended and resumed) and the server of the source is away for a minute. Then the history is
// compared with what the source holds, for projects that add rows up and projects where the last one counts.
// The sources are a table of PostgreSQL and files in a bucket, which come, some packed and some in parts, are replaced, copied, removed.
// `--kills N` (20), `--outage N` seconds (60), `--only postgres-sum` (postgres-last, s3-sum, s3-last), `--seed N`, `--quick` (3 kills, 5 s).

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Rng } from '../src/core/index.ts';
import { BucketFiles } from '../test/fixtures/bucket-files.ts';
import { type Cells, differences, Orders, ordersSource } from '../test/fixtures/orders.ts';
import { noPostgres, postgresPassword, startPostgres } from '../test/fixtures/postgres-server.ts';
import { noS3Server, startS3 } from '../test/fixtures/s3-server.ts';
import { historyOf } from '../test/journey/history-of.ts';
import { KilledServer, writeShop } from '../test/journey/source-kills.ts';
import { machineNow } from './machine.ts';

type Rule = 'sum' | 'last';

/** A source that can be written to, changed, taken away, and asked what it holds. */
interface Scenario {
  readonly source: string;
  readonly settings: object;
  readonly everyMs: number;
  readonly stepMsMax?: number;
  step(): Promise<void>;
  /** Resolves when nothing is under way at the source. */
  rest(): Promise<void>;
  breakSchema(): Promise<void>;
  mendSchema(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  count(): Promise<number>;
  truth(): Promise<Cells>;
  remove(): Promise<void>;
}

const quick = process.argv.includes('--quick');
const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const kills = Number(flag('--kills') ?? (quick ? 3 : 20));
const outageSeconds = Number(flag('--outage') ?? (quick ? 5 : 60));
const seed = Number(flag('--seed') ?? 7);
const only = flag('--only');
const say = (text: string): void => void process.stderr.write(`${text}\n`);
/** Within this after a start the next kill comes, so that many fall into a reading; on a slow machine within twice as long as a start takes. */
const killAfterMsMax = 3000;

interface Making {
  readonly rng: Rng;
  readonly rule: Rule;
  /** Up to when all that was to be seen has been taken in. */
  readonly readAt: () => Promise<number>;
}
const scenarios = {
  postgres: { missing: noPostgres, open: postgres },
  s3: { missing: noS3Server, open: s3 },
};

const machine = machineNow();
const rows: object[] = [];
for (const [kind, { missing, open }] of Object.entries(scenarios))
  for (const rule of ['sum', 'last'] as const) {
    if (only !== undefined && only !== `${kind}-${rule}`) continue;
    if (missing !== false) throw new Error(missing);
    rows.push(await run(kind, { open, rule }));
  }
const report = {
  name: 'sources',
  machine,
  versions: { node: process.version },
  date: new Date().toISOString(),
  rows,
};
process.stdout.write(`${JSON.stringify(report, null, process.argv.includes('--json') ? 0 : 2)}\n`);

async function run(
  kind: string,
  { open, rule }: { open: (making: Making) => Promise<Scenario>; rule: Rule },
): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-sources-'));
  const rng = new Rng(seed);
  const readAt = async (): Promise<number> => Date.parse((await server.view()).readAt ?? '');
  const scenario = await open({ rng, rule, readAt });
  const { source, everyMs, stepMsMax = 170 } = scenario;
  const step = (): Promise<void> => scenario.step();
  const server: KilledServer = new KilledServer({ folder, source, rng, everyMs, stepMsMax, step });
  let isRight = false;
  try {
    await writeShop(folder, rule, { [source]: scenario.settings });
    await server.start();
    await killTimes(server, Math.ceil(kills / 2));
    await server.readWhole();

    await server.pauseSteps();
    await scenario.rest();
    await scenario.breakSchema();
    const { reason } = await server.until('the pause', ({ state }) => state === 'paused');
    say(`paused: ${reason}`);
    await scenario.mendSchema();
    await server.post('resume');
    await server.readWhole();

    await scenario.stop();
    await server.until('the failure', ({ state }) => state === 'failing');
    await sleep(outageSeconds * 1000);
    const { failures } = await server.view();
    await scenario.start();
    const back = performance.now();
    server.goOn();
    await server.until('the recovery', ({ state }) => state === 'ok');
    const recoveredSeconds = Math.round((performance.now() - back) / 100) / 10;
    say(`away for ${outageSeconds} s, ${failures} tries, recovered after ${recoveredSeconds} s`);

    await killTimes(server, Math.floor(kills / 2));
    await server.pauseSteps();
    await scenario.rest();
    await server.readWhole();
    const view = await server.view();
    await server.stop();
    const found = await historyOf(folder);
    const wrong = differences(found, await scenario.truth());
    isRight = wrong.length === 0;
    for (const line of wrong.slice(0, 10)) say(line);
    return {
      case: `${kind}, conflicts ${rule}: ${kills} kills, ${outageSeconds} s away, a schema change`,
      ours: {
        rowsAtSource: await scenario.count(),
        rowsTaken: view.rows,
        corrections: view.corrections,
        changesAtSource: server.steps,
        cells: found.size,
        wrongCells: wrong.length,
        pausedBecause: reason,
        triesWhileAway: failures,
        recoveredSeconds,
      },
      goals: { 'nothing lost or doubled': isRight },
    };
  } finally {
    await server.kill();
    await scenario.rest();
    await scenario.remove();
    if (isRight) await rm(folder, { recursive: true, force: true });
    else {
      say(`kept: ${folder}`);
      process.exitCode = 1;
    }
  }
}

async function killTimes(server: KilledServer, count: number): Promise<void> {
  let msMax = killAfterMsMax;
  for (let kill = 1; kill <= count; kill++) {
    const begun = performance.now();
    const waited = await server.killAfter(msMax);
    msMax = Math.max(killAfterMsMax, 2 * (performance.now() - begun - waited));
    say(`kill ${kill} of ${count}: ${JSON.stringify(await server.view())}`);
  }
}

async function postgres({ rng, rule }: Making): Promise<Scenario> {
  const server = await startPostgres();
  process.env.ERP_PASSWORD = postgresPassword;
  const orders = new Orders(server, rng);
  await orders.create();
  return {
    source: 'orders',
    settings: ordersSource(server),
    everyMs: 200,
    step: () => orders.step(),
    rest: () => orders.rest(),
    breakSchema: async () => void (await server.query('alter table orders rename column units to pieces')),
    mendSchema: async () => void (await server.query('alter table orders rename column pieces to units')),
    stop: () => server.stop(),
    start: () => server.start(),
    count: () => orders.count(),
    truth: () => orders.truth(rule),
    remove: () => server.remove(),
  };
}

async function s3(making: Making): Promise<Scenario> {
  const server = await startS3();
  const files = new BucketFiles(server, making);
  return {
    source: 'till',
    settings: files.settings(),
    everyMs: 300,
    stepMsMax: 6000,
    step: () => files.step(),
    rest: async () => {},
    breakSchema: () => files.rename('pieces'),
    mendSchema: () => files.rename('units'),
    stop: () => server.stop(),
    start: () => server.start(),
    count: async () => files.count,
    truth: async () => files.truth(),
    remove: () => server.stop(),
  };
}
