// Guessing which columns beside demand are worth telling the models. Conservative: what is missed is one line to add, what
// is wrongly taken for known ahead makes every forecast wait for plans that nobody has.

import type { ProjectConfig } from '../../config/index.ts';
import type { Sample } from '../sample.ts';
import type { Guess } from './guessed-setting.ts';
import type { Profile } from './profile.ts';

/** Names of things that people decide or know before the day. */
const plannedFlag =
  /promo|holiday|event|campaign|display|flyer|leaflet|advert|discount|deal|school|snap|on_sale/i;
const price = /price/i;
const yesNo = new Set(['0', '1', 'true', 'false', 'yes', 'no']);
/** Fewer series say little about what is fixed per series. */
const seriesMin = 4;

export interface GuessedCovariates {
  readonly columns: Pick<NonNullable<ProjectConfig['columns']>, 'known' | 'static'>;
  readonly guesses: readonly Guess[];
}

/** Columns other than the mapped ones: planned flags and prices that change, and texts that are fixed per series. */
export function guessCovariates(
  sample: Sample,
  profiles: readonly Profile[],
  mapped: { readonly series: readonly Profile[]; readonly others: readonly Profile[] },
): GuessedCovariates {
  const taken = new Set([...mapped.series, ...mapped.others]);
  const known: string[] = [];
  const fixed: string[] = [];
  for (const profile of profiles) {
    if (taken.has(profile) || profile.isTime) continue;
    const { changing, series, distinct, isFlag } = bySeries(sample, profile, mapped.series);
    const isPrice = profile.isNumber && profile.min > 0 && price.test(profile.name);
    if (changing > 0 && (isPrice || (isFlag && plannedFlag.test(profile.name)))) known.push(profile.name);
    else if (
      !profile.isNumber &&
      changing === 0 &&
      series >= seriesMin &&
      distinct > 1 &&
      2 * distinct <= series
    )
      fixed.push(profile.name);
  }
  const guesses: Guess[] = [];
  if (known.length > 0)
    guesses.push({
      setting: 'columns.known',
      value: known.join(', '),
      reason: 'prices, or yes/no by names that speak of plans; remove what you do not know ahead',
    });
  if (fixed.length > 0)
    guesses.push({
      setting: 'columns.static',
      value: fixed.join(', '),
      reason: 'texts with one value per series, shared by several series',
    });
  return {
    columns: { ...(known.length > 0 ? { known } : {}), ...(fixed.length > 0 ? { static: fixed } : {}) },
    guesses,
  };
}

/** How a column behaves within series: how many of them it changes in. */
function bySeries(
  sample: Sample,
  profile: Profile,
  series: readonly Profile[],
): { changing: number; series: number; distinct: number; isFlag: boolean } {
  const first = new Map<string, string>();
  const changing = new Set<string>();
  const values = new Set<string>();
  for (const row of sample.rows) {
    const value = (row[profile.index] ?? '').trim();
    if (value === '') continue;
    const key = series.map((column) => row[column.index]).join('\u0000');
    const known = first.get(key);
    if (known === undefined) first.set(key, value);
    else if (known !== value) changing.add(key);
    if (values.size < 10_000) values.add(value);
  }
  const isFlag = values.size === 2 && [...values].every((value) => yesNo.has(value.toLowerCase()));
  return { changing: changing.size, series: first.size, distinct: values.size, isFlag };
}
