// Question: does healthy traffic keep its latency while others hold 10,000 connections, dribble, or send 100 MB and deep JSON?
// A real server process; forecasts of one series at a steady rate, alone before and after each attack, and during it.
// `--seconds N` for each measurement (default 12), `--only ATTACK`, `--save` writes bench/results/hostile.json.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AlmanacClient } from '../src/interfaces/client/index.ts';
import { commandJson } from '../test/journey/command.ts';
import { type ServerProcess, startServer } from '../test/journey/server-process.ts';
import { machineNow } from './machine.ts';

const flag = (name: string): string | undefined => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const seconds = Number(flag('--seconds') ?? 12);
const only = flag('--only');
const perSecond = 100;
const goalRatio = 2;
/** Between the beginning of an attack and the measurement: what is measured is that it lasts. */
const settleMs = 2000;
const attacks = [
  'connections',
  'slowloris',
  'slow-bodies',
  'large-bodies',
  'deep-json',
  'slow-readers',
] as const;
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

interface Latency {
  readonly n: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

interface Row {
  readonly case: string;
  readonly ours: Latency & {
    /** Cores that the server kept busy, alone and attacked; how late its timers were at worst. */
    readonly serverCores: number;
    readonly serverCoresAlone: number;
    readonly loopDelayMsMax: number | null;
    readonly connections: number;
    readonly rssBytesPeak: number;
    /** A while after the attack. */
    readonly after: { readonly connections: number; readonly bodiesBytes: number; readonly rssBytes: number };
  };
  readonly peer: { readonly name: 'alone, before and after'; readonly p99Ms: number };
  readonly ratio: number;
  readonly goal: { readonly ratio: number; readonly met: boolean };
}

const config = `export default {
  limits: { connectionsMax: 12000, connectionsPerAddressMax: 11000 },
  projects: { shop: { frequency: 'day', retrainEveryPeriods: 0 } },
};
`;

const machine = machineNow();
const rows: Row[] = [];
const folder = await mkdtemp(join(tmpdir(), 'almanac-hostile-'));
try {
  await writeFile(join(folder, 'almanac.config.ts'), config);
  await writeFile(join(folder, 'history.csv'), history());
  await commandJson(folder, 'ingest', 'history.csv');
  const server = await startServer(folder);
  try {
    const filesMax = openFilesMax(server.pid);
    say(`open files: ${filesMax} at most for the server; ${perSecond} forecasts/s for ${seconds} s each`);
    await healthy(server, 3);
    for (const attack of attacks)
      if (only === undefined || only === attack) rows.push(await measure(server, attack));
    const report = {
      name: 'hostile',
      machine,
      versions: { node: process.versions.node },
      date: new Date().toISOString(),
      note: 'server, healthy client and attacker share the cores',
      openFilesMax: filesMax,
      rows,
    };
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (process.argv.includes('--json')) process.stdout.write(text);
    if (process.argv.includes('--save'))
      writeFileSync(new URL('results/hostile.json', import.meta.url), text);
  } finally {
    await server.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** 100 series over 120 days. */
function history(): string {
  const lines = ['series,timestamp,value'];
  const today = Math.floor(Date.now() / 86_400_000);
  for (let series = 0; series < 100; series++)
    for (let day = 120; day >= 1; day--) {
      const date = new Date((today - day) * 86_400_000).toISOString().slice(0, 10);
      lines.push(`s${series},${date},${10 + ((series + day) % 7)}`);
    }
  return `${lines.join('\n')}\n`;
}

async function measure(server: ServerProcess, attack: (typeof attacks)[number]): Promise<Row> {
  const cpuFrom = [cpuSecondsOf(server.pid), performance.now()] as const;
  const before = await healthy(server, seconds);
  const serverCoresAlone = coresSince(server.pid, cpuFrom);
  // The peak of the start and of earlier attacks is not this one's.
  writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
  const attacker = await begin(attack, server);
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  const attackFrom = [cpuSecondsOf(server.pid), performance.now()] as const;
  const during = await healthy(server, seconds);
  const serverCores = coresSince(server.pid, attackFrom);
  const loopDelayMsMax = await loopDelayMsOf(server);
  const connections = await gauge(server, 'almanac_http_connections');
  const rssBytesPeak = memoryOf(server.pid, 'VmHWM');
  const exited = once(attacker, 'exit');
  if (!attacker.kill('SIGKILL'))
    throw new Error(`the attacker ${attack} ended by itself: nothing was measured`);
  await exited;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const after = {
    connections: await gauge(server, 'almanac_http_connections'),
    bodiesBytes: await gauge(server, 'almanac_http_bodies_bytes'),
    rssBytes: memoryOf(server.pid, 'VmRSS'),
  };
  const alone = await healthy(server, seconds);
  const p99Ms = (before.p99Ms + alone.p99Ms) / 2;
  const ratio = during.p99Ms / p99Ms;
  say(
    `${attack.padEnd(13)} p99 ${during.p99Ms.toFixed(1)} ms, alone ${before.p99Ms.toFixed(1)} and ${alone.p99Ms.toFixed(1)} ms: ` +
      `${ratio.toFixed(2)} × ${ratio <= goalRatio ? 'met' : 'MISSED'}; failed ${during.failed} of ${during.n}; server ${serverCores.toFixed(2)} cores (alone ${serverCoresAlone.toFixed(2)}), ` +
      `event loop late by ${loopDelayMsMax?.toFixed(0)} ms at most; ${connections} connections, ` +
      `peak ${megabytes(rssBytesPeak)}; after: ${after.connections} connections, ${after.bodiesBytes} bytes of bodies, ` +
      `${readdirSync(`/proc/${server.pid}/fd`).length} files, ${megabytes(after.rssBytes)}`,
  );
  return {
    case: attack,
    ours: { ...during, serverCores, serverCoresAlone, loopDelayMsMax, connections, rssBytesPeak, after },
    peer: { name: 'alone, before and after', p99Ms },
    ratio,
    goal: { ratio: goalRatio, met: ratio <= goalRatio && during.failed === 0 },
  };
}

async function begin(attack: string, server: ServerProcess): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('hostile-attacks.ts', import.meta.url));
  const child = spawn(process.execPath, [program, attack, new URL(server.url).port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

/** Forecasts at a steady rate, whether the answers come or not: waiting counts. */
async function healthy({ url }: ServerProcess, forSeconds: number): Promise<Latency> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const times: number[] = [];
  let failed = 0;
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (let i = 0; i < perSecond * forSeconds; i++) {
    const due = started + (i * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    pending.push(
      forecast(url, agent, i % 100).then((status) => {
        times.push(performance.now() - due);
        if (status !== 200) failed++;
      }),
    );
  }
  await Promise.all(pending);
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (level: number): number => times[Math.ceil(level * times.length) - 1] ?? Number.NaN;
  return { n: times.length, failed, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

/** The status of one answer, 0 when there was none. */
function forecast(url: string, agent: Agent, series: number): Promise<number> {
  const body = `{"series":["s${series}"],"horizon":28}`;
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  return new Promise((resolve) => {
    const sent = request(`${url}/v1/projects/shop/forecast`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().once('close', () => resolve(answer.complete ? (answer.statusCode ?? 0) : 0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}

async function gauge({ url }: ServerProcess, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
}

function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function coresSince(pid: number, [cpuSeconds, atMs]: readonly [number, number]): number {
  return ((cpuSecondsOf(pid) - cpuSeconds) * 1000) / (performance.now() - atMs);
}

/** The worst delay of the event loop in this minute and the one before, milliseconds; also while alone, if that was worse. */
async function loopDelayMsOf({ url }: ServerProcess): Promise<number | null> {
  const { figures } = await new AlmanacClient({ baseUrl: url }).kpis({ minutes: 2 });
  const { value } = figures['event-loop.delay-max'];
  return value === null ? null : value * 1000;
}

/** A figure of a process's memory in bytes. Linux. */
function memoryOf(pid: number, name: 'VmHWM' | 'VmRSS'): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1]) * 1024;
}

function openFilesMax(pid: number): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))?.[1]);
}
