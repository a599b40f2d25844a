// Reads the time of a row: text to a period of the grid. The only place where timestamps are understood, for files and
// HTTP bodies alike.

import {
  type DateFields,
  type DateFormat,
  type Dialect,
  dateFormat,
  type Frequency,
  isDate,
  isoWeekDay,
  isWorkday,
  millisecondsOf,
  monthNamed,
  type Project,
  periodOf,
  plainText,
  type TimeGrid,
  type TimeSpan,
} from '../../../core/index.ts';
import { epochHint, timeHint } from './time-hint.ts';
import { TimeZone } from './time-zone.ts';

/** Steps of grids without a calendar fit 32-bit integers with room for horizons. */
const stepMax = 1_000_000_000;
const yearMin = 1800;
const yearMax = 2200;
/** The longest form understood has 35 characters; blanks around it are forgiven. */
const timeLengthMax = 100;

/** Why a time could not be read; `period` is then meaningless. */
export type TimeProblem = 'unreadable' | 'out-of-range' | 'nonexistent';

/**
 * What a text says about how the others are to be read: `month` = 2024-07, which could be a week too; `week` = 2024-33,
 * which can be no month; `fits` = both day and month of its format could be either; `swapped` = it fits only with these
 * in each other's place.
 */
export type TimeDoubt = 'month' | 'week' | 'fits' | 'swapped';

export interface ParsedTime {
  period: number;
  /** The exact time: UTC milliseconds, or the step. */
  instant: number;
  problem: TimeProblem | null;
  doubt: TimeDoubt | null;
  /** The second instant of a local hour that comes twice, where the text does not say which is meant; `instant` is the first. */
  again: number | null;
  /** Of an unreadable one: what it could mean and which setting says so; '' when nothing does. */
  hint: string;
}

export type TimeReader = (text: string) => ParsedTime;
export type TimeDialect = Pick<Dialect, 'dateFormat' | 'shortYearsFrom'>;

const clock = String.raw`(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?`;
/** Year first, whatever stands between: nobody writes the day before the month behind a year. */
const yearFirst = new RegExp(String.raw`^(\d{4})([-/.])(\d{1,2})(?:\2(\d{1,2})${clock})?$`, 'i');
const compact = /^(\d{4})(\d{2})(\d{2})$/;
const quarterly = /^(?:(\d{4})-?\s?Q([1-4])|Q([1-4])[-/ ]?(\d{4}))$/i;
const weekly = /^(\d{4})-?W(\d{2})(?:-?([1-7]))?$/i;
const yearly = /^(\d{4})$/;
const name = String.raw`(\p{L}[\p{L}\p{M}]{2,11})\.?`;
/** 5 Jan 2024, 05-JAN-2024, Jan 2024, January 5, 2024, 2024-Jan-05: the month has a name and the year four digits. */
const dayNamed = new RegExp(String.raw`^(\d{1,2})(?:\. ?|[-/ ])${name}[-/ ](\d{4})$`, 'u');
const nameFirst = new RegExp(String.raw`^${name}[-/ ](?:(\d{1,2})(?:,| |, ))?(\d{4})$`, 'u');
const yearNamed = new RegExp(String.raw`^(\d{4})[-/ ]${name}(?:[-/ ](\d{1,2}))?$`, 'u');
const integer = /^[+-]?\d{1,12}(?:\.0+)?$/;

/** Which grids take a text that names a period of this length by its first day: the longer periods that it lies in whole. */
const taken: Readonly<Record<TimeSpan, readonly Frequency[]>> = {
  day: ['hour', 'day', 'week', 'month', 'quarter', 'year'],
  week: ['week'],
  month: ['month', 'quarter', 'year'],
  quarter: ['quarter', 'year'],
  year: ['year'],
};

/**
 * Makes a reader of times for one grid and zone. Understood: `2024-03-31`, `2024/03/31`, `2024-03-31T14:00`, with seconds,
 * fractions and an offset (`Z`, `+02:00`), `20240331`, `31 Mar 2024`, `2024-03`, `Mar 2024`, `2024-W13`, `2024-Q1`, `2024`
 * where the grid is no finer; whole numbers on a step grid; and what the dialect's pattern says. Beside a pattern only
 * dates such as `2024-03-31` are, which mean the same by every pattern.
 * Times without an offset are local to the zone; hours become UTC hours, longer periods begin at local midnight.
 * An hour that daylight saving repeats is read as the first (and `again` is the second); one it skips is `nonexistent`.
 * Recent texts are remembered, as one period stands in many rows. Cost: one map look-up per known text.
 */
export function timeReader(grid: TimeGrid, zone: TimeZone, dialect?: TimeDialect): TimeReader {
  const known = new Map<string, ParsedTime>();
  const format = dialect === undefined ? null : formatOf(dialect);
  let last: string | null = null;
  let lastParsed = unreadable;
  return (text) => {
    if (text === last) return lastParsed;
    if (text.length > timeLengthMax) return unreadable;
    let parsed = known.get(text);
    if (parsed === undefined) {
      parsed = grid.frequency === 'step' ? parseStep(text, format) : parseDate(text, { grid, zone, format });
      if (known.size >= 50_000) known.clear();
      known.set(text, parsed);
    }
    last = text;
    lastParsed = parsed;
    return parsed;
  };
}

/** The reader of a project's times. */
export function projectTimes({
  grid,
  timezone,
  dialect,
}: Pick<Project, 'grid' | 'timezone' | 'dialect'>): TimeReader {
  return timeReader(grid, new TimeZone(timezone), dialect);
}

/** Whether a text, such as the name of a column, means a period of a project: also one that its rules then refuse or ask about. */
export function periodNames(
  project: Pick<Project, 'grid' | 'timezone' | 'dialect'>,
): (name: string) => boolean {
  let read: TimeReader | null = null;
  return (name) => {
    const { workdays: _, ...grid } = project.grid;
    read ??= projectTimes({ ...project, grid });
    const { problem, doubt } = read(name);
    return problem === null || doubt !== null;
  };
}

function formatOf({ dateFormat: pattern, shortYearsFrom }: TimeDialect): DateFormat | null {
  if (pattern === null) return null;
  const format = dateFormat(pattern, shortYearsFrom);
  // The configuration refuses patterns that cannot be read; one that came another way reads nothing.
  return 'problem' in format ? { read: () => null, swapped: null, hasShortYear: false, step: null } : format;
}

function parseStep(text: string, format: DateFormat | null): ParsedTime {
  const trimmed = plainText(text.trim());
  const step = format?.step == null ? (integer.test(trimmed) ? Number(trimmed) : null) : format.step(trimmed);
  if (step === null) return unreadable;
  return Math.abs(step) <= stepMax
    ? { period: step, instant: step, problem: null, doubt: null, again: null, hint: '' }
    : outOfRange;
}

interface Reading {
  readonly grid: TimeGrid;
  readonly zone: TimeZone;
  readonly format: DateFormat | null;
}

function parseDate(given: string, { grid, zone, format }: Reading): ParsedTime {
  const text = plainText(given.trim());
  const fields = format === null ? plainFields(text) : (format.read(text) ?? isoBeside(text, format));
  const doubt = doubtOf(text, fields, format);
  if (fields === null || !taken[fields.span].includes(grid.frequency))
    return { ...unreadable, doubt, hint: timeHint(text, { grid, hasFormat: format !== null }) };
  if (grid.fiscalYear !== undefined && fields.span !== 'day')
    return {
      ...unreadable,
      hint: '; it names a period of the calendar, not of the fiscal year: write a day of it',
    };
  // Weeks of ISO begin on Mondays; those that begin on another day have no such number.
  if (fields.span === 'week' && grid.weekStart !== 1)
    return { ...unreadable, hint: '; ISO weeks begin on Mondays, those of this project do not (weekStart)' };
  const { year, month, day, ms, offsetMs } = fields;
  if (year < yearMin || year > yearMax) return { ...outOfRange, doubt, hint: epochHint(text) };
  const wall = Date.UTC(year, month - 1, day) + ms;
  const byHour = grid.frequency === 'hour';
  let onGrid: number | null = wall;
  if (offsetMs !== null) onGrid = byHour ? wall - offsetMs : zone.toLocal(wall - offsetMs);
  else if (byHour) onGrid = zone.toUtc(wall);
  if (onGrid === null) return nonexistent;
  if (!isWorkday(grid, onGrid))
    return { ...unreadable, doubt, hint: '; it is none of the days of the week in workdays' };
  const again = byHour && offsetMs === null ? zone.toUtcAgain(wall) : null;
  return { period: periodOf(grid, onGrid), instant: onGrid, problem: null, doubt, again, hint: '' };
}

/** A date such as 2024-03-31 beside those of a pattern, unless the pattern has its form and another meaning for it (yyyy-dd-MM). */
function isoBeside(text: string, format: DateFormat): DateFields | null {
  const isIso = yearFirst.exec(text)?.[4] !== undefined && text[4] === '-';
  return isIso && (format.swapped?.(text) ?? null) === null ? plainFields(text) : null;
}

/** The time that a text names in a form that can be read in one way only; null for other texts, and for a year alone, a mere number. */
export function plainSpan(text: string): TimeSpan | null {
  const fields = plainFields(text.trim());
  if (fields === null || fields.span === 'year' || fields.year < yearMin || fields.year > yearMax)
    return null;
  return fields.span;
}

const unreadable: ParsedTime = {
  period: 0,
  instant: 0,
  problem: 'unreadable',
  doubt: null,
  again: null,
  hint: '',
};
const outOfRange: ParsedTime = { ...unreadable, problem: 'out-of-range' };
const nonexistent: ParsedTime = { ...unreadable, problem: 'nonexistent' };

function doubtOf(text: string, fields: DateFields | null, format: DateFormat | null): TimeDoubt | null {
  if (format === null) {
    const found = yearFirst.exec(text);
    if (found === null || found[4] !== undefined) return null;
    const number = Number(found[3]);
    return fields !== null ? 'month' : number > 12 && number <= 53 ? 'week' : null;
  }
  if (format.swapped === null) return null;
  if (fields === null) return format.swapped(text) === null ? null : 'swapped';
  return fields.day !== fields.month && format.swapped(text) !== null ? 'fits' : null;
}

/** What a text says that can be read in one way only; null for everything else. */
function plainFields(text: string): DateFields | null {
  const full = yearFirst.exec(text);
  if (full !== null) return momentOf(full);
  const other = compact.exec(text);
  if (other !== null) return dateOf(other[1], other[2], other[3]);
  const quarter = quarterly.exec(text);
  if (quarter !== null) {
    const month = Number(quarter[2] ?? quarter[3]) * 3 - 2;
    return { ...wall, span: 'quarter', year: Number(quarter[1] ?? quarter[4]), month, day: 1 };
  }
  const week = weekly.exec(text);
  if (week !== null) {
    const date = isoWeekDay(Number(week[1]), Number(week[2]), Number(week[3] ?? 1));
    return date === null ? null : { ...wall, ...date, span: week[3] === undefined ? 'week' : 'day' };
  }
  if (yearly.test(text)) return { ...wall, span: 'year', year: Number(text), month: 1, day: 1 };
  return namedFields(text);
}

const wall = { ms: 0, offsetMs: null };

function namedFields(text: string): DateFields | null {
  const dayFirst = dayNamed.exec(text);
  if (dayFirst !== null) return dateOf(dayFirst[3], monthNamed(dayFirst[2] ?? ''), dayFirst[1]);
  const monthFirst = nameFirst.exec(text);
  if (monthFirst !== null) return dateOf(monthFirst[3], monthNamed(monthFirst[1] ?? ''), monthFirst[2]);
  const last = yearNamed.exec(text);
  return last === null ? null : dateOf(last[1], monthNamed(last[2] ?? ''), last[3]);
}

function dateOf(
  year: string | undefined,
  month: string | number | undefined,
  day: string | undefined,
): DateFields | null {
  const date = { year: Number(year), month: Number(month), day: Number(day ?? 1) };
  if (!isDate(date.year, date.month, date.day)) return null;
  return { ...wall, ...date, span: day === undefined ? 'month' : 'day' };
}

/** Of a match of `yearFirst`: year, separator, month, day, hour, minute, second, fraction, offset. */
function momentOf(found: RegExpExecArray): DateFields | null {
  const [, year, mark, month, day, hours = '0', minutes = '0', seconds = '0', fraction, zoned] = found;
  // 2024.1 may be what a spreadsheet made of 2024.10.
  if (mark === '.' && day === undefined) return null;
  const date = dateOf(year, month, day);
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)];
  if (date === null || hour > 23 || minute > 59 || second > 59) return null;
  const offsetMs = zoned === undefined ? null : offsetOf(zoned);
  if (Number.isNaN(offsetMs)) return null;
  return { ...date, ms: ((hour * 60 + minute) * 60 + second) * 1000 + millisecondsOf(fraction), offsetMs };
}

/** `Z`, `+02`, `+0200` or `+02:00` in ms; NaN when no clock has it. */
function offsetOf(text: string): number {
  if (text === 'Z' || text === 'z') return 0;
  const digits = text.slice(1).replace(':', '');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2) || 0);
  if (hours > 18 || minutes > 59) return Number.NaN;
  return (text[0] === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
