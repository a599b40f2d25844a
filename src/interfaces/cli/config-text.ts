// The configuration file that `init` writes: each setting on a line, with the reason of its guess.

import { basename } from 'node:path';

import { visibleText } from '../../core/index.ts';
import type { ProjectConfig } from '../config/index.ts';
import type { Guess } from './guessing/guessed-setting.ts';

/** The configuration file as text, each guess as a comment beside its setting. */
export function configText(
  name: string,
  project: ProjectConfig,
  from: { file: string; guesses: readonly Guess[] },
): string {
  const reason = (setting: string): string => {
    const reasons = from.guesses.filter((guess) => guess.setting === setting).map((guess) => guess.reason);
    return reasons.length === 0 ? '' : ` // ${visibleText(reasons.join('; '))}`;
  };
  const lines = (value: object, path: string, indent: string): string[] =>
    Object.entries(value).flatMap(([key, item]: [string, unknown]) => {
      const setting = path === '' ? key : `${path}.${key}`;
      if (item !== null && typeof item === 'object' && !Array.isArray(item))
        return [`${indent}${key}: {`, ...lines(item, setting, `${indent}  `), `${indent}},`];
      return [`${indent}${key}: ${literal(item)},${reason(setting)}`];
    });
  return [
    "import { defineConfig } from 'almanac';",
    '',
    `// Guessed from ${visibleText(basename(from.file))} by \`almanac init\`: check each line. All settings: \`almanac docs settings\`.`,
    'export default defineConfig({',
    '  projects: {',
    `    ${literal(name)}: {`,
    ...lines(project, '', '      '),
    '    },',
    '  },',
    '});',
    '',
  ].join('\n');
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
