// The resolved configuration: complete, checked, frozen. What the rest of the program sees.

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Alerting, AlertRoute, Project, SourceSettings, StreamSettings } from '../../core/index.ts';
import { resolveAlerting, resolveAlertRoute } from './alert-route-schema.ts';
import { checkUserConfig } from './check.ts';
import { deepFreeze } from './deep-freeze.ts';
import { resolveProject } from './project.ts';
import type { LogLevel, UserConfig } from './schema.ts';
import { settings } from './settings.ts';
import { resolveSource } from './source.ts';
import { resolveStream } from './stream.ts';

const loopbackHosts: readonly string[] = ['127.0.0.1', 'localhost', '::1'];

export interface Config {
  /** Absolute path. */
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  /** Listens where other machines reach it, though nobody has to log in. */
  readonly insecure: boolean;
  /** Names that requests may call the server by, beside those of this machine. */
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly threads: number;
  /** Processes that answer requests; with 2 or more, another one trains and keeps them running. */
  readonly processes: number;
  readonly logLevel: LogLevel;
  readonly limits: {
    readonly bodyMegabytes: number;
    readonly decompressedMegabytes: number;
    readonly memoryMegabytes: number;
    readonly forecastSeriesMax: number;
    readonly bodiesMegabytes: number;
    readonly bodyRowsMax: number;
    readonly connectionsMax: number;
    readonly connectionsPerAddressMax: number;
    readonly requestsPerClientMax: number;
    readonly headersSeconds: number;
    readonly requestSeconds: number;
    readonly answerSeconds: number;
    readonly stallSeconds: number;
    readonly drainSeconds: number;
    readonly forecastCacheMegabytes: number;
    readonly forecastQueueSeconds: number;
    readonly freeMegabytesMin: number;
  };
  readonly inference: {
    readonly timeoutMs: number;
    /** Null = the first project. */
    readonly defaultModel: string | null;
  };
  readonly slo: Required<NonNullable<UserConfig['slo']>>;
  readonly costs: Required<NonNullable<UserConfig['costs']>>;
  readonly retention: Required<NonNullable<UserConfig['retention']>>;
  readonly projects: readonly Project[];
  readonly streams: readonly StreamSettings[];
  readonly sources: readonly SourceSettings[];
  readonly alerting: Alerting;
  readonly alertRoutes: readonly AlertRoute[];
}

/**
 * Completes a configuration given in code, without a file, variables or flags.
 * @param options.cwd folder that a relative `dataFolder` starts from
 * @throws AppError `config/invalid`
 */
export function resolveConfig(user: UserConfig, options: { cwd: string; source?: string }): Config {
  const checked = checkUserConfig(user, options.source ?? 'configuration');
  const config: Config = {
    dataFolder: resolve(options.cwd, checked.dataFolder ?? byDefault('dataFolder')),
    host: checked.host ?? byDefault('host'),
    port: checked.port ?? byDefault('port'),
    insecure: checked.insecure ?? byDefault('insecure'),
    allowedHosts: checked.allowedHosts ?? byDefault('allowedHosts'),
    allowedOrigins: checked.allowedOrigins ?? byDefault('allowedOrigins'),
    trustedProxies: checked.trustedProxies ?? byDefault('trustedProxies'),
    threads: checked.threads ?? threadsBesideServing(),
    processes: checked.processes ?? byDefault('processes'),
    logLevel: checked.logLevel ?? byDefault('logLevel'),
    limits: completed('limits', checked.limits),
    slo: completed('slo', checked.slo),
    costs: completed('costs', checked.costs),
    retention: completed('retention', checked.retention),
    inference: {
      timeoutMs: checked.inference?.timeoutMs ?? byDefault('inference.timeoutMs'),
      defaultModel: checked.inference?.defaultModel ?? null,
    },
    projects: Object.entries(checked.projects ?? {}).map(([name, project]) => resolveProject(name, project)),
    streams: Object.entries(checked.streams ?? {}).map(([name, stream]) =>
      resolveStream(name, stream, { cwd: options.cwd, projects: Object.keys(checked.projects ?? {}) }),
    ),
    sources: Object.entries(checked.sources ?? {}).map(([name, source]) =>
      resolveSource(name, source, { cwd: options.cwd, projects: Object.keys(checked.projects ?? {}) }),
    ),
    alerting: resolveAlerting(checked.alerting ?? {}),
    alertRoutes: Object.entries(checked.alertRoutes ?? {}).map(([name, route]) =>
      resolveAlertRoute(name, route),
    ),
  };
  // Cloned, so that freezing does not reach into the caller's object.
  return deepFreeze(structuredClone(config));
}

/** Whether a server with these settings is reached from this machine alone. */
export function isLoopback({ host }: Pick<Config, 'host'>): boolean {
  return loopbackHosts.includes(host);
}

/** One per core, but one: requests are answered while a model is trained. */
function threadsBesideServing(): number {
  return Math.max(1, availableParallelism() - 1);
}

/** A group of settings, with the defaults of those that were left out. */
function completed<Group extends 'limits' | 'slo' | 'costs' | 'retention'>(
  group: Group,
  given: UserConfig[Group],
): Config[Group] {
  const defaults = settings
    .filter(({ path }) => path.length === 2 && path[0] === group)
    .map(({ path, node }) => [path[1], node.default]);
  return { ...Object.fromEntries(defaults), ...given };
}

function byDefault<T>(path: string): T {
  return settings.find((setting) => setting.path.join('.') === path)?.node.default as T;
}
