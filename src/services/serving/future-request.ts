// What a request itself plans for the periods to come, checked: lists of one value per step, or of one per date that it names.

import { AppError, isRounded, type Project, periodLabel } from '../../core/index.ts';
import { plannedProblem } from '../contracts/index.ts';
import { holidayName, numberOf, projectTimes } from '../data/index.ts';

export type FutureCell = number | string | boolean | null;
/** Planned values by column, null = as planned in the data: one per step, or one per date of the project's time column. */
export type FutureColumns = Readonly<Record<string, readonly FutureCell[]>>;
/** By column, for all series; or by series, then column. */
export type FutureRequest = Readonly<Record<string, readonly FutureCell[] | FutureColumns>>;

/** Columns of a request, for one series or for all. */
export interface RequestedColumns {
  readonly columns: Readonly<Record<string, readonly (number | string | null)[]>>;
  /** Where the value of a period lies in the lists; undefined = they hold a value per step. */
  readonly places: ReadonlyMap<number, number> | undefined;
  /** Equal texts mean equal plans; '' = nothing is planned. */
  readonly key: string;
}

/** Columns that a request plans anything of, for any series. */
export function plannedColumns(future: FutureRequest): readonly string[] {
  const { forAll, series } = splitFuture(future);
  return [
    ...new Set([forAll, ...series.map(([, columns]) => columns)].flatMap((columns) => Object.keys(columns))),
  ];
}

/** No plans. */
export const nothingRequested: RequestedColumns = Object.freeze({
  columns: Object.freeze({}),
  places: undefined,
  key: '',
});

export interface RequestedPlans {
  readonly forAll: RequestedColumns;
  readonly bySeries: ReadonlyMap<string, RequestedColumns>;
}

/**
 * @param of.cutoffs of each series asked for: its first step is the period after
 * @throws AppError `serving/invalid-future` for a column that is not known ahead, a series not asked for, a list of the wrong
 *   length, a value that the column cannot have, or one list of steps for series whose steps are of different periods
 */
export function readFuture(
  project: Project,
  of: {
    readonly horizon: number;
    readonly seriesIds: readonly string[];
    readonly cutoffs: readonly number[];
    readonly future: FutureRequest;
  },
): RequestedPlans {
  const split = splitFuture(of.future);
  const forAll = checkColumns(project, split.forAll, of.horizon);
  refuseShifted(project, forAll, of);
  const asked = split.series.length === 0 ? new Set() : new Set(of.seriesIds);
  for (const [seriesId] of split.series)
    if (!asked.has(seriesId))
      throw invalid(
        `\`future\` speaks of series ${quoted(seriesId)}, which is not asked for, or a list is missing`,
      );
  const bySeries = new Map(
    split.series.map(([id, columns]) => [id, checkColumns(project, columns, of.horizon)]),
  );
  return { forAll, bySeries };
}

/** What the columns plan of a period, the `step`-th (from 0) of the forecast; null = nothing. */
export function requestedAt(
  { columns, places }: RequestedColumns,
  name: string,
  at: { readonly step: number; readonly period: number },
): number | string | null {
  if (!Object.hasOwn(columns, name)) return null;
  const place = places === undefined ? at.step : places.get(at.period);
  return place === undefined ? null : (columns[name]?.[place] ?? null);
}

function splitFuture(future: FutureRequest): {
  forAll: FutureColumns;
  series: [string, FutureColumns][];
} {
  const forAll: Record<string, readonly FutureCell[]> = {};
  const series: [string, FutureColumns][] = [];
  for (const [name, value] of Object.entries(future))
    if (Array.isArray(value)) forAll[name] = value;
    else series.push([name, value as FutureColumns]);
  return { forAll, series };
}

/**
 * A list for all series was meant for the same periods. Where the steps of series begin at different ones, as some have
 * reported a day that others have not, nobody can tell which, unless all its values are the same.
 */
function refuseShifted(
  project: Project,
  { columns, places }: RequestedColumns,
  { seriesIds, cutoffs }: { readonly seriesIds: readonly string[]; readonly cutoffs: readonly number[] },
): void {
  if (places !== undefined) return;
  const other = cutoffs.findIndex((cutoff) => cutoff !== cutoffs[0]);
  const varying = Object.keys(columns).find((name) =>
    columns[name]?.some((cell) => cell !== columns[name]?.[0]),
  );
  if (other < 0 || varying === undefined) return;
  const first = (place: number): string =>
    `${quoted(seriesIds[place] ?? '')} on ${periodLabel(project.grid, (cutoffs[place] ?? 0) + 1)}`;
  throw invalid(
    `${quoted(varying)} in \`future\` is one list for all series, and their steps begin at different periods: those of ${first(0)}, of ${first(other)}; ` +
      `give the periods of its values in ${quoted(project.columns.time)}, or a list for each series`,
  );
}

/** The columns with their values as the project has them: numbers, or texts of categories. */
function checkColumns(project: Project, given: FutureColumns, horizon: number): RequestedColumns {
  const { known = [], categories = [], time } = project.columns;
  const names = [...known, ...(project.calendar === undefined ? [] : [holidayName])];
  const { [time]: times, ...lists } = given;
  const periods = times === undefined ? undefined : periodsOf(project, times);
  const columns = Object.fromEntries(
    Object.entries(lists).map(([name, cells]) => {
      if (!names.includes(name))
        throw invalid(
          `${quoted(name)} in \`future\` is no column that is known ahead in project "${project.name}": there is ${names.map(quoted).join(', ') || 'none'}`,
        );
      if (periods !== undefined && cells.length !== periods.length)
        throw invalid(
          `${quoted(name)} in \`future\` has ${cells.length} values: ${quoted(time)} has ${periods.length}`,
        );
      if (periods === undefined && cells.length !== horizon)
        throw invalid(`${quoted(name)} in \`future\` has ${cells.length} values: the horizon is ${horizon}`);
      const isText = name === holidayName || categories.includes(name);
      return [name, cells.map((cell, step) => kept(project, { name, step }, checkCell(name, cell, isText)))];
    }),
  );
  if (Object.keys(columns).length === 0) return nothingRequested;
  const places = periods && new Map(periods.map((period, i) => [period, i]));
  return { columns, places, key: JSON.stringify([columns, periods ?? null]) };
}

/** Zone tables are slow to open. */
const readers = new WeakMap<Project, ReturnType<typeof projectTimes>>();

function periodsOf(project: Project, times: readonly FutureCell[]): readonly number[] {
  const read = readers.get(project) ?? projectTimes(project);
  readers.set(project, read);
  return times.map((time) => {
    const { period, problem } = read(String(time));
    if (problem === null) return period;
    throw invalid(
      `${quoted(project.columns.time)} in \`future\` holds ${quoted(String(time))}, which is no time of frequency ${project.grid.frequency}`,
    );
  });
}

/** The cell, if the contract of the project lets a row have it. */
function kept(
  project: Project,
  at: { readonly name: string; readonly step: number },
  cell: number | string | null,
): number | string | null {
  const problem = plannedProblem(project, at.name, cell);
  if (problem === null) return cell;
  throw invalid(
    `${quoted(at.name)} in \`future\` holds ${JSON.stringify(cell)} as value ${at.step + 1}, which the data contract refuses: ${problem}`,
  );
}

function checkCell(name: string, cell: FutureCell, isText: boolean): number | string | null {
  if (cell === null || cell === '') return null;
  if (isText) {
    if (!isRounded(cell)) return String(cell);
    throw invalid(
      `${quoted(name)} in \`future\` holds a number past 2^53, whose digits are lost: write it as text`,
    );
  }
  const value = typeof cell === 'string' ? numberOf(cell.trim()) : Number(cell);
  if (value !== undefined && Number.isFinite(value)) return value;
  throw invalid(`${quoted(name)} in \`future\` holds ${quoted(String(cell))}: it is a column of numbers`);
}

function invalid(message: string): AppError {
  return new AppError('serving/invalid-future', message);
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
