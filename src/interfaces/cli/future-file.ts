// A file of plans for `forecast --future`: rows of series, time and known columns, as the `future` of a request.

import { AppError, foldedSeriesId, type Project, seriesIdOf } from '../../core/index.ts';
import { projectTimes } from '../../services/data/index.ts';
import type { ForecastRequest } from '../../services/serving/index.ts';
import type { Sample } from './sample.ts';

type Cell = string | null;
type Future = Record<string, Record<string, Cell[]>>;

/**
 * By series, then column: one value per step after the series' cutoff, null where the file says nothing.
 * @param of `cutoffOf` gives the period before the first step; rows of series other than `series` are left out
 * @throws AppError `cli/unreadable-file` when a column is missing, a time cannot be read, or no row lies in the horizon
 */
export function futureOf(
  sample: Sample,
  project: Project,
  of: {
    readonly path: string;
    readonly cutoffOf: (seriesId: string) => number;
    readonly horizon: number;
    readonly series?: readonly string[] | undefined;
  },
): NonNullable<ForecastRequest['future']> {
  const { columns } = project;
  const place = (name: string): number => sample.columns.indexOf(name);
  const needed = [...columns.series, columns.time];
  const missing = needed.filter((name) => place(name) < 0);
  if (missing.length > 0) throw unreadable(of.path, `it has no column ${missing.join(', ')}`);
  const names = [...(columns.known ?? []), ...(project.calendar === undefined ? [] : ['holiday'])].filter(
    (name) => place(name) >= 0,
  );
  if (names.length === 0)
    throw unreadable(of.path, `none of its columns is one of columns.known in project ${project.name}`);
  const readTime = projectTimes(project);
  const future: Future = {};
  let used = 0;
  for (const [i, row] of sample.rows.entries()) {
    const time = row[place(columns.time)] ?? '';
    const { period, problem } = readTime(time);
    if (problem !== null) throw unreadable(of.path, `row ${i + 1} has ${JSON.stringify(time)} as its time`);
    const id = foldedSeriesId(seriesIdOf(columns.series.map((name) => row[place(name)] ?? '')), project);
    const step = period - of.cutoffOf(id) - 1;
    // Of a series that nothing is known of no step begins anywhere.
    if (!(step >= 0 && step < of.horizon)) continue;
    if (of.series !== undefined && !of.series.includes(id)) continue;
    used += 1;
    future[id] ??= Object.fromEntries(
      names.map((name): [string, Cell[]] => [name, new Array<Cell>(of.horizon).fill(null)]),
    );
    const own = future[id];
    for (const name of names) (own[name] as Cell[])[step] = (row[place(name)] ?? '').trim() || null;
  }
  if (used === 0)
    throw unreadable(
      of.path,
      `no row of a series asked for lies in the ${of.horizon} periods after those that are known of it`,
    );
  return future;
}

function unreadable(path: string, reason: string): AppError {
  return new AppError('cli/unreadable-file', `${path}: ${reason}`);
}
