// Where the parts are built and joined: configuration in, a working Almanac out. Nothing imports this but the bin file
// and tests of the whole. The only place that touches the real clock, timers and random source.

import { mkdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { CliServices } from './cli/index.ts';
import type { Config } from './config/index.ts';
import { AppError, type Clock, IdSource } from './core/index.ts';
import { checkCalendar, type DataService, openData, SealTrigger, sealPipeline } from './data/index.ts';
import { buildHttp } from './http/index.ts';
import { OnnxModels, OnnxPool, OnnxSource, onnxPoolDefaults } from './inference/index.ts';
import { JobWorker, Queue, systemTimers, workerIdentity } from './jobs/index.ts';
import { RetrainTrigger } from './learning/index.ts';
import { createLog, type Log } from './log.ts';
import { AccuracyMonitor } from './monitor/index.ts';
import { Registry } from './registry/index.ts';
import { Follower, Serving } from './serving/index.ts';
import { mayBeAlive, openFileBlobs, openSqliteStore, ownIdentity } from './store/index.ts';
import type { ControlStore } from './store/ports.ts';
import { Tracking } from './tracking/index.ts';
import {
  backtestPipeline,
  globalObjective,
  globalSpace,
  searchPipeline,
  type TrainingOptions,
  trainingPipeline,
} from './train/index.ts';

export interface AlmanacOptions {
  /** What day it is for the data; the machine's clock by default. Jobs always run by the machine's clock. */
  readonly clock?: Clock;
  /** Recorded with every run. */
  readonly version: string;
}

/** An opened data folder with everything over it. Nothing runs by itself until `listen` or `worker.start`. */
export interface Almanac extends CliServices {
  readonly data: DataService;
  readonly store: ControlStore;
}

const megabyte = 1024 * 1024;
const systemClock: Clock = { now: () => Date.now() };
const timers = {
  ...systemTimers,
  setImmediate: (callback: () => void) => void setImmediate(callback),
  elapsedMs: () => performance.now(),
};
const loopbackHosts = ['127.0.0.1', 'localhost', '::1'];

/**
 * Opens or creates the data folder named by the configuration.
 * @throws AppError `store/…` when it cannot be read or written, or was written by a newer version
 */
export async function openAlmanac(config: Config, options: AlmanacOptions): Promise<Almanac> {
  const { version, clock = systemClock } = options;
  const { projects } = config;
  for (const project of projects) checkCalendar(project);
  const log = createLog(config.logLevel);
  const ids = new IdSource(Date.now, (bytes) => void crypto.getRandomValues(bytes));
  makeFolder(config.dataFolder);
  const store = openSqliteStore({ path: join(config.dataFolder, 'control.sqlite'), clock });
  for (const project of projects) await store.putProject(project, clock.now());
  const blobs = openFileBlobs({ folder: join(config.dataFolder, 'blobs'), ids });
  const data = openData({
    store,
    blobs,
    ids,
    clock,
    timers,
    scratchFolder: join(config.dataFolder, 'scratch'),
    memoryBytesMax: config.limits.memoryMegabytes * megabyte,
    threads: config.threads,
    limits: { textBytesMax: config.limits.decompressedMegabytes * megabyte },
  });

  const worker = (): JobWorker => jobWorker;
  const queue = new Queue({ store, ids, clock: systemClock, onEnqueued: () => worker().wake() });
  const tracking = new Tracking({
    store,
    blobs,
    ids,
    clock,
    environment: environment(),
    codeVersion: version,
  });
  const registry = new Registry({ store, blobs, ids, clock });
  const training: TrainingOptions = {
    projects: store,
    predictions: store,
    data,
    tracking,
    registry,
    blobs,
    threads: config.threads,
    onPromoted: () => server.catchUp(),
  };
  const searching = { ...training, tracking, objective: globalObjective, defaultSpace: globalSpace };
  const jobWorker = new JobWorker({
    store,
    pipelines: [
      trainingPipeline(training),
      backtestPipeline(training),
      searchPipeline(searching),
      sealPipeline(data),
    ],
    clock: systemClock,
    timers: systemTimers,
    ...workerIdentity(ids.next('worker'), { ownIdentity, mayBeAlive }),
    // A command says itself how its job ended; only a server has nobody but its log to tell.
    onError: (error) => {
      if (server.listening) log.error({ error }, 'job worker');
    },
  });
  const serving = new Serving({
    store,
    registry,
    data,
    clock,
    timers,
    ids,
    log,
    forecastSeriesMax: config.limits.forecastSeriesMax,
    cacheMegabytes: config.limits.forecastCacheMegabytes,
    waitMsMax: config.limits.forecastQueueSeconds * 1000,
  });
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const monitor = new AccuracyMonitor({ store, clock, breathe });
  const models = new OnnxModels({ registry, timers: systemTimers });
  const services = { projects, data, queue, worker: jobWorker, tracking, registry, serving, monitor, models };
  const server: Server = startable({ config, services, store, clock, version, log });
  return {
    ...services,
    store,
    listen: server.listen,
    close: async () => {
      await server.stop();
      await jobWorker.stop();
      await serving.stop();
      await data.close();
      await store.close();
    },
  };
}

interface ServerParts {
  readonly config: Config;
  readonly services: Omit<Almanac, 'store' | 'listen' | 'close'> & {
    serving: Serving;
    worker: JobWorker;
    registry: Registry;
  };
  readonly store: ControlStore;
  readonly clock: Clock;
  readonly version: string;
  readonly log: Log;
}

interface Server {
  readonly listening: boolean;
  listen(): Promise<{ url: string }>;
  /** Resolves when everything committed so far is in effect here; at once when not listening. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

/** What runs only in a server: HTTP, following events, retraining by itself. */
function startable(parts: ServerParts): Server {
  const { config, services, store, clock, version, log } = parts;
  const { serving, registry, worker, projects, queue } = services;
  const follower = new Follower({ serving, store, registry, timers, log });
  // Threads start with the first registered model.
  const onnx = new OnnxSource({
    registry,
    events: store,
    pool: new OnnxPool({ ...onnxPoolDefaults, timers: systemTimers, threads: Math.min(2, config.threads) }),
    timers: systemTimers,
    log,
  });
  const trigger = new RetrainTrigger({
    store,
    queue,
    timers: systemTimers,
    onError: (error) => log.error({ error }, 'retrain trigger'),
  });
  const sealing = new SealTrigger({
    store,
    queue,
    timers: systemTimers,
    onError: (error) => log.error({ error }, 'seal trigger'),
  });
  const http = buildHttp({
    services: {
      ...services,
      events: store,
      check: () => store.check(),
      followFailure: () => follower.failure,
      modelsFollowed: () => onnx.poll(),
    },
    settings: {
      version,
      bodyBytesMax: config.limits.bodyMegabytes * megabyte,
      decompressedBytesMax: config.limits.bodyMegabytes * megabyte,
      loopbackOnly: loopbackHosts.includes(config.host),
    },
    clock,
    timers,
    log,
  });
  let listening = false;
  return {
    get listening() {
      return listening;
    },
    listen: async () => {
      listening = true;
      // Noted before loading: what is committed meanwhile is then seen by the follower, not lost in between.
      const seq = await store.lastEventSeq();
      await serving.start(projects);
      follower.start(seq);
      await onnx.start();
      worker.start();
      await trigger.start();
      sealing.start();
      return { url: await listenAt(http, config) };
    },
    catchUp: async () => {
      if (listening) await follower.reach(await store.lastEventSeq());
    },
    stop: async () => {
      if (!listening) return;
      await http.close();
      await trigger.stop();
      await sealing.stop();
      await follower.stop();
      await onnx.stop();
    },
  };
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = (error as Error).message;
    throw new AppError('store/unavailable', `the data folder ${path} cannot be made: ${reason}`, {
      cause: error,
    });
  }
}

async function listenAt(
  http: { listen(address: { host: string; port: number }): Promise<string> },
  { host, port }: Config,
): Promise<string> {
  try {
    return await http.listen({ host, port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const reason = code === 'EADDRINUSE' ? 'another program listens there already' : message;
    throw new AppError('http/cannot-listen', `cannot listen on ${host}, port ${port}: ${reason}`, {
      cause: error,
    });
  }
}

/** What a run's figures depend on besides data, code and seed. */
function environment(): Record<string, string | number> {
  const [cpu] = cpus();
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpu?.model ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
  };
}
