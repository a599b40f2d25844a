// Blobs that a job's steps hand each other while they are being made, by name: also what a step had made when it was killed.

import type { BlobRef } from './blobs.ts';

export interface JobFile extends BlobRef {
  /** Of its job: `part-000012`. */
  readonly name: string;
}

export interface JobFileStore {
  /** Names a blob for the job; a name given again is the newer blob's. It is not removed as unnamed until the job has ended. */
  nameJobFile(jobId: string, file: JobFile): Promise<void>;
  /** By name, ascending. */
  jobFiles(jobId: string): Promise<JobFile[]>;
  /** Forgets the names; the blobs stay. */
  forgetJobFiles(jobId: string, names: readonly string[]): Promise<void>;
}
