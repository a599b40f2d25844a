// A real `almanac up` in a process of its own, with its own data folder, for tests that kill it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/almanac.ts', import.meta.url));

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** From spawn until the server said that it was ready. */
  readonly startMs: number;
  /** What it has written to standard output so far. */
  output(): string;
  /** The same of standard error, where that is a pipe. */
  errors(): string;
  /** Closes this end of its standard output and error. */
  stopReading(): void;
  /** SIGKILL, and wait until the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and wait; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface ServerStart {
  readonly readyWithinMs?: number;
  /** Beside `up --port 0 --json`. */
  readonly args?: readonly string[];
  /** A descriptor that standard error goes to, in place of a pipe to this process. */
  readonly errorsTo?: number;
}

/** Starts the server in `folder` (which holds almanac.config.ts) on a free port and waits until it is ready. */
export async function startServer(folder: string, options: ServerStart = {}): Promise<ServerProcess> {
  const { readyWithinMs = 120_000, args = [], errorsTo } = options;
  const started = performance.now();
  const child = spawn(process.execPath, [program, 'up', '--port', '0', '--json', ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', errorsTo ?? 'pipe'],
  });
  const errors: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const url = await readUrl(child, readyWithinMs, errors);
  const exited = once(child, 'exit');
  return {
    url,
    pid: child.pid as number,
    startMs: performance.now() - started,
    output: () => output,
    errors: () => errors.join(''),
    stopReading: () => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = (await exited) as [number | null];
      return code;
    },
  };
}

/** The first line on standard output is JSON with the url. */
async function readUrl(
  child: ChildProcess,
  readyWithinMs: number,
  errors: readonly string[],
): Promise<string> {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const line = await Promise.race([
    once(lines, 'line').then(([text]) => String(text)),
    once(child, 'exit').then(([code]) => `exit ${code}`),
    once(AbortSignal.timeout(readyWithinMs), 'abort').then(() => 'timeout'),
  ]);
  if (!line.startsWith('{')) {
    child.kill('SIGKILL');
    throw new Error(`the server did not start (${line}): ${errors.join('').slice(-2000)}`);
  }
  return (JSON.parse(line) as { url: string }).url;
}
