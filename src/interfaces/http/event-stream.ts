// Server-sent events over the event log: each stream resumes where its client stopped and sees every event once, in order.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { AppError } from '../../core/index.ts';
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
  readonly timers: ServingTimers;
  readonly pollMs: number;
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
    const { events, pollMs, heartbeatMs } = this.#options;
    let { afterSeq } = options;
    let quietMs = 0;
    await write(response, 'retry: 1000\n\n', closed);
    while (!closed.aborted && !this.#closed) {
      const { project } = options;
      const found = await events.readEvents({
        afterSeq,
        limit: pageSize,
        ...(project === undefined ? {} : { project }),
      });
      let text = '';
      for (const event of found) {
        afterSeq = event.seq;
        if (options.types && !options.types.has(event.type)) continue;
        const data = { ...event, at: new Date(event.at).toISOString() };
        text += `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
      }
      if (text === '' && quietMs >= heartbeatMs) text = ': still here\n\n';
      quietMs = text === '' ? quietMs + pollMs : 0;
      if (text !== '') await write(response, text, closed);
      if (found.length < pageSize) await this.#pause(pollMs, closed);
    }
  }

  #pause(ms: number, closed: AbortSignal): Promise<void> {
    const { timers } = this.#options;
    return new Promise((resolve) => {
      const done = (): void => {
        timers.clearTimeout(handle);
        closed.removeEventListener('abort', done);
        resolve();
      };
      const handle = timers.setTimeout(done, ms);
      closed.addEventListener('abort', done);
    });
  }

  /** Ends every stream: clients reconnect elsewhere. */
  close(): void {
    this.#closed = true;
    for (const response of this.#open) response.destroy();
  }
}

/** Writes and, when the client reads slowly, waits for it. */
async function write(response: ServerResponse, text: string, closed: AbortSignal): Promise<void> {
  if (!response.write(text) && !closed.aborted) await once(response, 'drain', { signal: closed });
}
