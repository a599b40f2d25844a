// Builds the work that goes on behind the requests: the pipelines and the engine that runs them.

import type { Clock, IdSource } from '../core/index.ts';
import type { Config } from '../interfaces/config/index.ts';
import { secretOf } from '../interfaces/config/index.ts';
import { type DataService, sealPipeline } from '../services/data/index.ts';
import { type DriftThread, driftPipeline, runCheck } from '../services/drift/index.ts';
import {
  EmbeddedEngine,
  type Pipeline,
  type PipelineEngine,
  siblingScript,
  systemTimers,
} from '../services/jobs/index.ts';
import { type Projects, purgePipeline } from '../services/projects/index.ts';
import type { Registry } from '../services/registry/index.ts';
import { batchPipeline, ForecastFiles, type ScoringOptions } from '../services/scoring/index.ts';
import { globalObjective, globalSpace, searchPipeline } from '../services/search/index.ts';
import { breathe } from '../services/serving/index.ts';
import { Sources, sourcePipeline, Webhooks } from '../services/sources/index.ts';
import type { Tracking } from '../services/tracking/index.ts';
import { backtestPipeline, type TrainingOptions, trainingPipeline } from '../services/train/index.ts';
import type { BlobStore, ControlStore, LocalFiles } from '../storage/ports/index.ts';
import { identityOf, megabyte, systemClock, timers } from './platform.ts';
import type { StoreDescription } from './stores.ts';
import type { StoresThreadSetup } from './workers/stores-thread.ts';

export interface Work {
  readonly jobs: PipelineEngine;
  readonly forecastFiles: ForecastFiles;
  readonly sources: Sources;
  readonly webhooks: Webhooks;
}

export interface WorkParts {
  readonly config: Pick<Config, 'threads' | 'limits' | 'sources'>;
  readonly projects: Pick<Projects, 'getProject'>;
  readonly store: ControlStore;
  readonly blobs: BlobStore;
  /** What threads open by themselves. */
  readonly stores: StoreDescription;
  readonly data: DataService;
  readonly tracking: Tracking;
  readonly registry: Registry;
  readonly adaptation: ScoringOptions['adaptation'];
  /** Of the data; jobs themselves run by the machine's clock. */
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly promotion: TrainingOptions['promotion'];
  readonly onError: (error: unknown) => void;
}

export function buildWork(
  parts: WorkParts & {
    readonly projects: Pick<Projects, 'find'>;
    readonly files: Pick<LocalFiles, 'scratchPath'>;
  },
): Work {
  const { config, projects, store, data, blobs, ids, onError } = parts;
  const reading = { sources: config.sources, projects, store, data, clock: systemClock, secretOf };
  const sources = new Sources({
    ...reading,
    files: parts.files,
    // The engine runs what reads them, so it is built after them.
    jobs: { enqueue: (...given) => jobs.enqueue(...given) },
  });
  const jobs: PipelineEngine = new EmbeddedEngine({
    store,
    ids,
    pipelines: [...pipelinesOf(parts), sourcePipeline({ sources, clock: systemClock })],
    clock: systemClock,
    timers: systemTimers,
    ...identityOf(ids.next('worker')),
    onError,
  });
  return {
    jobs,
    forecastFiles: new ForecastFiles({ jobs, blobs }),
    sources,
    webhooks: new Webhooks(reading),
  };
}

/** What every process that works on jobs can do. */
export function pipelinesOf(parts: Omit<WorkParts, 'onError' | 'ids'>): readonly Pipeline[] {
  const { store, data } = parts;
  return [
    ...trainingPipelines(parts),
    sealPipeline(data),
    batchPipeline(scoringOf(parts)),
    driftPipeline({
      ...parts,
      clock: systemClock,
      check: (task, signal) => runCheck(driftThreadOf(parts), task, signal),
    }),
    purgePipeline({ store, now: () => systemClock.now(), breathe: () => breathe(timers) }),
  ];
}

function trainingPipelines(parts: Omit<WorkParts, 'onError' | 'ids'>): readonly Pipeline[] {
  const { config, projects, store, data, tracking, registry, blobs, promotion } = parts;
  const training: TrainingOptions = {
    projects,
    predictions: store,
    data,
    tracking,
    registry,
    blobs,
    threads: config.threads,
    promotion,
  };
  const searching = { ...training, tracking, objective: globalObjective, defaultSpace: globalSpace };
  return [trainingPipeline(training), backtestPipeline(training), searchPipeline(searching)];
}

function driftThreadOf({ config, stores }: Pick<WorkParts, 'config' | 'stores'>): DriftThread {
  const setup: StoresThreadSetup = { stores, memoryBytesMax: config.limits.memoryMegabytes * megabyte };
  return { script: siblingScript(import.meta.url, 'workers/drift-worker'), setup };
}

function scoringOf(parts: Omit<WorkParts, 'onError' | 'ids'>): ScoringOptions {
  const { config, projects, store, stores, registry, blobs, data, clock, adaptation } = parts;
  const setup: StoresThreadSetup = {
    stores,
    memoryBytesMax: config.limits.memoryMegabytes * megabyte,
  };
  return {
    projects,
    store,
    registry,
    blobs,
    data,
    clock,
    adaptation,
    threads: config.threads,
    thread: { script: siblingScript(import.meta.url, 'workers/scoring-worker'), setup },
  };
}
