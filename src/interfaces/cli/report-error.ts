// Errors as people and scripts see them, and the exit code that goes with each.

import { CommanderError } from 'commander';
import { AppError, isAppError } from '../../core/index.ts';
import { nearestName, settings } from '../config/index.ts';
import { printerOn } from './printer.ts';
import type { Terminal } from './terminal.ts';

export const exitCodes: {
  readonly done: 0;
  /** Refused or failed. */
  readonly failed: 1;
  /** The command was called wrongly. */
  readonly usage: 2;
  /** As shells say for a process ended by Ctrl-C. */
  readonly interrupted: 130;
} = { done: 0, failed: 1, usage: 2, interrupted: 130 };

/** The command was called wrongly in a way the option parser cannot know. */
export class UsageError extends AppError {
  constructor(message: string) {
    super('cli/usage', message);
  }
}

/** Prints `error: …`, `hint: …` and the code to standard error (a stack only when debugging); returns the exit code. */
export function reportError(error: unknown, terminal: Terminal, options: { debug: boolean }): number {
  const printer = printerOn(terminal, terminal.stderr);
  const { colours } = printer;
  // Further lines of a message are indented: none of them can pass for a line of ours.
  const write = (text: string): void => printer.lines(text.replaceAll('\n', '\n  '));
  if (error instanceof CommanderError) {
    // The parser has printed its own message, or the help that was asked for.
    const meant = meantSetting(error);
    if (meant !== undefined) write(`${colours.cyan('hint:')} did you mean ${meant}?`);
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  const known = systemError(error) ?? error;
  const message = known instanceof Error ? known.message : String(known);
  write(`${colours.red('error:')} ${message}`);
  if (isAppError(known)) {
    write(`${colours.cyan('hint:')} ${known.hint}`);
    write(colours.dim(`code: ${known.code}`));
  } else {
    write(`${colours.cyan('hint:')} this looks like a bug in Almanac; run again with --debug for the stack`);
  }
  if (options.debug) write(colours.dim(stackOf(error)));
  return isAppError(error, 'cli/usage') || isFlagError(error) ? exitCodes.usage : exitCodes.failed;
}

/** The setting's flag that an unknown option is near to: the parser compares with a command's own options only. */
function meantSetting(error: CommanderError): string | undefined {
  const wrong = /unknown option '(--[^'=]+)/.exec(error.message)?.[1];
  if (wrong === undefined || error.message.includes('Did you mean')) return undefined;
  return nearestName(
    wrong,
    settings.map((setting) => setting.flag),
  );
}

/** A setting given as a flag is part of how the command was called. */
function isFlagError(error: unknown): boolean {
  return isAppError(error, 'config/invalid') && String(error.details.source).startsWith('--');
}

/** What the operating system refused, in our words; null when it is something else. */
function systemError(error: unknown): AppError | null {
  if (!(error instanceof Error) || isAppError(error)) return null;
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return null;
  const what = path === undefined ? syscall : `${syscall} ${path}`;
  return new AppError('cli/system', `the system refused ${what}: ${error.message}`, { cause: error });
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
