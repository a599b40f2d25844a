// Years of whole weeks, as retailers and manufacturers keep their books: quarters of 13 weeks, of which the months have 4, 4 and
// 5. A year has 52 weeks, or 53 so that it keeps ending near the same date; the extra week belongs to the last month.

/** Weeks of the three months of each quarter. */
export const fiscalPatterns = ['4-4-5', '4-5-4', '5-4-4'] as const;
export type FiscalPattern = (typeof fiscalPatterns)[number];

export interface FiscalYear {
  readonly weeks: FiscalPattern;
  /** 1 to 12: the month at whose end a year ends. */
  readonly endMonth: number;
  /** The weekday of its last day, 0 = Sunday … 6 = Saturday. */
  readonly endWeekday: number;
  /** `last` = the last such day of the month; `nearest` = the one nearest to the end of the month. */
  readonly ends: 'last' | 'nearest';
}

const dayMs = 86_400_000;
/** Weeks before each month of a year, by pattern. */
const weeksBefore: Readonly<Record<FiscalPattern, readonly number[]>> = {
  '4-4-5': [0, 4, 8, 13, 17, 21, 26, 30, 34, 39, 43, 47],
  '4-5-4': [0, 4, 9, 13, 17, 22, 26, 30, 35, 39, 43, 48],
  '5-4-4': [0, 5, 9, 13, 18, 22, 26, 31, 35, 39, 44, 48],
};

/** Months of fiscal years since year 0, by the calendar year that a year ends in: the month that holds a day since 1970. */
export function fiscalMonthOf(year: FiscalYear, day: number): number {
  let ending = new Date(day * dayMs).getUTCFullYear();
  while (day > endOf(year, ending)) ending += 1;
  while (day <= endOf(year, ending - 1)) ending -= 1;
  const week = Math.floor((day - endOf(year, ending - 1) - 1) / 7);
  const starts = weeksBefore[year.weeks];
  let month = 11;
  while ((starts[month] ?? 0) > week) month -= 1;
  return ending * 12 + month;
}

/** The day since 1970 on which such a month begins. */
export function fiscalMonthStart(year: FiscalYear, month: number): number {
  const ending = Math.floor(month / 12);
  return endOf(year, ending - 1) + 1 + 7 * (weeksBefore[year.weeks][month - ending * 12] ?? 0);
}

/** The last day, since 1970, of the year that ends in or about a calendar year. */
function endOf({ endMonth, endWeekday, ends }: FiscalYear, calendarYear: number): number {
  // Date.UTC reads years 0 to 99 as 1900 to 1999, so the year is set afterwards.
  const last = new Date(Date.UTC(2000, 0, 1));
  last.setUTCFullYear(calendarYear, endMonth, 0);
  const back = (last.getUTCDay() - endWeekday + 7) % 7;
  const day = last.getTime() / dayMs - back;
  return ends === 'nearest' && back > 3 ? day + 7 : day;
}
