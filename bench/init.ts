// Question: does what `init` guesses of every public dataset, and of exports as programs write them, pass `ingest` and `train` with no edit?
// Of each file the first rows are taken (`--rows N`, default 20,000); where `init` must ask, its question is in the table. `--generated` takes
// the exports of `test/fixtures/exports.ts` alone, which need no datasets.

import { createReadStream, existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { businessExports } from '../test/fixtures/business-exports.ts';
import { contentOf } from '../test/fixtures/export-rows.ts';
import { exports } from '../test/fixtures/exports.ts';
import { command } from '../test/journey/command.ts';

const folder = resolve(process.env.ALMANAC_DATA ?? '../shared/data');
const isGenerated = process.argv.includes('--generated');
if (!isGenerated && !existsSync(folder)) {
  process.stderr.write(`no datasets in ${folder}: set ALMANAC_DATA to the folder that holds m3/, m4/, …\n`);
  process.exit(1);
}
const flag = (name: string): string | undefined => process.argv[process.argv.indexOf(name) + 1];
const rowsMax = process.argv.includes('--rows') ? Number(flag('--rows')) : 20_000;
const only = process.argv.includes('--only') ? String(flag('--only')) : '';
const scratch = mkdtempSync(join(tmpdir(), 'almanac-init-'));

interface Outcome {
  readonly file: string;
  /** `asked`: `init` wrote nothing and says what it needs to know. */
  readonly ended: 'trained' | 'asked' | 'init failed' | 'ingest failed' | 'train failed';
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

/** `init` of the first file, `ingest` of the folder, `train`, in a folder that holds nothing else. */
async function tryOne(name: string, fill: (cwd: string) => Promise<string>): Promise<Outcome> {
  const cwd = join(scratch, name.replace(/\W/g, '-'));
  mkdirSync(join(cwd, 'data'), { recursive: true });
  const first = join('data', await fill(join(cwd, 'data')));
  for (const step of ['init', 'ingest', 'train'] as const) {
    const given = step === 'init' ? [first] : step === 'ingest' ? ['data'] : [];
    const { code, stdout, stderr } = await command(cwd, step, ...given);
    if (code === 0) continue;
    const said = (stderr || stdout).trim().split('\n')[0] ?? '';
    const isQuestion = step === 'init' && /cli\/no-guess/.test(stderr);
    return { file: name, ended: isQuestion ? 'asked' : `${step} failed`, said };
  }
  return { file: name, ended: 'trained', said: '' };
}

const outcomes: Outcome[] = [];
function note(outcome: Outcome): void {
  outcomes.push(outcome);
  process.stderr.write(`${outcome.file.padEnd(48)} ${outcome.ended} ${outcome.said.slice(0, 200)}\n`);
}

async function ofDatasets(): Promise<void> {
  for (const path of globSync('*/*.csv{,.gz}', { cwd: folder }).sort()) {
    if (!path.includes(only)) continue;
    const file = basename(path).replace(/\.gz$/, '');
    note(
      await tryOne(file, async (cwd) => {
        await beginning(join(folder, path), join(cwd, file));
        return file;
      }),
    );
  }
}

async function ofExports(): Promise<void> {
  for (const { name, files, truth } of [...exports, ...businessExports]) {
    const periods = new Set([...truth.keys()].map((key) => key.slice(key.indexOf(' '))));
    // Fewer are none that anything can be learnt from.
    if (periods.size < 12 || !name.includes(only)) continue;
    note(
      await tryOne(name, async (cwd) => {
        for (const [file, content] of Object.entries(files))
          await writeFile(join(cwd, file), await contentOf(content));
        return Object.keys(files)[0] ?? '';
      }),
    );
  }
}

try {
  if (!isGenerated) await ofDatasets();
  await ofExports();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const count = (ended: Outcome['ended']): number =>
  outcomes.filter((outcome) => outcome.ended === ended).length;
const failed = outcomes.filter(({ ended }) => ended.endsWith('failed'));
process.stderr.write(
  `${outcomes.length} files: ${count('trained')} trained, ${count('asked')} asked, ${failed.length} failed\n`,
);
if (process.argv.includes('--json'))
  process.stdout.write(`${JSON.stringify({ name: 'init', rowsMax, outcomes })}\n`);
// What a later step refuses is a mistake of the guess; a question is none.
if (failed.length > 0) process.exitCode = 1;
