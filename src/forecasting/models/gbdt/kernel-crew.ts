// Threads that help, as this room sees them: what they are sent, and who sends it.

import type { ForestLayout } from './forest-layout.ts';
import type { KernelMemory, KernelModule } from './kernel-host.ts';
import type { MemoryLayout } from './memory-layout.ts';

/** Memory for growing trees, or for sending rows through grown ones. */
export type TeamLayout = MemoryLayout | ForestLayout;

/** What a helping thread needs to take part in one training; structured-clonable. */
export interface KernelJob {
  /** Shared memory of WebAssembly with its module, or plain shared memory for the kernel in TypeScript. */
  readonly memory: KernelMemory | SharedArrayBuffer;
  readonly module: KernelModule | null;
  readonly layout: TeamLayout;
  readonly threads: number;
}

/** Threads that help in trainings. The kernel knows no worker API: whoever starts threads implements this. */
export interface KernelCrew {
  /** Threads that compute, the calling one included; ≥ 1. */
  readonly size: number;
  /** Sends the job to the other threads; thread i of 1 … size − 1 must call `serveKernel(job, i)`, which blocks. */
  start(job: KernelJob): void;
}
