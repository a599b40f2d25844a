// An open loop in a process of its own: requests at random moments of a given rate, sent whether or not earlier ones were
// answered. Latency counts from the moment a request was meant to be sent, so a server that stalls is charged for all that
// would have come meanwhile.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Rng } from '../src/core/index.ts';

export interface OpenLoopRequest {
  readonly url: string;
  /** One body a line, sent in turns. */
  readonly bodiesFile: string;
  readonly requestsPerSecond: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface OpenLoop {
  readonly sent: number;
  /** No answer, or one that is not 200. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /** How late this process itself was with 99 of 100 requests: part of the latencies. */
  readonly lateP99Ms: number;
}

const connectionsMax = 256;
/** For the thread to start, and connections to be thought of. */
const leadMs = 200;

if (!isMainThread) tick(workerData as Ticks);
else if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = JSON.parse(process.argv[2] ?? '') as OpenLoopRequest;
  process.stdout.write(JSON.stringify(await run(asked)));
}

interface Ticks {
  /** Milliseconds of the process's monotonic clock. */
  readonly begin: number;
  readonly moments: readonly number[];
}

/**
 * Says each moment when it comes, from a thread of its own: this sleep is exact to some 0.1 ms, where a timer of the event loop is
 * late by up to two, and keeps no core busy.
 */
function tick({ begin, moments }: Ticks): void {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  for (const [i, moment] of moments.entries()) {
    const leftMs = begin + moment - monotonicMs();
    if (leftMs > 0) Atomics.wait(nobody, 0, 0, leftMs);
    parentPort?.postMessage(i);
  }
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function run(of: OpenLoopRequest): Promise<OpenLoop> {
  const bodies = readFileSync(of.bodiesFile, 'utf8').trimEnd().split('\n');
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  const moments = poisson(of);
  const latencies: number[] = [];
  const late: number[] = [];
  let failed = 0;
  const begin = monotonicMs() + leadMs;
  const answers: Promise<void>[] = [];
  const ticker = new Worker(fileURLToPath(import.meta.url), {
    workerData: { begin, moments } satisfies Ticks,
  });
  ticker.on('message', (i: number) => {
    const meant = begin + (moments[i] as number);
    late.push(monotonicMs() - meant);
    const body = bodies[i % bodies.length] as string;
    answers.push(
      post(of.url, body, agent).then((status) => {
        if (status === 200) latencies.push(monotonicMs() - meant);
        else failed++;
      }),
    );
  });
  await once(ticker, 'exit');
  await Promise.all(answers);
  agent.destroy();
  latencies.sort((a, b) => a - b);
  late.sort((a, b) => a - b);
  return {
    sent: moments.length,
    failed,
    p50Ms: at(latencies, 0.5),
    p99Ms: at(latencies, 0.99),
    p999Ms: at(latencies, 0.999),
    maxMs: at(latencies, 1),
    lateP99Ms: at(late, 0.99),
  };
}

/** Milliseconds after the beginning: gaps are exponential, as of many clients who know nothing of each other. */
function poisson({ requestsPerSecond, seconds, seed }: OpenLoopRequest): number[] {
  const rng = new Rng(seed);
  const moments: number[] = [];
  for (let ms = 0; ; ) {
    ms -= (1000 / requestsPerSecond) * Math.log(1 - rng.uniform());
    if (ms >= 1000 * seconds) return moments;
    moments.push(ms);
  }
}

/** The status; 0 without an answer. */
function post(url: string, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
      answer.once('error', () => resolve(0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}

/** The value that a share of them does not exceed; NaN of none. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
