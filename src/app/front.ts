// The part of a server that answers: HTTP over serving that follows events, registered models, streams.

import { AppError, type Clock, type IdSource } from '../core/index.ts';
import { type Config, isLoopback } from '../interfaces/config/index.ts';
import {
  buildHttp,
  closePort,
  type DemoControl,
  type HttpLimits,
  type HttpOptions,
  type HttpServices,
  type OtherProcesses,
  type Site,
} from '../interfaces/http/index.ts';
import type { Alerts } from '../services/alerts/index.ts';
import { ContractFailures } from '../services/contracts/index.ts';
import type { DataService } from '../services/data/index.ts';
import type { ChangeFeed, EventFeed } from '../services/feed/index.ts';
import {
  ForecasterSource,
  Inference,
  OnnxPool,
  OnnxSource,
  onnxPoolDefaults,
} from '../services/inference/index.ts';
import { type PipelineEngine, systemTimers } from '../services/jobs/index.ts';
import { Kpis, openProbe } from '../services/kpis/index.ts';
import { type AccuracyMonitor, coverageSubscriber } from '../services/monitor/index.ts';
import { type Overrides, overrideSubscriber } from '../services/overrides/index.ts';
import type { Projects } from '../services/projects/index.ts';
import type { Registry } from '../services/registry/index.ts';
import { breathe, type Serving, type ServingTimers, servingSubscriber } from '../services/serving/index.ts';
import type { Sources } from '../services/sources/index.ts';
import type { Streams } from '../services/streams/index.ts';
import type { ControlStore, VersionRecord } from '../storage/ports/index.ts';
import { diskOf, freeSpaceOf } from './build-retention.ts';
import type { Log } from './log.ts';
import { megabyte } from './platform.ts';
import type { RetentionThread } from './retention-thread.ts';

export interface ServerParts {
  readonly config: Config;
  readonly services: Omit<
    HttpServices,
    | 'events'
    | 'contractFailures'
    | 'check'
    | 'feed'
    | 'room'
    | 'disk'
    | 'modelsFollowed'
    | 'others'
    | 'changes'
    | 'reached'
    | 'kpis'
    | 'data'
    | 'inference'
    | 'onInferredForecast'
  > & {
    readonly serving: Serving;
    readonly data: HttpServices['data'] &
      Pick<DataService, 'closePeriods' | 'contractStates' | 'projectClock'>;
    readonly registry: Registry;
    readonly jobs: PipelineEngine;
    readonly streams: Streams;
    readonly sources: Sources;
    readonly projects: Projects;
    readonly overrides: Overrides;
    readonly alerts: Alerts;
    readonly monitor: AccuracyMonitor;
  };
  readonly store: ControlStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  /** The one reader of events in this process. */
  readonly feed: EventFeed;
  /** What time it really is, also where data lives in another: requests and what they cost are counted by it. */
  readonly machineClock: Clock;
  readonly timers: ServingTimers;
  readonly version: string;
  readonly log: Log;
  /** The dashboard, as it is built. */
  readonly site: Site;
  /** The season that this server is for; undefined = it is nobody's demo. */
  readonly demo?: DemoControl | undefined;
  readonly retention: RetentionThread;
  /** Writes beside the database how far it has come. */
  readonly noteCommits: () => Promise<void>;
}

export interface Front {
  /** Loads what serves and follows what changes it. */
  load(): Promise<void>;
  listen(): Promise<{ url: string }>;
  /** Tries a version of whatever kind here; see `ServingProcesses`. */
  prove(version: VersionRecord): Promise<string | undefined>;
  /** Resolves when the alias as it stands is in effect here. */
  follow(name: string): Promise<void>;
  /** Takes no new connections; those that are open go on as before. */
  closePort(): void;
  close(): Promise<void>;
  stopFollowing(): Promise<void>;
}

/** HTTP and streams over serving that follows events. Of several processes one reads a stream, the others stand by. */
export function front(parts: ServerParts, others: OtherProcesses, changes: ChangeFeed): Front {
  const { config, services, store, machineClock, feed } = parts;
  const { slo: objective, costs } = config;
  const kpis = new Kpis({ clock: machineClock, timers: systemTimers, probe: openProbe(), objective, costs });
  const onnx = onnxSourceOf(parts);
  const contractFailures = new ContractFailures();
  const following = followingOf(parts, { onnx, contractFailures });
  const freeSpace = freeSpaceOf(config);
  const http = buildHttp({
    services: {
      ...services,
      ...inferenceOf(parts, onnx),
      others,
      changes,
      reached: following.reached,
      kpis,
      events: store,
      contractFailures,
      feed,
      check: () => store.check(),
      room: () => freeSpace.check(),
      disk: () => diskOf(config),
      modelsFollowed: async () => {
        await feed.reach(onnx.subscriber.name, await feed.now());
      },
    },
    ...httpOptions(parts),
  });
  changes.onTold(async (seq) => {
    await following.reached(seq);
  });
  return {
    load: async () => {
      await following.start();
      services.streams.start();
    },
    listen: async () => {
      kpis.start();
      return { url: await listenAt(http, config) };
    },
    prove: (version) =>
      version.kind === 'onnx' ? onnx.prove(version) : services.serving.prove(version.project, version),
    follow: async (name) => {
      const isProject = services.projects.find(name) !== undefined;
      if (isProject) await services.serving.follow(name);
      else await feed.reach(onnx.subscriber.name, await feed.now());
    },
    closePort: () => closePort(http.server),
    close: async () => {
      await http.close();
      kpis.stop();
      await services.streams.stop();
    },
    stopFollowing: following.stop,
  };
}

/** Registered models; their threads start with the first of them. */
export function onnxSourceOf({
  config,
  services,
  log,
}: Pick<ServerParts, 'config' | 'services' | 'log'>): OnnxSource {
  const threads = Math.min(2, config.threads);
  return new OnnxSource({
    registry: services.registry,
    pool: new OnnxPool({ ...onnxPoolDefaults, timers: systemTimers, threads }),
    timers: systemTimers,
    log,
  });
}

interface Following {
  /** Loads what serves, then takes in what is committed from before the load on. */
  start(): Promise<void>;
  /** True once everything up to that event is in effect here; false when it could not be taken in. */
  reached(seq: number): Promise<boolean>;
  stop(): Promise<void>;
}

/** Everything that follows the events of the store: serving, registered models, levels adapted to late labels. */
function followingOf(
  { services, feed }: Pick<ServerParts, 'services' | 'feed'>,
  { onnx, contractFailures }: { onnx: OnnxSource; contractFailures: ContractFailures },
): Following {
  const { serving, registry, projects, coverage, streams, overrides } = services;
  const served = servingSubscriber({ serving });
  const overridden = overrideSubscriber({ overrides });
  return {
    start: async () => {
      // Noted before loading: what is committed meanwhile is then seen by those who follow, not lost in between.
      const afterSeq = await feed.now();
      await projects.load();
      await serving.start(projects.list());
      projects.onChange(async ({ name, project }) => {
        if (project === undefined) serving.drop(name);
        else await serving.take(project);
        await streams.follow(name);
      });
      feed.follow(projects.subscriber, { afterSeq });
      feed.follow(served, { afterSeq });
      // Each is looked at once: where they could not be read with the version, they are now.
      feed.follow(overridden, { afterSeq, projects: projects.list().map(({ name }) => name) });
      feed.follow(onnx.subscriber, { afterSeq, projects: await registry.registeredNames() });
      feed.follow(coverageSubscriber({ projects, coverage, serving }), { afterSeq });
      feed.follow(contractFailures.subscriber, { afterSeq });
      feed.start();
    },
    // Registered models are not waited for: loading one takes as long as it takes.
    reached: async (seq) => {
      for (const { name } of [projects.subscriber, served, overridden])
        if (!(await feed.reach(name, seq))) return false;
      return true;
    },
    stop: async () => {
      await feed.stop();
      onnx.stop();
    },
  };
}

function httpOptions({
  config,
  clock,
  ids,
  timers,
  version,
  log,
  site,
  demo,
}: ServerParts): Omit<HttpOptions, 'services'> {
  const { limits, allowedOrigins, trustedProxies } = config;
  return {
    settings: {
      version,
      bodyBytesMax: limits.bodyMegabytes * megabyte,
      decompressedBytesMax: limits.bodyMegabytes * megabyte,
      limits: httpLimits(limits),
      drainMs: limits.drainSeconds * 1000,
      loopbackOnly: isLoopback(config),
      allowedHosts: hostsOf(config),
      allowedOrigins,
      ...(trustedProxies.length === 0 ? {} : { trustedProxies }),
    },
    clock,
    ids,
    timers,
    log,
    site,
    ...(demo === undefined ? {} : { demo }),
  };
}

/** Those of the settings, and the name that the server is bound by. */
function hostsOf({ host, allowedHosts }: Config): readonly string[] {
  return [...allowedHosts, host];
}

/** What answers at the inference protocols: every source of models is named here. */
function inferenceOf(
  { config, services: { projects, serving }, clock, timers }: ServerParts,
  onnx: OnnxSource,
): Pick<HttpServices, 'inference' | 'onInferredForecast'> {
  const forecasters = new ForecasterSource({ projects, serving, breathe: () => breathe(timers) });
  projects.onChange(({ name, project }) => (project === undefined ? forecasters.forget(name) : undefined));
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
    requestsPerClient: limits.requestsPerClientMax,
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
