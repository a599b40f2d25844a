// The calendar of the target period and how far ahead it is. Periods are UTC; nothing here knows of daylight saving.

import { type Frequency, periodStart, type TimeGrid } from '../../core/index.ts';
import type { FeaturePlan } from './feature-plan.ts';
import type { Block } from './origin.ts';

const dayMs = 86_400_000;
/** Periods kept ready; more than the longest daily history. */
const readyMax = 50_000;

const namesOf: Record<Frequency, readonly string[]> = {
  hour: ['hour', 'weekday', 'month'],
  day: ['weekday', 'month_day', 'month', 'year_week', 'month_left'],
  week: ['month_day', 'month', 'year_week'],
  month: ['month', 'month_days', 'month_sundays'],
  quarter: ['quarter'],
  year: [],
  step: [],
};

/**
 * `lead`, and by frequency: hour, weekday (0 = Sunday), day of the month, month, week of the year (day of the year ÷ 7),
 * days left in the month; a week is described by its middle, a month also by its days and Sundays. Bare steps have the
 * phase within each season instead.
 */
export function calendarBlock(plan: FeaturePlan): Block {
  const { frequency, weekStart, workdays, fiscalYear } = plan;
  const grid: TimeGrid = {
    frequency,
    weekStart,
    ...(workdays === undefined ? {} : { workdays }),
    ...(fiscalYear === undefined ? {} : { fiscalYear }),
  };
  const names = namesOf[plan.frequency];
  const seasons = plan.frequency === 'step' ? plan.phases.map(({ season }) => season) : [];
  const ready = new Map<number, Float32Array>();
  return {
    columns: ['lead', ...names, ...seasons.map((season) => `phase_${season}`)].map((name) => ({
      name,
      kind: 'number',
    })),
    atLead: (origin, lead, row, at) => {
      const period = origin.period + lead;
      row[at] = lead;
      for (let i = 0; i < seasons.length; i++) row[at + 1 + i] = phaseOf(period, seasons[i]!);
      if (names.length === 0) return;
      let parts = ready.get(period);
      if (parts === undefined) {
        if (ready.size >= readyMax) ready.clear();
        parts = partsOf(grid, period);
        ready.set(period, parts);
      }
      for (let i = 0; i < parts.length; i++) row[at + 1 + i] = parts[i]!;
    },
  };
}

/** Position of a period within a season, 0 … season − 1. */
export function phaseOf(period: number, season: number): number {
  return ((period % season) + season) % season;
}

function partsOf(grid: TimeGrid, period: number): Float32Array {
  if (grid.fiscalYear !== undefined && (grid.frequency === 'month' || grid.frequency === 'quarter'))
    return fiscalParts(grid, period);
  const middle = grid.frequency === 'week' ? 3 * dayMs : 0;
  const date = new Date(periodStart(grid, period) + middle);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const day = date.getUTCDate();
  const monthDays = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const yearDay = Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / dayMs);
  const yearWeek = Math.floor(yearDay / 7);
  switch (grid.frequency) {
    case 'hour':
      return Float32Array.of(date.getUTCHours(), date.getUTCDay(), month + 1);
    case 'day':
      return Float32Array.of(date.getUTCDay(), day, month + 1, yearWeek, monthDays - day);
    case 'week':
      return Float32Array.of(day, month + 1, yearWeek);
    case 'month':
      return Float32Array.of(month + 1, monthDays, sundaysIn(date.getUTCDay(), monthDays));
    case 'quarter':
      return Float32Array.of(Math.floor(month / 3) + 1);
    default:
      return new Float32Array(0);
  }
}

/** Months are numbered from the first of the fiscal year, and have whole weeks. */
function fiscalParts(grid: TimeGrid, period: number): Float32Array {
  if (grid.frequency === 'quarter') return Float32Array.of(phaseOf(period, 4) + 1);
  const days = (periodStart(grid, period + 1) - periodStart(grid, period)) / dayMs;
  return Float32Array.of(phaseOf(period, 12) + 1, days, days / 7);
}

/** Sundays in a month that begins on the given weekday. */
function sundaysIn(firstWeekday: number, monthDays: number): number {
  const firstSunday = 1 + ((7 - firstWeekday) % 7);
  return Math.floor((monthDays - firstSunday) / 7) + 1;
}
