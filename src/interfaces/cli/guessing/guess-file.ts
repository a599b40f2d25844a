// What a file holds and how it is written, guessed from its beginning and from what was said of it.

import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { AppError, type Dialect, defaultDialect } from '../../../core/index.ts';
import type { ProjectConfig } from '../../config/index.ts';
import { keyProblem, readSample, type Sample } from '../sample.ts';
import { type GuessedProject, guessProject } from './guess.ts';
import type { Said } from './guessed-setting.ts';
import { longSample } from './wide-table.ts';

export interface GuessedFile {
  /** Its beginning, a wide table as rows of one period each. */
  readonly sample: Sample;
  /** The columns that the file itself has. */
  readonly columns: readonly string[];
  readonly guessed: GuessedProject;
}

/** Of a folder so many files are looked at: its first ones, as gaps between files would look like gaps of the data. */
const filesMax = 60;
const rowsMax = 200_000;

/**
 * The project that fits the beginning of a file, or of the files of a folder as one table.
 * @param said.dialect what was said of how it is written
 * @param now UTC milliseconds
 * @throws AppError `data/*`, `cli/no-guess`
 */
export async function guessFile(
  files: readonly string[],
  said: (columns: readonly string[]) => Omit<Said, 'dialect'>,
  of: { readonly dialect: Dialect | undefined; readonly now: number },
): Promise<GuessedFile> {
  const dialect = saidOf(of.dialect);
  const { read, notes } = await readAll(files, dialect);
  // Of a wide table the last two are names for what it has none for.
  const columns = read.isWide === true ? read.columns.slice(0, -2) : read.columns;
  const about = said(columns);
  const sample = about.time === undefined ? longSample(read) : read;
  const hints = { file: basename(files[0] ?? ''), now: of.now };
  const guess = await withNamingColumns(
    (noKeys) => guessProject(sample, { ...about, dialect, noKeys }, hints),
    { file: read.delimiter === null ? files[0] : undefined, how: howOf(dialect), said: about.series ?? [] },
  );
  const guessed = withSaid(withSupposed(guess, sample), dialect);
  return { sample, columns, guessed: { ...guessed, notes: [...notes, ...guessed.notes] } };
}

/**
 * The guess whose series are named by columns that a reader takes for names. The sample is text, in which `true` names as well as
 * any word; as a value of JSON it names none.
 * @param of.file null = its cells are text
 * @throws AppError `cli/no-guess` when a column that was said cannot name series, or rows could be told apart only by one
 */
async function withNamingColumns(
  guess: (noKeys: readonly string[]) => GuessedProject,
  of: { readonly file: string | undefined; readonly how: Dialect | null; readonly said: readonly string[] },
): Promise<GuessedProject> {
  const first = guess([]);
  if (of.file === undefined) return first;
  const problems = new Map<string, string>();
  for (let found = first; ; ) {
    const before = problems.size;
    for (const column of seriesOf(found)) {
      const problem = await keyProblem(of.file, column, of.how);
      if (problem !== null) problems.set(column, problem);
    }
    const text = [...problems].map(([column, problem]) => `${column}: ${problem}`).join('; ');
    if (of.said.some((column) => problems.has(column)))
      throw new AppError('cli/no-guess', `what --series names cannot name series. ${text}. Write it as text`);
    if (problems.size === before)
      return problems.size === 0
        ? found
        : { ...found, notes: [...found.notes, `Names no series, so it is no part of their names: ${text}`] };
    found = guess([...problems.keys()]);
    if (found.project.conflicts === 'sum' && first.project.conflicts !== 'sum')
      throw new AppError(
        'cli/no-guess',
        `rows of one series and time are told apart by a column that names none. ${text}. Write it as text; or say which columns name series, ` +
          'and the rows of each are added up: --series A,B',
      );
  }
}

function seriesOf({ project }: GuessedProject): readonly string[] {
  const { series = [] } = project.columns ?? {};
  return typeof series === 'string' ? [series] : series;
}

/** Files of one kind as one table; those of another kind are named. */
async function readAll(
  files: readonly string[],
  dialect: Partial<Dialect>,
): Promise<{ read: Sample; notes: string[] }> {
  const how = howOf(dialect);
  const read = await readSample(files[0] ?? '', how);
  const rows = [...read.rows];
  const others: string[] = [];
  let whole = read.whole && files.length <= filesMax;
  for (const file of files.slice(1, filesMax)) {
    const next = await readSample(file, how);
    const isAlike =
      isDeepStrictEqual([...next.columns].sort(), [...read.columns].sort()) &&
      isDeepStrictEqual(next.supposed, read.supposed);
    if (!isAlike) others.push(basename(file));
    else if (rows.length + next.rows.length > rowsMax) whole = false;
    else {
      const places = read.columns.map((name) => next.columns.indexOf(name));
      for (const row of next.rows) rows.push(places.map((at) => row[at] ?? ''));
      whole &&= next.whole;
    }
  }
  const notes =
    others.length === 0
      ? []
      : [
          `Of other columns, or written otherwise than ${basename(files[0] ?? '')}: ${others.slice(0, 5).join(', ')}` +
            `${others.length > 5 ? ` and ${others.length - 5} more` : ''}. Files of each kind need a mapping: almanac init FILE --mapping NAME.json`,
        ];
  return { read: { ...read, rows, whole }, notes };
}

/** What of a dialect was said: the members that are not as where nothing is said. */
function saidOf(dialect: Dialect = defaultDialect): Partial<Dialect> {
  return Object.fromEntries(
    Object.entries(dialect).filter(
      ([name, value]) => !isDeepStrictEqual(value, defaultDialect[name as keyof Dialect]),
    ),
  );
}

/** How files are read; null = as is likely. */
function howOf(dialect: Partial<Dialect>): Dialect | null {
  return saysHowToCut(dialect) ? { ...defaultDialect, ...dialect } : null;
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
    'periodColumns',
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
