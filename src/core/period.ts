// The time grid: every timestamp of a project belongs to one period, and a period is one integer.
// Arithmetic on time is then arithmetic on integers; calendars appear only at the edges.

import { assert, unreachable } from './assert.ts';
import { type FiscalYear, fiscalMonthOf, fiscalMonthStart } from './fiscal-year.ts';

export const frequencies = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'step'] as const;

/** How long a period is. `step` has no calendar: the period is the number given. */
export type Frequency = (typeof frequencies)[number];

export interface TimeGrid {
  readonly frequency: Frequency;
  /** First day of a week, 0 = Sunday … 6 = Saturday; used by `week` only. */
  readonly weekStart: number;
  /**
   * Of a daily grid: the weekdays that are periods, 0 = Sunday … 6 = Saturday; what lies between them belongs to the one before.
   * Absent = all seven.
   */
  readonly workdays?: readonly number[];
  /** Months, quarters and years are those of a fiscal year of whole weeks. Absent = of the calendar. */
  readonly fiscalYear?: FiscalYear;
}

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** 1970-01-01 was a Thursday. */
const epochWeekday = 4;

/** The period that holds the given UTC millisecond (for `step`: the number itself, rounded down). */
export function periodOf(grid: TimeGrid, ms: number): number {
  switch (grid.frequency) {
    case 'hour':
      return Math.floor(ms / hourMs);
    case 'day':
      return grid.workdays === undefined
        ? Math.floor(ms / dayMs)
        : workdayOf(grid.workdays, Math.floor(ms / dayMs));
    case 'week':
      return Math.floor((Math.floor(ms / dayMs) - weekOffset(grid)) / 7);
    case 'month':
      return monthOf(grid, ms);
    case 'quarter':
      return Math.floor(monthOf(grid, ms) / 3);
    case 'year':
      return Math.floor(monthOf(grid, ms) / 12);
    case 'step':
      return Math.floor(ms);
    default:
      return unreachable(grid.frequency);
  }
}

/** The UTC millisecond at which a period starts (for `step`: the number itself). */
export function periodStart(grid: TimeGrid, period: number): number {
  switch (grid.frequency) {
    case 'hour':
      return period * hourMs;
    case 'day':
      return (grid.workdays === undefined ? period : workdayStart(grid.workdays, period)) * dayMs;
    case 'week':
      return (period * 7 + weekOffset(grid)) * dayMs;
    case 'month':
      return monthStart(grid, period);
    case 'quarter':
      return monthStart(grid, period * 3);
    case 'year':
      return monthStart(grid, period * 12);
    case 'step':
      return period;
    default:
      return unreachable(grid.frequency);
  }
}

/** The period as people write it: an ISO date (hours with time), or the step number. */
export function periodLabel(grid: TimeGrid, period: number): string {
  if (grid.frequency === 'step') return String(period);
  const iso = new Date(periodStart(grid, period)).toISOString();
  return grid.frequency === 'hour' ? `${iso.slice(0, 16)}Z` : iso.slice(0, 10);
}

/** Does a day (UTC milliseconds) count as a period of its own? Only grids of workdays have days that do not. */
export function isWorkday({ workdays }: TimeGrid, ms: number): boolean {
  return workdays === undefined || workdays.includes(new Date(ms).getUTCDay());
}

/** Periods in one natural cycle, by habit: hours in a day, (working) days in a week, …; 1 where there is none. */
export function naturalSeason(frequency: Frequency, workdays?: readonly number[]): number {
  switch (frequency) {
    case 'hour':
      return 24;
    case 'day':
      return workdays?.length ?? 7;
    case 'week':
      return 52;
    case 'month':
      return 12;
    case 'quarter':
      return 4;
    case 'year':
    case 'step':
      return 1;
    default:
      return unreachable(frequency);
  }
}

function weekOffset(grid: TimeGrid): number {
  assert(grid.weekStart >= 0 && grid.weekStart <= 6, 'weekStart is 0 to 6');
  return (grid.weekStart - epochWeekday + 7) % 7;
}

/** Places of workdays in a week that begins on Monday. */
function placesOf(workdays: readonly number[]): number[] {
  return workdays.map((weekday) => (weekday + 6) % 7).sort((a, b) => a - b);
}

/** 1970-01-01 was three days after a Monday. */
function workdayOf(workdays: readonly number[], day: number): number {
  const places = placesOf(workdays);
  const week = Math.floor((day + 3) / 7);
  const place = day + 3 - week * 7;
  return week * places.length + places.filter((other) => other <= place).length - 1;
}

function workdayStart(workdays: readonly number[], period: number): number {
  const places = placesOf(workdays);
  const week = Math.floor(period / places.length);
  return week * 7 - 3 + (places[period - week * places.length] ?? 0);
}

/** Months since year 0: year × 12 + month, by the grid's calendar. */
function monthOf({ fiscalYear }: TimeGrid, ms: number): number {
  if (fiscalYear !== undefined) return fiscalMonthOf(fiscalYear, Math.floor(ms / dayMs));
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function monthStart({ fiscalYear }: TimeGrid, month: number): number {
  return fiscalYear === undefined ? utcMonth(month) : fiscalMonthStart(fiscalYear, month) * dayMs;
}

function utcMonth(month: number): number {
  // Date.UTC reads years 0 to 99 as 1900 to 1999, so the year is set afterwards.
  const date = new Date(Date.UTC(2000, month - Math.floor(month / 12) * 12, 1));
  return date.setUTCFullYear(Math.floor(month / 12));
}
