// Question: does what `init` guesses of every public dataset pass `ingest` and `train` with no edit?
// Of each file the first rows are taken (`--rows N`, default 20,000); a wide or auxiliary file must be refused by `init`, with a reason.

import { createReadStream, existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { command } from '../test/journey/command.ts';

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
if (!existsSync(folder)) {
  process.stderr.write(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m3/, m4/, …\n`);
  process.exit(1);
}
const flag = (name: string): string | undefined => process.argv[process.argv.indexOf(name) + 1];
const rowsMax = process.argv.includes('--rows') ? Number(flag('--rows')) : 20_000;
const only = process.argv.includes('--only') ? String(flag('--only')) : '';
const scratch = mkdtempSync(join(tmpdir(), 'almanac-init-'));

interface Outcome {
  readonly file: string;
  readonly failed: 'init' | 'ingest' | 'train' | null;
  readonly said: string;
}

/** The beginning of a file, unpacked. */
async function beginning(path: string, to: string): Promise<void> {
  const bytes = createReadStream(path);
  const lines: string[] = [];
  for await (const line of createInterface({
    input: path.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes,
  })) {
    lines.push(line);
    if (lines.length > rowsMax) break;
  }
  bytes.destroy();
  await writeFile(to, `${lines.join('\n')}\n`);
}

async function tryOne(path: string): Promise<Outcome> {
  const file = basename(path).replace(/\.gz$/, '');
  const cwd = join(scratch, file.replace(/\W/g, '-'));
  mkdirSync(cwd);
  await beginning(path, join(cwd, file));
  for (const step of ['init', 'ingest', 'train'] as const) {
    const { code, stdout, stderr } = await command(cwd, step, ...(step === 'train' ? [] : [file]));
    if (code !== 0) return { file, failed: step, said: (stderr || stdout).trim().split('\n')[0] ?? '' };
  }
  return { file, failed: null, said: '' };
}

const outcomes: Outcome[] = [];
try {
  for (const path of globSync('*/*.csv{,.gz}', { cwd: folder }).sort()) {
    if (!path.includes(only)) continue;
    const outcome = await tryOne(join(folder, path));
    outcomes.push(outcome);
    process.stderr.write(
      `${outcome.file.padEnd(48)} ${outcome.failed === null ? 'trained' : `${outcome.failed}: ${outcome.said}`}\n`,
    );
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (process.argv.includes('--json'))
  process.stdout.write(`${JSON.stringify({ name: 'init', rowsMax, outcomes })}\n`);
// A guess that a later step refuses is the mistake that this looks for; `init` may refuse, aloud.
if (outcomes.some(({ failed }) => failed === 'ingest' || failed === 'train')) process.exitCode = 1;
