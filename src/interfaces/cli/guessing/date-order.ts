// Dates of three numbers, such as 03/04/24: which is the day, which the month, which the year. A number that can be only one of them
// says it; else what the dates would be says it, read in each way; else it is asked.

import { dateFormat } from '../../../core/index.ts';
import type { Hints, TimeForm } from './guessed-setting.ts';

/** Years of two digits: 70 is 1970, 69 is 2069. */
export const shortYearsFromGuess = 1970;

const shape = /^(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{2})(?: (\d{1,2}):\d{2}(:\d{2})?( ?[ap]\.?m\.?)?)?$/i;
/** A smaller share of other texts is taken for slips. */
const share = 0.9;
/** Fewer different dates say nothing about how regular they are. */
const datesMin = 6;
const dayMs = 86_400_000;

interface Reading {
  readonly pattern: string;
  readonly order: string;
  /** The dates that the texts would be, in ms. */
  readonly dates: readonly number[];
}

/** The order of most of these texts; null when they are no such dates. */
export function dateOrder(name: string, values: readonly string[], hints: Hints): TimeForm | null {
  const readings = readingsOf(values);
  const most = Math.max(0, ...readings.map(({ dates }) => dates.length));
  if (most <= share * values.length) return null;
  const left = readings.filter(({ dates }) => dates.length === most);
  const example = values.find((value) => shape.test(value)) ?? '';
  const chosen =
    left.length === 1 && left[0] !== undefined ? { reading: left[0], why: '' } : choose(left, example, hints);
  const { pattern, order } = chosen?.reading ?? (left[0] as Reading);
  const why = chosen === null || chosen.why === '' ? '' : `: ${chosen.why}`;
  return {
    dateFormat: pattern,
    frequency: null,
    shortYearsFrom: /(?<!y)yy(?!y)/.test(pattern) ? shortYearsFromGuess : null,
    reason: `dates such as ${example}, ${order}${why}`,
    doubt: chosen === null ? doubtOf(name, example, left) : null,
  };
}

/** Of texts that are such dates: whether the day stands first, where a number above 12 says it; null where none does. */
export function saysDayFirst(values: readonly string[]): boolean | null {
  const [best, second] = readingsOf(values).sort((a, b) => b.dates.length - a.dates.length);
  if (best === undefined || second === undefined || best.dates.length === second.dates.length) return null;
  if (best.dates.length <= share * values.length) return null;
  return best.order === words.dMy ? true : best.order === words.Mdy ? false : null;
}

const words = {
  dMy: 'the day first',
  Mdy: 'the month first',
  yMd: 'the year first',
  ydM: 'the year first, then the day',
} as const;

function readingsOf(values: readonly string[]): Reading[] {
  const parts = values.map((value) => shape.exec(value)).filter((part) => part !== null);
  const one = parts[0];
  if (one == null || parts.length <= share * values.length) return [];
  const [, first = '', mark = '', , third = ''] = one;
  const orders: (keyof typeof words)[] =
    first.length === 4 ? ['yMd', 'ydM'] : third.length === 4 ? ['dMy', 'Mdy'] : ['dMy', 'Mdy', 'yMd'];
  const isNarrow = parts.some((part) => (first.length < 4 && part[1]?.length === 1) || part[3]?.length === 1);
  const year = first.length === 4 || third.length === 4 ? 'yyyy' : 'yy';
  const day = isNarrow ? 'd' : 'dd';
  const month = isNarrow ? 'M' : 'MM';
  const clock = clockOf(parts);
  return orders.map((order) => {
    const letters = [...order].map((letter) => (letter === 'd' ? day : letter === 'M' ? month : year));
    const pattern = `${letters.join(mark)}${clock}`;
    const format = dateFormat(pattern, shortYearsFromGuess);
    const dates = values.flatMap((value) => {
      const found = 'problem' in format ? null : format.read(value);
      return found === null ? [] : [Date.UTC(found.year, found.month - 1, found.day)];
    });
    return { pattern, order: words[order], dates };
  });
}

/** The time of the day behind the dates. */
function clockOf(parts: readonly RegExpExecArray[]): string {
  const timed = parts.find((part) => part[5] !== undefined);
  if (timed === undefined) return '';
  const isNarrow = parts.some((part) => part[5]?.length === 1);
  const half = timed[7];
  const hour = half !== undefined ? 'h' : isNarrow ? 'H' : 'HH';
  const seconds = timed[6] === undefined ? '' : ':ss';
  return ` ${hour}:mm${seconds}${half === undefined ? '' : half.startsWith(' ') ? ' a' : 'a'}`;
}

function choose(
  left: readonly Reading[],
  example: string,
  hints: Hints,
): { reading: Reading; why: string } | null {
  const ordered = (order: string): Reading | undefined => left.find((reading) => reading.order === order);
  const mark = shape.exec(example)?.[2];
  const yearFirst = /^\d{4}/.test(example) ? ordered(words.yMd) : undefined;
  if (yearFirst !== undefined) return { reading: yearFirst, why: '' };
  const dayFirst = ordered(words.dMy);
  if (mark === '.' && dayFirst !== undefined)
    return { reading: dayFirst, why: 'nobody writes the month before a full stop' };
  const others = ordered(hints.dayFirst === true ? words.dMy : words.Mdy);
  if (hints.dayFirst !== null && others !== undefined)
    return { reading: others, why: 'as in another column of dates' };
  return (
    only(left, (reading) => isIn(reading, hints.file), "the month that the file's name says") ??
    byRegularity(left) ??
    only(left, (reading) => isPast(reading, hints.now), 'read otherwise some would lie in the future')
  );
}

/** The one reading of which something is true. */
function only(
  left: readonly Reading[],
  isTrue: (reading: Reading) => boolean,
  why: string,
): { reading: Reading; why: string } | null {
  const found = left.filter(isTrue);
  return found.length === 1 && found[0] !== undefined ? { reading: found[0], why } : null;
}

/** A day from now is allowed for: somewhere it is tomorrow already. */
function isPast({ dates }: Reading, now: number | null): boolean {
  return now === null || dates.every((date) => date <= now + dayMs);
}

/** All dates lie in the month that a name such as `sales-2024-03.csv` says. */
function isIn({ dates }: Reading, file: string | null): boolean {
  const found = /(?<!\d)((?:19|20)\d{2})[-_.]?(0[1-9]|1[0-2])(?!\d|[-_.]\d)/.exec(file ?? '');
  if (found === null) return false;
  const month = `${found[1]}-${found[2]}`;
  return dates.every((date) => new Date(date).toISOString().startsWith(month));
}

/** Read rightly the dates follow each other; read wrongly they are twelve days of each January. */
function byRegularity(left: readonly Reading[]): { reading: Reading; why: string } | null {
  const filled = left.map((reading) => ({ reading, fill: fillOf(reading.dates) }));
  const [best, second] = filled.sort((a, b) => b.fill - a.fill);
  if (best === undefined || second === undefined || best.fill < share || second.fill > 0.5) return null;
  return { reading: best.reading, why: 'read so they follow each other without a gap' };
}

/** Share of the dates, at their usual distance, that are there; 0 where it says nothing. */
function fillOf(all: readonly number[]): number {
  const dates = [...new Set(all)].sort((a, b) => a - b);
  if (dates.length < datesMin) return 0;
  const days = new Set(dates.map((date) => new Date(date).getUTCDate()));
  const places = dates.map((date) =>
    days.size === 1 ? new Date(date).getUTCFullYear() * 12 + new Date(date).getUTCMonth() : date / dayMs,
  );
  const gaps = new Map<number, number>();
  for (let i = 1; i < places.length; i++) {
    const gap = (places[i] ?? 0) - (places[i - 1] ?? 0);
    gaps.set(gap, (gaps.get(gap) ?? 0) + 1);
  }
  const usual = [...gaps].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 1;
  return dates.length / (((places.at(-1) ?? 0) - (places[0] ?? 0)) / usual + 1);
}

function doubtOf(name: string, example: string, left: readonly Reading[]): string {
  const said = left.map(
    ({ pattern }) =>
      `--dialect "dateFormat=${pattern}${pattern.includes('yyyy') ? '' : ` shortYearsFrom=${shortYearsFromGuess}`}"`,
  );
  const last = said.pop();
  const what = left.some(({ order }) => order === words.yMd)
    ? 'the day, the month or the year'
    : 'the day or the month';
  return `column ${name} holds ${example} and its like: ${what} may stand first. Say which: ${said.join(', ')} or ${last}`;
}
