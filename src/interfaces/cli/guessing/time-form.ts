// How a column writes its times, and the instants that they name. What can be read in two ways is asked, not guessed.

import { AppError, type Dialect, dateFormat, defaultDialect, type Frequency } from '../../../core/index.ts';
import { TimeZone, timeReader } from '../../../services/data/index.ts';

export interface TimeForm {
  /** For `dialect.dateFormat`; null = forms that can be read in one way only. */
  readonly dateFormat: string | null;
  /** For `dialect.shortYearsFrom`; absent = years have four digits. */
  readonly shortYearsFrom?: number | null;
  /** Where the form itself says how long a period is. */
  readonly frequency: Frequency | null;
  readonly reason: string;
  /** Two ways to read it: said when the column is the one that holds the time. */
  readonly doubt: string | null;
}

/** Times as `data` reads them by themselves: dates, date-times, months, ISO weeks, quarters. */
const plain =
  /^(\d{4}[-/]\d{1,2}([-/]\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?)?)?|(19|20)\d{6}|\d{4}-?\s?Q[1-4]|\d{4}-?W\d{2}(-?[1-7])?)$/i;
const yearPattern = /^(1[89]|20|21)\d{2}$/;
const yearAndTwo = /^((?:19|20)\d{2})(-?)(\d{2})$/;
const dayAndMonth = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})( \d{1,2}:\d{2}(:\d{2})?)?$/;
const weekName = /week|woche|semaine|semana|(^|_)(kw|yw|wk)($|_)/i;

/** A smaller share of other texts is taken for slips. */
const share = 0.9;

/** The form that the user named, where most of these texts are times in it; null when nothing was said, or they are none. */
export function saidTimeForm(said: Partial<Dialect>, values: readonly string[]): TimeForm | null {
  const { dateFormat: pattern = null, shortYearsFrom = null } = said;
  if (pattern === null || values.length === 0) return null;
  const read = instantsOf({ dateFormat: pattern, shortYearsFrom });
  const times = values.slice(0, 1_000).map(read).filter(Number.isFinite);
  if (times.length <= share * Math.min(values.length, 1_000)) return null;
  const example = values.find((value) => Number.isFinite(read(value))) ?? '';
  const frequency = frequencyOf(pattern, shortYearsFrom, example.trim());
  return { ...form(pattern, frequency, `as you said, such as ${example}`), shortYearsFrom };
}

/** How long a period is that a text in a pattern names; null = a day, or a moment, which periods of any length may begin with. */
function frequencyOf(pattern: string, shortYearsFrom: number | null, text: string): Frequency | null {
  const format = dateFormat(pattern, shortYearsFrom);
  const span = 'problem' in format ? undefined : format.read(text)?.span;
  return span === undefined || span === 'day' ? null : span;
}

/** What the texts of a column are times of; null when they are none. */
export function timeForm(name: string, values: readonly string[]): TimeForm | null {
  const trimmed = values.map((value) => value.trim()).filter((value) => value !== '');
  if (trimmed.length === 0) return null;
  return (
    byYearAndTwo(name, trimmed) ??
    byEpoch(name, trimmed) ??
    byDayAndMonth(name, trimmed) ??
    byYear(name, trimmed) ??
    byPlain(trimmed)
  );
}

/** 202407, 2024-07: a year with a month, or with a week. */
function byYearAndTwo(name: string, values: readonly string[]): TimeForm | null {
  const found = values.flatMap((value) => yearAndTwo.exec(value) ?? []);
  const parts = values.map((value) => yearAndTwo.exec(value)).filter((part) => part !== null);
  if (found.length === 0 || parts.length <= share * values.length) return null;
  const seconds = parts.map((part) => Number(part[3]));
  const dashed = parts[0]?.[2] === '-';
  if (seconds.some((number) => number < 1 || number > 53)) return null;
  const example = parts.find((part) => Number(part[3]) > 12)?.[0];
  if (example !== undefined) {
    const dateFormat = dashed ? 'yyyy-ww' : 'yyyyww';
    return form(dateFormat, 'week', `a year and a week, as ${example} can be no month (ISO weeks)`);
  }
  // Numbers without a mark that only look so are no times: one value is no calendar.
  if (!dashed && new Set(values).size < 3) return null;
  const first = parts[0]?.[0] ?? '';
  const [months, weeks] = dashed ? [null, 'yyyy-ww'] : ['yyyyMM', 'yyyyww'];
  const doubt = weekName.test(name)
    ? `column ${name} holds ${first} and its like, and never a number above 12: that is a month, or a week as the name says. ` +
      `Rename the column to month, or write weeks as ${first.slice(0, 4)}-W${first.slice(-2)} (or set dialect.dateFormat: "${weeks}" by hand)`
    : null;
  return { ...form(months, 'month', `a year and a month, such as ${first}`), doubt };
}

/** 31.03.2024 or 03/31/2024: which stands first is known once a number is above 12. */
function byDayAndMonth(name: string, values: readonly string[]): TimeForm | null {
  const parts = values.map((value) => dayAndMonth.exec(value)).filter((part) => part !== null);
  const one = parts[0];
  if (one == null || parts.length <= share * values.length) return null;
  const mark = one[2] ?? '.';
  const above = (at: 1 | 3): number => parts.filter((part) => Number(part[at]) > 12).length;
  const dayFirst = above(1);
  const monthFirst = above(3);
  const narrow = parts.some((part) => part[1]?.length === 1 || part[3]?.length === 1);
  const clock = one[5] === undefined ? '' : one[6] === undefined ? ' HH:mm' : ' HH:mm:ss';
  const written = (a: string, b: string): string =>
    `${narrow ? a[0] : a}${mark}${narrow ? b[0] : b}${mark}yyyy${clock}`;
  // Nobody writes the month before a full stop.
  const isDayFirst = mark === '.' ? dayFirst >= monthFirst : dayFirst > monthFirst;
  const dateFormat = isDayFirst ? written('dd', 'MM') : written('MM', 'dd');
  const which = isDayFirst ? 'the day' : 'the month';
  const doubt =
    mark !== '.' && dayFirst === 0 && monthFirst === 0
      ? `column ${name} holds ${one[0]} and its like: the day or the month may stand first. ` +
        `Say which in dialect.dateFormat: "${written('dd', 'MM')}" or "${written('MM', 'dd')}"`
      : null;
  return { ...form(dateFormat, null, `dates such as ${one[0]}, ${which} first`), doubt };
}

/** Whole numbers that count seconds or milliseconds, by their size and the name of the column. */
function byEpoch(name: string, values: readonly string[]): TimeForm | null {
  if (!/time|date|stamp|epoch|(^|_)(ts|at|when)$/i.test(name)) return null;
  for (const [dateFormat, pattern, unit] of [
    ['epoch-s', /^[12]\d{9}$/, 'seconds'],
    ['epoch-ms', /^[12]\d{12}$/, 'milliseconds'],
  ] as const)
    if (shareOf(values, pattern) > share)
      return form(dateFormat, null, `${unit} since 1970, such as ${values[0]}`);
  return null;
}

function byYear(name: string, values: readonly string[]): TimeForm | null {
  if (!/year|jahr/i.test(name) || shareOf(values, yearPattern) <= 0.98) return null;
  return form(null, 'year', `years such as ${values[0]}`);
}

function byPlain(values: readonly string[]): TimeForm | null {
  return shareOf(values, plain) > share ? form(null, null, `dates such as ${values[0]}`) : null;
}

const form = (dateFormat: string | null, frequency: Frequency | null, reason: string): TimeForm => ({
  dateFormat,
  frequency,
  reason,
  doubt: null,
});

const shareOf = (values: readonly string[], pattern: RegExp): number =>
  values.filter((value) => pattern.test(value)).length / values.length;

/** Could the text stand in a column of times? Names of columns do not. */
export function looksLikeTime(text: string): boolean {
  return plain.test(text.trim()) || dayAndMonth.test(text.trim());
}

/** @throws AppError `cli/no-guess` when the times can be read in two ways */
export function refuseDoubt({ doubt }: TimeForm): void {
  if (doubt !== null) throw new AppError('cli/no-guess', doubt);
}

/** From a text of the column to UTC milliseconds; NaN where it cannot be read. */
export function instantsOf({
  dateFormat,
  shortYearsFrom = null,
}: Pick<TimeForm, 'dateFormat' | 'shortYearsFrom'>): (text: string) => number {
  const zone = new TimeZone('UTC');
  const dialect = { ...defaultDialect, dateFormat, shortYearsFrom };
  const readers = (['hour', 'week', 'month', 'quarter', 'year'] as const).map((frequency) =>
    timeReader({ frequency, weekStart: 1 }, zone, dialect),
  );
  return (text) => {
    for (const read of readers) {
      const { instant, problem } = read(text);
      if (problem === null) return instant;
    }
    return Number.NaN;
  };
}
