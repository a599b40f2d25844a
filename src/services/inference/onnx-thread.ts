// One worker thread of registered models, as the serving thread sees it: ask, and stop.

import { Worker } from 'node:worker_threads';
import { AppError } from '../../core/index.ts';
import { siblingScript } from '../jobs/index.ts';
import type { FromOnnxWorker, OnnxAsk, ToOnnxWorker } from './onnx-worker-protocol.ts';

interface Pending {
  readonly id: number;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Of JavaScript; what the runtime holds is bounded by itself. */
const resourceLimits = { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 };

export class OnnxThread {
  readonly #worker: Worker;
  #pending: Pending | undefined;
  #asked = 0;
  #ended: AppError | undefined;
  /** Of the runtime, as of the last answer. */
  memoryBytes = 0;

  constructor(options: { readonly memoryBytesMax: number }) {
    this.#worker = new Worker(siblingScript(import.meta.url, 'onnx-worker'), {
      workerData: options,
      resourceLimits,
      // The runtime prints what it has to say of a model; the same comes as an error.
      stdout: true,
      stderr: true,
    });
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    // A command that only looks at models ends while threads wait for work.
    this.#worker.unref();
    this.#worker.on('message', (message: FromOnnxWorker) => this.#answered(message));
    this.#worker.on('error', (error) => this.#end(crashed(error.message)));
    this.#worker.on('exit', (code) => this.#end(crashed(`it ended with code ${code}`)));
  }

  /** False once it has ended, for whatever reason. */
  get alive(): boolean {
    return this.#ended === undefined;
  }

  /** One at a time. @throws AppError: the worker's own, or why it ended */
  ask(message: OnnxAsk): Promise<unknown> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const id = this.#asked++;
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#pending = { id, resolve, reject };
      this.#worker.postMessage({ ...message, id } satisfies ToOnnxWorker);
    });
  }

  /** Ends it now; what it was asked is rejected with `reason`. */
  stop(reason: AppError): void {
    this.#end(reason);
    void this.#worker.terminate();
  }

  #answered(message: FromOnnxWorker): void {
    const pending = this.#pending;
    if (pending === undefined || pending.id !== message.id) return;
    this.#pending = undefined;
    this.#worker.unref();
    this.memoryBytes = message.memoryBytes;
    if ('reply' in message) {
      pending.resolve(message.reply);
      return;
    }
    const { code, message: text, details = {} } = message.error;
    const error = new AppError(code ?? 'inference/crashed', text, { details });
    pending.reject(error);
    // Its runtime stopped in the middle of something: what it would answer next is anybody's guess.
    if (error.code === 'inference/crashed') this.stop(error);
  }

  #end(reason: AppError): void {
    this.#ended ??= reason;
    this.#pending?.reject(this.#ended);
    this.#pending = undefined;
  }
}

function crashed(why: string): AppError {
  return new AppError('inference/crashed', `the worker of the model ended: ${why.slice(0, 300)}`);
}
