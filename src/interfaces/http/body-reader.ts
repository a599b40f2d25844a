// Reads bodies into memory that is bounded for one and for all of them together, whatever their senders declare and
// however slowly or in however small pieces they send.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '../../core/index.ts';

/** Bodies up to here are not counted: the number of connections bounds them, and a flood must not lock them out. */
const freeBytes = 16 * 1024;
/** Chunks are parts of buffers of up to 64 KiB: one of at least half of that holds at most twice its bytes. */
const wholeBytesMin = 32 * 1024;
const blockBytes = 16 * 1024;

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
    const pieces = new Pieces();
    const finish = (error?: unknown): void => {
      payload.off('data', take).off('end', end).off('error', finish).off('close', cut);
      // What still comes is let go unread, so that the client gets to reading the answer.
      payload.on('error', () => {}).resume();
      if (error !== undefined) reject(error);
      else resolve(pieces.join());
    };
    const take = (chunk: Buffer): void => {
      try {
        if (pieces.length + chunk.length > bytesMax) throw tooLarge(bytesMax);
        pieces.add(chunk);
        share.hold(pieces.held);
      } catch (error) {
        finish(error);
      }
    };
    const end = (): void =>
      finish(declared === undefined || declared === pieces.length ? undefined : cutOff());
    const cut = (): void => finish(cutOff());
    payload.on('data', take).on('end', end).on('error', finish).on('close', cut);
    payload.resume();
  });
}

/** Chunks as they come: large ones are kept as they are, small ones copied together, as each alone would hold far more than its bytes. */
class Pieces {
  readonly #done: Buffer[] = [];
  #block: Buffer | undefined;
  #used = 0;
  #length = 0;
  #held = 0;

  /** Bytes of the body so far. */
  get length(): number {
    return this.#length;
  }

  /** Memory that they take. */
  get held(): number {
    return this.#held;
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (chunk.length >= wholeBytesMin || this.#length === chunk.length) {
      this.#finishBlock();
      this.#done.push(chunk);
      this.#held += chunk.length;
      return;
    }
    for (let from = 0; from < chunk.length; ) {
      this.#block ??= this.#newBlock();
      const copied = chunk.copy(this.#block, this.#used, from);
      this.#used += copied;
      from += copied;
      if (this.#used === this.#block.length) this.#finishBlock();
    }
  }

  join(): Buffer {
    this.#finishBlock();
    const [first, another] = this.#done;
    return first !== undefined && another === undefined ? first : Buffer.concat(this.#done, this.#length);
  }

  #newBlock(): Buffer {
    this.#held += blockBytes;
    return Buffer.allocUnsafe(blockBytes);
  }

  #finishBlock(): void {
    if (this.#block !== undefined) this.#done.push(this.#block.subarray(0, this.#used));
    this.#block = undefined;
    this.#used = 0;
  }
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
