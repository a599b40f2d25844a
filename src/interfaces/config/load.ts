// Putting the layers together: defaults, then the file, then environment variables, then flags; later ones win.

import { dirname, resolve } from 'node:path';
import type { Project } from '../../core/index.ts';
import { checkUserConfig, invalid, shown } from './check.ts';
import { type Config, resolveConfig } from './config.ts';
import { withContracts } from './contract-file.ts';
import { findConfigFile, readConfigFile } from './file.ts';
import type { UserConfig } from './schema.ts';
import { parseSettingText, type Setting, settings } from './settings.ts';
import { nearestName } from './similar.ts';

/** Where a value comes from: `default`, or the file, variable or flag that set it. */
export type Origin =
  | { readonly kind: 'default' }
  | { readonly kind: 'file' | 'environment' | 'flag'; readonly name: string };

export interface LoadedConfig {
  readonly config: Config;
  /** By path, such as `limits.bodyMegabytes` or `projects.shop.gaps`; a path not in it has its default. */
  readonly origins: ReadonlyMap<string, Origin>;
  readonly projects: readonly Project[];
  /** The file read, or null when there is none. */
  readonly file: string | null;
  /** Things that look like mistakes but stop nothing. */
  readonly warnings: readonly string[];
}

export interface LoadOptions {
  /** Path of the configuration file; default: the first of `configFileNames` in `cwd`, or none. */
  readonly file?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Flags as parsed, by attribute name (`limitsBodyMegabytes`); texts or values. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly cwd: string;
}

/** Variables that begin like settings and are none: read by the examples. */
const foreignVariables = ['ALMANAC_DATA'];

/**
 * Reads and completes the configuration. Nothing at all is fine: every setting has a default.
 * @throws AppError `config/not-found`, `config/invalid` naming the file, variable or flag, the value and what is expected
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const file = await findConfigFile(options);
  const origins = new Map<string, Origin>();
  const user: UserConfig =
    file === null ? {} : structuredClone(checkUserConfig(await readConfigFile(file), file));
  if (file !== null) markOrigins(origins, user, [], { kind: 'file', name: file });
  if (user.dataFolder !== undefined && file !== null)
    user.dataFolder = resolve(dirname(file), user.dataFolder);

  for (const setting of settings) {
    const fromEnv = environmentValue(setting, options.env);
    const fromFlag = options.flags[setting.attribute];
    const [text, origin]: [unknown, Origin] =
      fromFlag !== undefined
        ? [fromFlag, { kind: 'flag', name: setting.flag }]
        : [fromEnv?.text, { kind: 'environment', name: fromEnv?.name ?? setting.env }];
    if (text === undefined) continue;
    setAt(user, setting.path, layerValue(setting, text, origin));
    origins.set(setting.path.join('.'), origin);
    if (setting.attribute === 'dataFolder') user.dataFolder = resolve(options.cwd, String(text));
  }
  const folder = file === null ? options.cwd : dirname(file);
  const resolved = resolveConfig(user, { cwd: folder });
  const files = new Map(
    Object.entries(user.projects ?? {}).flatMap(([name, { contract }]): [string, string][] =>
      contract?.file === undefined ? [] : [[name, contract.file]],
    ),
  );
  const projects = await withContracts(resolved.projects, { files, folder });
  const config = Object.freeze({ ...resolved, projects });
  return { config, origins, projects: config.projects, file, warnings: strayVariables(options.env) };
}

/** Hosting platforms say `PORT`; ours, being more exact, wins. An empty variable is an unset one. */
function environmentValue(
  setting: Setting,
  env: LoadOptions['env'],
): { text: string; name: string } | undefined {
  const names = setting.attribute === 'port' ? [setting.env, 'PORT'] : [setting.env];
  for (const name of names) {
    const text = env[name];
    if (text !== undefined && text !== '') return { text, name };
  }
  return undefined;
}

function layerValue(setting: Setting, text: unknown, origin: Origin): unknown {
  const source = origin.kind === 'default' ? 'default' : origin.name;
  const value = typeof text === 'string' ? parseSettingText(setting, text) : text;
  const display = setting.secret ? '(hidden)' : shown(text);
  const problem = `is ${display}; expected ${setting.expects}`;
  if (value === undefined) throw invalid(source, [problem]);
  const alone: UserConfig = {};
  setAt(alone, setting.path, value);
  try {
    checkUserConfig(alone, source);
  } catch {
    throw invalid(source, [problem]);
  }
  return value;
}

/** A misspelt variable would otherwise be ignored without a word. */
function strayVariables(env: LoadOptions['env']): string[] {
  const known = settings.map((setting) => setting.env);
  return Object.keys(env)
    .filter(
      (name) => name.startsWith('ALMANAC_') && !known.includes(name) && !foreignVariables.includes(name),
    )
    .map((name) => {
      const guess = nearestName(name, known);
      return `environment variable ${name} is not a setting${guess === undefined ? '' : `; did you mean ${guess}?`}`;
    });
}

/** Paths come from the schema or from checked files, never from requests, so no key can be `__proto__`. */
function setAt(target: object, path: readonly string[], value: unknown): void {
  let holder = target as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    holder[key] ??= {};
    holder = holder[key] as Record<string, unknown>;
  }
  holder[path.at(-1) as string] = value;
}

function markOrigins(
  origins: Map<string, Origin>,
  value: unknown,
  path: readonly string[],
  origin: Origin,
): void {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    origins.set(path.join('.'), origin);
    return;
  }
  for (const [key, item] of Object.entries(value)) markOrigins(origins, item, [...path, key], origin);
}
