// One call of the command line, from arguments to exit code. Everything it touches is passed in.

import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import {
  type Actor,
  AppError,
  type Clock,
  type Project,
  visibleJson,
  visibleLines,
} from '../../core/index.ts';
import { type Config, type LoadedConfig, loadConfig } from '../config/index.ts';
import { commandsFor } from './catalog.ts';
import type { CommandContext, CommandSpec, Report } from './command.ts';
import type { DemoRequest } from './demo-request.ts';
import { printerOn } from './printer.ts';
import { buildProgram } from './program.ts';
import { startProgress } from './progress.ts';
import { exitCodes, reportError, UsageError } from './report-error.ts';
import type { CliKeeping, CliServices } from './services.ts';
import type { Terminal } from './terminal.ts';

export interface CliOptions {
  readonly terminal: Terminal;
  readonly version: string;
  /** Opens the data folder with everything over it; `main.ts` passes its own. */
  open(config: Config): Promise<CliServices>;
  /** The data folder as a whole; `main.ts` passes its own. */
  keeping(config: Config): Promise<CliKeeping>;
  /** Where the pages of `docs/` lie. */
  readonly docsFolder: string;
  readonly clock: Clock;
  runDemo(request: DemoRequest): Promise<void>;
  writeSample(path: string, seed: number): Promise<{ rows: number; spoilt: number }>;
  duckdbVersion(): Promise<string>;
}

/**
 * Runs one command.
 * @param argv the words after `almanac`
 * @returns exit code: 0 done, 1 refused or failed, 2 called wrongly, 130 interrupted
 */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<number> {
  const { terminal } = options;
  let exitCode: number = exitCodes.done;
  let debug = argv.includes('--debug');
  try {
    const program = buildProgram({
      commands: await commandsFor(argv),
      version: options.version,
      columns: terminal.stdout.columns,
      write: (text) => void terminal.stdout.write(visibleLines(text)),
      writeError: (text) => void terminal.stderr.write(visibleLines(text)),
      launch: async (spec, args, parsed) => {
        debug = parsed.debug === true;
        exitCode = await launch(spec, args, parsed, options);
      },
    });
    if (argv.length === 0) {
      program.outputHelp({ error: true });
      return exitCodes.usage;
    }
    await program.parseAsync(argv as string[], { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error, terminal, { debug });
  }
}

async function launch(
  spec: CommandSpec,
  args: readonly string[],
  parsed: Readonly<Record<string, unknown>>,
  options: CliOptions,
): Promise<number> {
  const { terminal } = options;
  const interrupt = new AbortController();
  const stopListening = terminal.onInterrupt(() => interrupt.abort());
  const resources: Resources = { loaded: undefined, services: undefined, stops: [] };
  const context = makeContext({ args, parsed, options, interrupt, resources });
  try {
    const interrupted = new Promise<'interrupted'>((resolve) => {
      interrupt.signal.addEventListener('abort', () => resolve('interrupted'), { once: true });
    });
    const running = spec.run(context);
    let report = await Promise.race([running, interrupted]);
    // Commands that run until they are stopped take the interruption as their end; others are given up.
    if (report === 'interrupted' && spec.endsByInterrupt) report = await running;
    if (report === 'interrupted') {
      running.catch(() => {});
      return exitCodes.interrupted;
    }
    for (const stop of resources.stops) stop();
    if (report === null) return exitCodes.done;
    context.emit(report);
    return report.ok === false ? exitCodes.failed : exitCodes.done;
  } catch (error) {
    // What was cut short by Ctrl-C ends in all kinds of errors; none of them is news.
    if (interrupt.signal.aborted) return exitCodes.interrupted;
    throw error;
  } finally {
    for (const stop of resources.stops) stop();
    stopListening();
    if (resources.services !== undefined) await closeQuietly(resources.services);
  }
}

interface Resources {
  loaded: Promise<LoadedConfig> | undefined;
  services: Promise<CliServices> | undefined;
  readonly stops: (() => void)[];
}

function makeContext(parts: {
  args: readonly string[];
  parsed: Readonly<Record<string, unknown>>;
  options: CliOptions;
  interrupt: AbortController;
  resources: Resources;
}): CommandContext {
  const { parsed, options, resources } = parts;
  const { terminal } = options;
  const notes = printerOn(terminal, terminal.stderr);
  const context: CommandContext = {
    terminal,
    args: parts.args,
    options: parsed,
    signal: parts.interrupt.signal,
    load: () => (resources.loaded ??= load(parsed, terminal, (line) => context.note(line))),
    open: () => (resources.services ??= context.load().then(({ config }) => options.open(config))),
    keeping: async () => options.keeping((await context.load()).config),
    project: async () => chooseProject(await projectsOf(context), parsed.project),
    progress: (title) => {
      const progress = startProgress(terminal, title);
      resources.stops.push(() => progress.stop());
      return progress;
    },
    writeSample: (path, seed) => options.writeSample(path, seed),
    runDemo: (request) => options.runDemo(request),
    docsFolder: options.docsFolder,
    actor,
    now: () => options.clock.now(),
    duckdbVersion: () => options.duckdbVersion(),
    note: (text) => notes.lines(notes.colours.dim(text)),
    emit: (report: Report) => {
      if (parsed.json === true) terminal.stdout.write(`${visibleJson(report.json)}\n`);
      else report.print(printerOn(terminal, terminal.stdout));
    },
  };
  return context;
}

async function load(
  flags: Readonly<Record<string, unknown>>,
  terminal: Terminal,
  note: (line: string) => void,
): Promise<LoadedConfig> {
  const file = flags.config;
  const loaded = await loadConfig({
    file: typeof file === 'string' ? file : undefined,
    env: terminal.env,
    flags,
    cwd: terminal.cwd,
  });
  for (const warning of loaded.warnings) note(`warning: ${warning}`);
  return loaded;
}

/** Those of the file, and those that were added; a data folder that is not there yet holds none, and is not made by asking. */
async function projectsOf(context: Pick<CommandContext, 'load' | 'open'>): Promise<readonly Project[]> {
  const { config } = await context.load();
  return existsSync(config.dataFolder) ? (await context.open()).projects.list() : config.projects;
}

function chooseProject(projects: readonly Project[], wanted: unknown): Project {
  const names = projects.map((project) => project.name).join(', ');
  if (typeof wanted === 'string') {
    const found = projects.find((project) => project.name === wanted);
    if (found !== undefined) return found;
    throw new UsageError(`no project is called ${wanted}; there are: ${names || 'none'}`);
  }
  const [only, another] = projects;
  if (only === undefined)
    throw new AppError('config/not-found', 'there is no project: Almanac does not know your data yet');
  if (another !== undefined) throw new UsageError(`there are several projects, add --project: ${names}`);
  return only;
}

/** When opening failed, the command has already said so. */
async function closeQuietly(services: Promise<CliServices>): Promise<void> {
  const opened = await services.catch(() => undefined);
  await opened?.close();
}

function actor(): Actor {
  return `cli ${userName()}@${hostname()} ${process.pid}`;
}

/** A container may run under a number that has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
