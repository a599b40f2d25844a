// The threads of one training and their shared memory, seen from the thread that leads.

import { controlWord, phase, reportFailure } from './control.ts';
import { fallbackCellBytes } from './fallback-histogram.ts';
import { fallbackKernel } from './fallback-kernel.ts';
import { ForestThread } from './forest-thread.ts';
import type { Kernel } from './kernel.ts';
import type { KernelCrew, KernelJob, TeamLayout } from './kernel-crew.ts';
import {
  instantiateKernel,
  type KernelMemory,
  kernelModule,
  newKernelMemory,
  wasmCellBytes,
} from './kernel-host.ts';
import { KernelThread } from './kernel-thread.ts';
import { threadsMax } from './memory-layout.ts';
import type { Share, TeamThread } from './team-thread.ts';

/** A helping thread's part of one piece of work; returns when it ends. */
export function serveKernel(job: KernelJob, thread: number): void {
  const { memory, module, layout, threads } = job;
  if (thread >= threads) return;
  const plain = memory instanceof SharedArrayBuffer;
  const buffer = plain ? memory : memory.buffer;
  const kernel = plain || module === null ? fallbackKernel(buffer) : instantiateKernel(module, memory);
  newThread(kernel, buffer, layout, { thread, threads }).serve();
}

function newThread(kernel: Kernel, buffer: ArrayBufferLike, layout: TeamLayout, share: Share): TeamThread {
  return layout.kind === 'training'
    ? new KernelThread(kernel, buffer, layout, share)
    : new ForestThread(kernel, buffer, layout, share);
}

export interface TeamOptions {
  readonly crew?: KernelCrew | undefined;
  readonly kernel?: 'wasm' | 'typescript' | undefined;
}

/** What a layout is made for: the number of threads, and the bytes of a histogram cell of the kernel at work. */
export interface TeamSize {
  readonly threads: number;
  readonly cellBytes: (constantHessian: boolean) => number;
}

/** The leading thread: it sets a phase, does its own share and waits for the others. Call `end` in any case. */
export class KernelTeam<Layout extends TeamLayout> {
  readonly layout: Layout;
  readonly buffer: ArrayBufferLike;
  readonly #own: TeamThread;

  constructor(layoutOf: (size: TeamSize) => Layout, { crew, kernel: wanted }: TeamOptions) {
    const shared = typeof SharedArrayBuffer === 'function';
    const threads = crew !== undefined && shared ? Math.min(crew.size, threadsMax) : 1;
    const compiled = wanted === 'typescript' ? null : kernelModule();
    const memory =
      compiled === null ? null : newKernelMemory(layoutOf({ threads, cellBytes: wasmCellBytes }).totalBytes);
    // Without WebAssembly, or with more memory than it can address: the same in plain memory.
    const module = memory === null ? null : compiled;
    this.layout = layoutOf({ threads, cellBytes: module === null ? fallbackCellBytes : wasmCellBytes });
    const Plain = threads > 1 ? SharedArrayBuffer : ArrayBuffer;
    const block = memory ?? new Plain(Math.ceil(this.layout.totalBytes / 64) * 64);
    this.buffer = 'buffer' in block ? block.buffer : block;
    const kernel: Kernel =
      module !== null && memory !== null ? instantiateKernel(module, memory) : fallbackKernel(this.buffer);
    this.#own = newThread(kernel, this.buffer, this.layout, { thread: 0, threads });
    if (crew !== undefined && threads > 1) {
      crew.start({ memory: block as KernelMemory | SharedArrayBuffer, module, layout: this.layout, threads });
    }
  }

  /** Results of every thread, see `threadResult`. */
  get results(): Float64Array {
    return this.#own.results;
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

  /** Lets the other threads go. */
  end(): void {
    const { control } = this.#own;
    if (Atomics.load(control, controlWord.failed) !== 0) return;
    control[controlWord.phase] = phase.end;
    this.#own.meet();
  }
}
