// How a column writes its times, and the instants that they name. What can be read in two ways is asked, not guessed.

import {
  AppError,
  type Dialect,
  defaultDialect,
  type Frequency,
  dateFormat as formatOf,
  monthNamed,
  plainText,
} from '../../../core/index.ts';
import { plainSpan, TimeZone, timeReader } from '../../../services/data/index.ts';
import { dateOrder, shortYearsFromGuess } from './date-order.ts';
import { type Hints, noHints, type TimeForm } from './guessed-setting.ts';
import { yearAndNumber } from './year-and-number.ts';

const yearPattern = /^(1[89]|20|21)\d{2}$/;
/** Of eight digits only those of our centuries: others are as likely to be numbers. */
const compact = /^\d{8}$/;
const compactNow = /^(19|20)\d{6}$/;
/** 31-Jan-24, Jan 24: the month has a name and the year two digits. */
const namedShort = /^(?:(\d{1,2})([-/. ]))?(\p{L}{3,12})\.?([-/. ])(\d{2})$/u;
/** Words for a period before its number: those of other columns, such as price1, are none. */
const numbered =
  /^((?:t|d|h|w|wk|m|q|y|p|s|f|day|hour|week|month|quarter|year|period|step|tag|woche|monat|kw)[ _-]?)(\d{1,9})$/i;
const stepName = /^(t|d|step|day|week|month|period|index)$/i;
/** 2024-KW05, 2024 wk 5, KW 05/2024: weeks by a word that ISO does not have. */
const weekWord = '(KW|CW|WK|W|Week|Woche)';
const weekBehind = new RegExp(`^(\\d{4})([-/ ]?)${weekWord}([- ]?)(\\d{1,2})$`, 'i');
const weekBefore = new RegExp(`^${weekWord}([- ]?)(\\d{1,2})([-/. ])(\\d{4})$`, 'i');

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
  const format = formatOf(pattern, shortYearsFrom);
  if (!('problem' in format) && format.step !== null) return 'step';
  const span = 'problem' in format ? undefined : format.read(text)?.span;
  return span === undefined || span === 'day' ? null : span;
}

/** What the texts of a column are times of; null when they are none. */
export function timeForm(name: string, values: readonly string[], hints: Hints = noHints): TimeForm | null {
  const trimmed = values.map((value) => plainText(value.trim())).filter((value) => value !== '');
  if (trimmed.length === 0) return null;
  return (
    yearAndNumber(name, trimmed) ??
    bySerial(name, trimmed) ??
    byOrder(name, trimmed, hints) ??
    byYear(name, trimmed) ??
    byPlain(trimmed) ??
    byNumbered(name, trimmed) ??
    byShortName(trimmed) ??
    byWeekWord(trimmed)
  );
}

function byOrder(name: string, values: readonly string[], hints: Hints): TimeForm | null {
  const order = dateOrder(name, values, hints);
  // The year first and then the month is read by itself.
  return order?.dateFormat == null || /^yyyy.M/.test(order.dateFormat) ? null : order;
}

/** Whole numbers that count seconds, milliseconds or days, by their size and the name of the column. */
function bySerial(name: string, values: readonly string[]): TimeForm | null {
  if (!/time|date|datum|stamp|epoch|(^|_)(ts|at|when|day|tag)$/i.test(name)) return null;
  for (const [dateFormat, pattern, what] of [
    ['epoch-s', /^[12]\d{9}(?:\.\d{1,9})?$/, 'seconds since 1970'],
    ['epoch-ms', /^[12]\d{12}(?:\.0+)?$/, 'milliseconds since 1970'],
    ['excel', /^[345]\d{4}(\.\d+)?$/, 'days as a spreadsheet numbers them'],
  ] as const)
    if (shareOf(values, pattern) > share) return form(dateFormat, null, `${what}, such as ${values[0]}`);
  return null;
}

function byYear(name: string, values: readonly string[]): TimeForm | null {
  if (!/year|jahr/i.test(name) || shareOf(values, yearPattern) <= 0.98) return null;
  return form(null, 'year', `years such as ${values[0]}`);
}

/** Texts that the reader understands by itself. */
function byPlain(values: readonly string[]): TimeForm | null {
  const plain = values.filter(isPlain);
  return plain.length > share * values.length ? form(null, null, `dates such as ${plain[0]}`) : null;
}

/** d_1886, h12, Period 3: steps by a word and a number. */
function byNumbered(name: string, values: readonly string[]): TimeForm | null {
  if (!stepName.test(name)) return null;
  const parts = values.map((value) => numbered.exec(value)).filter((part) => part !== null);
  const before = parts[0]?.[1] ?? '';
  if (parts.length <= share * values.length || parts.some((part) => part[1] !== before)) return null;
  return form(`'${before}'n`, 'step', `steps such as ${parts[0]?.[0]}`);
}

function byShortName(values: readonly string[]): TimeForm | null {
  const found = values.map((value) => namedShort.exec(value)).filter((part) => part !== null);
  const parts = found.filter((part) => monthNamed(part[3] ?? '') !== undefined);
  const one = parts[0];
  if (one === undefined || parts.length <= share * values.length) return null;
  const pattern = `${one[1] === undefined ? '' : `d${one[2]}`}MMM${one[4]}yy`;
  return {
    ...form(pattern, one[1] === undefined ? 'month' : null, `dates such as ${one[0]}`),
    shortYearsFrom: shortYearsFromGuess,
  };
}

function byWeekWord(values: readonly string[]): TimeForm | null {
  for (const [pattern, week, written] of [
    [weekBehind, 5, (part: RegExpExecArray, w: string) => `yyyy${part[2]}'${part[3]}'${part[4]}${w}`],
    [weekBefore, 3, (part: RegExpExecArray, w: string) => `'${part[1]}'${part[2]}${w}${part[4]}yyyy`],
  ] as const) {
    const parts = values.map((value) => pattern.exec(value)).filter((part) => part !== null);
    const one = parts[0];
    if (one == null || parts.length <= share * values.length) continue;
    const isNarrow = parts.some((part) => part[week]?.length === 1);
    return form(written(one, isNarrow ? 'w' : 'ww'), 'week', `ISO weeks such as ${one[0]}`);
  }
  return null;
}

const form = (dateFormat: string | null, frequency: Frequency | null, reason: string): TimeForm => ({
  dateFormat,
  frequency,
  reason,
  doubt: null,
});

const shareOf = (values: readonly string[], pattern: RegExp): number =>
  values.filter((value) => pattern.test(value)).length / values.length;

const isPlain = (text: string): boolean =>
  compact.test(text) ? compactNow.test(text) && plainSpan(text) !== null : plainSpan(text) !== null;

/** Could the text stand in a column of times? Names of columns do not. */
export function looksLikeTime(text: string): boolean {
  return isPlain(text.trim()) || dateOrder('', [text.trim()], noHints) !== null;
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
  const format = dateFormat === null ? null : formatOf(dateFormat, 0);
  const calendar = ['hour', 'week', 'month', 'quarter', 'year'] as const;
  const isStep = format !== null && !('problem' in format) && format.step !== null;
  const readers = (isStep ? (['step'] as const) : calendar).map((frequency) =>
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

/** Could a column of this name hold one period? */
export function isPeriodName(name: string): boolean {
  return (
    /^(19|20)\d{2}(0[1-9]|1[0-2])$/.test(name) ||
    (!/^\d{1,7}$/.test(name) && timeForm('period', [name]) !== null)
  );
}
