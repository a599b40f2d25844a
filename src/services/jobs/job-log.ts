// What a job did, line by line, from the events that it told.

import type { StoredEvent } from '../../core/index.ts';

export interface JobLogLine {
  /** UTC milliseconds. */
  readonly at: number;
  /** Null = before the first step. */
  readonly step: string | null;
  readonly kind: 'queued' | 'progress' | 'waiting' | 'step' | 'done' | 'failed' | 'cancelled';
  readonly message: string;
}

/** @param events of one job, in their order; those of other kinds are left out */
export function jobLog(events: readonly StoredEvent[]): JobLogLine[] {
  return events.flatMap((event): JobLogLine[] => {
    const line = { at: event.at, step: 'step' in event.data ? String(event.data.step) : null };
    switch (event.type) {
      case 'job.queued':
        return [{ ...line, kind: 'queued', message: 'put in' }];
      case 'job.progress':
        return [
          {
            ...line,
            kind: 'progress',
            message: `${Math.floor(event.data.fraction * 100)} % ${event.data.message}`.trim(),
          },
        ];
      case 'job.waiting':
        return [
          {
            ...line,
            kind: 'waiting',
            message: `waits until ${new Date(event.data.until).toISOString()}: ${event.data.message}`,
          },
        ];
      case 'job.step':
        return [{ ...line, kind: 'step', message: `is done, ${event.data.nextStep} is next` }];
      case 'job.done':
        return [{ ...line, kind: 'done', message: 'is done, and with it the job' }];
      case 'job.failed':
        return [{ ...line, kind: 'failed', message: event.data.error }];
      case 'job.cancelled':
        return [{ ...line, kind: 'cancelled', message: 'was cancelled' }];
      default:
        return [];
    }
  });
}
