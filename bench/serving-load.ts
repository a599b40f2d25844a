// How a server is asked by `bench/serving.ts`: as fast as it answers (wrk), or at a rate of ours whatever it answers.

import { type ExecFileException, execFile, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { OpenLoop, OpenLoopRequest } from './serving-open-loop.ts';

const script = fileURLToPath(new URL('serving-requests.lua', import.meta.url));
/**
 * Where those who ask run; servers may use all cores. Left to the scheduler, a wrk that waits is woken on the core of the server that just wrote
 * to it, and takes it away from the server.
 */
const lastCore = String(availableParallelism() - 1);
const generator = fileURLToPath(new URL('serving-open-loop.ts', import.meta.url));

export interface Target {
  readonly url: string;
  /** One body a line, sent in turns. */
  readonly bodiesFile: string;
}

/** One run of wrk. Latency counts from the moment a connection is free to send. */
export interface ClosedLoop {
  readonly requests: number;
  readonly seconds: number;
  /** Errors of the connection, timeouts and answers that are not 2xx. */
  readonly failed: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** wrk, and taskset that binds it to a core. */
export function hasWrk(): boolean {
  return ['wrk', 'taskset'].every((program) => spawnSync(program, ['--version']).error === undefined);
}

/** @throws with what wrk said when it failed */
export async function closedLoop(
  { url, bodiesFile }: Target,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<ClosedLoop> {
  const words = [`-t1`, `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', '-s', script, url];
  const { stderr } = await said('taskset', ['-c', lastCore, 'wrk', ...words, '--', bodiesFile]);
  return JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as ClosedLoop;
}

/** Requests at a given rate from a process of its own. */
export async function openLoop(request: OpenLoopRequest): Promise<OpenLoop> {
  const { stdout } = await said('taskset', [
    '-c',
    lastCore,
    process.execPath,
    generator,
    JSON.stringify(request),
  ]);
  return JSON.parse(stdout) as OpenLoop;
}

function said(program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(program, args, (error: ExecFileException | null, stdout, stderr) => {
      if (error === null) resolve({ stdout, stderr });
      else reject(new Error(`${program}: ${stderr || stdout || error.message}`, { cause: error }));
    });
  });
}
