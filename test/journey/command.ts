// One real `almanac` command in a process of its own, as a user types it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/almanac.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in `folder` to its end; colours off, settings of the environment removed. */
export async function command(folder: string, ...args: string[]): Promise<Ended> {
  const { env } = process;
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('ALMANAC_')));
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { ...own, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await ended) as [number | null];
  return { code, stdout, stderr };
}

/** How long the emptiest command takes just now: what a bound in seconds is worth on this machine at this moment. */
export async function versionMs(folder: string): Promise<number> {
  const started = performance.now();
  assert.equal((await command(folder, '--version')).code, 0);
  return performance.now() - started;
}

/** Runs the command with `--json`; standard output must hold exactly one JSON value on one line and nothing else. */
export async function commandJson<T>(folder: string, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await command(folder, ...args, '--json');
  assert.equal(code, 0, `almanac ${args.join(' ')}: exit ${code}\n${stderr}`);
  return oneJson(stdout) as T;
}

/** The value of a text that is one line of JSON. */
export function oneJson(stdout: string): unknown {
  assert.match(stdout, /^[^\n]+\n$/, 'standard output is not exactly one line');
  return JSON.parse(stdout);
}

/** Asserts that the command fails with this exit code, this error code, a message and a hint, and nothing on stdout. */
export async function assertRefused(
  folder: string,
  args: readonly string[],
  expected: { exit: 1 | 2; says: RegExp },
): Promise<void> {
  const { code, stdout, stderr } = await command(folder, ...args);
  const told = `almanac ${args.join(' ')}: exit ${code}\n${stderr}`;
  assert.equal(code, expected.exit, told);
  assert.match(stderr, expected.says, told);
  assert.doesNotMatch(stderr, /\n\s+at |this looks like a bug/, told);
  assert.equal(stdout, '', told);
}
