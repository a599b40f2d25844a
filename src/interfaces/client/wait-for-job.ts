// Waiting for a job: its events say when to look, and a look now and then finds what was told before the stream was open.

import type * as api from './api.ts';

/** Even without an event, a job is looked at this often. */
const waitAtMostMs = 1000;
const types = ['job.progress', 'job.step', 'job.done', 'job.failed', 'job.cancelled'];

export interface WaitOptions {
  /** Called with the job whenever it was asked for. */
  readonly onProgress?: (job: api.Job) => void;
  readonly signal?: AbortSignal;
}

/** Resolves when the job has ended, well or not. */
export async function waitForJob(
  client: {
    readonly job: () => Promise<api.Job>;
    readonly events: (query: {
      readonly types: readonly string[];
      readonly signal: AbortSignal;
    }) => AsyncGenerator<api.AlmanacEvent, void, undefined>;
    readonly pause: (ms: number, signal: AbortSignal) => Promise<undefined>;
  },
  options: WaitOptions,
): Promise<api.Job> {
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const events = client.events({ types, signal });
  try {
    let heard = events.next();
    for (;;) {
      const job = await client.job();
      options.onProgress?.(job);
      if (job.state !== 'queued' && job.state !== 'running') return job;
      const told = await Promise.race([heard.then(() => true), client.pause(waitAtMostMs, signal)]);
      options.signal?.throwIfAborted();
      if (told) heard = events.next();
    }
  } finally {
    stop.abort();
  }
}
