// A small pool of worker threads for heavy computing, so that the event loop stays free. The caller's side and the
// worker's side of the protocol are both here; what is computed is the worker script's business.

import { parentPort, Worker, workerData } from 'node:worker_threads';

import { assert } from '../../core/index.ts';

type ToWorker = { readonly id: number; readonly request: unknown };
type FromWorker = { readonly id: number } & ({ readonly reply: unknown } | { readonly error: string });

interface Waiting {
  readonly id: number;
  readonly request: unknown;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface ThreadPoolOptions {
  /** The worker's script; see `siblingScript`. It must call `serveThread`. */
  readonly script: URL;
  /** Number of threads, ≥ 1. They start with the first request. */
  readonly size: number;
  /** Given to every worker once, by structured clone: shared buffers are shared. */
  readonly data?: unknown;
}

/** Runs requests on a fixed number of threads, first come first served; at most `requestsMax` may wait. */
export class ThreadPool<Request, Reply> {
  static readonly requestsMax = 100_000;

  readonly #options: ThreadPoolOptions;
  readonly #idle: Worker[] = [];
  readonly #busy: Map<Worker, Waiting> = new Map();
  readonly #queue: Waiting[] = [];
  #started = 0;
  #nextId = 0;
  #closed = false;

  constructor(options: ThreadPoolOptions) {
    assert(options.size >= 1, 'a thread pool has at least one thread');
    this.#options = options;
  }

  /** Resolves with the worker's reply; rejects when the handler throws or the thread dies. */
  run(request: Request): Promise<Reply> {
    assert(!this.#closed, 'the thread pool is open');
    assert(this.#queue.length < ThreadPool.requestsMax, 'the thread pool has room for one more request');
    return new Promise<Reply>((resolve, reject) => {
      this.#queue.push({ id: this.#nextId++, request, resolve: resolve as (reply: unknown) => void, reject });
      this.#next();
    });
  }

  /** Runs all requests and hands over each reply with its index as it comes; order of arrival is not fixed. */
  async runAll(requests: readonly Request[], onReply: (reply: Reply, index: number) => void): Promise<void> {
    await Promise.all(
      requests.map(async (request, index) => {
        onReply(await this.run(request), index);
      }),
    );
  }

  /** Stops all threads; requests still under way are rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    const stopped = new Error('the thread pool was closed');
    for (const waiting of [...this.#busy.values(), ...this.#queue]) waiting.reject(stopped);
    const workers = [...this.#idle, ...this.#busy.keys()];
    this.#queue.length = 0;
    this.#idle.length = 0;
    this.#busy.clear();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#queue.length === 0) return;
    const worker = this.#idle.pop() ?? (this.#started < this.#options.size ? this.#start() : undefined);
    if (worker === undefined) return;
    const waiting = this.#queue.shift() as Waiting;
    this.#busy.set(worker, waiting);
    const message: ToWorker = { id: waiting.id, request: waiting.request };
    worker.postMessage(message);
  }

  #start(): Worker {
    this.#started++;
    const worker = new Worker(this.#options.script, { workerData: this.#options.data });
    worker.on('message', (message: FromWorker) => this.#answered(worker, message));
    worker.on('error', (error: Error) => this.#died(worker, error));
    worker.on('exit', (code) => this.#died(worker, new Error(`worker thread ended with code ${code}`)));
    return worker;
  }

  #answered(worker: Worker, message: FromWorker): void {
    const waiting = this.#busy.get(worker);
    if (waiting === undefined || waiting.id !== message.id) return;
    this.#busy.delete(worker);
    this.#idle.push(worker);
    if ('error' in message) waiting.reject(new Error(message.error));
    else waiting.resolve(message.reply);
    this.#next();
  }

  #died(worker: Worker, error: Error): void {
    const waiting = this.#busy.get(worker);
    const idleAt = this.#idle.indexOf(worker);
    if (waiting === undefined && idleAt < 0) return;
    if (idleAt >= 0) this.#idle.splice(idleAt, 1);
    this.#busy.delete(worker);
    this.#started--;
    waiting?.reject(error);
    this.#next();
  }
}

/**
 * The worker's side: answers each request with what `makeHandler(data)` returns for it. Call once, at the top of the script.
 * @param makeHandler is called once with the pool's `data`; returns the function that answers requests
 */
export function serveThread<Data, Request, Reply>(
  makeHandler: (data: Data) => (request: Request) => { reply: Reply; transfer?: readonly ArrayBuffer[] },
): void {
  const port = parentPort;
  assert(port !== null, 'serveThread runs inside a worker thread');
  const handle = makeHandler(workerData as Data);
  port.on('message', ({ id, request }: ToWorker) => {
    try {
      const { reply, transfer } = handle(request as Request);
      port.postMessage({ id, reply } satisfies FromWorker, transfer as ArrayBuffer[] | undefined);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      port.postMessage({ id, error: text } satisfies FromWorker);
    }
  });
}

/** URL of a script beside the calling module: `.ts` when run from source, `.js` from the build. */
export function siblingScript(moduleUrl: string, name: string): URL {
  const extension = moduleUrl.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./${name}.${extension}`, moduleUrl);
}

/** CPU milliseconds used by the calling thread so far. */
export function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Wall-clock milliseconds since some fixed moment; for durations only. */
export function elapsedMs(): number {
  return performance.now();
}
