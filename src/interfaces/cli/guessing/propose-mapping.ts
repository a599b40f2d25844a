// Which column of a foreign file is which of a project: by what was said, by their names, and where one is left of a kind by what it holds.

import { AppError, columnsRead, keyFolded, type Project } from '../../../core/index.ts';
import type { ProjectConfig } from '../../config/index.ts';
import type { Said } from './guessed-setting.ts';

export interface MappedColumn {
  /** Of the project. */
  readonly column: string;
  /** In the file. */
  readonly called: string;
  readonly reason: string;
}

export interface ProposedMapping {
  readonly columns: readonly MappedColumn[];
  /** Columns of the project that may be absent, and are. */
  readonly absent: readonly string[];
}

/**
 * What is plain before anything is guessed: what was said, and columns of the same name but for case, blanks and underscores.
 * @throws AppError `cli/no-guess` where something was said that is not so
 */
export function namedColumns(
  project: Project,
  found: readonly string[],
  said: Readonly<Record<string, string>>,
): MappedColumn[] {
  const all = columnsRead(project.columns);
  for (const [column, called] of Object.entries(said)) {
    if (!all.includes(column))
      throw new AppError(
        'cli/no-guess',
        `--columns names ${column}, and project ${project.name} has: ${all.join(', ')}`,
      );
    if (!found.includes(called))
      throw new AppError('cli/no-guess', `--columns names ${called}, and the file has: ${found.join(', ')}`);
  }
  const taken = new Set(Object.values(said));
  return all.flatMap((column): MappedColumn[] => {
    const own = Object.hasOwn(said, column) ? said[column] : undefined;
    if (own !== undefined) return [{ column, called: own, reason: 'said with --columns' }];
    if (found.includes(column) && !taken.has(column))
      return [{ column, called: column, reason: 'the same name' }];
    const alike = found.filter((name) => !taken.has(name) && plainName(name) === plainName(column));
    const [called, another] = alike;
    return called === undefined || another !== undefined
      ? []
      : [{ column, called, reason: 'the same name, written otherwise' }];
  });
}

/** What the guesser is told of the file by the columns that are plain. */
export function saidByNames(project: Project, named: readonly MappedColumn[]): Omit<Said, 'dialect'> {
  const called = new Map(named.map((one) => [one.column, one.called]));
  const { series, time, target } = project.columns;
  const [at, of] = [called.get(time), called.get(target)];
  const keys = series.flatMap((column) => called.get(column) ?? []);
  return {
    ...(at === undefined ? {} : { time: at }),
    ...(of === undefined ? {} : { target: of }),
    ...(keys.length === series.length ? { series: keys } : {}),
    frequency: project.grid.frequency,
  };
}

/**
 * The rest by what it holds.
 * @param guessed of the file, as if it were a project of its own
 * @throws AppError `cli/no-guess` where it is not plain which column a needed one is
 */
export function proposeMapping(
  project: Project,
  named: readonly MappedColumn[],
  guessed: { readonly columns: ProjectConfig['columns']; readonly isWide: boolean },
): ProposedMapping {
  const { series, time, target } = project.columns;
  const found = [...named];
  const has = (column: string): boolean => found.some((one) => one.column === column);
  const isFree = (called: string): boolean => found.every((one) => one.called !== called);
  const { columns = {}, isWide } = { columns: guessed.columns ?? {}, isWide: guessed.isWide };
  if (!isWide)
    for (const [column, called, reason] of [
      [time, columns.time, 'it holds the times'],
      [target, columns.target, 'it looks most like the demand'],
    ] as const)
      if (!has(column) && called !== undefined && isFree(called)) found.push({ column, called, reason });
  const keys = typeof columns.series === 'string' ? [columns.series] : (columns.series ?? []);
  const [open, free] = [series.filter((column) => !has(column)), keys.filter(isFree)];
  const [column, called] = [open[0], free[0]];
  if (open.length === 1 && free.length === 1 && column !== undefined && called !== undefined)
    found.push({ column, called, reason: 'with the others, it names each row once' });
  const needed = [...series, ...(isWide ? [] : [time, target])];
  const unknown = needed.filter((name) => !has(name));
  if (unknown.length > 0)
    throw new AppError(
      'cli/no-guess',
      `it is not plain which column of the file is ${unknown.map((name) => JSON.stringify(name)).join(', ')} of project ${project.name}: ` +
        `say it with --columns ${unknown.map((name) => `${name}=…`).join(',')}`,
    );
  return {
    columns: found,
    absent: columnsRead(project.columns).filter(
      (name) => !has(name) && !needed.includes(name) && !(isWide && (name === time || name === target)),
    ),
  };
}

function plainName(name: string): string {
  return keyFolded(name).replace(/[\s_.-]+/gu, '');
}
