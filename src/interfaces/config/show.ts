// The configuration as rows to print: each value with where it comes from, secrets as dots.

import type { LoadedConfig, Origin } from './load.ts';
import { type Setting, settings, streamSettings } from './settings.ts';

export interface ConfigRow {
  readonly setting: string;
  readonly value: unknown;
  readonly origin: string;
}

/** What a secret is printed as. */
export const redacted = '•••';

/** One row per setting, those of projects, streams and sources after those of the installation. */
export function configRows(
  loaded: LoadedConfig,
  options: { settings?: readonly Setting[] } = {},
): ConfigRow[] {
  const secrets = new Set(
    (options.settings ?? settings).filter((s) => s.secret).map((s) => s.path.join('.')),
  );
  const rows: ConfigRow[] = [];
  const walk = (value: unknown, path: readonly string[], shownPath: string): void => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      for (const [key, item] of Object.entries(value))
        walk(item, [...path, key], shownPath === '' ? key : `${shownPath}.${key}`);
      return;
    }
    const name = path.join('.');
    const origin = originOf(loaded, name);
    rows.push({
      setting: shownPath,
      value: secrets.has(name) ? redacted : value,
      origin: originText(origin),
    });
  };
  const { projects, streams, sources, alertRoutes, ...installation } = loaded.config;
  for (const { name } of streams)
    for (const { path, secret } of streamSettings)
      if (secret) secrets.add(['streams', name, ...path].join('.'));
  walk(installation, [], '');
  for (const { name, grid, ...project } of projects)
    walk({ ...grid, ...project }, ['projects', name], `projects.${name}`);
  for (const { name, ...stream } of streams) walk(stream, ['streams', name], `streams.${name}`);
  for (const { name, ...source } of sources) walk(source, ['sources', name], `sources.${name}`);
  for (const { name, ...route } of alertRoutes) walk(route, ['alertRoutes', name], `alertRoutes.${name}`);
  return rows;
}

function originOf(loaded: LoadedConfig, path: string): Origin {
  return loaded.origins.get(path) ?? { kind: 'default' };
}

function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'file':
      return origin.name;
    case 'environment':
      return `variable ${origin.name}`;
    case 'flag':
      return `flag ${origin.name}`;
  }
}
