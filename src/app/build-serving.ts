// Builds what answers: forecasts of projects, messages of streams, registered models.

import type { Clock, IdSource } from '../core/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { type DataService, holidayColumn } from '../services/data/index.ts';
import { OnnxModels } from '../services/inference/index.ts';
import { systemTimers } from '../services/jobs/index.ts';
import type { Projects } from '../services/projects/index.ts';
import type { Promotion, Registry } from '../services/registry/index.ts';
import { type OverrideSource, Serving, type ServingOptions } from '../services/serving/index.ts';
import { Streams } from '../services/streams/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';
import type { Log } from './log.ts';
import { identityOf, systemClock, timers } from './platform.ts';

export interface Answering {
  readonly serving: Serving;
  readonly streams: Streams;
  readonly models: OnnxModels;
}

export function buildServing(parts: {
  config: Pick<Config, 'limits' | 'streams'>;
  projects: Projects;
  store: ControlStore;
  data: DataService;
  registry: Registry;
  promotion: Promotion;
  adaptation: NonNullable<ServingOptions['adaptation']>;
  overrides: OverrideSource;
  clock: Clock;
  ids: IdSource;
  log: Log;
}): Answering {
  const { config, projects, store, data, registry, promotion, adaptation, overrides, clock, ids, log } =
    parts;
  const { limits } = config;
  const serving = new Serving({
    store,
    registry,
    data,
    clock,
    timers,
    ids,
    log,
    holidays: holidayColumn,
    forecastSeriesMax: limits.forecastSeriesMax,
    cacheMegabytes: limits.forecastCacheMegabytes,
    waitMsMax: limits.forecastQueueSeconds * 1000,
    adaptation,
    overrides,
  });
  const streams = new Streams({
    streams: config.streams,
    projects,
    store,
    data,
    serving,
    // Loaded with the first request: a command that only reads the data folder has no use for the doors of a server.
    checkRequest: async (value) => (await import('../interfaces/http/index.ts')).forecastRequestOf(value),
    timers: systemTimers,
    clock: systemClock,
    log,
    reader: identityOf(ids.next('reader')),
  });
  return { serving, streams, models: new OnnxModels({ registry, promotion, timers: systemTimers }) };
}
