// What `init --mapping` does in the place of a project: a mapping that reads files of another sender into it, with every guess said.

import { basename, resolve } from 'node:path';
import { type Dialect, isAppError, mappedProject, type Project } from '../../../core/index.ts';
import { type MappingConfig, type ProjectConfig, readMapping } from '../../config/index.ts';
import type { CommandContext, Report } from '../command.ts';
import { guessFile } from '../guessing/guess-file.ts';
import type { Guess } from '../guessing/guessed-setting.ts';
import { namedColumns, proposeMapping, saidByNames } from '../guessing/propose-mapping.ts';
import { tryOut } from '../guessing/try-out.ts';
import { inputFiles } from '../input-files.ts';
import type { Sample } from '../sample.ts';
import { count } from '../words.ts';
import { writeNew } from '../write-whole.ts';

/** The project that a mapping is for; null where there is none yet. */
export async function projectThere(context: CommandContext): Promise<Project | null> {
  try {
    return await context.project();
  } catch (error) {
    if (isAppError(error, 'config/not-found') && context.options.config === undefined) return null;
    throw error;
  }
}

/** @throws AppError `cli/no-guess`, `cli/file-exists` */
export async function draftMapping(context: CommandContext, project: Project): Promise<Report> {
  const { cwd } = context.terminal;
  const file = resolve(cwd, context.args[0] as string);
  const { mapping, dialect, columns: said = {}, force } = context.options;
  const out = resolve(cwd, String(mapping));
  const namedIn = (columns: readonly string[]) =>
    namedColumns(project, columns, said as Readonly<Record<string, string>>);
  const { paths } = await inputFiles(cwd, context.args);
  const found = await guessFile(paths, (columns) => saidByNames(project, namedIn(columns)), {
    dialect: dialect as Dialect | undefined,
    now: context.now(),
  });
  const { guessed, sample } = found;
  const isWide = sample.isWide === true;
  const proposed = proposeMapping(project, namedIn(found.columns), {
    columns: guessed.project.columns,
    isWide,
  });
  const config = mappingText(
    Object.fromEntries(proposed.columns.map(({ column, called }) => [column, called])),
    guessed.project.dialect,
  );
  mappedProject(project, readMapping(config, basename(out)), basename(out));
  const tried = tryOut(sample, project.name, readAs(project, guessed.project, config), context.now());
  await writeNew(out, textOf(config), force === true);
  const written = guessed.guesses.filter(({ setting }) => setting.startsWith('dialect.'));
  const notes = [
    ...guessed.notes,
    ...tried.lines,
    ...(proposed.absent.length === 0
      ? []
      : [
          `not in the file, so unknown from it: ${proposed.absent.join(', ')} (named otherwise? --columns ${proposed.absent[0]}=…)`,
        ]),
  ];
  return {
    json: {
      file: out,
      project: project.name,
      mapping: config,
      columns: proposed.columns,
      guesses: written,
      notes,
    },
    print(printer) {
      const { bold, cyan, dim, yellow } = printer.colours;
      printer.line(
        `Looked at ${sample.whole ? '' : 'the first '}${count(sample.rows.length)} rows of ${basename(file)} for project ${bold(project.name)}:`,
      );
      printer.line();
      printer.table(
        [
          { title: 'in the project', value: ({ setting }: Guess) => setting },
          { title: 'in the file', value: ({ value }) => cyan(value) },
          { title: 'because', value: ({ reason }) => dim(reason) },
        ],
        [
          ...proposed.columns.map(({ column, called, reason }) => ({
            setting: column,
            value: called,
            reason,
          })),
          ...written,
        ],
      );
      printer.line();
      for (const line of notes) printer.line(yellow(line));
      printer.line(`Written to ${bold(out)}. Check it, then:`);
      printer.line(`  almanac ingest ${context.args[0]} --mapping ${String(mapping)}`);
    },
  };
}

/** Where there is no project yet: the mapping of the file that the project is guessed from; null where none was asked for. */
export function firstMapping(
  { options, terminal }: Pick<CommandContext, 'options' | 'terminal'>,
  of: { readonly project: ProjectConfig; readonly sample: Sample },
): { path: string; text: string } | null {
  if (options.mapping === undefined) return null;
  const {
    series = [],
    time,
    target,
    stockout,
    known = [],
    past = [],
    static: fixed = [],
  } = of.project.columns ?? {};
  const keys = typeof series === 'string' ? [series] : series;
  const measured = of.sample.isWide === true ? [] : [time, target];
  const names = [...keys, ...measured, stockout, ...known, ...past, ...fixed].filter(
    (name) => name !== undefined,
  );
  const config = mappingText(Object.fromEntries(names.map((name) => [name, name])), of.project.dialect);
  return { path: resolve(terminal.cwd, String(options.mapping)), text: textOf(config) };
}

function textOf(config: MappingConfig): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** A mapping as it is kept: what is the same in both stands there too, so that a file without it is refused. */
function mappingText(
  columns: Readonly<Record<string, string>>,
  dialect: ProjectConfig['dialect'],
): MappingConfig {
  return { columns: { ...columns }, values: {}, ...(dialect === undefined ? {} : { dialect }) };
}

/** The settings that read the file itself as the mapping will have it read. */
function readAs(
  project: Project,
  guessed: ProjectConfig,
  { columns = {}, dialect }: MappingConfig,
): ProjectConfig {
  const { series, time, target } = project.columns;
  const called = (column: string): string => columns[column] ?? column;
  const { columns: own = {} } = guessed;
  return {
    ...guessed,
    columns: {
      series: series.map(called),
      time: Object.hasOwn(columns, time) ? called(time) : (own.time ?? time),
      target: Object.hasOwn(columns, target) ? called(target) : (own.target ?? target),
    },
    ...(dialect === undefined ? {} : { dialect }),
    conflicts: project.conflicts,
    timezone: project.timezone,
    nonNegative: project.nonNegative,
  };
}
