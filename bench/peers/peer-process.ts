// A peer that stays alive and answers one JSON line per request, so that runs of ours and theirs can take turns.

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(program: string, args: readonly string[]) {
    this.#child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (this.#child.stdout === null) throw new Error('the peer has no output');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws when the peer has ended; what it said is on the error output */
  async ask<Answer>(request: unknown): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('the peer ended without an answer');
    return JSON.parse(value) as Answer;
  }

  close(): void {
    this.#child.stdin?.end();
  }
}
