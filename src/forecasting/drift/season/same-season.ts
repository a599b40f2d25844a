// Which period of last year is like this one? The same weekday of the same week, and the same day of a holiday that moves.

import type { TimeGrid } from '../../../core/index.ts';

export interface SeasonCalendar {
  /** Periods from one year to the next, in whole weeks where there are weekdays. */
  readonly year: number;
  /** Periods from one week to the next: what stands in where the period itself is not known; 0 = nothing does. */
  readonly week: number;
  /** The holiday or event of a period, null for an ordinary one. Absent = none are known. */
  readonly eventOf?: (period: number) => string | null;
}

/** How far a holiday may move from one year to the next: Easter by five weeks, Ramadan by a week and a half. */
const movesDaysMax = 40;
/** Days before a holiday that moves, and after it, which move with it. */
const beforeDays = 14;
const afterDays = 4;

/** @returns null where periods have no year: steps, and years themselves */
export function seasonCalendar(
  grid: TimeGrid,
  eventOf?: (period: number) => string | null,
): SeasonCalendar | null {
  const sizes = sizesOf(grid);
  return sizes === null ? null : { ...sizes, ...(eventOf === undefined ? {} : { eventOf }) };
}

function sizesOf({ frequency, workdays }: TimeGrid): { year: number; week: number } | null {
  switch (frequency) {
    case 'hour':
      return { year: 52 * 168, week: 168 };
    case 'day':
      return { year: 52 * (workdays?.length ?? 7), week: workdays?.length ?? 7 };
    case 'week':
      return { year: 52, week: 1 };
    case 'month':
      return { year: 12, week: 0 };
    case 'quarter':
      return { year: 4, week: 0 };
    default:
      return null;
  }
}

/**
 * The period a year before that is like this one. A holiday is compared with itself; the days around one that moves by whole weeks, such as
 * Easter, move with it; other days keep their weekday, and none is compared with a holiday.
 * @returns in order of preference; none is a holiday unless the period is the same one. Cost: O(days a holiday may move)
 */
export function sameSeason(period: number, calendar: SeasonCalendar): number[] {
  const { year, week, eventOf } = calendar;
  const usual = period - year;
  if (eventOf === undefined || week === 0) return withNeighbours(usual, week);
  const event = eventOf(period);
  if (event !== null) {
    const found = nearest(usual, event, calendar);
    return found === null ? [] : [found];
  }
  const moved = movedBy(period, calendar);
  return withNeighbours(usual + moved, week).filter((candidate) => eventOf(candidate) === null);
}

function withNeighbours(period: number, week: number): number[] {
  return week === 0 ? [period] : [period, period - week, period + week];
}

/** Days as periods, a week at least. */
function daysOf(days: number, { week }: SeasonCalendar): number {
  return Math.max(1, Math.round((days * week) / 7));
}

/** Where the event was a year before, the nearest to the usual place. */
function nearest(usual: number, event: string, calendar: SeasonCalendar): number | null {
  const reach = daysOf(movesDaysMax, calendar);
  const { eventOf = () => null } = calendar;
  for (let by = 0; by <= reach; by++)
    for (const candidate of by === 0 ? [usual] : [usual - by, usual + by])
      if (eventOf(candidate) === event) return candidate;
  return null;
}

/** What `movedBy` has answered: every column of a check asks it of the same periods. */
const movedOf: WeakMap<SeasonCalendar, Map<number, number>> = new WeakMap();

function movedBy(period: number, calendar: SeasonCalendar): number {
  const known = movedOf.get(calendar) ?? new Map<number, number>();
  movedOf.set(calendar, known);
  const found = known.get(period) ?? soughtMove(period, calendar);
  known.set(period, found);
  return found;
}

/** By how much the nearest holiday around an ordinary period moves by whole weeks; 0 where there is none, or it keeps its date. */
function soughtMove(period: number, calendar: SeasonCalendar): number {
  const { year, week, eventOf = () => null } = calendar;
  const [before, after] = [daysOf(beforeDays, calendar), daysOf(afterDays, calendar)];
  for (let by = 1; by <= Math.max(before, after); by++) {
    for (const near of [by <= before ? period + by : null, by <= after ? period - by : null]) {
      const event = near === null ? null : eventOf(near);
      if (near === null || event === null) continue;
      const found = nearest(near - year, event, calendar);
      const moved = found === null ? 0 : found - (near - year);
      if (moved !== 0 && moved % week === 0) return moved;
    }
  }
  return 0;
}
