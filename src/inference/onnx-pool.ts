// Worker threads that run registered models. Each answers one request at a time; one that takes too long or dies is
// replaced, and only its own request fails.

import { AppError } from '../core/index.ts';
import type { Timers } from '../jobs/index.ts';
import type { TreePlan } from '../onnx/index.ts';
import type { OnnxSignature, UserSignature } from './onnx-signature.ts';
import { OnnxThread } from './onnx-thread.ts';
import type { Tensor } from './tensor.ts';

/** A model as the pool knows it. */
export interface PooledModel {
  /** One per version. */
  readonly key: string;
  readonly signature: OnnxSignature;
  /** The file, checked against its hash. */
  readonly file: () => Promise<Uint8Array>;
}

export interface OnnxPoolOptions {
  readonly timers: Timers;
  /** Threads, ≥ 1. They start with the first model. */
  readonly threads: number;
  /** Largest memory of the runtime per thread; an allocation past it fails. */
  readonly memoryBytesMax: number;
  /** Requests that may wait; more are refused. */
  readonly waitingMax: number;
  /** Longest that loading a model may take. */
  readonly loadTimeoutMs: number;
}

export const onnxPoolDefaults: Omit<OnnxPoolOptions, 'timers' | 'threads'> = {
  memoryBytesMax: 1024 * 1024 * 1024,
  waitingMax: 1000,
  loadTimeoutMs: 60_000,
};

export interface LoadedModel {
  /** Set when the model is trees and nothing else. */
  readonly plan: TreePlan | undefined;
  readonly runBy: string;
}

interface Task {
  readonly model: PooledModel;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[] | undefined;
  readonly resolve: (outputs: Tensor[]) => void;
  readonly reject: (error: unknown) => void;
  /** Set while a thread computes it. */
  slot: Slot | undefined;
  done: boolean;
}

interface Slot {
  thread: OnnxThread;
  busy: boolean;
  /** Work for this thread alone, before any request: loading, freeing. */
  readonly own: (() => Promise<void>)[];
  readonly loaded: Map<string, PooledModel>;
  /** Of a thread that replaced another: models it is to load when nobody waits, those asked for having come first. */
  missing: PooledModel[];
  /** Of the runtime, after its models were loaded. */
  memoryBytesLoaded: number;
}

/** A thread that holds more than this share of its bound is replaced, when it has grown since its models were loaded. */
const recycleShare = 0.75;
const recycleGrowth = 1.25;

export class OnnxPool {
  readonly #options: OnnxPoolOptions;
  readonly #slots: Slot[] = [];
  readonly #waiting: Task[] = [];
  /** Loaded in every thread, also in those that replace one. */
  readonly #kept = new Map<string, PooledModel>();
  #closed = false;

  constructor(options: OnnxPoolOptions) {
    this.#options = options;
  }

  /**
   * Loads a model in every thread and compares its answers with those it was registered with.
   * @throws AppError `inference/load-refused`, `inference/timeout`, `onnx/…`, `store/blob-…`
   */
  async load(model: PooledModel): Promise<LoadedModel> {
    while (this.#slots.length < this.#options.threads) this.#slots.push(this.#newSlot());
    const loaded = await Promise.all(
      this.#slots.map((slot) => this.#exclusively(slot, () => this.#loadIn(slot, model))),
    );
    this.#kept.set(model.key, model);
    return loaded[0] as LoadedModel;
  }

  /** Frees a model in every thread; requests under way finish. */
  async unload(key: string): Promise<void> {
    this.#kept.delete(key);
    await Promise.all(
      this.#slots.map((slot) =>
        this.#exclusively(slot, async () => {
          if (slot.loaded.delete(key)) await slot.thread.ask({ ask: 'unload', key });
        }),
      ),
    );
  }

  /**
   * Answers a request on the first thread that is free.
   * @throws AppError `inference/timeout`, `inference/crashed`, `inference/overloaded`, `inference/refused`, `inference/bad-output`
   */
  run(
    model: PooledModel,
    inputs: readonly Tensor[],
    ask: { readonly outputs?: readonly string[] | undefined; readonly timeoutMs: number },
  ): Promise<Tensor[]> {
    if (this.#closed) return Promise.reject(new AppError('inference/crashed', 'the server is shutting down'));
    if (this.#waiting.length >= this.#options.waitingMax) {
      const text = `${this.#waiting.length} requests wait for models already`;
      return Promise.reject(
        new AppError('inference/overloaded', text, { details: { retryAfterSeconds: 1 } }),
      );
    }
    return new Promise((resolve, reject) => {
      const task: Task = {
        model,
        inputs,
        outputs: ask.outputs,
        resolve,
        reject,
        slot: undefined,
        done: false,
      };
      const timer = this.#options.timers.setTimeout(() => this.#late(task, ask.timeoutMs), ask.timeoutMs);
      const end = (settle: () => void): void => {
        if (task.done) return;
        task.done = true;
        this.#options.timers.clearTimeout(timer);
        settle();
      };
      Object.assign(task, {
        resolve: (outputs: Tensor[]) => end(() => resolve(outputs)),
        reject: (error: unknown) => end(() => reject(error)),
      });
      this.#waiting.push(task);
      this.#next();
    });
  }

  /** Stops the threads; requests under way are rejected. */
  close(): void {
    this.#closed = true;
    const stopped = new AppError('inference/crashed', 'the server is shutting down');
    for (const task of this.#waiting.splice(0)) task.reject(stopped);
    for (const slot of this.#slots) slot.thread.stop(stopped);
  }

  #newSlot(): Slot {
    const thread = new OnnxThread({ memoryBytesMax: this.#options.memoryBytesMax });
    return { thread, busy: false, own: [], loaded: new Map(), missing: [], memoryBytesLoaded: 0 };
  }

  /** Gives every idle thread what is due: its own work first, then the request that has waited longest, then a missing model. */
  #next(): void {
    for (const slot of this.#slots) {
      if (slot.busy) continue;
      const work = slot.own.shift() ?? this.#request(slot) ?? this.#missing(slot);
      if (work !== undefined) void this.#occupy(slot, work);
    }
  }

  #request(slot: Slot): (() => Promise<void>) | undefined {
    const task = this.#waiting.shift();
    return task && (() => this.#serve(slot, task));
  }

  #missing(slot: Slot): (() => Promise<void>) | undefined {
    for (let model = slot.missing.shift(); model !== undefined; model = slot.missing.shift()) {
      if (slot.loaded.has(model.key) || !this.#kept.has(model.key)) continue;
      const wanted = model;
      return () => this.#loadAgain(slot, wanted);
    }
    return undefined;
  }

  /** @param work never rejects */
  async #occupy(slot: Slot, work: () => Promise<void>): Promise<void> {
    slot.busy = true;
    await work();
    this.#renew(slot);
    slot.busy = false;
    this.#next();
  }

  async #serve(slot: Slot, task: Task): Promise<void> {
    const { model, inputs, outputs } = task;
    try {
      if (!slot.loaded.has(model.key)) await this.#loadIn(slot, model);
      // Too late while it was loaded: the thread is sound, and ready for the next.
      if (task.done) return;
      task.slot = slot;
      task.resolve((await slot.thread.ask({ ask: 'run', key: model.key, inputs, outputs })) as Tensor[]);
    } catch (error) {
      task.reject(error);
    }
    task.slot = undefined;
  }

  /** Time is up: the request fails, and the thread that works on it is given up with whatever it does. */
  #late(task: Task, timeoutMs: number): void {
    const at = this.#waiting.indexOf(task);
    if (at >= 0) this.#waiting.splice(at, 1);
    const where =
      at >= 0 ? 'waiting for a free worker' : task.slot === undefined ? 'loading the model' : 'computing';
    const error = new AppError(
      'inference/timeout',
      `the model did not answer within ${timeoutMs} ms: the time was over while ${where}`,
    );
    task.reject(error);
    task.slot?.thread.stop(error);
  }

  /** After every piece of work: a thread that is gone or too large is replaced. */
  #renew(slot: Slot): void {
    const { memoryBytesMax } = this.#options;
    const { memoryBytes } = slot.thread;
    const grown =
      memoryBytes > recycleShare * memoryBytesMax && memoryBytes > recycleGrowth * slot.memoryBytesLoaded;
    if (grown) slot.thread.stop(new AppError('inference/crashed', 'the worker was replaced'));
    if (!slot.thread.alive && !this.#closed) this.#replace(slot);
  }

  /** A thread with nothing loaded: the models it had come one by one, between requests. */
  #replace(slot: Slot): void {
    slot.loaded.clear();
    slot.thread = new OnnxThread({ memoryBytesMax: this.#options.memoryBytesMax });
    slot.memoryBytesLoaded = 0;
    slot.missing = [...this.#kept.values()];
  }

  async #loadIn(slot: Slot, model: PooledModel): Promise<LoadedModel> {
    const { timers, loadTimeoutMs } = this.#options;
    const { key, signature } = model;
    const file = await model.file();
    const timer = timers.setTimeout(() => {
      const text = `the model was not loaded within ${loadTimeoutMs} ms`;
      slot.thread.stop(new AppError('inference/timeout', text));
    }, loadTimeoutMs);
    try {
      const reply = await slot.thread.ask({ ask: 'load', key, file, signature });
      slot.loaded.set(key, model);
      slot.memoryBytesLoaded = slot.thread.memoryBytes;
      return reply as LoadedModel;
    } finally {
      timers.clearTimeout(timer);
    }
  }

  /** Never rejects: a model that cannot be loaded any more says so to the next request for it. */
  async #loadAgain(slot: Slot, model: PooledModel): Promise<void> {
    try {
      await this.#loadIn(slot, model);
    } catch {
      // One that takes the thread with it would do so in the next thread too.
      if (!slot.thread.alive) this.#kept.delete(model.key);
    }
  }

  /** Work on one given thread, after what it does now. */
  #exclusively<T>(slot: Slot, work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      slot.own.push(() => work().then(resolve, reject));
      this.#next();
    });
  }
}

/**
 * Checks a model that is to be registered, in a thread made for it alone.
 * @throws AppError `onnx/…`, `inference/timeout`, `inference/crashed`
 */
export async function checkInThread(
  file: Uint8Array,
  user: UserSignature,
  options: Pick<OnnxPoolOptions, 'timers' | 'memoryBytesMax' | 'loadTimeoutMs'>,
): Promise<OnnxSignature> {
  const { timers, memoryBytesMax, loadTimeoutMs } = options;
  const thread = new OnnxThread({ memoryBytesMax });
  const late = new AppError(
    'onnx/check-failed',
    `the model was not loaded and tried within ${loadTimeoutMs} ms: it is too large, or does not end`,
  );
  const timer = timers.setTimeout(() => thread.stop(late), loadTimeoutMs);
  try {
    return (await thread.ask({ ask: 'check', file, user })) as OnnxSignature;
  } finally {
    timers.clearTimeout(timer);
    thread.stop(late);
  }
}
