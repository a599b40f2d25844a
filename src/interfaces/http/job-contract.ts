// The API's types of what a job did: part of `contract.ts`, which is where to import them from.

/** Oldest first: the newest 1,000 lines. Those older than events are kept are gone. */
export interface JobLog {
  lines: {
    at: string;
    /** Null = before the first step. */
    step: string | null;
    kind: 'queued' | 'progress' | 'waiting' | 'step' | 'done' | 'failed' | 'cancelled';
    message: string;
  }[];
}
