// Texts of a year and one number, such as 202407, 2024-07 or 07/2024: months, or weeks.

import type { TimeForm } from './guessed-setting.ts';

const yearThen = /^((?:19|20)\d{2})([-./]?)(\d{2})$/;
const thenYear = /^(\d{1,2})([-./])((?:19|20)\d{2})$/;
const weekName = /week|woche|semaine|semana|(^|_)(kw|yw|wk)($|_)/i;
const timeName = /month|monat|mois|mes$|period|date|datum|time|week|woche|(^|_)(kw|ym|yw|wk)($|_)/i;
/** A smaller share of other texts is taken for slips. */
const share = 0.9;

interface Part {
  readonly text: string;
  readonly year: number;
  readonly number: number;
  readonly mark: string;
  readonly isYearFirst: boolean;
  readonly isNarrow: boolean;
}

/** How most of these texts are written; null when they are none of these. */
export function yearAndNumber(name: string, values: readonly string[]): TimeForm | null {
  const parts = values.map(partOf).filter((part) => part !== null);
  const first = parts[0];
  if (first === undefined || parts.length <= share * values.length) return null;
  const { mark, isYearFirst } = first;
  if (parts.some(({ number }) => number < 1 || number > 53)) return null;
  // 2024.07 may be a price, and 202407 too: by the name of the column, or as there are several.
  if (isYearFirst && mark === '.' && !timeName.test(name)) return null;
  const months = written('M', parts);
  const weeks = written('w', parts);
  const above = parts.find(({ number }) => number > 12);
  if (above !== undefined && endsEarly(parts))
    return {
      ...said(weeks, 'week', ''),
      doubt:
        `column ${name} holds ${above.text}, and no number above ${periodsMax} in any year: periods of a calendar of your own, or weeks of a part of the year. ` +
        `Write the first day of each period instead, or say that they are weeks: --dialect "dateFormat=${weeks}"`,
    };
  if (above !== undefined)
    return said(weeks, 'week', `a year and a week, as ${above.text} can be no month (ISO weeks)`);
  if (isYearFirst && mark === '' && new Set(values).size < 3) return null;
  // The reader takes these by itself.
  const pattern = isYearFirst && (mark === '-' || mark === '/') ? null : months;
  const month = said(pattern, 'month', `a year and a month, such as ${first.text}`);
  if (!weekName.test(name)) return month;
  if (endsAtTwelve(parts)) return { ...month, reason: `${month.reason}: no year has more than 12` };
  const doubt =
    `column ${name} holds ${first.text} and its like, and never a number above 12: that is a month, or a week as the name says. ` +
    `Say which: --dialect "dateFormat=${months}" or --dialect "dateFormat=${weeks}"`;
  return { ...month, doubt };
}

function partOf(text: string): Part | null {
  const behind = yearThen.exec(text);
  if (behind !== null)
    return {
      text,
      year: Number(behind[1]),
      number: Number(behind[3]),
      mark: behind[2] ?? '',
      isYearFirst: true,
      isNarrow: false,
    };
  const before = thenYear.exec(text);
  return before === null
    ? null
    : {
        text,
        year: Number(before[3]),
        number: Number(before[1]),
        mark: before[2] ?? '',
        isYearFirst: false,
        isNarrow: before[1]?.length === 1,
      };
}

function written(letter: 'M' | 'w', parts: readonly Part[]): string {
  const { mark = '', isYearFirst = true } = parts[0] ?? {};
  const number = parts.some(({ isNarrow }) => isNarrow) ? letter : letter + letter;
  return isYearFirst ? `yyyy${mark}${number}` : `${number}${mark}yyyy`;
}

/** Weeks would go on to 52 before the next year begins. */
function endsAtTwelve(parts: readonly Part[]): boolean {
  const last = Math.max(...parts.map(({ year }) => year));
  const past = parts.filter(({ year }) => year < last);
  return past.length > 0 && past.some(({ number }) => number === 12);
}

/** Thirteen periods of four weeks, with some more for closing the books: years of weeks go on to 52. */
const periodsMax = 16;

function endsEarly(parts: readonly Part[]): boolean {
  const years = new Set(parts.map(({ year }) => year));
  return years.size > 1 && parts.every(({ number }) => number <= periodsMax);
}

const said = (dateFormat: string | null, frequency: 'month' | 'week', reason: string): TimeForm => ({
  dateFormat,
  frequency,
  reason,
  doubt: null,
});
