// What a command is: data that the parser, the help and docs/reference/cli.md are made from, and one function.

import { InvalidArgumentError } from 'commander';
import { type Actor, type CsvRule, csvRules, type Project } from '../../core/index.ts';
import type { LoadedConfig } from '../config/index.ts';
import type { DemoRequest } from './demo-request.ts';
import type { Printer } from './printer.ts';
import type { Progress } from './progress.ts';
import type { CliKeeping, CliServices } from './services.ts';
import type { Terminal } from './terminal.ts';

/** What a command found or did, for machines and for people. */
export interface Report {
  /** Printed by `--json`, as one value. */
  readonly json: unknown;
  print(printer: Printer): void;
  /** False = the question was answered and the answer is no: exit code 1. Default true. */
  readonly ok?: boolean;
}

export interface OptionSpec {
  /** As commander reads it: `--limit <n>`, `-p, --project <name>`. */
  readonly flags: string;
  readonly description: string;
  readonly parse?: (text: string) => unknown;
  /** Shown in the help; the command applies it. */
  readonly default?: unknown;
}

export interface CommandSpec {
  /** One word, or two: `snapshot list`. */
  readonly name: string;
  /** As commander reads them: `<file>`, `[prediction]`. */
  readonly arguments?: string;
  /** Of two words: also run by the first alone. */
  readonly isDefault?: true;
  readonly summary: string;
  /** Heading in the help and the docs. */
  readonly group: CommandGroup;
  readonly details?: string;
  readonly options?: readonly OptionSpec[];
  /** Each a line to copy, without the leading `almanac`. */
  readonly examples: readonly string[];
  /** True for commands that run until Ctrl-C and then finish in order, with exit code 0. */
  readonly endsByInterrupt?: boolean;
  run(context: CommandContext): Promise<Report | null>;
}

export const commandGroups = ['Start', 'Data', 'Models', 'Use', 'Registry', 'Monitoring', 'Keeping'] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** What a running command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly args: readonly string[];
  /** Parsed options by camelCase name. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The configuration; read once. */
  load(): Promise<LoadedConfig>;
  /** The services over the data folder; opened once, closed when the command ends. */
  open(): Promise<CliServices>;
  /** The data folder as a whole, without opening it. */
  keeping(): Promise<CliKeeping>;
  /** The project named by `--project`, or the only one there is. */
  project(): Promise<Project>;
  progress(title: string): Progress;
  /** Runs the demo; see `demo.ts`. */
  runDemo(request: DemoRequest): Promise<void>;
  /** Writes the history of the demo's warehouse as CSV. */
  writeSample(path: string, seed: number): Promise<{ rows: number; spoilt: number }>;
  /** Where the pages of `docs/` lie. */
  readonly docsFolder: string;
  /** Who runs it, on which machine, in which process. */
  actor(): Actor;
  /** UTC milliseconds. */
  now(): number;
  /** Loads DuckDB and asks it; throws when it cannot be loaded. */
  duckdbVersion(): Promise<string>;
  /** A line for people, on standard error. */
  note(text: string): void;
  /** Prints now what a command that goes on running has to say; `run` then returns null. */
  emit(report: Report): void;
}

/** The option of every command that works on one project. */
export const projectOption: OptionSpec = {
  flags: '-p, --project <name>',
  description: 'project to work on; needed only when there are several',
};

/** The options of commands that forecast: how far, and which quantiles. */
export const askOptions: readonly OptionSpec[] = [
  {
    flags: '-H, --horizon <steps>',
    description: "steps ahead (default: the project's)",
    parse: wholeNumber(1, 1000),
  },
  {
    flags: '-q, --quantiles <levels>',
    description: "levels in (0, 1) (default: the project's)",
    parse: levelList,
  },
];

/** The option of every command that writes a CSV file. */
export const csvOption: OptionSpec = {
  flags: '--csv <rule>',
  description:
    'texts in CSV: safe puts an apostrophe before what a spreadsheet would run as a formula, exact does not',
  parse: csvRule,
  default: 'safe',
};

function csvRule(text: string): CsvRule {
  if (csvRules.includes(text as CsvRule)) return text as CsvRule;
  throw new InvalidArgumentError(`expected ${csvRules.join(' or ')}.`);
}

/** A parser of whole numbers in a range. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max || text.trim() === '')
      throw new InvalidArgumentError(
        `expected a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? ' up' : ` to ${max}`}.`,
      );
    return value;
  };
}

/** Splits `a,b,c`; empty parts are an error. */
export function textList(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === ''))
    throw new InvalidArgumentError('expected names separated by commas.');
  return parts;
}

/** Splits `0.1,0.9` into ascending levels between 0 and 1. */
export function levelList(text: string): number[] {
  const levels = textList(text).map(Number);
  if (levels.some((level) => !(level > 0 && level < 1)))
    throw new InvalidArgumentError('expected numbers between 0 and 1, separated by commas.');
  return [...new Set(levels)].sort((a, b) => a - b);
}
