// The configuration file that `init` writes: each setting on a line, with the reason of its guess.

import { basename, extname } from 'node:path';

import { AppError, visibleText } from '../../core/index.ts';
import type { ProjectConfig } from '../config/index.ts';
import type { Guess } from './guessing/guessed-setting.ts';

/** How a file of each ending is written. */
const endings: Readonly<Record<string, 'module' | 'commonjs' | 'json'>> = {
  '.ts': 'module',
  '.mts': 'module',
  '.js': 'module',
  '.mjs': 'module',
  '.cts': 'commonjs',
  '.cjs': 'commonjs',
  '.json': 'json',
};

export interface WrittenProject {
  readonly name: string;
  readonly project: ProjectConfig;
  readonly guesses: readonly Guess[];
}

/**
 * The configuration file as text, each guess as a comment beside its setting; JSON has no comments.
 * @param from.out its path
 * @throws AppError `cli/usage` when no file of such an ending is read
 */
export function configText(
  projects: readonly WrittenProject[],
  from: { readonly file: string; readonly out: string },
): string {
  const kind = endings[extname(from.out)];
  if (kind === undefined)
    throw new AppError(
      'cli/usage',
      `${from.out}: a configuration file ends in ${Object.keys(endings).slice(0, -1).join(', ')} or .json`,
    );
  if (kind === 'json') {
    const named = Object.fromEntries(projects.map(({ name, project }) => [name, project]));
    return `${JSON.stringify({ projects: named }, null, 2)}\n`;
  }
  const isModule = kind === 'module';
  return [
    ...(isModule ? ["import { defineConfig } from 'almanac';", ''] : []),
    `// Guessed from ${visibleText(basename(from.file))} by \`almanac init\`: check each line. All settings: \`almanac docs settings\`.`,
    isModule ? 'export default defineConfig({' : 'module.exports = {',
    '  projects: {',
    ...projects.flatMap(projectLines),
    '  },',
    isModule ? '});' : '};',
    '',
  ].join('\n');
}

function projectLines({ name, project, guesses }: WrittenProject): string[] {
  const reason = (setting: string): string => {
    const reasons = guesses.filter((guess) => guess.setting === setting).map((guess) => guess.reason);
    return reasons.length === 0 ? '' : ` // ${visibleText(reasons.join('; '))}`;
  };
  const lines = (value: object, path: string, indent: string): string[] =>
    Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
      const setting = path === '' ? key : `${path}.${key}`;
      if (item !== null && typeof item === 'object' && !Array.isArray(item))
        return [`${indent}${key}: {`, ...lines(item, setting, `${indent}  `), `${indent}},`];
      return [`${indent}${key}: ${literal(item)},${reason(setting)}`];
    });
  return [`    ${literal(name)}: {`, ...lines(project, '', '      '), '    },'];
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (value !== null && typeof value === 'object')
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${key}: ${literal(item)}`)
      .join(', ')} }`;
  if (typeof value !== 'string') return JSON.stringify(value);
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}
