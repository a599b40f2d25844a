// What the room needs of a broker, whichever it is: messages in order from a position, and messages out. `nats.ts` and
// `kafka.ts` implement it.

import type { StreamSettings } from '../../core/index.ts';

/** One message as it lies in the stream. Sequences rise within a partition and may have holes. */
export interface StreamMessage {
  /** 0 where streams have no partitions. */
  readonly partition: number;
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** For each partition the first message that has not been taken in; a partition that is not named is at its beginning. */
export type Positions = ReadonlyMap<number, number>;

export interface PullLimits {
  readonly messagesMax: number;
  /** Of payload; a larger message comes alone. */
  readonly bytesMax: number;
  /** How long to wait for the first message. */
  readonly waitMs: number;
}

/** Messages from some positions on. */
export interface MessageSource {
  /**
   * The next messages that are there, in the order of their partition; [] when none came in time. Nothing is fetched ahead
   * of the pulls but what a bounded buffer holds.
   * @throws AppError `streams/unreachable` when the connection is gone: a new one begins at the position
   */
  pull(limits: PullLimits): Promise<readonly StreamMessage[]>;
}

export interface OutgoingMessage {
  /** Subject or topic. */
  readonly to: string;
  readonly data: Uint8Array;
  /** The same for the same content sent again: brokers that can, store it once. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type ReplayFrom =
  | { readonly kind: 'start' | 'now' }
  | { readonly kind: 'sequence'; readonly sequence: number }
  /** UTC milliseconds: the first message stored then or later. */
  | { readonly kind: 'time'; readonly at: number };

export interface BrokerConnection {
  /** Names this very stream: one that is deleted and made again has another. */
  readonly origin: string;
  /** @param onMissed told when messages at the position are no longer kept, with how many at most */
  read(from: Positions, onMissed: (count: number) => void): Promise<MessageSource>;
  positionsAt(from: ReplayFrom): Promise<Positions>;
  /** Messages that have not been taken in; where the broker cannot count, at most so many. */
  lag(positions: Positions): Promise<number>;
  /**
   * Resolves when the broker has stored the message.
   * @throws AppError `streams/not-taken`, `streams/too-large`
   */
  publish(message: OutgoingMessage): Promise<void>;
  close(): Promise<void>;
}

export interface Timers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

/** @throws AppError `streams/unreachable`, `streams/unknown-stream`, `streams/unsupported-retention`, `streams/no-kafka` */
export type Connect = (settings: StreamSettings, timers: Timers) => Promise<BrokerConnection>;
