// What runs only in a server: HTTP, following events, jobs, retraining by itself. In one process, or in a primary that works
// and several others that answer.

import cluster from 'node:cluster';
import type { Config } from './config/index.ts';
import { AppError, type Clock } from './core/index.ts';
import { SealTrigger } from './data/index.ts';
import { alone, buildHttp, type HttpLimits, type HttpServices, type OtherProcesses } from './http/index.ts';
import { ForecasterSource, Inference, OnnxPool, OnnxSource, onnxPoolDefaults } from './inference/index.ts';
import { type JobWorker, type Queue, systemTimers } from './jobs/index.ts';
import { Kpis, openProbe } from './kpis/index.ts';
import { RetrainTrigger } from './learning/index.ts';
import type { Log } from './log.ts';
import { CoverageWatch } from './monitor/index.ts';
import {
  type Channel,
  metricsOfProcesses,
  ProcessGroup,
  ServerProcess,
  shareMetrics,
} from './processes/index.ts';
import type { Registry } from './registry/index.ts';
import { breathe, Follower, type Serving, type ServingTimers } from './serving/index.ts';
import type { ControlStore } from './store/ports.ts';
import type { Streams } from './streams/index.ts';

const megabyte = 1024 * 1024;
const loopbackHosts = ['127.0.0.1', 'localhost', '::1'];

export interface ServerParts {
  readonly config: Config;
  readonly services: Omit<
    HttpServices,
    | 'events'
    | 'check'
    | 'followFailure'
    | 'modelsFollowed'
    | 'others'
    | 'kpis'
    | 'inference'
    | 'onInferredForecast'
  > & {
    readonly serving: Serving;
    readonly worker: JobWorker;
    readonly registry: Registry;
    readonly queue: Queue;
    readonly streams: Streams;
  };
  readonly store: ControlStore;
  readonly clock: Clock;
  /** What time it really is, also where data lives in another: requests and what they cost are counted by it. */
  readonly machineClock: Clock;
  readonly timers: ServingTimers;
  readonly version: string;
  readonly log: Log;
}

export interface Server {
  readonly listening: boolean;
  listen(): Promise<{ url: string }>;
  /** Resolves when everything committed so far is in effect here; at once when not listening. */
  catchUp(): Promise<void>;
  stop(): Promise<void>;
}

/** One process that does all of it, the primary of several, or one of those. */
export function serverOf(parts: ServerParts): Server {
  if (parts.config.processes === 1) return aloneServer(parts);
  return cluster.isPrimary ? primaryServer(parts) : oneOfSeveral(parts);
}

function aloneServer(parts: ServerParts): Server {
  const work = background(parts);
  const door = front(parts, alone);
  let listening = false;
  return {
    get listening() {
      return listening;
    },
    listen: async () => {
      listening = true;
      await door.load();
      await work.start();
      return await door.listen();
    },
    catchUp: async () => {
      if (listening) await door.catchUp();
    },
    stop: async () => {
      if (!listening) return;
      await door.close();
      await work.stop();
      await door.stopFollowing();
    },
  };
}

/** Trains, seals and keeps the others running; answers nobody. */
function primaryServer(parts: ServerParts): Server {
  const { config, log } = parts;
  const work = background(parts);
  const group = new ProcessGroup({
    count: config.processes,
    fork: () => cluster.fork(),
    timers: systemTimers,
    log,
    metrics: metricsOfProcesses,
  });
  let listening = false;
  return {
    get listening() {
      return listening;
    },
    listen: async () => {
      listening = true;
      // What the processes print is this one's to say.
      cluster.setupPrimary({ silent: true });
      cluster.on('fork', ({ process: child }) => child.stderr?.pipe(process.stderr, { end: false }));
      await work.start();
      return await group.start();
    },
    catchUp: async () => {
      if (listening) await group.spread();
    },
    stop: async () => {
      if (!listening) return;
      await group.stop();
      await work.stop();
    },
  };
}

/** Answers; what it commits the others hear of before it says so. */
function oneOfSeveral(parts: ServerParts): Server {
  let listening = false;
  const self = new ServerProcess({
    channel: process as Channel,
    timers: systemTimers,
    catchUp: () => door.catchUp(),
  });
  const door = front(parts, {
    spread: () => self.spread(),
    share: shareMetrics,
    metrics: () => self.metricsOfAll(),
  });
  return {
    get listening() {
      return listening;
    },
    listen: async () => {
      listening = true;
      await door.load();
      const address = await door.listen();
      self.listening(address.url);
      return address;
    },
    catchUp: () => door.catchUp(),
    stop: async () => {
      if (!listening) return;
      await door.close();
      await door.stopFollowing();
      self.leave();
    },
  };
}

interface Background {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Jobs, and what starts them by itself. */
function background({ services, store, log }: ServerParts): Background {
  const { worker, queue } = services;
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
  return {
    start: async () => {
      worker.start();
      await trigger.start();
      sealing.start();
    },
    stop: async () => {
      await trigger.stop();
      await sealing.stop();
    },
  };
}

interface Front {
  /** Loads what serves and follows what changes it. */
  load(): Promise<void>;
  listen(): Promise<{ url: string }>;
  catchUp(): Promise<void>;
  close(): Promise<void>;
  stopFollowing(): Promise<void>;
}

/** HTTP and streams over serving that follows events. Of several processes one reads a stream, the others stand by. */
function front(parts: ServerParts, others: OtherProcesses): Front {
  const { config, services, store, clock, machineClock, timers, version, log } = parts;
  const { serving, registry, projects, streams } = services;
  const { limits, slo: objective, costs } = config;
  const kpis = new Kpis({ clock: machineClock, timers: systemTimers, probe: openProbe(), objective, costs });
  const follower = new Follower({ serving, store, registry, timers, log });
  // Threads start with the first registered model.
  const onnx = new OnnxSource({
    registry,
    events: store,
    pool: new OnnxPool({ ...onnxPoolDefaults, timers: systemTimers, threads: Math.min(2, config.threads) }),
    timers: systemTimers,
    log,
  });
  const adapting = new CoverageWatch({
    projects,
    store,
    coverage: services.coverage,
    serving,
    timers: systemTimers,
    onError: (error) => log.error({ error }, 'levels not adapted'),
  });
  const http = buildHttp({
    services: {
      ...services,
      ...inferenceOf(parts, onnx),
      others,
      kpis,
      events: store,
      check: () => store.check(),
      followFailure: () => follower.failure,
      modelsFollowed: () => onnx.catchUp(),
    },
    settings: {
      version,
      bodyBytesMax: limits.bodyMegabytes * megabyte,
      decompressedBytesMax: limits.bodyMegabytes * megabyte,
      limits: httpLimits(limits),
      loopbackOnly: loopbackHosts.includes(config.host),
    },
    clock,
    timers,
    log,
  });
  return {
    load: async () => {
      // Noted before loading: what is committed meanwhile is then seen by the follower, not lost in between.
      const seq = await store.lastEventSeq();
      await serving.start(projects);
      follower.start(seq);
      await onnx.start();
      adapting.start(seq);
      streams.start();
    },
    listen: async () => {
      kpis.start();
      return { url: await listenAt(http, config) };
    },
    // Registered models are not waited for: loading one takes as long as it takes.
    catchUp: async () => await follower.reach(await store.lastEventSeq()),
    close: async () => {
      await http.close();
      kpis.stop();
      await streams.stop();
    },
    stopFollowing: async () => {
      await adapting.stop();
      await follower.stop();
      await onnx.stop();
    },
  };
}

/** What answers at the inference protocols: every source of models is named here. */
function inferenceOf(
  { config, services: { projects, serving }, clock, timers }: ServerParts,
  onnx: OnnxSource,
): Pick<HttpServices, 'inference' | 'onInferredForecast'> {
  const forecasters = new ForecasterSource({ projects, serving, breathe: () => breathe(timers) });
  return {
    inference: new Inference({
      sources: [forecasters, onnx],
      clock,
      timers,
      alone: config.processes === 1,
      ...config.inference,
    }),
    onInferredForecast: (listener) => forecasters.onForecast(listener),
  };
}

function httpLimits(limits: Config['limits']): HttpLimits {
  return {
    connections: limits.connectionsMax,
    connectionsPerAddress: limits.connectionsPerAddressMax,
    headersMs: limits.headersSeconds * 1000,
    requestMs: limits.requestSeconds * 1000,
    answerMs: limits.answerSeconds * 1000,
    stallMs: limits.stallSeconds * 1000,
    bodiesBytes: limits.bodiesMegabytes * megabyte,
    rows: limits.bodyRowsMax,
  };
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
