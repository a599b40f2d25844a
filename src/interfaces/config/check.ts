// Checking what a user wrote against the schema, and saying what is wrong in words: file, path, value, expectation.

import { Value } from 'typebox/value';
import { AppError } from '../../core/index.ts';
import { alertRouteProblems } from './alert-route-schema.ts';
import { alertProblems } from './alert-schema.ts';
import { dialectProblems } from './dialect-schema.ts';
import type { MappingConfig } from './mapping-schema.ts';
import { expectation, nodeAt, type SchemaNode } from './node.ts';
import { periodProblems } from './periods-schema.ts';
import { retrainOnProblems } from './retrain-schema.ts';
import { configSchema, type ProjectConfig, projectNamePattern, type UserConfig } from './schema.ts';
import { nearestName } from './similar.ts';
import { sourceProblems } from './source.ts';
import { streamProblems } from './stream.ts';

const problemsMax = 8;

/**
 * The value as a `UserConfig`, unchanged.
 * @param source what the value came from, as the message should name it: a file's path, `defineConfig`
 * @throws AppError `config/invalid` naming every problem found, at most eight
 */
export function checkUserConfig(value: unknown, source: string): UserConfig {
  const problems = [
    ...schemaProblems(value),
    ...meaningProblems(value),
    ...problemsOfStreams(value),
    ...problemsOfSources(value),
    ...problemsOfRoutes(value),
  ].slice(0, problemsMax);
  if (problems.length > 0) throw invalid(source, problems);
  return value as UserConfig;
}

/** What is wrong with a project's settings, each problem beginning with the setting; [] = nothing. */
export function projectProblems(name: string, settings: unknown): string[] {
  if (!new RegExp(projectNamePattern).test(name))
    return [
      `${shown(name)} is not a project name; expected lower-case letters, digits and hyphens, at most 64`,
    ];
  const alone = { projects: { [name]: settings } };
  const at = `projects.${name}`;
  return [...schemaProblems(alone), ...meaningProblems(alone)]
    .slice(0, problemsMax)
    .map((problem) => problem.replace(`${at}.`, '').replace(at, 'the settings'));
}

/** The error for settings that are wrong, one problem per line when there are several. */
export function invalid(source: string, problems: readonly string[]): AppError {
  const text = problems.length === 1 ? ` ${problems[0]}` : problems.map((line) => `\n  ${line}`).join('');
  return new AppError('config/invalid', `${source}:${text}`, { details: { source, problems } });
}

/** A value shortened for a message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'not given';
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function schemaProblems(value: unknown): string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    return [`holds ${shown(value)}; expected an object, such as \`export default defineConfig({ … })\``];
  const problems = new Map<string, string>();
  for (const error of Value.Errors(configSchema, value)) {
    // Errors come parents and all; only the place itself is worth a line.
    if (error.keyword === 'additionalProperties') continue;
    const path = error.instancePath.split('/').slice(1).map(unescapePointer);
    const name = path.join('.');
    if (problems.has(name)) continue;
    const node = nodeAt(configSchema as SchemaNode, path);
    if (node === undefined) problems.set(name, unknownSetting(path));
    else {
      const found = node.secret ? '(hidden)' : shown(valueAt(value, path));
      problems.set(name, `${name} is ${found}; expected ${expectation(node)}`);
    }
  }
  return [...problems.values()];
}

function unknownSetting(path: readonly string[]): string {
  const parent = nodeAt(configSchema as SchemaNode, path.slice(0, -1));
  const known = Object.keys(parent?.properties ?? {});
  const guess = nearestName(path.at(-1) ?? '', known);
  const advice = guess === undefined ? `known here: ${known.join(', ')}` : `did you mean ${guess}?`;
  return `${path.join('.')} is not a setting; ${advice}`;
}

/** What a schema cannot say: names, order, time zones. */
function meaningProblems(value: unknown): string[] {
  const projects = (value as UserConfig | null)?.projects;
  if (projects === undefined || projects === null || typeof projects !== 'object') return [];
  const problems: string[] = [];
  for (const [name, project] of Object.entries(projects)) {
    const at = `projects.${name}`;
    if (!new RegExp(projectNamePattern).test(name))
      problems.push(
        `${at} is not a project name; expected lower-case letters, digits and hyphens, at most 64`,
      );
    if (project === null || typeof project !== 'object') continue;
    for (const problem of retrainOnProblems(project.retrainOn)) problems.push(`${at}.retrainOn${problem}`);
    for (const problem of alertProblems(project.alerts)) problems.push(`${at}.alerts${problem}`);
    if (typeof project.timezone === 'string' && !isTimezone(project.timezone))
      problems.push(
        `${at}.timezone is ${shown(project.timezone)}; expected an IANA name such as Europe/Berlin`,
      );
    for (const key of ['levels', 'seasons'] as const) {
      const list = project[key];
      if (Array.isArray(list) && !list.every((item, i) => i === 0 || item > (list[i - 1] as number)))
        problems.push(`${at}.${key} is ${shown(list)}; expected ascending numbers, each once`);
    }
    problems.push(...columnProblems(project).map((problem) => `${at}.columns${problem}`));
    if (isRecord(project.dialect)) {
      problems.push(...dialectProblems(project.dialect).map((problem) => `${at}.dialect${problem}`));
    }
    if (isRecord(project.mappings))
      for (const [key, mapping] of Object.entries<MappingConfig | null>(project.mappings))
        if (isRecord(mapping?.dialect))
          problems.push(
            ...dialectProblems(mapping.dialect).map((problem) => `${at}.mappings.${key}.dialect${problem}`),
          );
    problems.push(...periodProblems(project).map((problem) => `${at}${problem}`));
    problems.push(...groupProblems(project).map((problem) => `${at}.closing.group${problem}`));
    problems.push(...hierarchyProblems(project).map((problem) => `${at}.hierarchy${problem}`));
    const { minValue, maxValue } = project.contract ?? {};
    if (typeof minValue === 'number' && typeof maxValue === 'number' && minValue > maxValue)
      problems.push(
        `${at}.contract.minValue is ${minValue}; expected at most contract.maxValue, ${maxValue}`,
      );
  }
  return problems;
}

function problemsOfStreams(value: unknown): string[] {
  const { streams, projects } = (value ?? {}) as UserConfig;
  if (!isRecord(streams)) return [];
  return Object.entries(streams).flatMap(([name, stream]) =>
    isRecord(stream)
      ? streamProblems(name, stream, isRecord(projects) ? projects : {}).map(
          (line) => `streams.${name}${line}`,
        )
      : [],
  );
}

function problemsOfSources(value: unknown): string[] {
  const { sources, projects } = (value ?? {}) as UserConfig;
  if (!isRecord(sources)) return [];
  return Object.entries(sources).flatMap(([name, source]) =>
    isRecord(source)
      ? sourceProblems(name, source, isRecord(projects) ? projects : {}).map(
          (line) => `sources.${name}${line}`,
        )
      : [],
  );
}

function problemsOfRoutes(value: unknown): string[] {
  const { alertRoutes } = (value ?? {}) as UserConfig;
  if (!isRecord(alertRoutes)) return [];
  return Object.entries(alertRoutes).flatMap(([name, route]) =>
    isRecord(route) ? alertRouteProblems(name, route).map((line) => `alertRoutes.${name}${line}`) : [],
  );
}

function isRecord(value: unknown): value is Record<string, never> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Every column has one role, whatever the case of its letters; categories are among the covariates. */
function columnProblems({ columns, calendar }: ProjectConfig): string[] {
  if (columns === undefined || columns === null || typeof columns !== 'object') return [];
  const problems: string[] = [];
  const roles = new Map<string, string>();
  const lists = ['known', 'past', 'static'] as const;
  for (const role of ['time', 'target', 'stockout'] as const)
    if (typeof columns[role] === 'string') roles.set(columns[role].toLowerCase(), role);
  if (calendar !== undefined) roles.set('holiday', 'the calendar');
  for (const role of lists)
    for (const name of listOf(columns[role])) {
      const other = roles.get(name.toLowerCase());
      if (other === undefined) roles.set(name.toLowerCase(), role);
      else problems.push(`.${role} names ${shown(name)}, which is ${other} already; a column has one role`);
    }
  const covariates = lists.flatMap((role) => listOf(columns[role]));
  for (const name of listOf(columns.categories))
    if (!covariates.includes(name))
      problems.push(`.categories names ${shown(name)}, which is in none of known, past and static`);
  if (typeof columns.price === 'string') {
    if (!covariates.includes(columns.price))
      problems.push(`.price names ${shown(columns.price)}, which is in none of known, past and static`);
    else if (listOf(columns.categories).includes(columns.price))
      problems.push(`.price names ${shown(columns.price)}, which is a category; a price is a number`);
  }
  return problems;
}

/** Who reports together is named by series columns. */
function groupProblems({ closing, columns }: ProjectConfig): string[] {
  const { group } = closing ?? {};
  const series = columns?.series ?? 'series';
  const known: readonly unknown[] = typeof series === 'string' ? [series] : series;
  const names = typeof group === 'string' ? [group] : listOf(group);
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ` names ${shown(name)}; expected columns of columns.series`);
}

/** Groupings are names joined by / and *, each a column that names or describes the series. */
function hierarchyProblems({ hierarchy, columns }: ProjectConfig): string[] {
  const series = columns?.series;
  const named = typeof series === 'string' ? [series] : listOf(series ?? ['series']);
  const columnsKnown = [...named, ...listOf(columns?.static)];
  return listOf(hierarchy).flatMap((grouping) =>
    grouping
      .split(/[/*]/)
      .map((name) => name.trim())
      .filter((name) => !columnsKnown.includes(name))
      .map(
        (name) =>
          ` names ${shown(name)} in ${shown(grouping)}; expected columns of columns.series and columns.static`,
      ),
  );
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let item = value;
  for (const key of path) {
    if (item === null || typeof item !== 'object' || !Object.hasOwn(item, key)) return undefined;
    item = (item as Record<string, unknown>)[key];
  }
  return item;
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
