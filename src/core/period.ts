// The time grid: every timestamp of a project belongs to one period, and a period is one integer.
// Arithmetic on time is then arithmetic on integers; calendars appear only at the edges.

import { assert, unreachable } from './assert.ts';

export const frequencies = ['hour', 'day', 'week', 'month', 'quarter', 'year', 'step'] as const;

/** How long a period is. `step` has no calendar: the period is the number given. */
export type Frequency = (typeof frequencies)[number];

export interface TimeGrid {
  readonly frequency: Frequency;
  /** First day of a week, 0 = Sunday … 6 = Saturday; used by `week` only. */
  readonly weekStart: number;
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
      return Math.floor(ms / dayMs);
    case 'week':
      return Math.floor((Math.floor(ms / dayMs) - weekOffset(grid)) / 7);
    case 'month':
      return monthOf(ms);
    case 'quarter':
      return Math.floor(monthOf(ms) / 3);
    case 'year':
      return new Date(ms).getUTCFullYear();
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
      return period * dayMs;
    case 'week':
      return (period * 7 + weekOffset(grid)) * dayMs;
    case 'month':
      return utcMonth(period);
    case 'quarter':
      return utcMonth(period * 3);
    case 'year':
      return utcMonth(period * 12);
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

/** Periods in one natural cycle, by habit: hours in a day, days in a week, …; 1 where there is none. */
export function naturalSeason(frequency: Frequency): number {
  switch (frequency) {
    case 'hour':
      return 24;
    case 'day':
      return 7;
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

/** Months since year 0: year × 12 + month. */
function monthOf(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function utcMonth(month: number): number {
  // Date.UTC reads years 0 to 99 as 1900 to 1999, so the year is set afterwards.
  const date = new Date(Date.UTC(2000, month - Math.floor(month / 12) * 12, 1));
  return date.setUTCFullYear(Math.floor(month / 12));
}
