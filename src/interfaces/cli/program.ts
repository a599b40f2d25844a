// The parser: commands of `catalog.ts` under one program, with the settings as options of the whole.

import { Command, Option } from 'commander';
import { settings } from '../config/index.ts';
import type { CommandSpec } from './command.ts';

/** Runs a command that was parsed; set by `run-cli.ts`. */
export type Launch = (
  spec: CommandSpec,
  args: readonly string[],
  options: Readonly<Record<string, unknown>>,
) => Promise<void>;

export interface ProgramOptions {
  /** All, or those that the line can mean. */
  readonly commands: readonly CommandSpec[];
  readonly version: string;
  readonly launch: Launch;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly columns?: number | undefined;
}

/** The command line. Parsing throws commander's `CommanderError` instead of ending the process. */
export function buildProgram(options: ProgramOptions): Command {
  const program = new Command('almanac')
    .description('Keeps demand forecasts right in production.')
    .version(options.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .showHelpAfterError('(almanac --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: options.write,
      writeErr: options.writeError,
      getOutHelpWidth: () => options.columns ?? 100,
      getErrHelpWidth: () => options.columns ?? 100,
    });
  addSharedOptions(program);
  const parents = new Map<string, Command>();
  for (const spec of options.commands) {
    const [first = '', second] = spec.name.split(' ');
    if (second === undefined) {
      program.addCommand(toCommand(spec, first, program, options.launch));
      continue;
    }
    const parent = parents.get(first) ?? newParent(program, first, options.commands);
    parents.set(first, parent);
    parent.addCommand(toCommand(spec, second, program, options.launch).helpGroup('Commands:'), {
      isDefault: spec.isDefault === true,
    });
  }
  return program;
}

function addSharedOptions(program: Command): void {
  program.option(
    '--config <file>',
    'configuration file (default: almanac.config.ts, .js or .json here, or .mts, .cts, .mjs, .cjs)',
  );
  program.option('--debug', 'show stacks of errors');
  // Commands are what people look for first, so the settings are printed after them.
  for (const { flag, node } of settings)
    program.addOption(
      node.type === 'boolean'
        ? new Option(`${flag} [value]`).preset('true').hideHelp()
        : new Option(`${flag} <value>`).hideHelp(),
    );
  const width = Math.max(...settings.map((setting) => setting.flag.length)) + 2;
  const lines = settings.map(
    ({ flag, description, defaultText }) =>
      `  ${flag.padEnd(width)}${description.split(/[.;] /)[0]?.replace(/\.$/, '')} (${defaultText})`,
  );
  program.addHelpText(
    'after',
    `\nSettings (on any command; also in the configuration file, or as variables):\n${lines.join('\n')}`,
  );
}

function newParent(program: Command, name: string, commands: readonly CommandSpec[]): Command {
  const children = commands.filter((spec) => spec.name.startsWith(`${name} `));
  const summaries = children.map((spec) => spec.summary);
  const parent = new Command(name).description(summaries.join('; ')).helpGroup(`${children[0]?.group}:`);
  parent.copyInheritedSettings(program).helpCommand(false);
  program.addCommand(parent);
  return parent;
}

function toCommand(spec: CommandSpec, name: string, program: Command, launch: Launch): Command {
  const command = new Command(name).copyInheritedSettings(program).helpGroup(`${spec.group}:`);
  command
    .summary(spec.summary)
    .description(spec.details ? `${spec.summary}\n\n${unfolded(spec.details)}` : spec.summary);
  command.helpOption('-h, --help', 'show help');
  if (spec.arguments !== undefined) command.arguments(spec.arguments);
  for (const item of spec.options ?? []) {
    const option = new Option(item.flags, item.description);
    if (item.parse !== undefined) option.argParser(item.parse);
    if (item.default !== undefined) option.default(item.default);
    command.addOption(option);
  }
  command.option('--json', 'print one JSON value instead of text');
  command.addHelpText('after', helpTail(spec));
  command.action(async () => {
    await launch(spec, command.args, command.optsWithGlobals());
  });
  return command;
}

/** Lines broken for the source run on, so that the help breaks them for the terminal; one that ends a sentence stays. */
function unfolded(text: string): string {
  return text.replace(/(?<![.:])\n/g, ' ');
}

function helpTail(spec: CommandSpec): string {
  const title = spec.examples.length === 1 ? 'Example:' : 'Examples:';
  const lines = spec.examples.map((example) => `  $ almanac ${example}`);
  return `\n${title}\n${lines.join('\n')}\n\nSettings such as --data-folder and --port: almanac --help`;
}
