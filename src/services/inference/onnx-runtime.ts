// The runtime for graphs that are more than trees: onnxruntime in WebAssembly, loaded when first needed, in worker threads
// only. It is no dependency: forecasting does without, and it is large. Its native sister is not used: a worker that is
// stopped while native code runs takes the whole process with it (seen with onnxruntime-node 1.30.0 on Node 24).

import { AppError } from '../../core/index.ts';
import type { RuntimeTensor } from './onnx-tensors.ts';
import type { TensorData } from './tensor.ts';

/** The part of onnxruntime-web that is used. */
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
  /** Options for every session. */
  readonly sessionOptions: object;
  /** Bytes of WebAssembly memory in use by all sessions. */
  memoryBytes(): number;
}

/** The package, as signatures name what runs a model. */
export const onnxRuntimeName = 'onnxruntime-web';

const pageBytes = 65_536;

/**
 * Loads the runtime. Its memory never grows past the bound: an allocation beyond is an error of the model.
 * @throws AppError `onnx/no-runtime` when it is not installed
 */
export async function loadRuntime(memoryBytesMax: number): Promise<LoadedRuntime> {
  const memoryBytes = boundMemory(memoryBytesMax);
  const web = await importIfThere(onnxRuntimeName);
  if (web === undefined) {
    throw new AppError(
      'onnx/no-runtime',
      'this model is more than trees, and onnxruntime is not installed: run `npm install onnxruntime-web@1.30.0`',
    );
  }
  web.env.wasm.numThreads = 1;
  web.env.logLevel = 'fatal';
  const sessionOptions = {
    executionProviders: ['wasm'],
    logSeverityLevel: 4,
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  };
  return { runtime: web, sessionOptions, memoryBytes };
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
