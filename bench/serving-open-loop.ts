// An open loop in a process of its own: requests at random moments of a given rate, sent whether or not earlier ones were
// answered. Latency counts from the moment a request was meant to be sent, so a server that stalls is charged for all that
// would have come meanwhile.

import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
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
/** A timer may be this late: the rest of the time is spent asking the clock. */
const timerMs = 2;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const asked = JSON.parse(process.argv[2] ?? '') as OpenLoopRequest;
  process.stdout.write(JSON.stringify(await run(asked)));
}

async function run(of: OpenLoopRequest): Promise<OpenLoop> {
  const bodies = readFileSync(of.bodiesFile, 'utf8').trimEnd().split('\n');
  const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
  const moments = poisson(of);
  const latencies: number[] = [];
  const late: number[] = [];
  let failed = 0;
  const begin = performance.now();
  const answers: Promise<void>[] = [];
  for (const [i, moment] of moments.entries()) {
    await until(begin + moment);
    late.push(performance.now() - begin - moment);
    const body = bodies[i % bodies.length] as string;
    answers.push(
      post(of.url, body, agent).then((status) => {
        if (status === 200) latencies.push(performance.now() - begin - moment);
        else failed++;
      }),
    );
  }
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

async function until(moment: number): Promise<void> {
  for (;;) {
    const leftMs = moment - performance.now();
    if (leftMs <= 0) return;
    await new Promise<void>((resolve) => {
      if (leftMs > timerMs) setTimeout(resolve, leftMs - timerMs);
      else setImmediate(resolve);
    });
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
