// Settings of a project as a command line gives them: `horizonSteps=14`, `columns.series=["store","item"]`, or a file of JSON.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../core/index.ts';
import type { ProjectSettings } from '../../services/projects/index.ts';
import type { CommandContext, OptionSpec } from './command.ts';
import { UsageError } from './report-error.ts';

export const settingsOptions: readonly OptionSpec[] = [
  {
    flags: '--set <settings...>',
    description: 'settings as `horizonSteps=14` or `contract.maxValue=900`; lists as JSON: `seasons=[7]`',
  },
  { flags: '--file <path>', description: 'a JSON file of settings; what --set names comes after it' },
];

/** What a list of `setting=value` says, the later over the earlier. */
export function assignedSettings(texts: unknown): ProjectSettings {
  return listOf(texts)
    .map((text) => assigned(text))
    .reduce<ProjectSettings>(withChange, {});
}

/** The settings that the options of a command state together. @throws AppError `cli/unreadable-file`, and usage errors */
export async function settingsOf(context: CommandContext): Promise<ProjectSettings> {
  const { set, unset, file } = context.options;
  const ofFile = file === undefined ? {} : await readSettings(resolve(context.terminal.cwd, String(file)));
  const ofFlags = [assignedSettings(set), ...listOf(unset).map((path) => at(path, null))];
  return ofFlags.reduce<ProjectSettings>(withChange, ofFile);
}

/** As `mergeSettings`, but that null stays: it is what a change says. */
function withChange(settings: ProjectSettings, change: ProjectSettings): ProjectSettings {
  // By definition, not by assignment: a key may be called `__proto__`.
  const merged = new Map(Object.entries(settings));
  for (const [key, value] of Object.entries(change)) {
    const old = merged.get(key);
    merged.set(key, isObject(value) && isObject(old) ? withChange(old, value) : value);
  }
  return Object.fromEntries(merged);
}

async function readSettings(path: string): Promise<ProjectSettings> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new AppError('cli/unreadable-file', `${path} cannot be read: ${cause.message}`, { cause });
  });
  const value = parsed(text);
  if (isObject(value)) return value;
  throw new AppError('cli/unreadable-file', `${path} holds no JSON object of settings`);
}

/** `a.b=1` as `{a: {b: 1}}`; what is no JSON is a text. */
function assigned(text: string): ProjectSettings {
  const end = text.indexOf('=');
  if (end <= 0) throw new UsageError(`--set takes \`setting=value\`, such as horizonSteps=14, not ${text}`);
  const value = text.slice(end + 1);
  const json = parsed(value);
  return at(text.slice(0, end), json === undefined ? value : json);
}

function at(path: string, value: ProjectSettings[string]): ProjectSettings {
  const [first = '', ...rest] = path.split('.');
  return Object.fromEntries([[first, rest.length === 0 ? value : at(rest.join('.'), value)]]);
}

function parsed(text: string): ProjectSettings[string] | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isObject(value: unknown): value is ProjectSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
