// Where the parts are built and joined: configuration in, a working Almanac out. Nothing imports this but the bin file
// and tests of the whole. The only place that touches the real clock, timers and random source.

import { mkdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { AppError, type Clock, IdSource, inBulk, type Project } from '../core/index.ts';
import type { CliServices } from '../interfaces/cli/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { forecastRequestOf } from '../interfaces/http/index.ts';
import {
  checkCalendar,
  type DataService,
  holidayColumn,
  openData,
  sealPipeline,
} from '../services/data/index.ts';
import { OnnxModels } from '../services/inference/index.ts';
import { JobWorker, Queue, siblingScript, systemTimers, workerIdentity } from '../services/jobs/index.ts';
import { AccuracyMonitor, adaptationOf, CoverageMonitor } from '../services/monitor/index.ts';
import { Registry } from '../services/registry/index.ts';
import { batchPipeline, ForecastFiles } from '../services/scoring/index.ts';
import { globalObjective, globalSpace, searchPipeline } from '../services/search/index.ts';
import { type LevelAdaptation, Serving } from '../services/serving/index.ts';
import { Streams } from '../services/streams/index.ts';
import { Tracking } from '../services/tracking/index.ts';
import { backtestPipeline, type TrainingOptions, trainingPipeline } from '../services/train/index.ts';
import { mayBeAlive, openFileBlobs, ownIdentity } from '../storage/files/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';
import { openSqliteStore } from '../storage/sqlite/index.ts';
import { createLog } from './log.ts';
import { type Server, serverOf } from './server.ts';
import type { ScoringSetup } from './workers/scoring-worker.ts';

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
  readonly forecastFiles: ForecastFiles;
}

const megabyte = 1024 * 1024;
const systemClock: Clock = { now: () => Date.now() };
const timers = {
  ...systemTimers,
  setImmediate: (callback: () => void) => void setImmediate(callback),
  elapsedMs: () => performance.now(),
};

/**
 * Opens or creates the data folder named by the configuration.
 * @throws AppError `store/…` when it cannot be read or written, or was written by a newer version
 */
export async function openAlmanac(config: Config, options: AlmanacOptions): Promise<Almanac> {
  const { version, clock = systemClock } = options;
  const { projects } = config;
  for (const project of projects) checkCalendar(project);
  const log = createLog(config.logLevel);
  const ids = new IdSource(
    Date.now,
    inBulk((bytes) => void crypto.getRandomValues(bytes)),
  );
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
  const scoring = {
    store,
    registry,
    blobs,
    data,
    clock,
    adaptation: (project: Project) => levelsNow(project),
    folder: join(config.dataFolder, 'forecast-files'),
    threads: config.threads,
    thread: {
      script: siblingScript(import.meta.url, 'workers/scoring-worker'),
      setup: {
        dataFolder: config.dataFolder,
        memoryBytesMax: config.limits.memoryMegabytes * megabyte,
      } satisfies ScoringSetup,
    },
  };
  const jobWorker = new JobWorker({
    store,
    pipelines: [
      trainingPipeline(training),
      backtestPipeline(training),
      searchPipeline(searching),
      sealPipeline(data),
      batchPipeline(scoring),
    ],
    clock: systemClock,
    timers: systemTimers,
    ...workerIdentity(ids.next('worker'), { ownIdentity, mayBeAlive }),
    // A command says itself how its job ended; only a server has nobody but its log to tell.
    onError: (error) => {
      if (server.listening) log.error({ error }, 'job worker');
    },
  });
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const monitor = new AccuracyMonitor({ store, clock, breathe });
  const latestPeriod = (project: string): Promise<number> => monitor.latestPeriod(project);
  const servingVersion = async (project: string): Promise<string | undefined> =>
    (await registry.champion(project))?.id;
  const coverage = new CoverageMonitor({ store, latestPeriod, servingVersion, breathe });
  const levelsNow = async (project: Project): Promise<LevelAdaptation> =>
    adaptationOf(await coverage.measure(project));
  const serving = new Serving({
    store,
    registry,
    data,
    clock,
    timers,
    ids,
    log,
    holidays: holidayColumn,
    forecastSeriesMax: config.limits.forecastSeriesMax,
    cacheMegabytes: config.limits.forecastCacheMegabytes,
    waitMsMax: config.limits.forecastQueueSeconds * 1000,
    adaptation: levelsNow,
  });
  const models = new OnnxModels({ registry, timers: systemTimers });
  const forecastFiles = new ForecastFiles({ queue, folder: scoring.folder });
  const streams = new Streams({
    streams: config.streams,
    projects,
    store,
    data,
    serving,
    checkRequest: forecastRequestOf,
    timers: systemTimers,
    clock: systemClock,
    log,
    reader: workerIdentity(ids.next('reader'), { ownIdentity, mayBeAlive }),
  });
  const services = {
    projects,
    data,
    snapshots: store,
    queue,
    worker: jobWorker,
    tracking,
    registry,
    serving,
    monitor,
    forecastFiles,
    streams,
    coverage,
    models,
  };
  const server: Server = serverOf({
    config,
    services,
    store,
    clock,
    machineClock: systemClock,
    timers,
    version,
    log,
  });
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
