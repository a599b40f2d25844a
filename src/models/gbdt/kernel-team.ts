// The threads of one training and their shared memory, seen from the thread that leads.

import { controlWord, phase, reportFailure } from './control.ts';
import { fallbackCellBytes } from './fallback-histogram.ts';
import { fallbackKernel } from './fallback-kernel.ts';
import type { Kernel } from './kernel.ts';
import {
  instantiateKernel,
  type KernelMemory,
  type KernelModule,
  kernelModule,
  newKernelMemory,
  wasmCellBytes,
} from './kernel-host.ts';
import { KernelThread } from './kernel-thread.ts';
import { type LayoutRequest, layoutFor, type MemoryLayout } from './memory-layout.ts';

/** What a helping thread needs to take part in one training; structured-clonable. */
export interface KernelJob {
  /** Shared memory of WebAssembly with its module, or plain shared memory for the kernel in TypeScript. */
  readonly memory: KernelMemory | SharedArrayBuffer;
  readonly module: KernelModule | null;
  readonly layout: MemoryLayout;
  readonly threads: number;
}

/** Threads that help in trainings. The kernel knows no worker API: whoever starts threads implements this. */
export interface KernelCrew {
  /** Threads that compute, the calling one included; ≥ 1. */
  readonly size: number;
  /** Sends the job to the other threads; thread i of 1 … size − 1 must call `serveKernel(job, i)`, which blocks. */
  start(job: KernelJob): void;
}

/** A helping thread's part of one training; returns when it ends. */
export function serveKernel(job: KernelJob, thread: number): void {
  const { memory, module, layout, threads } = job;
  const plain = memory instanceof SharedArrayBuffer;
  const kernel =
    plain || module === null
      ? fallbackKernel(plain ? memory : memory.buffer)
      : instantiateKernel(module, memory);
  new KernelThread(kernel, plain ? memory : memory.buffer, layout, { thread, threads }).serve();
}

export interface TeamOptions {
  readonly crew?: KernelCrew | undefined;
  readonly kernel?: 'wasm' | 'typescript' | undefined;
}

/** The leading thread: it sets a phase, does its own share and waits for the others. Call `end` in any case. */
export class KernelTeam {
  readonly layout: MemoryLayout;
  readonly buffer: ArrayBufferLike;
  readonly #own: KernelThread;

  constructor(request: Omit<LayoutRequest, 'threads' | 'cellBytes'>, { crew, kernel: wanted }: TeamOptions) {
    const module = wanted === 'typescript' ? null : kernelModule();
    const shared = typeof SharedArrayBuffer === 'function';
    const threads = crew !== undefined && shared ? crew.size : 1;
    const cellBytes = (module === null ? fallbackCellBytes : wasmCellBytes)(request.constantHessian);
    const layout = layoutFor({ ...request, threads, cellBytes });
    const memory = module === null ? null : newKernelMemory(layout.totalBytes);
    if (module !== null && memory === null) {
      // More memory than WebAssembly can address: the same training in plain memory.
      const plain = new KernelTeam(request, { crew, kernel: 'typescript' });
      this.layout = plain.layout;
      this.buffer = plain.buffer;
      this.#own = plain.#own;
      return;
    }
    const Plain = threads > 1 ? SharedArrayBuffer : ArrayBuffer;
    const block = memory ?? new Plain(Math.ceil(layout.totalBytes / 64) * 64);
    this.buffer = 'buffer' in block ? block.buffer : block;
    this.layout = layout;
    const kernel: Kernel =
      module !== null && memory !== null ? instantiateKernel(module, memory) : fallbackKernel(this.buffer);
    this.#own = new KernelThread(kernel, this.buffer, layout, { thread: 0, threads });
    if (crew !== undefined && threads > 1)
      crew.start({ memory: block as KernelMemory, module, layout, threads });
  }

  /** Feature table, see `featureWord`. */
  get features(): Int32Array {
    return this.#own.features;
  }

  /** Runs a phase on all threads and returns when all are through. */
  run(which: number, numbers: readonly number[], reals: readonly number[] = []): void {
    const { control } = this.#own;
    for (let i = 0; i < numbers.length; i++) control[controlWord.arguments + i] = numbers[i]!;
    for (let i = 0; i < reals.length; i++) this.#own.reals[i] = reals[i]!;
    control[controlWord.claimed] = 0;
    control[controlWord.phase] = which;
    try {
      this.#own.meet();
      this.#own.run(which);
      this.#own.meet();
    } catch (error) {
      reportFailure(control);
      throw error;
    }
  }

  largest(which: 0 | 1): number {
    return this.#own.largest(which);
  }

  drawn(): number {
    return this.#own.drawn();
  }

  /** Lets the other threads go. */
  end(): void {
    const { control } = this.#own;
    if (Atomics.load(control, controlWord.failed) !== 0) return;
    control[controlWord.phase] = phase.end;
    this.#own.meet();
  }
}
