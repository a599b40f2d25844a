// `init`: a working configuration from a sample of the user's own file, with every guess said aloud.

import { stat, writeFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { AppError, type Dialect, defaultDialect, type Frequency, frequencies } from '../../../core/index.ts';
import type { ProjectConfig } from '../../config/index.ts';
import { type CommandSpec, textList } from '../command.ts';
import { configText } from '../config-text.ts';
import { dialectOption } from '../dialect-option.ts';
import { draftBeside } from '../draft-contract.ts';
import { oneOf } from '../evaluate-options.ts';
import { type GuessedProject, guessProject } from '../guessing/guess.ts';
import type { Guess, Said } from '../guessing/guessed-setting.ts';
import { tryOut } from '../guessing/try-out.ts';
import { longSample } from '../guessing/wide-table.ts';
import { readSample, type Sample } from '../sample.ts';
import { count } from '../words.ts';

const defaultFile = 'almanac.config.ts';

export const init: CommandSpec = {
  name: 'init',
  group: 'Start',
  arguments: '<file>',
  summary: 'write a configuration that fits a sample of your data, and say what was guessed',
  details:
    'FILE is CSV, NDJSON, Parquet or a spreadsheet (.xlsx), gzip and zip too, one row per series and time. Nothing is sent anywhere.',
  options: [
    { flags: '-n, --name <name>', description: "name of the project (default: from the file's name)" },
    { flags: '-o, --out <file>', description: 'file to write', default: defaultFile },
    { flags: '-f, --force', description: 'overwrite the file if it is there' },
    { flags: '--time <column>', description: 'the column of times, where the guess would be another' },
    { flags: '--target <column>', description: 'the column of the demand' },
    {
      flags: '--series <columns>',
      description: 'columns that name a series, separated by commas',
      parse: textList,
    },
    {
      flags: '--frequency <word>',
      description: `one of ${frequencies.join(', ')}`,
      parse: oneOf(frequencies),
    },
    dialectOption,
    {
      flags: '--contract <file>',
      description: 'also draft a data contract into FILE, and name it in the configuration',
    },
  ],
  examples: [
    'init sales.csv',
    'init sales.csv.gz --name shop --force',
    'init sales.csv --target revenue --series store,item',
    'init absatz.csv --dialect "decimal=, thousands=."',
    'init sales.csv --contract sales.odcs.yaml',
  ],
  async run(context) {
    const file = resolve(context.terminal.cwd, context.args[0] as string);
    const dialect = saidOf(context.options.dialect as Dialect | undefined);
    const read = await readSample(file, saysHowToCut(dialect) ? { ...defaultDialect, ...dialect } : null);
    const sample = context.options.time === undefined ? longSample(read) : read;
    const about = { file: basename(file), now: context.now() };
    const { project, guesses, seriesCount, notes } = withSaid(
      withSupposed(guessProject(sample, { ...saidColumns(context.options), dialect }, about), sample),
      dialect,
    );
    const name = String(context.options.name ?? projectName(file));
    const tried = tryOut(sample, name, project, context.now());
    const out = resolve(context.terminal.cwd, String(context.options.out));
    const force = context.options.force === true;
    const contract = await draftBeside({ name, project, sample, out, now: context.now() }, context.options);
    // First what the other names; neither is written where one of them may not be.
    if (contract !== null) {
      if (!force) await refuseTaken([out, contract.path]);
      await write(contract.path, contract.text, force);
    }
    const config = { ...project, ...contract?.setting };
    await write(out, configText(name, config, { file, guesses }), force);
    return {
      json: {
        file: out,
        project: name,
        config,
        contract: contract?.path ?? null,
        guesses,
        rows: sample.rows.length,
        wholeFile: sample.whole,
        seriesCount,
        setAside: tried.setAside,
        notes,
      },
      print(printer) {
        const part = sample.whole ? '' : 'the first ';
        printer.line(`Looked at ${part}${count(sample.rows.length)} rows of ${basename(file)} and guessed:`);
        printer.line();
        printer.table(
          [
            { title: 'setting', value: (guess: Guess) => guess.setting },
            { title: 'guess', value: (guess) => printer.colours.cyan(guess.value) },
            { title: 'because', value: (guess) => printer.colours.dim(guess.reason) },
          ],
          guesses,
        );
        printer.line();
        for (const line of [...notes, ...tried.lines]) printer.line(printer.colours.yellow(line));
        printer.line(
          `Written to ${printer.colours.bold(out)} as project ${printer.colours.bold(name)}. Check it, then:`,
        );
        if (contract !== null)
          printer.line(
            `Its data contract is drafted into ${printer.colours.bold(contract.path)}: bounds are wide, narrow them.`,
          );
        // A file of another name or place is found only when it is named.
        const found =
          out === resolve(context.terminal.cwd, defaultFile) ? '' : ` --config ${context.options.out}`;
        for (const next of [`ingest ${context.args[0]}`, 'train', 'up'])
          printer.line(`  almanac ${next}${found}`);
      },
    };
  },
};

/** What was said of the columns. */
function saidColumns({ time, target, series, frequency }: Readonly<Record<string, unknown>>): Said {
  return {
    ...(time === undefined ? {} : { time: String(time) }),
    ...(target === undefined ? {} : { target: String(target) }),
    ...(series === undefined ? {} : { series: series as string[] }),
    ...(frequency === undefined ? {} : { frequency: frequency as Frequency }),
  };
}

/** What of a dialect was said: the members that are not as where nothing is said. */
function saidOf(dialect: Dialect = defaultDialect): Partial<Dialect> {
  return Object.fromEntries(
    Object.entries(dialect).filter(
      ([name, value]) => !isDeepStrictEqual(value, defaultDialect[name as keyof Dialect]),
    ),
  );
}

/** Is it said how a file is cut into lines and cells? Then nothing of that is supposed. */
function saysHowToCut(said: Partial<Dialect>): boolean {
  const cut = [
    'sheet',
    'delimiter',
    'quote',
    'encoding',
    'comment',
    'skipLines',
    'headerRows',
    'leaveOut',
  ] as const;
  return cut.some((name) => said[name] !== undefined);
}

/** The guess with what the user said of the file, which stands above every guess. */
function withSaid(guessed: GuessedProject, said: Partial<Dialect>): GuessedProject {
  const names = Object.keys(said);
  if (names.length === 0) return guessed;
  const settings = new Set(names.map((name) => `dialect.${name}`));
  return {
    ...guessed,
    project: {
      ...guessed.project,
      dialect: { ...guessed.project.dialect, ...said } as NonNullable<ProjectConfig['dialect']>,
    },
    guesses: [
      ...Object.entries(said).map(([name, value]) => ({
        setting: `dialect.${name}`,
        value: typeof value === 'string' ? value : JSON.stringify(value),
        reason: 'said with --dialect',
      })),
      ...guessed.guesses.filter(({ setting }) => !settings.has(setting)),
    ],
  };
}

const supposedBecause = {
  encoding: 'bytes that are not UTF-8 and look like it',
  sheet: 'the file has several sheets, and this is the first that looks like a table',
  comment: 'lines above the header begin so',
  headerRows: 'two rows name the periods together, such as a year above months',
  skipLines: 'lines above the header that are no rows: a title, say',
} as const;

/** The guess with what had to be supposed of how the file is written. */
export function withSupposed(
  guessed: GuessedProject,
  { supposed = {}, isWide = false }: Sample,
): GuessedProject {
  const said = Object.entries(supposed);
  if (said.length === 0 && !isWide) return guessed;
  return {
    ...guessed,
    project:
      said.length === 0
        ? guessed.project
        : { ...guessed.project, dialect: { ...supposed, ...guessed.project.dialect } },
    guesses: [
      ...said.map(([name, value]) => ({
        setting: `dialect.${name}`,
        value: String(value),
        reason: supposedBecause[name as keyof typeof supposedBecause],
      })),
      ...guessed.guesses.map((guess) =>
        isWide && (guess.setting === 'columns.time' || guess.setting === 'columns.target')
          ? {
              ...guess,
              reason: 'the table has a column for each period: each cell is a row, and this names it',
            }
          : guess,
      ),
    ],
  };
}

/** A project's name from a file's: `Daily Sales 2024.csv.gz` is `daily-sales-2024`. */
export function projectName(file: string): string {
  const stem = basename(file).replace(
    /\.(csv|tsv|txt|ndjson|jsonl|json|parquet|xlsx|xlsm)?(\.gz|\.zip)?$/i,
    '',
  );
  const name = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '');
  return name === '' ? 'demand' : name;
}

/** @throws AppError `cli/file-exists` */
async function refuseTaken(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (isThere) throw new AppError('cli/file-exists', `${path} is there already`);
  }
}

async function write(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new AppError('cli/file-exists', `${path} is there already`);
    throw new AppError('cli/unwritable-file', `${path} cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
