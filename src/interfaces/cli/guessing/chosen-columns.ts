// Which column is the time, and which the demand: the one that was said, else the one that looks most like it.

import { AppError } from '../../../core/index.ts';
import type { Profile } from './profile.ts';

/** Fewer rows with a time are no history. */
const filledMin = 0.9;

/**
 * null = no column can be the time.
 * @throws AppError `cli/no-guess` when the one that was said cannot
 */
export function timeColumn(profiles: readonly Profile[], said: string | undefined): Profile | null {
  if (said !== undefined) return saidTime(columnNamed(profiles, said, '--time'));
  // A date that many rows lack is one of something else: of an opening, a cancellation.
  const dated = profiles.filter((profile) => profile.isTime && profile.filledShare >= filledMin);
  const named = dated.find((profile) =>
    /date|datum|time|day|week|month|quarter|year|period|^ds$/i.test(profile.name),
  );
  // Larger numbers of these names are written times of some kind: as steps most of them would be gaps.
  const stepped = profiles.find(
    ({ isInteger, name, max }) =>
      isInteger &&
      ((/^(t|step|d|index)$/i.test(name) && max < 100_000_000) ||
        (/^(period|time|day|week|month)$/i.test(name) && max < 10_000)),
  );
  return named ?? dated[0] ?? stepped ?? null;
}

/** What to say where no column can be the time. */
export function noTime(profiles: readonly Profile[]): AppError {
  return new AppError(
    'cli/no-guess',
    `no column holds dates as 2024-03-31 (or steps named t). If one holds times, name it with --time, and how they are written with ` +
      `--dialect "dateFormat=…"; columns: ${seenIn(profiles)}`,
  );
}

/** A column of whole numbers that is said to be the time holds steps. */
function saidTime(profile: Profile): Profile {
  if (profile.isTime || profile.isInteger) return profile;
  throw new AppError(
    'cli/no-guess',
    `the times of column ${profile.name}, such as ${profile.examples.map((text) => JSON.stringify(text)).join(', ')}, cannot be read: say how they are written, as --dialect "dateFormat=dd.MM.yyyy"`,
  );
}

const targetNames =
  /^(y|value|units?|units_sold|unit_sales|sales|demand|qty|quantity|volume|target|orders|count|amount|consumption|scripts|users|visitors|weekly_sales|item_cnt.*|menge|absatz|st(ü|ue)ck|anzahl|cantidad|quantit[eéà])$/i;
const notTarget =
  /price|cost|preis|promo|flag|discount|holiday|temp|cpi|unemployment|fuel|event|snap|(^|_)(wk|yr)(_|$)|_id$|^id$|year|month|week|day|hour|lat|lon|population|income|humidity|^hum$|wind|rate|stock/i;

const demandWords = /sales|sold|demand|units|quantity|qty|volume|menge|absatz/i;
/** Measured with the demand: rather a forecast of its own. */
const besideDemand = /revenue|turnover|umsatz|erl(ö|oe)s|retour|returns?(_|$)|returned/i;

/** Other numbers that are as good a demand by their names. */
export function otherDemands(
  profiles: readonly Profile[],
  of: { readonly time: Profile; readonly target: Profile; readonly series: readonly Profile[] },
): string[] {
  const taken = new Set([of.time, of.target, ...of.series]);
  const isMeasure = ({ name }: Profile): boolean =>
    (targetNames.test(name) || demandWords.test(name) || besideDemand.test(name)) && !notTarget.test(name);
  return profiles
    .filter((profile) => profile.isNumber && !taken.has(profile) && isMeasure(profile))
    .map(({ name }) => name);
}

/** @throws AppError `cli/no-guess` when none can be the demand */
export function targetColumn(profiles: readonly Profile[], time: Profile, said: string | undefined): Profile {
  if (said !== undefined) {
    const profile = columnNamed(profiles, said, '--target');
    if (profile.isNumber && profile !== time) return profile;
    throw new AppError(
      'cli/no-guess',
      `column ${said} holds no numbers beside the time: it cannot be the demand`,
    );
  }
  const numeric = profiles.filter((profile) => profile.isNumber && profile !== time);
  const score = (profile: Profile): number =>
    (targetNames.test(profile.name) ? 4 : 0) -
    (notTarget.test(profile.name) ? 4 : 0) +
    (demandWords.test(profile.name) ? 1 : 0) -
    (besideDemand.test(profile.name) ? 1 : 0) +
    Math.min(1, profile.distinct / 50) +
    // Of equals, the later column: keys come first, measures after.
    profile.index / 1000;
  const best = numeric.sort((a, b) => score(b) - score(a))[0];
  if (best !== undefined && score(best) >= doubtfulScore) return best;
  if (best !== undefined)
    throw new AppError(
      'cli/no-guess',
      `no column is named as demand is, and all numbers look like something else. If one is the demand, say which: ${numeric
        .slice(0, 6)
        .map(({ name }) => `--target ${/^[\w.-]+$/.test(name) ? name : `"${name}"`}`)
        .join(', ')}; columns: ${namesOf(profiles)}`,
    );
  throw new AppError(
    'cli/no-guess',
    `no column besides ${time.name} holds numbers; columns: ${seenIn(profiles)}. ` +
      'Where numbers are written in another way, say it: --dialect "decimal=, thousands=."',
  );
}

/** Below this the name of the best column says that it is none. */
const doubtfulScore = -2;

/** Why that column: what it holds, and its name where that says it. */
export function targetReason(target: Profile): string {
  const range = `numbers from ${target.min} to ${target.max}`;
  return targetNames.test(target.name) ? `${range}, and its name` : range;
}

/** @throws AppError `cli/no-guess` when there is none of that name */
export function columnNamed(profiles: readonly Profile[], name: string, option: string): Profile {
  const found = profiles.find((profile) => profile.name === name);
  if (found !== undefined) return found;
  throw new AppError('cli/no-guess', `${option} names ${name}, and the columns are ${namesOf(profiles)}`);
}

/** Columns with what they hold: one text of each form. */
function seenIn(profiles: readonly Profile[]): string {
  const shown = profiles
    .slice(0, 20)
    .map(({ name, examples }) =>
      examples.length === 0
        ? `${name} (empty)`
        : `${name} (${examples.map((text) => JSON.stringify(text)).join(', ')})`,
    );
  return profiles.length <= 20 ? shown.join(', ') : `${shown.join(', ')} and ${profiles.length - 20} more`;
}

function namesOf(profiles: readonly Profile[]): string {
  const names = profiles.map(({ name }) => name);
  return names.length <= 20
    ? names.join(', ')
    : `${names.slice(0, 20).join(', ')} and ${names.length - 20} more`;
}
