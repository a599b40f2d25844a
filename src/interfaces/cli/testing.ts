// What tests of commands share: a command line run in a folder of its own, with what it wrote.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixedProjects } from '../../../test/fixtures/project.ts';
import { ManualClock } from '../../core/index.ts';
import { type CliOptions, runCli } from './run-cli.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in a folder of its own, with services that only have what the test gives. */
export async function runCommand(
  argv: readonly string[],
  options: {
    env?: Record<string, string>;
    config?: string;
    /** Written into the folder, by name. */
    files?: Readonly<Record<string, string>>;
    services?: object;
    openError?: Error;
    keeping?: object;
    interrupt?: (stop: () => void) => void;
  } = {},
): Promise<Outcome & { closed: boolean }> {
  const cwd = await mkdtemp(join(tmpdir(), 'almanac-cli-'));
  if (options.config !== undefined) await writeFile(join(cwd, 'almanac.config.json'), options.config);
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(cwd, name), text);
  const written = { out: '', err: '' };
  let closed = false;
  const close = (): Promise<void> => {
    closed = true;
    return Promise.resolve();
  };
  const cli: CliOptions = {
    version: '1.2.3',
    docsFolder: fileURLToPath(new URL('../../../docs', import.meta.url)),
    clock: new ManualClock(Date.UTC(2026, 10, 21)),
    duckdbVersion: () => Promise.resolve('v1'),
    writeSample: () => Promise.reject(new Error('not in this test')),
    runDemo: () => Promise.reject(new Error('not in this test')),
    open: ({ projects }) => {
      if (options.openError !== undefined) return Promise.reject(options.openError);
      return Promise.resolve({ projects: fixedProjects(...projects), close, ...options.services } as never);
    },
    keeping: async () => ({ holdsData: () => false, fault: () => undefined, ...options.keeping }) as never,
    terminal: {
      stdout: { write: (text) => (written.out += text) },
      stderr: { write: (text) => (written.err += text) },
      env: options.env ?? {},
      cwd,
      onInterrupt: (stop) => {
        options.interrupt?.(stop);
        return () => {};
      },
    },
  };
  try {
    return { code: await runCli(argv, cli), ...written, closed };
  } finally {
    await rm(cwd, { recursive: true });
  }
}
