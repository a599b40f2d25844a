// Question: how many forecasts does one machine serve, and how late are the slowest, beside Python servers with the same trees?
// One series × 28 days a request; 500 trees × 63 leaves on the features of M5 store × department. MLflow, MLServer, FastAPI and BentoML, and an
// empty Fastify. `--only load|profile`, `--server NAME,NAME`, `--rounds N`, `--keep FOLDER`, `--quick`, `--save` (docs/reference/serving-benchmark.md). Needs wrk and taskset.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DuckDb } from '../src/services/data/index.ts';
import { machineNow } from './machine.ts';
import { pinsOf } from './peers/environment.ts';
import type { Contestant } from './serving-contestant.ts';
import { forest, type ServingData, servingData } from './serving-data.ts';
import { hasWrk } from './serving-load.ts';
import { emptyContestants, type Ours, ourContestants, prepareOurs } from './serving-ours.ts';
import { servingPage } from './serving-page.ts';
import { peerEnvironments, pythonPeers } from './serving-peers.ts';
import { profiles } from './serving-profile.ts';
import { bestPeer, goalsOf, type ServingReport } from './serving-report.ts';
import { closedRounds, openRounds, type Plan, type Row } from './serving-rounds.ts';
import { Workshop } from './workshop.ts';

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const quick = process.argv.includes('--quick');
const only = flag('--only');
/** Folder in which the data and the trained project are kept for the next run. */
const kept = flag('--keep');
const servers = flag('--server')?.toLowerCase().split(',');
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const plan: Plan = {
  rounds: Number(flag('--rounds') ?? (quick ? 1 : 3)),
  loops: [1, 16, 64].map((connections) => ({ connections, seconds: !quick && connections === 16 ? 2 : 1 })),
  tailSeconds: quick ? 2 : 3,
};
const learning = quick ? { rowsMax: 20_000, historyDays: 250 } : { rowsMax: 100_000, historyDays: 730 };
const profileSeconds = quick ? 2 : 5;

if (!existsSync(join(folder, 'm5'))) {
  say(`no M5 in ${folder}: set ALMANAC_DATA to the folder that holds m5/`);
  process.exitCode = 1;
} else if (!hasWrk()) {
  say(
    'serving needs wrk and taskset, which are not both here: install them (Debian and Ubuntu: apt-get install wrk util-linux)',
  );
  process.exitCode = 1;
} else {
  await main();
}

async function main(): Promise<void> {
  const machine = machineNow();
  const shop = await Workshop.open(folder, false);
  try {
    const scratch = kept ?? shop.scratch;
    await mkdir(scratch, { recursive: true });
    const data = await prepared(shop, scratch);
    say(`${data.asks.length} series × ${data.columns} columns`);
    const ours = await prepareOurs(data, scratch, say);
    const wanted = (part: string): boolean => only === undefined || only === part;
    const rows = wanted('load') ? await load(data, ours, scratch) : [];
    const report: ServingReport = {
      name: 'serving',
      machine,
      versions: { node: process.versions.node, ...versionsOfPeers() },
      date: new Date().toISOString(),
      commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
      quick,
      plan,
      columns: data.columns,
      forest,
      rows,
      goals: goalsOf(rows),
      profiles: wanted('profile') ? await profiles(ours, scratch, profileSeconds) : [],
    };
    if (process.argv.includes('--save') && !quick && only === undefined && servers === undefined)
      await save(report);
    const text = process.argv.includes('--json')
      ? `${JSON.stringify(report, null, 2)}\n`
      : servingPage(report);
    process.stdout.write(text);
  } finally {
    await shop.close();
  }
}

async function prepared(shop: Workshop, scratch: string): Promise<ServingData> {
  const file = join(scratch, 'data.json');
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as ServingData;
  const timers = { setTimeout, clearTimeout: (handle: unknown) => clearTimeout(handle as NodeJS.Timeout) };
  const db = new DuckDb({ scratchFolder: shop.scratch, timers });
  try {
    const data = await servingData(db, shop, { ...learning, scratch });
    await writeFile(file, JSON.stringify(data));
    return data;
  } finally {
    await db.close();
  }
}

async function load(data: ServingData, ours: Ours, scratch: string): Promise<Row[]> {
  const contestants = [
    ...pythonPeers(data, scratch),
    ...ourContestants(ours),
    ...(await emptyContestants(ours, scratch)),
  ].filter(({ name }) => servers?.some((part) => name.toLowerCase().includes(part)) ?? true);
  const rows = await closedRounds(contestants, plan, say);
  const best = bestPeer(rows, 16);
  if (best === undefined) return rows;
  const tails = rows.filter((row) => row === best || (row.kind === 'ours' && row.workers === 1));
  const requestsPerSecond =
    0.5 * (best.closed.find(({ connections }) => connections === 16)?.requestsPerSecond ?? 1);
  await openRounds(
    tails.map((row) => ({ row, contestant: contestantOf(contestants, row) })),
    { ...plan, requestsPerSecond },
    say,
  );
  return rows;
}

function contestantOf(contestants: readonly Contestant[], row: Row): Contestant {
  const found = contestants.find(
    ({ name, workers, questions }) =>
      name === row.server && workers === row.workers && questions.some((one) => one.name === row.question),
  );
  if (found === undefined) throw new Error(`nobody is asked ${row.question}`);
  return found;
}

function versionsOfPeers(): Record<string, string> {
  return Object.fromEntries(
    peerEnvironments.flatMap((name) => pinsOf(name).map((pin) => pin.split('==') as [string, string])),
  );
}

async function save(report: ServingReport): Promise<void> {
  const root = new URL('..', import.meta.url);
  await writeFile(new URL('bench/results/serving.json', root), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(new URL('docs/reference/serving-benchmark.md', root), servingPage(report));
}
