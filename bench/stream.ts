// Question: does a stream of observations lose or double any when the reading server is killed, and how many a second does it keep up with?
// A nats-server with JetStream on files, a sender of its own process at a steady rate, single-row messages, `almanac up` killed
// (SIGKILL) again and again. Then the history is compared with what was sent: count and sum, and every row landed once.
// `--rate N` (20,000), `--seconds N` (60), `--kills N` (5), `--quick` (5 s, 2 kills).

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { openAlmanac } from '../src/app/main.ts';
import { Rng } from '../src/core/index.ts';
import { loadConfig } from '../src/interfaces/config/index.ts';
import { startNatsServer } from '../test/fixtures/nats-server.ts';
import { type ServerProcess, startServer } from '../test/journey/server-process.ts';
import { machineNow } from './machine.ts';
import { unitsOf } from './stream-rows.ts';

const quick = process.argv.includes('--quick');
const flag = (name: string, byDefault: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? byDefault : Number(process.argv[at + 1]);
};
const rate = flag('--rate', 20_000);
const seconds = flag('--seconds', quick ? 5 : 60);
const kills = flag('--kills', quick ? 2 : 5);
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const pollMs = 250;
/** How long the rest may take once everything is sent. */
const drainSecondsMax = 600;

const config = (url: string): string => `export default {
  projects: { shop: { frequency: 'hour', gaps: 'missing', models: ['snaive'],
    columns: { series: 'item', time: 'at', target: 'units' } } },
  streams: { sales: { kind: 'nats', url: '${url}', stream: 'SALES', deadLetter: 'dead.sales' } },
};
`;

interface Sample {
  readonly atMs: number;
  readonly messages: number;
  readonly waiting: number;
}

const machine = machineNow();
const folder = await mkdtemp(join(tmpdir(), 'almanac-stream-'));
spawnSync(process.execPath, [fileURLToPath(new URL('../scripts/fetch-nats-server.ts', import.meta.url))], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
const broker = await startNatsServer(join(folder, 'nats'));
let server: ServerProcess | undefined;
try {
  const nc = await connect({ servers: broker.url });
  const manager = await jetstreamManager(nc);
  await manager.streams.add({ name: 'SALES', subjects: ['sales'] });
  await manager.streams.add({ name: 'DEAD', subjects: ['dead.>'] });
  await writeFile(join(folder, 'almanac.config.ts'), config(broker.url));
  server = await startServer(folder);
  const begin = performance.now();
  const sender = spawn(
    process.execPath,
    [fileURLToPath(new URL('stream-sender.ts', import.meta.url)), broker.url, String(rate), String(seconds)],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const sent = once(sender, 'exit');
  const samples: Sample[] = [];
  const restartsMs: number[] = [];
  const rng = new Rng(5);
  const killsAt = Array.from(
    { length: kills },
    (_, i) => begin + (((i + 0.3 + 0.6 * rng.uniform()) * seconds) / kills) * 1000,
  );
  let sending = true;
  let sentMs = 0;
  void sent.then(() => {
    sending = false;
    sentMs = performance.now() - begin;
  });
  for (let expected = Number.POSITIVE_INFINITY; ; ) {
    const due = killsAt[0];
    if (due !== undefined && performance.now() >= due) {
      killsAt.shift();
      await server.kill();
      const killed = performance.now();
      server = await startServer(folder);
      restartsMs.push(Math.round(performance.now() - killed));
      say(`killed, back after ${restartsMs.at(-1)} ms`);
    }
    const state = (await manager.streams.info('SALES')).state;
    const messages = takenIn();
    samples.push({ atMs: performance.now() - begin, messages, waiting: state.messages - messages });
    if (samples.length % 8 === 0)
      say(`${Math.round((performance.now() - begin) / 1000)} s: ${JSON.stringify(samples.at(-1))}`);
    if (!sending) expected = state.messages;
    if (messages >= expected && killsAt.length === 0) break;
    if (!sending && performance.now() - begin - sentMs > drainSecondsMax * 1000) break;
    await sleep(pollMs);
  }
  const doneMs = performance.now() - begin;
  const sentCount = (await manager.streams.info('SALES')).state.messages;
  await nc.close();
  await server.stop();
  server = undefined;
  const found = await history();
  const expectedSum = Array.from({ length: sentCount }, (_, i) => unitsOf(i)).reduce((a, b) => a + b, 0);
  const row = {
    case: `NATS, ${rate} single-row messages a second for ${seconds} s, ${kills} kills`,
    ours: {
      sent: sentCount,
      sentPerSecond: Math.round(sentCount / (sentMs / 1000)),
      takenPerSecond: Math.round(found.rows / (doneMs / 1000)),
      caughtUpSecondsAfterLast: Math.max(0, Math.round((doneMs - sentMs) / 100) / 10),
      waitingMax: Math.max(...samples.map(({ waiting }) => waiting)),
      /** Messages a second while the backlog after a restart was worked off. */
      drainPerSecondMax: drainRate(samples),
      restartsMs,
      ...found,
    },
    goals: {
      'nothing lost': found.count === sentCount && found.sum === expectedSum,
      'nothing doubled': found.rows === sentCount && found.messages === sentCount,
      'keeps up': doneMs - sentMs < 5000,
    },
  };
  const report = {
    name: 'stream',
    machine,
    versions: { nats: broker.version, node: process.version },
    date: new Date().toISOString(),
    rows: [row],
  };
  process.stdout.write(`${JSON.stringify(report, null, process.argv.includes('--json') ? 0 : 2)}\n`);
  process.exitCode = Object.values(row.goals).every(Boolean) ? 0 : 1;
} finally {
  await server?.kill();
  await broker.kill();
  // What went wrong is looked for in what is left.
  if (process.exitCode === 1) say(`kept: ${folder}`);
  else await rm(folder, { recursive: true, force: true });
}

/** Read from the database itself: the server may be down. */
function takenIn(): number {
  const database = new DatabaseSync(join(folder, '.almanac', 'control.sqlite'), { readOnly: true });
  try {
    const row = database.prepare('select sum(messages) as n from stream_position').get();
    return Number(row?.n ?? 0);
  } finally {
    database.close();
  }
}

/** Over any two samples four seconds apart. */
function drainRate(samples: readonly Sample[]): number {
  let best = 0;
  for (const [i, { atMs, messages }] of samples.entries()) {
    const later = samples.slice(i + 1).find((sample) => sample.atMs - atMs >= 4000);
    if (later !== undefined)
      best = Math.max(best, ((later.messages - messages) / (later.atMs - atMs)) * 1000);
  }
  return Math.round(best);
}

/** What the history holds: rows that landed, as batches counted them; and the values as a training would read them. */
async function history(): Promise<{
  rows: number;
  messages: number;
  quarantined: number;
  duplicates: number;
  batches: number;
  count: number;
  sum: number;
}> {
  const { config, projects } = await loadConfig({ env: {}, flags: {}, cwd: folder });
  const almanac = await openAlmanac(config, { version: 'bench' });
  try {
    const [project] = projects;
    if (project === undefined) throw new Error('no project');
    await almanac.data.seal(project.name);
    const snapshot = await almanac.data.createSnapshot(project.name);
    const panel = await almanac.data.readPanel(project, snapshot.id);
    let [count, sum] = [0, 0];
    for (const { values } of panel.series)
      for (const value of values)
        if (!Number.isNaN(value)) {
          count += 1;
          sum += value;
        }
    const database = new DatabaseSync(join(folder, '.almanac', 'control.sqlite'), { readOnly: true });
    const batches = database
      .prepare(
        'select sum(rows_accepted) as rows, sum(rows_quarantined) as quarantined, sum(rows_duplicate) as duplicates, count(*) as batches from batch',
      )
      .get() as { rows: number; quarantined: number; duplicates: number; batches: number };
    database.close();
    return { ...batches, messages: takenIn(), count, sum };
  } finally {
    await almanac.close();
  }
}
