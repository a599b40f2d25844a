// What the program is made of: the command line, the demo, and main.ts, which opens data folders for both.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { SeasonPlatform, SeasonServer } from '../src/app/demo/index.ts';
import type { Clock } from '../src/core/index.ts';
import { type DemoRequest, runCli, type Terminal } from '../src/interfaces/cli/index.ts';
import type { Config } from '../src/interfaces/config/index.ts';
import type { DemoControl } from '../src/interfaces/http/index.ts';

/** Launchers pass a Ctrl-C on that the terminal has sent to us as well: one press must not count as two. */
const sameSignalMs = 1000;

/** Runs the command line of this process and sets its exit code. */
export async function run(): Promise<void> {
  const { version, folder } = ownPackage();
  let listening = false;
  // A pipe that is closed early (`almanac … | head`) is no error; a server goes on though nobody reads what it says.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (listening) return;
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.stderr.on('error', () => {});
  process.exitCode = await runCli(process.argv.slice(2), {
    terminal: terminalOf(process),
    version,
    docsFolder: join(folder, 'docs'),
    clock: { now: () => Date.now() },
    open: async (config) => {
      const { openAlmanac } = await import('../src/app/main.ts');
      const almanac = await openAlmanac(config, { version });
      return {
        ...almanac,
        listen: () => {
          listening = true;
          return almanac.listen();
        },
      };
    },
    keeping: async (config) => (await import('../src/app/keeping.ts')).keepingOf(config, version),
    duckdbVersion: async () => (await import('@duckdb/node-api')).version(),
    runDemo: (request) => demo(request, version),
    writeSample: async (...where) => (await import('../src/app/demo/index.ts')).writeSampleFile(...where),
  });
  // A command that was given up may have left something open that would keep the process alive.
  if (process.exitCode === 130) process.exit();
}

function terminalOf({ stdout, stderr, env, cwd }: NodeJS.Process): Terminal {
  return {
    stdout,
    stderr,
    env,
    cwd: cwd(),
    onInterrupt(handler) {
      let first: number | undefined;
      const listener = (): void => {
        const now = performance.now();
        if (first !== undefined && now - first > sameSignalMs) process.exit(130);
        first ??= now;
        handler();
      };
      process.on('SIGINT', listener).on('SIGTERM', listener);
      return () => process.off('SIGINT', listener).off('SIGTERM', listener);
    },
  };
}

async function demo(request: DemoRequest, version: string): Promise<void> {
  const { story, ...rest } = request;
  const { runDemo, Timeline } = await import('../src/app/demo/index.ts');
  const timeline = story === null ? null : new Timeline(story, { colour: story.colour });
  const platform: SeasonPlatform = {
    startServer: (config, clock, season) => startSeasonServer({ config, clock, version, demo: season }),
    fetch,
    sleep: (ms) => sleep(ms),
    elapsedMs: () => performance.now(),
  };
  await runDemo({
    ...rest,
    platform,
    onNews: (news) => timeline?.tell(news),
    afterwards: async (summary, url) => {
      timeline?.end();
      await request.afterwards(summary, url);
    },
  });
}

async function startSeasonServer(parts: {
  config: Config;
  clock: Clock;
  version: string;
  demo: DemoControl | undefined;
}): Promise<SeasonServer> {
  const { config, clock, version, demo: season } = parts;
  const { openAlmanac } = await import('../src/app/main.ts');
  const demo = season === undefined ? {} : { demo: season };
  const almanac = await openAlmanac(config, { clock, version, ...demo });
  const { url } = await almanac.listen().catch(async (error: unknown) => {
    await almanac.close();
    throw error;
  });
  const project = config.projects[0];
  if (project === undefined) throw new Error('the demo has a project');
  return {
    url,
    ingestFile: async (_name, path) => {
      const { batch } = await almanac.data.ingestFile(project, path, { idempotencyKey: 'history' });
      return {
        accepted: batch.rowsAccepted,
        duplicates: batch.rowsDuplicate,
        quarantined: batch.rowsQuarantined,
      };
    },
    storedRows: async () => {
      await almanac.data.seal(project.name);
      return (await almanac.data.createSnapshot(project.name)).rowCount;
    },
    close: () => almanac.close(),
  };
}

/** The package this is: around the sources, or one folder further up around the compiled program. */
function ownPackage(): { version: string; folder: string } {
  const folders = ['..', '../..'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  for (const folder of folders) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (name === 'almanac') return { version, folder };
    } catch {
      // The other one, then.
    }
  }
  return { version: 'unknown', folder: folders[0] ?? '.' };
}
