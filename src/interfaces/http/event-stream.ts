// Server-sent events over the event log: each stream resumes where its client stopped and sees every event once, in order.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { AppError, eventName, type StoredEvent } from '../../core/index.ts';
import type { EventFeed } from '../../services/feed/index.ts';
import type { ServingTimers } from '../../services/serving/index.ts';
import type { HttpEvents } from './services.ts';

export interface StreamOptions {
  readonly afterSeq: number;
  readonly project: string | undefined;
  /** Types wanted; undefined = all. */
  readonly types: ReadonlySet<string> | undefined;
}

export interface EventStreamsOptions {
  readonly events: HttpEvents;
  /** Tells when there is anything to read: however many streams are open, the log is looked at once. */
  readonly feed: Pick<EventFeed, 'head' | 'news'>;
  readonly timers: ServingTimers;
  readonly heartbeatMs: number;
}

const streamsMax = 64;
const pageSize = 200;

/** All open streams. */
export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #open: Set<ServerResponse> = new Set();
  #closed = false;

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#open.size;
  }

  /** @throws AppError `http/too-many-streams`; call before taking the response over */
  checkRoom(): void {
    if (this.#closed)
      throw new AppError('serving/stopped', 'the server is shutting down: connect again later');
    if (this.#open.size >= streamsMax)
      throw new AppError('http/too-many-streams', `${streamsMax} event streams are open, no more are taken`);
  }

  /** Writes events until the client or the server closes the stream. Never rejects. */
  async run(response: ServerResponse, options: StreamOptions): Promise<void> {
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    response.on('error', () => closed.abort());
    // A client may be gone before its stream begins; then `close` has been told already.
    if (response.destroyed || response.socket?.destroyed) return;
    this.#open.add(response);
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    try {
      await this.#follow(response, options, closed.signal);
    } catch {
      // The store failed or the client went away: ending the stream makes the client reconnect from its last id.
    } finally {
      this.#open.delete(response);
      response.end();
    }
  }

  async #follow(response: ServerResponse, options: StreamOptions, closed: AbortSignal): Promise<void> {
    const { events, feed } = this.#options;
    const { project, types } = options;
    let { afterSeq } = options;
    await write(response, 'retry: 1000\n\n', closed);
    while (!closed.aborted && !this.#closed) {
      const { head } = feed;
      const page = await events.readEvents({
        afterSeq,
        limit: pageSize,
        ...(project === undefined ? {} : { project }),
      });
      afterSeq = page.at(-1)?.seq ?? afterSeq;
      const text = page
        .filter((event) => types?.has(eventName(event)) ?? true)
        .map(textOf)
        .join('');
      if (text !== '') await write(response, text, closed);
      // Events of other projects, which this stream does not see, move the head too.
      while (
        page.length < pageSize &&
        !closed.aborted &&
        !(await this.#newsAfter(Math.max(head, afterSeq), closed))
      )
        await write(response, ': still here\n\n', closed);
    }
  }

  /** True when there may be something to read, false after a while without. */
  async #newsAfter(seq: number, closed: AbortSignal): Promise<boolean> {
    const { feed, timers, heartbeatMs } = this.#options;
    const quiet = new AbortController();
    const timer = timers.setTimeout(() => quiet.abort(), heartbeatMs);
    await feed.news(seq, AbortSignal.any([quiet.signal, closed]));
    timers.clearTimeout(timer);
    return closed.aborted || !quiet.signal.aborted;
  }

  /** Ends every stream: clients reconnect elsewhere. */
  close(): void {
    this.#closed = true;
    for (const response of this.#open) response.destroy();
  }
}

/** An event as clients see it: one of a type that this version does not know under the name it was written with. */
function textOf(event: StoredEvent): string {
  const { seq, at, project, data } = event;
  const type = eventName(event);
  const told = { seq, at: new Date(at).toISOString(), project, type, data };
  return `id: ${seq}\nevent: ${type}\ndata: ${JSON.stringify(told)}\n\n`;
}

/** Writes and, when the client reads slowly, waits for it. */
async function write(response: ServerResponse, text: string, closed: AbortSignal): Promise<void> {
  if (!response.write(text) && !closed.aborted) await once(response, 'drain', { signal: closed });
}
