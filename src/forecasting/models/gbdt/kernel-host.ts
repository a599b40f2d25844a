// WebAssembly as this room sees it: compile the kernel once, make memory, bind one instance per thread.

import type { Kernel } from './kernel.ts';
import { kernelBinary } from './kernel-binary.ts';

/** Shared WebAssembly memory. */
export interface KernelMemory {
  readonly buffer: SharedArrayBuffer;
}
/** A compiled module; opaque. */
export type KernelModule = object;

/** The part of the platform's WebAssembly used here; declared, because this room knows no platform types. */
interface Platform {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => KernelModule;
    readonly Instance: new (module: KernelModule, imports: object) => { readonly exports: unknown };
    readonly Memory: new (pages: { initial: number; maximum: number; shared: true }) => KernelMemory;
  };
  readonly atob?: (text: string) => string;
}

const { WebAssembly: wasm, atob } = globalThis as unknown as Platform;
const pageBytes = 65_536;
const pagesMax = 65_536;
let compiled: KernelModule | null | undefined;

/** The compiled kernel, or null where WebAssembly with SIMD and shared memory does not work. */
export function kernelModule(): KernelModule | null {
  if (compiled !== undefined) return compiled;
  compiled = null;
  if (wasm !== undefined && atob !== undefined && typeof SharedArrayBuffer === 'function') {
    const text = atob(kernelBinary);
    try {
      compiled = new wasm.Module(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    } catch {
      // A platform without SIMD or threads refuses the module: the kernel in TypeScript does the same.
    }
  }
  return compiled;
}

/** Shared memory of that many bytes, or null when it cannot be had. */
export function newKernelMemory(bytes: number): KernelMemory | null {
  const pages = Math.ceil(bytes / pageBytes);
  if (wasm === undefined || pages > pagesMax) return null;
  try {
    return new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    return null;
  }
}

/** Binds the kernel to its memory; once per thread. */
export function instantiateKernel(module: KernelModule, memory: KernelMemory): Kernel {
  if (wasm === undefined) throw new Error('a compiled module without WebAssembly');
  const { exports } = new wasm.Instance(module, { env: { memory } });
  return { ...(exports as Omit<Kernel, 'cellBytes'>), cellBytes: wasmCellBytes };
}

/** A packed cell, or a packed cell and the sum of Hessians. */
export function wasmCellBytes(constantHessian: boolean): number {
  return constantHessian ? 8 : 16;
}
