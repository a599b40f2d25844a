// One of several serving processes, as it sees the others: through the primary.

import type { ChangeFeed } from '../../services/feed/index.ts';
import { findingOf, refusalOf } from './finding.ts';
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

/** The process itself: `process` of a forked one. */
export interface Channel {
  send?(message: ToPrimary): boolean;
  disconnect?(): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

export class ServerProcess implements ChangeFeed {
  readonly #channel: Channel;
  readonly #tellings: OpenAsks<true>;
  readonly #metrics: OpenAsks<string>;
  readonly #proofs: OpenAsks<Finding>;
  #listener: (seq: number) => Promise<void> = async () => {};

  /**
   * @param of.prove tries a version here; resolves with what speaks against it
   */
  constructor(of: {
    channel: Channel;
    timers: ProcessTimers;
    prove: (version: VersionKey) => Promise<string | undefined>;
  }) {
    const { channel, timers, prove } = of;
    this.#channel = channel;
    this.#tellings = new OpenAsks(timers);
    this.#metrics = new OpenAsks(timers);
    this.#proofs = new OpenAsks(timers, 2 * proveWithinMs);
    channel.on('message', (message) => {
      if (!isOurs<ToServer>(message)) return;
      const { ask } = message;
      if (message.almanac === 'news') {
        const taken = (): void => this.#send({ almanac: 'taken', ask });
        // Who follows tells of its failures itself, and tries again.
        this.#listener(message.seq).then(taken, taken);
      }
      if (message.almanac === 'prove')
        void findingOf(prove(message.version)).then((finding) =>
          this.#send({ almanac: 'proved', ask, finding }),
        );
      if (message.almanac === 'proved') this.#proofs.answer(ask, message.finding);
      if (message.almanac === 'told') this.#tellings.answer(ask, true);
      if (message.almanac === 'metrics') this.#metrics.answer(ask, message.text ?? undefined);
    });
  }

  listening(url: string): void {
    this.#send({ almanac: 'listening', url });
  }

  async told(seq: number): Promise<void> {
    await this.#tellings.put((ask) => this.#send({ almanac: 'news', ask, seq }));
  }

  onTold(listener: (seq: number) => Promise<void>): void {
    this.#listener = listener;
  }

  /**
   * Has all processes try a version, this one too.
   * @returns why one of them refuses it; undefined when none does
   * @throws AppError `serving/not-proven` when one does not say
   */
  async prove({ project, id }: VersionKey): Promise<string | undefined> {
    const version = { project, id };
    const finding = await this.#proofs.put((ask) => this.#send({ almanac: 'prove', ask, version }));
    return refusalOf(finding ?? { kind: 'unknown', reason: 'the primary did not answer in time' });
  }

  /** The metrics of all processes together; undefined when they could not be had. */
  metricsOfAll(): Promise<string | undefined> {
    return this.#metrics.put((ask) => this.#send({ almanac: 'metrics', ask }));
  }

  /** Lets the process end: an open channel keeps it. */
  leave(): void {
    this.#channel.disconnect?.();
  }

  #send(message: ToPrimary): void {
    // A primary that is gone is noticed by the disconnect, not here.
    this.#channel.send?.(message);
  }
}
