// A server of `bench/serving.ts` in a process group of its own, so that workers end with it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder: string;
}

const readyWithinMs = 120_000;
const stopWithinMs = 10_000;
const pollMs = 50;
const running = new Set<number>();

process.once('exit', () => {
  for (const pid of running) signal(pid, 'SIGKILL');
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(1));

export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #logFile: string;

  constructor({ program, args, env = {}, folder }: ServerCommand) {
    this.#logFile = join(folder, 'server.log');
    const log = openSync(this.#logFile, 'w');
    this.#child = spawn(program, args, {
      cwd: folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    running.add(this.pid);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /**
   * Asks until it is answered.
   * @throws with what the server said when it ended, or was not ready in time
   */
  async ready(ask: () => Promise<boolean>): Promise<void> {
    const until = performance.now() + readyWithinMs;
    for (;;) {
      if (await ask().catch(() => false)) return;
      if (this.#child.exitCode !== null) throw new Error(`the server ended: ${this.#said()}`);
      if (performance.now() > until) throw new Error(`the server does not answer: ${this.#said()}`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }

  #said(): string {
    return readFileSync(this.#logFile, 'utf8').slice(-3000);
  }

  /** Asks it to end, and ends what is left of the group. */
  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const late = setTimeout(() => signal(this.pid, 'SIGKILL'), stopWithinMs);
      await exited;
      clearTimeout(late);
    }
    signal(this.pid, 'SIGKILL');
    running.delete(this.pid);
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // None of the group is left.
  }
}

/** Ports that nobody listens on just now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
