// The flat list of settings, walked from the schema once: names for flags, environment variables and the docs table.

import { alertRouteSchema } from './alert-route-schema.ts';
import { expectation, type SchemaNode } from './node.ts';
import { configSchema, projectSchema } from './schema.ts';
import { sourceSchema } from './source-schema.ts';
import { streamSchema } from './stream-schema.ts';

/** One setting. Those of projects, streams, sources and routes have neither flag nor variable: they belong in the file. */
export interface Setting {
  /** Path in the configuration file, such as `limits.bodyMegabytes`. */
  readonly path: readonly string[];
  /** `ALMANAC_LIMITS_BODY_MEGABYTES`. */
  readonly env: string;
  /** `--limits-body-megabytes`. */
  readonly flag: string;
  /** The flag as parsed: `limitsBodyMegabytes`. */
  readonly attribute: string;
  readonly node: SchemaNode;
  readonly description: string;
  /** What it may be, in words. */
  readonly expects: string;
  /** The default as it would be written, or in words. */
  readonly defaultText: string;
  readonly secret: boolean;
}

/** Settings of the whole installation, in the order of the schema. */
export const settings: readonly Setting[] = leaves(configSchema as SchemaNode, []);
/** Settings of each project. */
export const projectSettings: readonly Setting[] = leaves(projectSchema as SchemaNode, []);
/** Settings of each stream. */
export const streamSettings: readonly Setting[] = leaves(streamSchema as SchemaNode, []);
/** Settings of each source. */
export const sourceSettings: readonly Setting[] = leaves(sourceSchema as SchemaNode, []);
/** Settings of each route of alerts. */
export const alertRouteSettings: readonly Setting[] = leaves(alertRouteSchema as SchemaNode, []);

function leaves(node: SchemaNode, path: readonly string[]): Setting[] {
  if (node.properties !== undefined)
    return Object.entries(node.properties).flatMap(([key, child]) => leaves(child, [...path, key]));
  // Projects, streams, sources and routes have tables of their own.
  if (node.patternProperties !== undefined && node.defaultNote === undefined) return [];
  const words = path.map((part) => part.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join('-');
  return [
    {
      path,
      env: `ALMANAC_${words.replaceAll('-', '_').toUpperCase()}`,
      flag: `--${words}`,
      attribute: words.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      node,
      description: node.description ?? '',
      expects: expectation(node),
      defaultText: node.defaultNote ?? (node.default === undefined ? 'none' : JSON.stringify(node.default)),
      secret: node.secret ?? false,
    },
  ];
}

/** Reads a flag's or a variable's text as the setting's type; undefined when it is not one. */
export function parseSettingText(setting: Setting, text: string): unknown {
  const trimmed = text.trim();
  switch (setting.node.type) {
    case 'integer':
    case 'number': {
      const number = Number(trimmed);
      return trimmed === '' || !Number.isFinite(number) ? undefined : number;
    }
    case 'boolean':
      return ['true', '1', 'yes', 'on'].includes(trimmed.toLowerCase())
        ? true
        : ['false', '0', 'no', 'off'].includes(trimmed.toLowerCase())
          ? false
          : undefined;
    case 'array':
      return trimmed === '' ? [] : trimmed.split(',').map((item) => item.trim());
    default:
      return text;
  }
}
