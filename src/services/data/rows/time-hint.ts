// What a time that cannot be read may mean, and the setting that would say which: the end of a refusal.

import { isDate, type TimeGrid } from '../../../core/index.ts';

const numeric = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/;
const yearMonth = /^(?:19|20)\d{2}(?:0[1-9]|1[0-2])$/;

/** Begins with `; `, or is empty. */
export function timeHint(text: string, about: { grid: TimeGrid; hasFormat: boolean }): string {
  const lost = lostHint(text);
  if (lost !== '') return lost;
  if (about.hasFormat) return epochHint(text) || '; dialect.dateFormat says how it should be written';
  const found = numeric.exec(text);
  if (found !== null) return numericHint(found);
  const { frequency } = about.grid;
  if (yearMonth.test(text) && ['month', 'quarter', 'year'].includes(frequency))
    return '; dialect.dateFormat: "yyyyMM" would read it as a month';
  const epoch = epochHint(text);
  if (epoch !== '') return epoch;
  if (/^[1-9]\d{4}(?:\.\d+)?$/.test(text))
    return '; dialect.dateFormat: "excel" would read it as a day of a spreadsheet';
  const named = /^(?:(\d{1,2})([-/. ]))?\p{L}{3,12}([-/. ])\d{2}$/u.exec(text);
  if (named !== null) {
    const day = named[1] === undefined ? '' : `d${named[2]}`;
    return `; dialect.dateFormat: "${day}MMM${named[3]}yy" with dialect.shortYearsFrom would read it`;
  }
  if (/^\d{4}-W\d{2}$/i.test(text) && frequency === 'week') return '; that year has no such week';
  return '';
}

/** What of a cell is not in the file any more, or names two periods. Begins with `; `, or is empty. */
function lostHint(text: string): string {
  if (/[T ]24:00(?::00)?$/.test(text))
    return '; 24:00 ends one day and begins the next: write 00:00 of the next day, or the hour that is meant';
  return lostBySpreadsheet(text);
}

/** A spreadsheet writes what it shows, and shows less where a column is narrow. Begins with `; `, or is empty. */
export function lostBySpreadsheet(text: string): string {
  if (/^#{2,}$/.test(text))
    return '; a spreadsheet shows # where its column is too narrow, and what it held is not in this file: widen the column and export again';
  if (/^\d[.,]\d+E\+\d{2}$/.test(text))
    return '; a spreadsheet shows long numbers so, rounded: export the column as text';
  return '';
}

/** A count since 1970 that is believable in one unit only, beside a format of another one too. Begins with `; `, or is empty. */
export function epochHint(text: string): string {
  if (/^\d{9,10}(?:\.\d+)?$/.test(text))
    return '; dialect.dateFormat: "epoch-s" would read it as seconds since 1970';
  if (/^\d{12,13}$/.test(text))
    return '; dialect.dateFormat: "epoch-ms" would read it as milliseconds since 1970';
  if (/^\d{15,16}$/.test(text))
    return '; it looks like microseconds since 1970: write milliseconds and say dialect.dateFormat: "epoch-ms"';
  if (/^\d{18,19}$/.test(text))
    return '; it looks like nanoseconds since 1970: write milliseconds and say dialect.dateFormat: "epoch-ms"';
  return '';
}

/** 03/04/2024 and its kin: which of day and month stands first, and which century. */
function numericHint(found: RegExpExecArray): string {
  const [, first = '', mark = '', second = '', digits = ''] = found;
  const dayFirst = reading(digits, second, first);
  const monthFirst = reading(digits, first, second);
  const year = 'y'.repeat(digits.length);
  const one = (a: string, b: string): string => `"${[a, b, year].join(mark)}"`;
  const [dayPattern, monthPattern] = [one('dd', 'MM'), one('MM', 'dd')];
  const century = digits.length === 2 ? ', and dialect.shortYearsFrom for its year' : '';
  if (dayFirst === null && monthFirst === null) return '';
  if (dayFirst === null) return `; say dialect.dateFormat: ${monthPattern}${century}`;
  if (monthFirst === null) return `; say dialect.dateFormat: ${dayPattern}${century}`;
  if (dayFirst === monthFirst)
    return `; whether day or month stands first must be said: dialect.dateFormat: ${dayPattern} or ${monthPattern}${century}`;
  return `; it is ${dayFirst} if the day stands first and ${monthFirst} if the month does: say dialect.dateFormat: ${dayPattern} or ${monthPattern}${century}`;
}

function reading(year: string, month: string, day: string): string | null {
  const full = year.length === 4 ? Number(year) : 2000;
  if (!isDate(full, Number(month), Number(day))) return null;
  return `${year.length === 4 ? year : `..${year}`}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}
