// `doctor`: is this installation fit to run, and if not, what to do. Each check is a function with a verdict.

import { randomBytes } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { type Config, isLoopback, type LoadedConfig } from '../../config/index.ts';
import { type CommandContext, type CommandSpec, wholeNumber } from '../command.ts';
import type { Printer } from '../printer.ts';
import { UsageError } from '../report-error.ts';
import type { CliKeeping } from '../services.ts';
import { bytes } from '../words.ts';
import { championsCheck } from './doctor-champions.ts';
import type { Check } from './doctor-check.ts';
import { contractsCheck } from './doctor-contracts.ts';
import { eventsCheck } from './doctor-events.ts';
import { liveReport } from './doctor-live.ts';
import { sourcesCheck } from './doctor-sources.ts';

/** Node 24 is the floor: it runs TypeScript as it is and carries a sound SQLite. */
const nodeMajorMin = 24;
/** Before this, two connections could rarely damage a database: https://sqlite.org/wal.html#walresetbug */
const sqliteMin = [3, 51, 3];
const freeBytesMin = 1_000_000_000;
const freeMemoryMin = 500_000_000;
/** Any clock before this release is wrong. */
const yearMin = 2026;

export const doctor: CommandSpec = {
  name: 'doctor',
  group: 'Start',
  summary: 'check that this machine and this installation are fit to run',
  details:
    'With --live: the KPIs of a running server instead, each with its bound, its window and what it rests on. Exit code 1 when\n' +
    'one is out of its bound. What each means: `almanac docs kpis`.',
  options: [
    { flags: '--live', description: 'the KPIs of a running server' },
    { flags: '--url <url>', description: 'where it is (default: where the settings say that one listens)' },
    {
      flags: '--minutes <n>',
      description: 'window of its figures, up to 1440 (default: 60)',
      parse: wholeNumber(1, 1440),
    },
  ],
  examples: ['doctor', 'doctor --live', 'doctor --live --url http://10.0.0.7:7400 --minutes 5 --json'],
  async run(context) {
    const { live, url, minutes } = context.options;
    if (live !== true && (url !== undefined || minutes !== undefined))
      throw new UsageError('--url and --minutes belong to --live');
    if (live === true)
      return liveReport({
        url: typeof url === 'string' ? url : addressOf((await context.load()).config),
        ...(typeof minutes === 'number' ? { minutes } : {}),
      });
    const checks: Check[] = [nodeCheck(process.versions.node), sqliteCheck(process.versions.sqlite)];
    checks.push(await duckdbCheck(context));
    const loaded = await configCheck(context, checks);
    if (loaded !== null) {
      const whole = wholeCheck(await context.keeping());
      checks.push(whole);
      const champions = whole.verdict === 'ok' ? await championsCheck(context) : undefined;
      if (champions !== undefined) {
        const services = await context.open();
        const sources = await sourcesCheck(services);
        const contracts = await contractsCheck(services);
        checks.push(champions, await eventsCheck(services));
        checks.push(...[sources, contracts].filter((check) => check !== undefined));
      }
      checks.push(await folderCheck(loaded.config.dataFolder));
      checks.push(await spaceCheck(loaded.config.dataFolder));
      checks.push(await portCheck(loaded.config.host, loaded.config.port), loginCheck(loaded.config));
    }
    checks.push(clockCheck(context.now()), coresCheck(), memoryCheck());
    const failed = checks.filter((check) => check.verdict === 'fail').length;
    const warned = checks.filter((check) => check.verdict === 'warn').length;
    return {
      ok: failed === 0,
      json: { ok: failed === 0, checks },
      print: (printer) => printChecks(printer, checks, { failed, warned }),
    };
  },
};

/** Where a server with these settings is reached from this machine. */
function addressOf({ host, port }: { host: string; port: number }): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function printChecks(
  printer: Printer,
  checks: readonly Check[],
  counts: { failed: number; warned: number },
): void {
  const { colours } = printer;
  const paint = { ok: colours.green, warn: colours.yellow, fail: colours.red };
  printer.table(
    [
      { title: 'check', value: (check) => check.check },
      { title: '', value: (check) => paint[check.verdict](check.verdict) },
      { title: 'found', value: (check) => check.found },
    ],
    checks,
  );
  for (const { check, hint } of checks) {
    if (hint === undefined) continue;
    printer.line();
    printer.line(`${colours.cyan('hint:')} ${check}: ${hint}`);
  }
  printer.line();
  if (counts.failed > 0) printer.line(colours.red(`${counts.failed} of ${checks.length} checks failed`));
  else if (counts.warned > 0) printer.line(colours.yellow(`fit to run, with ${counts.warned} to look at`));
  else printer.line(colours.green('all is well'));
}

/** @param version such as `24.21.0` */
export function nodeCheck(version: string): Check {
  const ok = Number(version.split('.')[0]) >= nodeMajorMin;
  return {
    check: 'Node',
    verdict: ok ? 'ok' : 'fail',
    found: version,
    ...(ok ? {} : { hint: `install Node ${nodeMajorMin} or newer: https://nodejs.org` }),
  };
}

/** @param version such as `3.53.4` */
export function sqliteCheck(version: string | undefined): Check {
  const parts = (version ?? '0').split('.').map(Number);
  const firstOther = sqliteMin.findIndex((part, i) => (parts[i] ?? 0) !== part);
  const ok = firstOther === -1 || (parts[firstOther] ?? 0) > (sqliteMin[firstOther] as number);
  return {
    check: 'SQLite',
    verdict: ok ? 'ok' : 'fail',
    found: version ?? 'not in this Node',
    ...(ok ? {} : { hint: `needs ${sqliteMin.join('.')} or newer, which Node 24.21 carries` }),
  };
}

async function duckdbCheck(context: CommandContext): Promise<Check> {
  try {
    return { check: 'DuckDB', verdict: 'ok', found: await context.duckdbVersion() };
  } catch (error) {
    return {
      check: 'DuckDB',
      verdict: 'fail',
      found: reasonOf(error),
      hint: 'the package @duckdb/node-api did not load: install again with `npm ci`',
    };
  }
}

async function configCheck(context: CommandContext, checks: Check[]): Promise<LoadedConfig | null> {
  try {
    const loaded = await context.load();
    const { projects } = loaded;
    const found =
      loaded.file === null ? 'none; all defaults' : `${loaded.file}: ${projects.length} project(s)`;
    const hint =
      loaded.warnings[0] ?? (loaded.file === null ? 'write one with `almanac init FILE`' : undefined);
    const verdict = hint === undefined ? 'ok' : 'warn';
    checks.push({ check: 'configuration', verdict, found, ...(hint === undefined ? {} : { hint }) });
    return loaded;
  } catch (error) {
    checks.push({
      check: 'configuration',
      verdict: 'fail',
      found: reasonOf(error),
      hint: 'see `almanac docs settings`',
    });
    return null;
  }
}

async function folderCheck(folder: string): Promise<Check> {
  const probe = join(folder, `.doctor-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(probe, 'doctor', { flush: true });
    await rm(probe);
    return { check: 'data folder', verdict: 'ok', found: `${folder} can be written` };
  } catch (error) {
    return {
      check: 'data folder',
      verdict: 'fail',
      found: reasonOf(error),
      hint: 'choose another with --data-folder, or change its owner',
    };
  }
}

/** Is it one whole, as far as can be told without opening it; `almanac verify` looks closer. */
function wholeCheck(keeping: CliKeeping): Check {
  const fault = keeping.fault();
  if (fault === undefined) return { check: 'data at rest', verdict: 'ok', found: 'nothing is missing' };
  return { check: 'data at rest', verdict: 'fail', found: fault.message, hint: fault.hint };
}

async function spaceCheck(folder: string): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    const ok = free >= freeBytesMin;
    return {
      check: 'disk space',
      verdict: ok ? 'ok' : 'warn',
      found: `${bytes(free)} free`,
      ...(ok ? {} : { hint: 'less than 1 GB: make room, or choose another --data-folder' }),
    };
  } catch (error) {
    return { check: 'disk space', verdict: 'warn', found: reasonOf(error), hint: 'could not be measured' };
  }
}

async function portCheck(host: string, port: number): Promise<Check> {
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(error));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
  if (failure === null) return { check: 'port', verdict: 'ok', found: `${host}:${port} is free` };
  return {
    check: 'port',
    verdict: failure.code === 'EADDRINUSE' ? 'warn' : 'fail',
    found: failure.code === 'EADDRINUSE' ? `${host}:${port} is taken` : failure.message,
    hint: 'fine if that is Almanac running already; else choose another with --port',
  };
}

/** Whether others than the people of this machine could use the server. */
export function loginCheck(config: Pick<Config, 'host' | 'insecure'>): Check {
  const { host, insecure } = config;
  if (isLoopback(config)) return { check: 'login', verdict: 'ok', found: `${host}: this machine alone` };
  return {
    check: 'login',
    verdict: insecure ? 'warn' : 'fail',
    found: `${host}: every machine that reaches it, without a login`,
    hint: insecure
      ? 'let only people who may change everything reach this port, or put a proxy that logs them in before it'
      : '`up` refuses this: leave `host` at 127.0.0.1 behind a proxy, or say --insecure. See `almanac docs network`',
  };
}

/** @param nowMs the system's clock */
export function clockCheck(nowMs: number): Check {
  const ok = new Date(nowMs).getUTCFullYear() >= yearMin;
  return {
    check: 'clock',
    verdict: ok ? 'ok' : 'fail',
    found: `${new Date(nowMs).toISOString().slice(0, 19)}Z`,
    ...(ok ? {} : { hint: 'the clock is wrong: labels would never be due. Set it, by NTP say' }),
  };
}

function coresCheck(): Check {
  const cores = availableParallelism();
  return {
    check: 'cores',
    verdict: cores > 1 ? 'ok' : 'warn',
    found: String(cores),
    ...(cores > 1 ? {} : { hint: 'training and serving share one core: expect slow answers while training' }),
  };
}

function memoryCheck(): Check {
  const free = freemem();
  const ok = free >= freeMemoryMin;
  return {
    check: 'memory',
    verdict: ok ? 'ok' : 'warn',
    found: `${bytes(free)} free of ${bytes(totalmem())}`,
    ...(ok ? {} : { hint: 'less than 500 MB free: lower --limits-memory-megabytes' }),
  };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
