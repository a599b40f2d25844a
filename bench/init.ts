// Question: does what `init` guesses of every public dataset, and of exports as programs write them, pass `ingest` and `train` with no edit?
// Of each file the first rows are taken (`--rows N`, default 20,000); where `init` must ask, its question is in the table, and the first
// answer that it names is given to it. `--generated` takes the exports of `test/fixtures` alone, which need no datasets.

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
  /** `asked`: `init` wrote nothing and says what it needs to know; `asked, then trained`: with the answer that it named all else went through. */
  readonly ended:
    | 'trained'
    | 'asked, then trained'
    | 'asked'
    | 'init failed'
    | 'ingest failed'
    | 'train failed';
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
  const answer: string[] = [];
  let question = '';
  let held = '';
  for (const step of ['init', 'ingest', 'train'] as const) {
    const given = step === 'init' ? [first] : step === 'ingest' ? ['data'] : [];
    let { code, stdout, stderr } = await command(cwd, step, ...given);
    if (step === 'init' && /cli\/no-guess/.test(stderr)) {
      question = firstLine(stderr);
      answer.push(...answerIn(question));
      if (answer.length === 0) return { file: name, ended: 'asked', said: question };
      ({ code, stdout, stderr } = await command(cwd, step, ...given, ...answer));
      if (/cli\/no-guess/.test(stderr)) return { file: name, ended: 'asked', said: question };
    }
    // A file that is held back for its unit is no failure of what init wrote: the others are trained on.
    if (step === 'ingest') held = /rows of .* are held back: they are [^.]*/.exec(stdout)?.[0] ?? '';
    if (code !== 0 && !(step === 'ingest' && held !== ''))
      return { file: name, ended: `${step} failed`, said: firstLine(stderr || stdout) };
  }
  return question === ''
    ? { file: name, ended: 'trained', said: held }
    : { file: name, ended: 'asked, then trained', said: `${answer.join(' ')}: ${question}` };
}

const firstLine = (text: string): string => text.trim().split('\n')[0] ?? '';

/** The first answer that a question names whole, such as `--dialect "dateFormat=dd/MM/yyyy"`. A table that is no history is none to be forced. */
function answerIn(question: string): string[] {
  if (/no history of demand/.test(question)) return [];
  const found = /--(dialect|target|time|series|frequency) (?:"([^"…]+)"|([\w.-]+))/.exec(question);
  return found === null || found[3] === 'and' ? [] : [`--${found[1]}`, found[2] ?? found[3] ?? ''];
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

/** What can be read in two ways. */
const questions: Readonly<Record<string, string>> = {
  'day or month': `sku,date,units\n${lines((item, i) => `${item},${two([1, 3, 6, 8, 11][i % 5])}/${two([1, 2, 5, 7, 10, 12][Math.floor(i / 5)])}/2024,${item.charCodeAt(0) + i}`)}`,
  'thousands or a fraction': `sku;date;units\n${lines((item, i) => `${item};2024-01-${two(i + 1)};${(i % 9) + 1}.${item.charCodeAt(0) + 111 + i}`)}`,
};

function two(value: number | undefined): string {
  return String(value).padStart(2, '0');
}

function lines(of: (item: string, i: number) => string): string {
  return ['A', 'B', 'C'].flatMap((item) => Array.from({ length: 30 }, (_, i) => `${of(item, i)}\n`)).join('');
}

async function ofQuestions(): Promise<void> {
  for (const [name, text] of Object.entries(questions))
    if (name.includes(only))
      note(
        await tryOne(name, async (cwd) => {
          await writeFile(join(cwd, 'asked.csv'), text);
          return 'asked.csv';
        }),
      );
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
  await ofQuestions();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const count = (ended: Outcome['ended']): number =>
  outcomes.filter((outcome) => outcome.ended === ended).length;
const failed = outcomes.filter(({ ended }) => ended.endsWith('failed'));
process.stderr.write(
  `${outcomes.length} files: ${count('trained')} trained, ${count('asked, then trained')} asked, then trained, ${count('asked')} asked, ${failed.length} failed\n`,
);
if (process.argv.includes('--json'))
  process.stdout.write(`${JSON.stringify({ name: 'init', rowsMax, outcomes })}\n`);
// What a later step refuses is a mistake of the guess; a question is none.
if (failed.length > 0) process.exitCode = 1;
