// Reads bodies into memory that is bounded for one and for all of them together, whatever their senders declare and
// however slowly or in however small pieces they send.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../core/index.ts';

/** Bodies up to here are not counted: the number of connections bounds them, and a flood must not lock them out. */
const freeBytes = 16 * 1024;

/** Memory that bodies may hold at once. */
export class BodyBudget {
  readonly #bytesMax: number;
  #held = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get held(): number {
    return this.#held;
  }

  /** Takes or, below 0, gives back. @throws AppError `http/too-many-bodies` */
  change(bytes: number): void {
    if (bytes > 0 && this.#held + bytes > this.#bytesMax)
      throw new AppError(
        'http/too-many-bodies',
        `the bodies of requests under way fill ${this.#bytesMax} bytes already: send this one again later`,
      );
    this.#held += bytes;
  }
}

/** What one request holds of the budget, given back when its answer is out. */
export class BodyShare {
  readonly #budget: BodyBudget;
  readonly #response: ServerResponse;
  #held = 0;
  #watched = false;

  constructor(budget: BodyBudget, response: ServerResponse) {
    this.#budget = budget;
    this.#response = response;
  }

  /** Holds this many bytes from now on, more or fewer than before. @throws AppError `http/too-many-bodies` */
  hold(bytes: number): void {
    // After `close` nobody would give it back.
    const held = bytes <= freeBytes || this.#response.closed ? 0 : bytes;
    this.#budget.change(held - this.#held);
    this.#held = held;
    if (held === 0 || this.#watched) return;
    this.#watched = true;
    this.#response.once('close', () => this.hold(0));
  }
}

/**
 * The whole body. Memory grows with what has arrived, never with what was declared, and does not depend on how it was cut.
 * @throws AppError `http/body-too-large`, `http/too-many-bodies`, `http/invalid-body`
 */
export function readBody(
  payload: IncomingMessage,
  { bytesMax, declared, share }: { bytesMax: number; declared: number | undefined; share: BodyShare },
): Promise<Buffer> {
  if (declared !== undefined && declared > bytesMax) return Promise.reject(tooLarge(bytesMax));
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    let length = 0;
    const finish = (error?: unknown): void => {
      payload.off('data', take).off('end', end).off('error', finish).off('close', cut);
      // What still comes is let go unread, so that the client gets to reading the answer.
      payload.on('error', () => {}).resume();
      if (error !== undefined) reject(error);
      else resolve(bytes.subarray(0, length));
    };
    const take = (chunk: Buffer): void => {
      try {
        if (length + chunk.length > bytesMax) throw tooLarge(bytesMax);
        bytes = withRoom(bytes, {
          length,
          more: chunk.length,
          most: Math.min(bytesMax, declared ?? bytesMax),
          share,
        });
        length += chunk.copy(bytes, length);
      } catch (error) {
        finish(error);
      }
    };
    const end = (): void => finish(declared === undefined || declared === length ? undefined : cutOff());
    const cut = (): void => finish(cutOff());
    payload.on('data', take).on('end', end).on('error', finish).on('close', cut);
    payload.resume();
  });
}

/** The buffer, or one of at least twice its size with the same beginning. */
function withRoom(
  bytes: Buffer<ArrayBuffer>,
  { length, more, most, share }: { length: number; more: number; most: number; share: BodyShare },
): Buffer<ArrayBuffer> {
  const needed = length + more;
  if (needed <= bytes.length) return bytes;
  const size = Math.max(needed, Math.min(most, 2 * bytes.length));
  share.hold(size);
  const larger = Buffer.allocUnsafe(size);
  bytes.copy(larger, 0, 0, length);
  return larger;
}

function tooLarge(bytesMax: number): AppError {
  return new AppError(
    'http/body-too-large',
    `the body is larger than ${bytesMax} bytes, more than this route accepts: send it in parts`,
    { details: { bytesMax } },
  );
}

function cutOff(): AppError {
  return new AppError('http/invalid-body', 'the body does not have the length its Content-Length states');
}
