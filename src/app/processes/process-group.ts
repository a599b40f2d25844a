// The primary of several serving processes: it keeps their number, and passes on between them that something was committed,
// so that an answer given by one after a write to another already knows of it.

import { AppError } from '../../core/index.ts';
import { refusalOf, together } from './finding.ts';
import {
  type Finding,
  isOurs,
  type ProcessTimers,
  proveWithinMs,
  type ToPrimary,
  type ToServer,
  type VersionKey,
} from './messages.ts';
import { OpenAsks } from './open-asks.ts';

/** A forked process, as `cluster.fork` gives it. */
export interface Child {
  send(message: ToServer): boolean;
  isConnected(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: (code: number | null, signal: string | null) => void): unknown;
  /** `kill` of the worker itself would cut the connection to it first. */
  readonly process: { readonly pid?: number | undefined; kill(signal: NodeJS.Signals): boolean };
}

export interface ProcessGroupOptions {
  readonly count: number;
  readonly fork: () => Child;
  readonly timers: ProcessTimers;
  readonly log: { error(fields: object, message: string): void };
  /** Metrics of all processes as one text. */
  readonly metrics: () => Promise<string>;
}

/** A process that ends is replaced after this, and after twice as long the next time, until it has listened. */
const restartMs = { first: 100, most: 10_000 };

export class ProcessGroup {
  readonly #options: ProcessGroupOptions;
  readonly #children: Set<Child> = new Set();
  readonly #taken: OpenAsks<true>;
  readonly #proofs: OpenAsks<Finding>;
  #restartMs = restartMs.first;
  #stopped = false;
  #onListening: (url: string) => void = () => {};
  #onFailure: (error: AppError) => void = () => {};

  constructor(options: ProcessGroupOptions) {
    this.#options = options;
    this.#taken = new OpenAsks(options.timers);
    this.#proofs = new OpenAsks(options.timers, proveWithinMs);
  }

  /**
   * Starts the processes; resolves with their address when all of them listen.
   * @throws AppError `http/cannot-listen` when one ends before that
   */
  start(): Promise<{ url: string }> {
    const { count } = this.#options;
    return new Promise((resolve, reject) => {
      let listening = 0;
      this.#onListening = (url) => {
        listening++;
        if (listening === count) resolve({ url });
      };
      this.#onFailure = reject;
      for (let i = 0; i < count; i++) this.#fork();
    });
  }

  /** Resolves when every process has taken in what was committed up to this event, or a second has passed. */
  async told(seq: number, except?: Child): Promise<void> {
    const others = [...this.#children].filter((child) => child !== except && child.isConnected());
    const asked = others.map((child) => this.#taken.put((ask) => send(child, { almanac: 'news', ask, seq })));
    await Promise.all(asked);
  }

  /**
   * Has every process try a version, and keep it for its promotion.
   * @returns why one of them refuses it; undefined when none does
   * @throws AppError `serving/not-proven` when one does not say, or there is none
   */
  async prove(version: VersionKey): Promise<string | undefined> {
    return refusalOf(await this.#prove(version));
  }

  async #prove(version: VersionKey): Promise<Finding> {
    const { project, id } = version;
    const findings = [...this.#children].map((child) => this.#proveIn(child, { project, id }));
    const found = await Promise.all(findings);
    return together(found.filter((finding) => finding !== undefined));
  }

  /** @returns undefined when the process has ended: the one that takes its place begins with what then serves */
  async #proveIn(child: Child, version: VersionKey): Promise<Finding | undefined> {
    if (!child.isConnected()) return undefined;
    const ended = new Promise<'ended'>((resolve) => child.once('exit', () => resolve('ended')));
    const asked = this.#proofs.put((ask) => send(child, { almanac: 'prove', ask, version }));
    const finding = await Promise.race([asked, ended]);
    if (finding === 'ended') return undefined;
    return finding ?? { kind: 'unknown', reason: `process ${child.process.pid} did not answer in time` };
  }

  /** Has every process finish its requests; resolves when all have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const ends = [...this.#children].map(
      (child) => new Promise<void>((resolve) => child.once('exit', () => resolve())),
    );
    for (const child of this.#children) child.process.kill('SIGTERM');
    await Promise.all(ends);
  }

  #fork(): void {
    const child = this.#options.fork();
    this.#children.add(child);
    let listened = false;
    child.on('message', (message) => {
      if (!isOurs<ToPrimary>(message)) return;
      if (message.almanac === 'listening') {
        listened = true;
        this.#restartMs = restartMs.first;
        this.#onListening(message.url);
      } else this.#hear(child, message);
    });
    child.once('exit', (code, signal) => {
      this.#children.delete(child);
      if (!this.#stopped)
        this.#replace({ listened, reason: signal ?? `exit ${code}`, pid: child.process.pid });
    });
  }

  #hear(child: Child, message: Exclude<ToPrimary, { almanac: 'listening' }>): void {
    const { ask } = message;
    if (message.almanac === 'taken') this.#taken.answer(ask, true);
    if (message.almanac === 'proved') this.#proofs.answer(ask, message.finding);
    if (message.almanac === 'prove')
      void this.#prove(message.version).then((finding) => send(child, { almanac: 'proved', ask, finding }));
    if (message.almanac === 'news')
      void this.told(message.seq, child).then(() => send(child, { almanac: 'told', ask }));
    if (message.almanac === 'metrics')
      this.#options.metrics().then(
        (text) => send(child, { almanac: 'metrics', ask, text }),
        () => send(child, { almanac: 'metrics', ask, text: null }),
      );
  }

  #replace(ended: { listened: boolean; reason: string; pid: number | undefined }): void {
    const { log, timers } = this.#options;
    const { listened, reason, pid } = ended;
    log.error({ pid, reason }, 'a serving process ended');
    if (!listened)
      this.#onFailure(
        new AppError('http/cannot-listen', `a serving process ended before it listened: ${reason}`),
      );
    timers.setTimeout(() => {
      if (!this.#stopped) this.#fork();
    }, this.#restartMs);
    if (!listened) this.#restartMs = Math.min(restartMs.most, this.#restartMs * 2);
  }
}

function send(child: Child, message: ToServer): void {
  if (child.isConnected()) child.send(message);
}
