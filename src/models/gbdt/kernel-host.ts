// WebAssembly as this room sees it: compile the kernel once, make memory, bind one instance per thread.

import type { Kernel } from './kernel.ts';

/** Shared WebAssembly memory. */
export interface KernelMemory {
  readonly buffer: SharedArrayBuffer;
}
/** A compiled module; opaque. */
export type KernelModule = object;

/** The compiled kernel, or null where WebAssembly with SIMD and threads does not work. */
export function kernelModule(): KernelModule | null {
  return null;
}

/** Shared memory of that many bytes, or null when it cannot be had. */
export function newKernelMemory(_bytes: number): KernelMemory | null {
  return null;
}

/** Binds the kernel to its memory; once per thread. */
export function instantiateKernel(_module: KernelModule, _memory: KernelMemory): Kernel {
  throw new Error('no kernel');
}
