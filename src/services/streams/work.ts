// What is done with the messages of a stream. Each role has one; the loop in `consume.ts` knows neither.

import type { BrokerConnection, StreamMessage } from './broker.ts';
import type { ReadingPositions } from './positions.ts';

export interface Reading {
  readonly connection: BrokerConnection;
  readonly positions: ReadingPositions;
}

export interface Work {
  /** Of one pull. */
  readonly messagesMax: number;
  readonly bytesMax: number;
  /**
   * Takes in messages and moves the positions past them, in the store and in `reading`. When it throws, the positions say
   * what has been taken in; the rest comes again.
   */
  apply(messages: readonly StreamMessage[], reading: Reading): Promise<void>;
}

/** Names a message for all time, so that what is sent because of it is sent under one name. */
export function messageId(connection: BrokerConnection, { partition, sequence }: StreamMessage): string {
  return `${connection.origin} ${partition} ${sequence}`;
}
