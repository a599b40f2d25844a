// Worker threads that run registered models. Each does one run at a time, for one request or for several that can share it;
// a thread that takes too long or dies is replaced, and only the request that did it fails.

import { AppError } from '../../core/index.ts';
import { abandoned } from '../serving/index.ts';
import type { InferenceAsk, ModelRun } from './model.ts';
import { cutApart, joinedInputs, jointKey } from './onnx-joint.ts';
import type { LoadedModel, OnnxPoolOptions, PooledModel } from './onnx-pool-options.ts';
import { OnnxQueue, type Waiting } from './onnx-queue.ts';
import { OnnxThread } from './onnx-thread.ts';
import type { Tensor } from './tensor.ts';

interface Task extends Waiting {
  readonly model: PooledModel;
  readonly inputs: readonly Tensor[];
  readonly ask: InferenceAsk;
  readonly resolve: (outputs: Tensor[], run: ModelRun) => void;
  readonly reject: (error: unknown) => void;
  /** Undefined after a run for several failed. */
  key: string | undefined;
  /** Its model is being loaded for it. */
  loading: boolean;
  /** Set while a thread computes it alone. */
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
/** A run for several is given up after this share of the time that the most hurried of them has left. */
const jointTimeShare = 0.5;

export class OnnxPool {
  readonly #options: OnnxPoolOptions;
  readonly #slots: Slot[] = [];
  readonly #queue: OnnxQueue<Task>;
  /** Loaded in every thread, also in those that replace one. */
  readonly #kept = new Map<string, PooledModel>();
  #closed = false;

  constructor(options: OnnxPoolOptions) {
    this.#options = options;
    this.#queue = new OnnxQueue(options.joint);
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
   * Answers a request on the first thread that is free, together with others that wait for the same answer to other rows.
   * @throws AppError `inference/timeout`, `inference/crashed`, `inference/overloaded`, `inference/refused`, `inference/bad-output`
   */
  run(model: PooledModel, inputs: readonly Tensor[], ask: InferenceAsk): Promise<Tensor[]> {
    if (this.#closed) return Promise.reject(shuttingDown());
    if (this.#queue.size >= this.#options.waitingMax) {
      const text = `${this.#queue.size} requests wait for models already`;
      return Promise.reject(
        new AppError('inference/overloaded', text, { details: { retryAfterSeconds: 1 } }),
      );
    }
    return new Promise((resolve, reject) => {
      const timer = this.#options.timers.setTimeout(() => this.#late(task), ask.timeoutMs);
      const end = (settle: () => void): void => {
        if (task.done) return;
        task.done = true;
        this.#options.timers.clearTimeout(timer);
        settle();
      };
      const key = jointKey(model.signature, inputs, ask.outputs);
      const task: Task = {
        model,
        inputs,
        ask,
        key: key && `${model.key} ${key}`,
        rows: inputs[0]?.shape[0] ?? 1,
        values: inputs.reduce((sum, { data }) => sum + data.length, 0),
        endsAt: this.#options.elapsedMs() + ask.timeoutMs,
        resolve: (outputs, run) =>
          end(() => {
            ask.ran?.(run);
            resolve(outputs);
          }),
        reject: (error) => end(() => reject(error)),
        loading: false,
        slot: undefined,
        done: false,
      };
      this.#queue.add(task);
      this.#next();
    });
  }

  /** Stops the threads; requests under way are rejected. */
  close(): void {
    this.#closed = true;
    const stopped = shuttingDown();
    for (const task of this.#queue.removeAll()) task.reject(stopped);
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
    const tasks = this.#wantedTasks();
    const [task] = tasks;
    if (task === undefined) return undefined;
    if (!slot.loaded.has(task.model.key)) return () => this.#loadFor(slot, tasks);
    return () => (tasks.length === 1 ? this.#serve(slot, task) : this.#serveJointly(slot, tasks));
  }

  /** The next to be answered together; those whose client has gone end here. */
  #wantedTasks(): readonly Task[] {
    for (;;) {
      const taken = this.#queue.take(this.#options.elapsedMs());
      const wanted = taken.filter(({ ask }) => ask.isGone?.() !== true);
      for (const task of taken) if (!wanted.includes(task)) task.reject(abandoned());
      if (wanted.length > 0 || taken.length === 0) return wanted;
    }
  }

  /**
   * Loads the model that requests need, which then go on waiting: one whose time is up meanwhile does not cost the thread, and
   * others may have come that share the run.
   */
  async #loadFor(slot: Slot, tasks: readonly Task[]): Promise<void> {
    for (const task of tasks) task.loading = true;
    try {
      await this.#loadIn(slot, (tasks[0] as Task).model);
      this.#queue.putFirst(tasks.filter(({ done }) => !done));
    } catch (error) {
      for (const task of tasks) task.reject(error);
    }
    for (const task of tasks) task.loading = false;
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
    task.slot = slot;
    try {
      const { outputs, run } = await this.#runIn(slot, task, task);
      task.resolve(outputs, run);
    } catch (error) {
      task.reject(error);
    }
    task.slot = undefined;
  }

  /** Whatever goes wrong for all of them: each is asked again alone, so that it fails only for the one that is to blame. */
  async #serveJointly(slot: Slot, tasks: readonly Task[]): Promise<void> {
    const { timers } = this.#options;
    const leftMs = Math.min(...tasks.map(({ endsAt }) => endsAt)) - this.#options.elapsedMs();
    const givenUp = new AppError('inference/timeout', 'requests that were answered together took too long');
    const timer = timers.setTimeout(() => slot.thread.stop(givenUp), jointTimeShare * leftMs);
    try {
      const rows = tasks.map((task) => task.rows);
      const all = {
        inputs: joinedInputs(tasks.map(({ inputs }) => inputs)),
        rows: rows.reduce((sum, count) => sum + count, 0),
      };
      const { outputs, run } = await this.#runIn(slot, tasks[0] as Task, all);
      const answers = cutApart(outputs, rows);
      for (const [i, task] of tasks.entries()) task.resolve(answers[i] as Tensor[], run);
    } catch {
      const again = tasks.filter(({ done }) => !done);
      for (const task of again) task.key = undefined;
      if (this.#closed) for (const task of again) task.reject(shuttingDown());
      else this.#queue.putFirst(again);
    } finally {
      timers.clearTimeout(timer);
    }
  }

  async #runIn(
    slot: Slot,
    task: Task,
    { inputs, rows }: { readonly inputs: readonly Tensor[]; readonly rows: number },
  ): Promise<{ outputs: Tensor[]; run: ModelRun }> {
    const { model, ask } = task;
    const began = this.#options.elapsedMs();
    const message = { ask: 'run', key: model.key, inputs, outputs: ask.outputs } as const;
    const outputs = (await slot.thread.ask(message)) as Tensor[];
    const ms = this.#options.elapsedMs() - began;
    this.#queue.measured(task, rows, ms);
    return { outputs, run: { rows, ms } };
  }

  /** Time is up: the request fails, and the thread that works on it is given up with whatever it does. */
  #late(task: Task): void {
    const doing = task.loading ? 'loading the model' : 'computing';
    const where = this.#queue.remove(task) ? 'waiting for a free worker' : doing;
    const error = new AppError(
      'inference/timeout',
      `the model did not answer within ${task.ask.timeoutMs} ms: the time was over while ${where}`,
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

function shuttingDown(): AppError {
  return new AppError('inference/crashed', 'the server is shutting down');
}
