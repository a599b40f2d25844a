// Where the parts are joined: configuration in, a working Almanac out. Nothing imports this but the bin file and tests of
// the whole. Each group of parts has its builder beside this file, which takes exactly what it uses.

import type { Clock, Project } from '../core/index.ts';
import type { CliServices } from '../interfaces/cli/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import type { DemoControl } from '../interfaces/http/index.ts';
import { noteNotification } from '../services/alerts/index.ts';
import type { DataService } from '../services/data/index.ts';
import { DriftReports } from '../services/drift/index.ts';
import { inWords, notedLags } from '../services/feed/index.ts';
import { standingOf } from '../services/learning/index.ts';
import { Promotion, Registry } from '../services/registry/index.ts';
import type { ForecastFiles } from '../services/scoring/index.ts';
import { checkSourceSchedules } from '../services/sources/index.ts';
import { Tracking } from '../services/tracking/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';
import { buildAlerts } from './build-alerts.ts';
import { buildMonitoring } from './build-monitoring.ts';
import { buildOverrides, openOverrideBook } from './build-overrides.ts';
import { checkProject, openProjects } from './build-projects.ts';
import { buildRetention } from './build-retention.ts';
import { buildSeries } from './build-series.ts';
import { buildServing } from './build-serving.ts';
import { buildWork } from './build-work.ts';
import { createLog } from './log.ts';
import { openStorage } from './open-storage.ts';
import { environment, systemClock, systemIds, timers } from './platform.ts';
import { retentionThread } from './retention-thread.ts';
import { type Server, serverOf } from './server.ts';

export interface AlmanacOptions {
  /** What day it is for the data; the machine's clock by default. Jobs always run by the machine's clock. */
  readonly clock?: Clock;
  /** Recorded with every run. */
  readonly version: string;
  /** The season whose server this is. */
  readonly demo?: DemoControl;
}

/** An opened data folder with everything over it. Nothing runs by itself until `listen` or `jobs.start`. */
export interface Almanac extends CliServices {
  readonly data: DataService;
  readonly store: ControlStore;
  readonly forecastFiles: ForecastFiles;
}

/**
 * Opens or creates the data folder named by the configuration.
 * @throws AppError `store/…` when it cannot be read or written, or was written by a newer version
 */
export async function openAlmanac(config: Config, options: AlmanacOptions): Promise<Almanac> {
  const { version, clock = systemClock, demo } = options;
  for (const project of config.projects) checkProject(project);
  checkSourceSchedules(config.sources);
  const log = createLog(config.logLevel);
  const ids = systemIds();
  const { noteCommits, ...storage } = await openStorage(config, { clock, ids });
  const { store, data } = storage;
  const projects = await openProjects({ config, store });
  const stored = { ...storage, config, clock, ids };
  const tracking = new Tracking({ ...stored, environment: environment(), codeVersion: version });
  const registry = new Registry(stored);
  // The server starts the jobs, so it is built after it.
  const promotion = new Promotion({
    registry,
    processes: {
      prove: (candidate) => server.processes.prove(candidate),
      follow: (project) => server.processes.follow(project),
    },
  });
  const { adaptation, ...monitoring } = buildMonitoring({ store, registry, data, clock });
  const work = buildWork({
    ...stored,
    projects,
    tracking,
    registry,
    adaptation,
    promotion,
    // A command says itself how its job ended; a server has only its log for that.
    onError: (error) => {
      if (server.listening) log.error({ error }, 'job worker');
    },
  });
  // Settings have changed, or the project is gone: what is kept of it in memory goes.
  projects.onChange(async ({ name }) => {
    monitoring.coverage.forget(name);
    await data.forget(name);
  });
  const book = openOverrideBook({ store, projects });
  const answering = buildServing({
    ...stored,
    projects,
    registry,
    promotion,
    adaptation,
    overrides: book,
    log,
  });
  const series = buildSeries({
    ...stored,
    monitor: monitoring.monitor,
    serving: answering.serving,
    registry,
  });
  projects.onChange(({ name }) => series.forget(name));
  const overrides = buildOverrides({ ...stored, book, ...monitoring, ...answering });
  const alerting = buildAlerts({ store, ids, config, clock: systemClock });
  const retention = buildRetention(stored);
  const services = {
    projects,
    data,
    snapshots: store,
    tracking,
    registry,
    promotion,
    retention,
    ...monitoring,
    ...work,
    ...answering,
    series,
    overrides,
    ...alerting,
    drift: new DriftReports(store),
    noteNotification: (of: Parameters<typeof noteNotification>[1]) =>
      noteNotification({ store, clock: systemClock }, of),
    standing: (project: Project) => standingOf(store, clock, project),
  };
  const server: Server = serverOf({
    ...stored,
    services,
    machineClock: systemClock,
    timers,
    version,
    log,
    retention: retentionThread(stored),
    noteCommits,
    demo,
  });
  return {
    ...services,
    store,
    followFailures: async () => inWords(await notedLags(store, systemClock.now())),
    listen: server.listen,
    close: async () => {
      await server.stop();
      await work.jobs.stop();
      await answering.serving.stop();
      await retention.stop();
      await data.close();
      await store.close();
    },
  };
}
