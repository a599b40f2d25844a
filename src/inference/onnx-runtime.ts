// The runtime for graphs that are more than trees: one of onnxruntime's packages, whichever is installed, loaded when first
// needed, in worker threads only. Neither is a dependency: forecasting needs none, and both are large.

import { AppError } from '../core/index.ts';
import type { RuntimeTensor } from './onnx-tensors.ts';
import type { TensorData } from './tensor.ts';

/** The part of onnxruntime's packages that is used; both have it. */
export interface OnnxRuntime {
  readonly Tensor: new (type: string, data: TensorData, dims: readonly number[]) => RuntimeTensor;
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: object): Promise<RuntimeSession>;
  };
  readonly env: { logLevel?: string; wasm: { numThreads?: number } };
}

export interface RuntimeSession {
  run(
    feeds: Readonly<Record<string, RuntimeTensor>>,
    fetches: readonly string[],
    options: object,
  ): Promise<Readonly<Record<string, RuntimeTensor | undefined>>>;
  release(): Promise<void>;
}

export interface LoadedRuntime {
  readonly runtime: OnnxRuntime;
  /** `onnxruntime-node` or `onnxruntime-web`. */
  readonly packageName: string;
  /** Options for every session. */
  readonly sessionOptions: object;
  /** Bytes of WebAssembly memory in use by all sessions; 0 with the native package. */
  memoryBytes(): number;
}

const pageBytes = 65_536;

/**
 * Loads the native package where it is installed, else the one in WebAssembly. Its memory never grows past the bound: an
 * allocation beyond is an error of the model.
 * @throws AppError `onnx/no-runtime` when neither is installed
 */
export async function loadRuntime(memoryBytesMax: number): Promise<LoadedRuntime> {
  const native = await importIfThere('onnxruntime-node');
  const common = { logSeverityLevel: 4, intraOpNumThreads: 1, interOpNumThreads: 1 };
  if (native !== undefined) {
    const sessionOptions = { ...common, executionProviders: ['cpu'] };
    return { runtime: native, packageName: 'onnxruntime-node', sessionOptions, memoryBytes: () => 0 };
  }
  const memoryBytes = boundMemory(memoryBytesMax);
  const web = await importIfThere('onnxruntime-web');
  if (web === undefined) {
    throw new AppError(
      'onnx/no-runtime',
      'this model is more than trees, and onnxruntime is not installed: run `npm install onnxruntime-web@1.30.0`',
    );
  }
  web.env.wasm.numThreads = 1;
  web.env.logLevel = 'fatal';
  const sessionOptions = { ...common, executionProviders: ['wasm'] };
  return { runtime: web, packageName: 'onnxruntime-web', sessionOptions, memoryBytes };
}

async function importIfThere(name: string): Promise<OnnxRuntime | undefined> {
  try {
    const module = (await import(name)) as OnnxRuntime & { default?: OnnxRuntime };
    return module.InferenceSession === undefined ? module.default : module;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(name)) return undefined;
    throw new AppError('onnx/no-runtime', `${name} is installed and cannot be loaded: ${message}`, {
      cause: error,
    });
  }
}

/**
 * The package asks for shared memory of up to 4 GB and has no setting for less: in this thread, which runs nothing else,
 * every memory is made with the bound instead, and its size can be read.
 */
function boundMemory(bytesMax: number): () => number {
  const memories: { readonly buffer: ArrayBufferLike }[] = [];
  const { WebAssembly: platform } = globalThis as unknown as { WebAssembly: WebAssemblyMemories };
  const Native = platform.Memory;
  platform.Memory = class extends Native {
    constructor(descriptor: MemoryDescriptor) {
      const maximum = Math.min(descriptor.maximum ?? pageBytes, Math.floor(bytesMax / pageBytes));
      super({ ...descriptor, maximum: Math.max(maximum, descriptor.initial) });
      memories.push(this);
    }
  };
  return () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
}

/** In pages. */
interface MemoryDescriptor {
  readonly initial: number;
  readonly maximum?: number;
  readonly shared?: boolean;
}

/** Part of the platform's `WebAssembly`, whose types belong to browsers. */
interface WebAssemblyMemories {
  Memory: new (descriptor: MemoryDescriptor) => { readonly buffer: ArrayBufferLike };
}
