// Reads the time of a row: text to a period of the grid. The only place where timestamps are understood, for files and
// HTTP bodies alike.

import { type Frequency, periodOf, type TimeGrid } from '../../../core/index.ts';
import type { TimeZone } from './time-zone.ts';

/** Steps of grids without a calendar fit 32-bit integers with room for horizons. */
const stepMax = 1_000_000_000;
const yearMin = 1800;
const yearMax = 2200;
/** The longest form understood has 35 characters; blanks around it are forgiven. */
const timeLengthMax = 100;

/** Why a time could not be read; `period` is then meaningless. */
export type TimeProblem = 'unreadable' | 'out-of-range' | 'nonexistent';

export interface ParsedTime {
  period: number;
  /** The exact time: UTC milliseconds, or the step. */
  instant: number;
  problem: TimeProblem | null;
}

const pattern =
  /^(\d{4})-(\d{1,2})(?:-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?)?$/i;
const compact = /^(\d{4})(\d{2})(\d{2})$/;
const quarterly = /^(\d{4})-?\s?Q([1-4])$/i;
const yearly = /^(\d{4})$/;
const coarse: readonly Frequency[] = ['month', 'quarter', 'year'];
const integer = /^[+-]?\d{1,12}(?:\.0+)?$/;

/**
 * Makes a reader of times for one grid and zone. Understood: `2024-03-31`, `2024-03-31T14:00`, with seconds, fractions
 * and an offset (`Z`, `+02:00`), `20240331`, `2024-03`, `2024-Q1`, `2024`
 * where the grid is no finer; whole numbers on a step grid.
 * Times without an offset are local to the zone; hours become UTC hours, longer periods begin at local midnight.
 * An hour that daylight saving repeats is read as the first; one it skips is `nonexistent`.
 * Recent texts are remembered, as one period stands in many rows. Cost: one map look-up per known text.
 */
export function timeReader(grid: TimeGrid, zone: TimeZone): (text: string) => ParsedTime {
  const known = new Map<string, ParsedTime>();
  return (text) => {
    if (text.length > timeLengthMax) return unreadable;
    let parsed = known.get(text);
    if (parsed === undefined) {
      parsed = grid.frequency === 'step' ? parseStep(text) : parseDate(text, grid, zone);
      if (known.size >= 50_000) known.clear();
      known.set(text, parsed);
    }
    return parsed;
  };
}

function parseStep(text: string): ParsedTime {
  const trimmed = text.trim();
  if (!integer.test(trimmed)) return unreadable;
  const step = Number(trimmed);
  return Math.abs(step) <= stepMax ? { period: step, instant: step, problem: null } : outOfRange;
}

function parseDate(text: string, grid: TimeGrid, zone: TimeZone): ParsedTime {
  const fields = dateFields(text.trim(), grid.frequency);
  if (fields === null) return unreadable;
  const { year, month, day, ms, offsetMs } = fields;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return unreadable;
  if (year < yearMin || year > yearMax) return outOfRange;
  const wall = Date.UTC(year, month - 1, day) + ms;
  const byHour = grid.frequency === 'hour';
  let onGrid: number | null = wall;
  if (offsetMs !== null) onGrid = byHour ? wall - offsetMs : zone.toLocal(wall - offsetMs);
  else if (byHour) onGrid = zone.toUtc(wall);
  if (onGrid === null) return nonexistent;
  return { period: periodOf(grid, onGrid), instant: onGrid, problem: null };
}

const unreadable: ParsedTime = { period: 0, instant: 0, problem: 'unreadable' };
const outOfRange: ParsedTime = { period: 0, instant: 0, problem: 'out-of-range' };
const nonexistent: ParsedTime = { period: 0, instant: 0, problem: 'nonexistent' };

interface DateFields {
  year: number;
  month: number;
  day: number;
  /** Since midnight. */
  ms: number;
  offsetMs: number | null;
}

/** A text that names less than the grid's period (a year on a daily grid) is not a time of that grid. */
function dateFields(text: string, frequency: Frequency): DateFields | null {
  const full = pattern.exec(text);
  if (full !== null) {
    if (full[3] === undefined && !coarse.includes(frequency)) return null;
    const hour = Number(full[4] ?? 0);
    const minute = Number(full[5] ?? 0);
    const second = Number(full[6] ?? 0);
    if (hour > 23 || minute > 59 || second > 59) return null;
    const offset = full[8] === undefined ? null : offsetOf(full[8]);
    if (Number.isNaN(offset)) return null;
    return {
      year: Number(full[1]),
      month: Number(full[2]),
      day: Number(full[3] ?? 1),
      ms: ((hour * 60 + minute) * 60 + second) * 1000,
      offsetMs: offset,
    };
  }
  const other = compact.exec(text);
  if (other !== null)
    return { year: Number(other[1]), month: Number(other[2]), day: Number(other[3]), ms: 0, offsetMs: null };
  const quarter = quarterly.exec(text);
  if (quarter !== null && (frequency === 'quarter' || frequency === 'year'))
    return { year: Number(quarter[1]), month: Number(quarter[2]) * 3 - 2, day: 1, ms: 0, offsetMs: null };
  const year = yearly.exec(text);
  return year === null || frequency !== 'year'
    ? null
    : { year: Number(year[1]), month: 1, day: 1, ms: 0, offsetMs: null };
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

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
