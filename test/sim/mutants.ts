// Shows that the simulator finds what it is there for: each patch of `mutants/` takes one fix out of a copy of the program, and
// the copy must break. `npm run sim -- --mutants`

import { spawn, spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What of the program a run of the simulator reads. */
const copied = ['src', 'test', 'package.json', 'tsconfig.json'];

export interface MutantOptions {
  /** Seeds tried of each. */
  readonly seeds: number;
  readonly first: number;
  readonly print: (line: string) => void;
}

/** @returns whether every mutant was found */
export async function runMutants({ seeds, first, print }: MutantOptions): Promise<boolean> {
  const patches = globSync('test/sim/mutants/*.patch', { cwd: root }).sort();
  let found = 0;
  for (const patch of patches) {
    const name = basename(patch, '.patch');
    const folder = mutated(patch);
    try {
      const { code, lines, seconds } = await run(folder, ['--seeds', String(seeds), '--from', String(first)]);
      const [broken] = lines.filter((line) => /^seed \d+, step/.test(line));
      if (code === 1 && broken !== undefined) found++;
      const what = broken ?? `NOT FOUND by ${seeds} seeds (${lines.at(-1) ?? `code ${code}`})`;
      print(`${name}, ${titleOf(patch)}: ${what} (${seconds.toFixed(0)} s)`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  print(`${found} of ${patches.length} fixes are missed when they are taken out.`);
  return found === patches.length;
}

/** The first line of a patch says what it takes out. */
function titleOf(patch: string): string {
  return readFileSync(join(root, patch), 'utf8').split('\n')[0] ?? '';
}

/** A copy of the program with the patch applied. */
function mutated(patch: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-mutant-'));
  for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const applied = spawnSync('git', ['apply', '--recount', join(root, patch)], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (applied.status === 0) return folder;
  rmSync(folder, { recursive: true, force: true });
  throw new Error(`${patch} does not fit the program any more, make it anew: ${applied.stderr}`);
}

function run(
  folder: string,
  args: readonly string[],
): Promise<{ code: number | null; lines: string[]; seconds: number }> {
  const began = performance.now();
  const child = spawn(process.execPath, ['test/sim/run.ts', ...args], { cwd: folder });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => {
      text += data.toString();
    });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const lines = text.split('\n').filter((line) => line !== '');
      resolve({ code, lines, seconds: (performance.now() - began) / 1000 });
    });
  });
}
