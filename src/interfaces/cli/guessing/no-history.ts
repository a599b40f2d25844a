// Tables that are about things and no history of demand: one row for each item, shop or series.

import { AppError, monthNamed } from '../../../core/index.ts';
import { plainSpan } from '../../../services/data/index.ts';
import type { Sample } from '../sample.ts';
import type { Profile } from './profile.ts';
import { isEntity } from './series-columns.ts';

/** Fewer rows may be the beginning of something. */
const rowsMin = 10;
const seriesName = /^(series|series_?id|unique_?id|ts_?id)$/i;
const partName =
  /(^|[ _-])(month|monat|mois|week|woche|kw|quarter|quartal|period|periode)([ _-]?(no|nr|number|of_year))?$/i;

/**
 * @param time null = no column holds times
 * @throws AppError `cli/no-guess` when each row is of another thing, at times that differ: then nothing has a history
 */
export function refuseNoHistory(sample: Sample, profiles: readonly Profile[], time: Profile | null): void {
  const { rows } = sample;
  if (rows.length < rowsMin || sample.isWide === true) return;
  const valuesOf = ({ index }: Profile): Set<string> => new Set(rows.map((row) => row[index] ?? ''));
  // All at one time is the first period of a history.
  if (time !== null && valuesOf(time).size === 1) return;
  const name = profiles.find(
    (profile) =>
      profile !== time &&
      !profile.isTime &&
      (seriesName.test(profile.name) || isEntity(profile)) &&
      valuesOf(profile).size === rows.length,
  );
  if (name === undefined) return;
  throw new AppError(
    'cli/no-guess',
    `each of the ${rows.length} rows is of another ${name.name}: a table about them, and no history of demand, which has several rows of each. ` +
      `What it says of them goes beside a history: almanac ingest FILE --attributes. If it is a history all the same, say what names a series: --series ${quoted(name.name)}`,
  );
}

/** @throws AppError `cli/no-guess` when the time is a year and its month or week stands in a column of its own */
export function refuseSplitTime(profiles: readonly Profile[], time: Profile): void {
  if (time.timeForm?.frequency !== 'year') return;
  const part = profiles.find(
    (profile) =>
      profile.isInteger &&
      partName.test(profile.name) &&
      profile.min >= 1 &&
      profile.max <= 53 &&
      profile.distinct > 1,
  );
  if (part === undefined) return;
  throw new AppError(
    'cli/no-guess',
    `the time stands in two columns, ${time.name} and ${part.name}: write both into one, such as 2024-03 for a month or 2024-W07 for a week. ` +
      `If years are what you plan by, say so: --time ${quoted(time.name)} --frequency year`,
  );
}

/** Columns that are named by parts of a year alone, fewer of which may be anything. */
const partsMin = 4;

/**
 * @throws AppError `cli/no-guess` when a table has several columns for each period, or one for each month of the year of its row: taken
 * for a long one, it would be read by one of these columns alone
 */
export function refuseManyColumns({ columns }: Sample): void {
  const parts = columns.filter((name) => monthNamed(name) !== undefined || /^q[1-4]$/i.test(name));
  if (parts.length >= partsMin)
    throw new AppError(
      'cli/no-guess',
      `the columns ${parts.slice(0, 3).join(', ')}, … are parts of a year that stands elsewhere: a row for each year. Turn the table, so that each row has ` +
        'one time and one value, or give each year columns of its own, such as 2024-01',
    );
  const patterns = new Map<string, string[]>();
  for (const name of columns) {
    const pattern = patternOf(name);
    if (pattern !== null) patterns.set(pattern, [...(patterns.get(pattern) ?? []), name]);
  }
  const several = [...patterns].filter(([, names]) => names.length > 1);
  const [first, second] = several;
  if (first === undefined || second === undefined) return;
  throw new AppError(
    'cli/no-guess',
    `the table has several columns for each period, ${first[1][0]} and ${second[1][0]}: say which hold the demand, as ` +
      `--dialect ${JSON.stringify(`periodColumns=${first[0]}`)}`,
  );
}

/** Of a name such as `2024-01 units` or `units_2024-01` the pattern of those that measure the same; null for other names. */
function patternOf(name: string): string | null {
  const after = /^(.+)([ _][^\d\s_]+)$/u.exec(name);
  if (after !== null && plainSpan(after[1] ?? '') !== null) return `*${after[2]}`;
  const before = /^([^\d\s_]+[ _])(.+)$/u.exec(name);
  return before !== null && plainSpan(before[2] ?? '') !== null ? `${before[1]}*` : null;
}

const quoted = (text: string): string => (/^[\w.-]+$/.test(text) ? text : `"${text}"`);
