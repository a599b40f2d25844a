// The resolved configuration: complete, checked, frozen. What the rest of the program sees.

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Project } from '../core/index.ts';
import { checkUserConfig } from './check.ts';
import { resolveProject } from './project.ts';
import type { LogLevel, UserConfig } from './schema.ts';
import { settings } from './settings.ts';

export interface Config {
  /** Absolute path. */
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly threads: number;
  /** Processes that answer requests; with 2 or more, another one trains and keeps them running. */
  readonly processes: number;
  readonly logLevel: LogLevel;
  readonly limits: {
    readonly bodyMegabytes: number;
    readonly decompressedMegabytes: number;
    readonly memoryMegabytes: number;
    readonly forecastSeriesMax: number;
    readonly forecastCacheMegabytes: number;
    readonly forecastQueueSeconds: number;
  };
  readonly inference: {
    readonly timeoutMs: number;
    /** Null = the first project. */
    readonly defaultModel: string | null;
  };
  readonly projects: readonly Project[];
}

/**
 * Marks an object as a configuration, so that editors complete and check it; returns it as it is.
 * Its values are checked when it is loaded.
 */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
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
    threads: checked.threads ?? threadsBesideServing(),
    processes: checked.processes ?? byDefault('processes'),
    logLevel: checked.logLevel ?? byDefault('logLevel'),
    limits: {
      bodyMegabytes: checked.limits?.bodyMegabytes ?? byDefault('limits.bodyMegabytes'),
      decompressedMegabytes:
        checked.limits?.decompressedMegabytes ?? byDefault('limits.decompressedMegabytes'),
      memoryMegabytes: checked.limits?.memoryMegabytes ?? byDefault('limits.memoryMegabytes'),
      forecastSeriesMax: checked.limits?.forecastSeriesMax ?? byDefault('limits.forecastSeriesMax'),
      forecastCacheMegabytes:
        checked.limits?.forecastCacheMegabytes ?? byDefault('limits.forecastCacheMegabytes'),
      forecastQueueSeconds: checked.limits?.forecastQueueSeconds ?? byDefault('limits.forecastQueueSeconds'),
    },
    inference: {
      timeoutMs: checked.inference?.timeoutMs ?? byDefault('inference.timeoutMs'),
      defaultModel: checked.inference?.defaultModel ?? null,
    },
    projects: Object.entries(checked.projects ?? {}).map(([name, project]) => resolveProject(name, project)),
  };
  // Cloned, so that freezing does not reach into the caller's object.
  return deepFreeze(structuredClone(config));
}

/** One per core, but one: requests are answered while a model is trained. */
function threadsBesideServing(): number {
  return Math.max(1, availableParallelism() - 1);
}

function byDefault<T>(path: string): T {
  return settings.find((setting) => setting.path.join('.') === path)?.node.default as T;
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}
