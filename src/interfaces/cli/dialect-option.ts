// The option that says how a file is written, for commands without a project.

import { InvalidArgumentError } from 'commander';

import { AppError, type Dialect } from '../../core/index.ts';
import { readDialect } from '../config/index.ts';
import type { OptionSpec } from './command.ts';

export const dialectOption: OptionSpec = {
  flags: '--dialect <settings>',
  description:
    'how FILE is written, as in the setting dialect: "decimal=, thousands=. dateFormat=dd.MM.yyyy skipLines=3", or JSON',
  parse: parseDialect,
};

/** Marks that are hard to write on a command line. */
const marks: Readonly<Record<string, string>> = { tab: '\t', space: ' ' };
const numbers = new Set(['skipLines', 'headerRows', 'shortYearsFrom']);
const lists = new Set(['nulls', 'trueWords', 'falseWords', 'numberForms']);

/** Reads `name=value` with blanks between them, or JSON. */
export function parseDialect(text: string): Dialect {
  try {
    return readDialect(text.trim().startsWith('{') ? JSON.parse(text) : pairs(text), '--dialect');
  } catch (error) {
    if (error instanceof AppError || error instanceof SyntaxError)
      throw new InvalidArgumentError(error.message.replaceAll('projects.file.dialect.', ''));
    throw error;
  }
}

/** Each begins with its name and ends where the next one begins: a blank may belong to a value, `dd.MM.yyyy HH:mm`. */
function parts(text: string): string[] {
  const found: string[] = [];
  for (const piece of text.trim().split(/\s/)) {
    const isName = /^[A-Za-z]+=/.test(piece);
    if (isName || found.length === 0) found.push(piece);
    else found[found.length - 1] += ` ${piece}`;
  }
  return found.map((part) => part.trimEnd());
}

function pairs(text: string): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  for (const part of parts(text)) {
    const at = part.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(`expected name=value, not ${part}.`);
    const name = part.slice(0, at);
    const value = part.slice(at + 1);
    said[name] = numbers.has(name)
      ? Number(value)
      : lists.has(name)
        ? value.split(',')
        : value === 'null'
          ? null
          : (marks[value] ?? value);
  }
  return said;
}
