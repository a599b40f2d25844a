// Tables that are about things and no history of demand: one row for each item, shop or series.

import { AppError } from '../../../core/index.ts';
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

const quoted = (text: string): string => (/^[\w.-]+$/.test(text) ? text : `"${text}"`);
