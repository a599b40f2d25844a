// What a period is beyond its frequency: on which weekday weeks begin, which weekdays are worked, whether months are those of a year
// of whole weeks. Read off the days that are there.

import {
  type FiscalYear,
  type Frequency,
  fiscalPatterns,
  periodOf,
  periodStart,
  type TimeGrid,
} from '../../../core/index.ts';
import type { Guess } from './guessed-setting.ts';

const dayMs = 86_400_000;
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** Fewer weeks say nothing about which days are worked. */
const weeksMin = 4;
/** Of the weeks, those in which a working day has a row. */
const workedShare = 0.5;
/** Fewer months or quarters of whole weeks may be a coincidence. */
const fiscalMin = { month: 6, quarter: 4 };
const endName = /end|ende|bis|through|closing/i;

export interface GuessedGrid {
  readonly grid: TimeGrid;
  readonly guesses: readonly Guess[];
}

/**
 * @param times of the rows, local, UTC milliseconds; of a column whose name is given
 * @param isEvents rows are single sales: days without one are no evidence of days that are not worked; nor are they in a part of a file
 */
export function guessGrid(
  frequency: Frequency,
  times: readonly number[],
  { name, isEvents, isWhole }: { name: string; isEvents: boolean; isWhole: boolean },
): GuessedGrid {
  const days = [...new Set(times.map((time) => Math.floor(time / dayMs)))].sort((a, b) => a - b);
  const plain = { frequency, weekStart: 1 };
  switch (frequency) {
    case 'day':
      return isEvents || !isWhole ? { grid: plain, guesses: [] } : workingDays(days);
    case 'week':
      return weeks(days, name);
    case 'month':
    case 'quarter':
      return fiscal(frequency, days, name);
    default:
      return { grid: plain, guesses: [] };
  }
}

/** Five or six days of the week have rows, week after week, and the others never. */
function workingDays(days: readonly number[]): GuessedGrid {
  const grid: TimeGrid = { frequency: 'day', weekStart: 1 };
  const byWeekday = new Map<number, number>();
  for (const day of days) byWeekday.set(weekdayOf(day), (byWeekday.get(weekdayOf(day)) ?? 0) + 1);
  const weekCount = ((days.at(-1) ?? 0) - (days[0] ?? 0) + 1) / 7;
  const workdays = [...byWeekday.keys()].sort((a, b) => a - b);
  const isWeek = workdays.length === 5 || workdays.length === 6;
  if (
    !isWeek ||
    weekCount < weeksMin ||
    [...byWeekday.values()].some((count) => count < workedShare * weekCount)
  )
    return { grid, guesses: [] };
  const never = weekdays.filter((_, weekday) => !workdays.includes(weekday));
  return {
    grid: { ...grid, workdays },
    guesses: [
      {
        setting: 'workdays',
        value: JSON.stringify(workdays),
        reason: `in ${Math.round(weekCount)} weeks no row is of a ${never.join(' or a ')}: a row of such a day will be refused. Remove this if they are worked`,
      },
    ],
  };
}

function weeks(days: readonly number[], name: string): GuessedGrid {
  const weekday = weekdayOf(days[0] ?? 4);
  const isEnd = endName.test(name);
  const weekStart = isEnd ? (weekday + 1) % 7 : weekday;
  const open = `; if they end on it, say weekStart: ${(weekday + 1) % 7}`;
  const reason = `weeks ${isEnd ? 'end' : 'begin'} on ${weekdays[weekday]}${isEnd ? ', as the name of the column says' : `, as their dates are${open}`}`;
  return {
    grid: { frequency: 'week', weekStart },
    guesses: weekStart === 1 ? [] : [{ setting: 'weekStart', value: String(weekStart), reason }],
  };
}

/** Months that all begin (or end) on one weekday are none of the calendar. */
function fiscal(frequency: 'month' | 'quarter', days: readonly number[], name: string): GuessedGrid {
  const plain: GuessedGrid = { grid: { frequency, weekStart: 1 }, guesses: [] };
  const weekday = weekdayOf(days[0] ?? 0);
  if (days.length < fiscalMin[frequency] || days.some((day) => weekdayOf(day) !== weekday)) return plain;
  const isEnd = endName.test(name);
  const endWeekday = isEnd ? weekday : (weekday + 6) % 7;
  const fitting = fiscalYears(endWeekday).filter((fiscalYear) => {
    const grid = { frequency, weekStart: 1, fiscalYear };
    return days.every((day) => isEdge(grid, day + (isEnd ? 1 : 0)));
  });
  const [fiscalYear] = fitting;
  if (fiscalYear === undefined) return plain;
  const isSure = fitting.every(
    ({ endMonth, ends }) => endMonth === fiscalYear.endMonth && ends === fiscalYear.ends,
  );
  const seen = `each date is a ${weekdays[weekday]}, four or five weeks after the one before`;
  const open = isSure
    ? ''
    : '; years that end in another month, or on another such day, fit too: they differ in years of 53 weeks alone';
  return {
    grid: { frequency, weekStart: 1, fiscalYear },
    guesses: Object.entries(fiscalYear).map(([part, value]) => ({
      setting: `fiscalYear.${part}`,
      value: String(value),
      reason:
        part === 'weeks'
          ? `${seen}: months of whole weeks`
          : `of the fiscal years that have these ${frequency}s${open}`,
    })),
  };
}

/** The likeliest first: a year that ends with December, or January as retailers' do. */
function fiscalYears(endWeekday: number): FiscalYear[] {
  const months = [12, 1, 6, 9, 3, 2, 4, 5, 7, 8, 10, 11];
  return fiscalPatterns.flatMap((weeks) =>
    months.flatMap((endMonth) =>
      (['last', 'nearest'] as const).map((ends) => ({ weeks, endMonth, endWeekday, ends })),
    ),
  );
}

function isEdge(grid: TimeGrid, day: number): boolean {
  return periodStart(grid, periodOf(grid, day * dayMs)) === day * dayMs;
}

function weekdayOf(day: number): number {
  return new Date(day * dayMs).getUTCDay();
}
