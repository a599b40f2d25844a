// A first data contract from the beginning of a file, for `contract draft` and `init`.

import { dirname, relative, resolve, sep } from 'node:path';
import { AppError, defaultDialect, type Frequency, type Project } from '../../core/index.ts';
import { type DraftTable, draftContract } from '../../services/contracts/index.ts';
import { hoursSinceEnd, meets, numberReader, projectTimes } from '../../services/data/index.ts';
import { type ProjectConfig, resolveConfig } from '../config/index.ts';
import type { Sample } from './sample.ts';

/**
 * The contract that `init --contract` writes beside a configuration, and the setting that names it; null where none was asked for.
 * @param of.out the configuration file
 */
export async function draftBeside(
  of: { name: string; project: ProjectConfig; sample: Sample; out: string; now: number },
  { contract }: Readonly<Record<string, unknown>>,
): Promise<{ path: string; text: string; setting: Pick<ProjectConfig, 'contract'> } | null> {
  if (contract === undefined) return null;
  const folder = dirname(of.out);
  const path = resolve(folder, String(contract));
  const [project] = resolveConfig({ projects: { [of.name]: of.project } }, { cwd: folder }).projects;
  if (project === undefined) return null;
  const file = relative(folder, path).split(sep).join('/');
  return {
    path,
    text: await draftFrom(project, of.sample, of.now),
    setting: { contract: { ...of.project.contract, file } },
  };
}

/** A contract is drafted for when the data are late, not for when they are on time. */
const periodsLate = 3;
/** Who has no row in so many newest periods is not expected in later data: as many as are looked at of what is stored, at least. */
const recentPeriods = 28;

/** At least as long as a period lasts. */
const periodHours: Readonly<Record<Frequency, number | null>> = {
  hour: 1,
  day: 24,
  week: 24 * 7,
  month: 24 * 31,
  quarter: 24 * 92,
  year: 24 * 366,
  step: null,
};

/**
 * The contract as YAML of ODCS. The file keeps it.
 * @param now UTC milliseconds
 * @throws AppError `data/missing-column`
 */
export function draftFrom(
  project: Project,
  sample: Pick<Sample, 'columns' | 'rows' | 'whole'>,
  now: number,
): Promise<string> {
  const { name, columns, dialect = defaultDialect } = project;
  const {
    series,
    time,
    target,
    stockout,
    known = [],
    past = [],
    static: fixed = [],
    categories = [],
  } = columns;
  const wanted: DraftTable['columns'] = [
    ...series.map((column) => ({ name: column, role: 'series' as const })),
    { name: time, role: 'time' },
    { name: target, role: 'number' },
    ...(stockout === undefined ? [] : [{ name: stockout, role: 'text' as const }]),
    ...[...known, ...past, ...fixed].map((column) => ({
      name: column,
      role: categories.includes(column) ? ('text' as const) : ('number' as const),
    })),
  ];
  const found = wanted.filter((column) => sample.columns.includes(column.name));
  const missing = [...series, time, target].filter((column) => !sample.columns.includes(column));
  if (missing.length > 0)
    throw new AppError(
      'data/missing-column',
      `the file has no column ${missing.map((column) => JSON.stringify(column)).join(', ')}`,
    );
  const taken = takenRows(project, sample);
  const places = found.map((column) => sample.columns.indexOf(column.name));
  const nulls = new Set(dialect.nulls);
  const cell = (text: string): string => (nulls.has(text.trim()) ? '' : text);
  return draftContract({
    name,
    columns: found,
    rows: taken.rows.map((row) => places.map((at) => cell(row[at] ?? ''))),
    // Of a part nobody knows which are the newest.
    isRecent: (row) => !sample.whole || (taken.periods[row] ?? 0) > (taken.newest ?? 0) - recentPeriods,
    isWhole: sample.whole,
    latencyHours: sample.whole ? latencyOf(project, taken.newest, now) : null,
    numberOf: numberReader(dialect),
  });
}

/** Rows that an ingest takes in, as far as their time, keys and the rules for what is left out say; and the newest period of them. */
function takenRows(
  project: Project,
  { columns, rows }: Pick<Sample, 'columns' | 'rows'>,
): { rows: Sample['rows']; periods: readonly number[]; newest: number | null } {
  const { series, time } = project.columns;
  const placeOf = (name: string): number => columns.indexOf(name);
  const keys = series.map(placeOf);
  const timeAt = placeOf(time);
  const rules = (project.dialect ?? defaultDialect).leaveOut.map((rule) => ({
    rule,
    at: placeOf(rule.column),
  }));
  const read = projectTimes(project);
  const periods: number[] = [];
  let newest: number | null = null;
  const taken = rows.filter((row) => {
    const cell = (at: number): string => (row[at] ?? '').trim();
    if (keys.some((at) => cell(at) === '') || rules.some(({ rule, at }) => meets(cell(at), rule)))
      return false;
    const { period, problem } = read(cell(timeAt));
    if (problem !== null) return false;
    if (newest === null || period > newest) newest = period;
    periods.push(period);
    return true;
  });
  return { rows: taken, periods, newest };
}

/** How late the data may be; null where those of the file are later already, or nobody can know. */
function latencyOf(project: Project, newest: number | null, now: number): number | null {
  const hours = periodHours[project.grid.frequency];
  if (hours === null || newest === null) return null;
  const late = Math.ceil(hours * periodsLate);
  const old = hoursSinceEnd(project, { period: newest, now });
  return old === null || old > late ? null : late;
}
