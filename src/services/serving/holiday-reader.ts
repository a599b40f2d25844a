// What the calendar says of a period, read some periods at a time and kept.

import type { Project } from '../../core/index.ts';
import type { PeriodColumn } from '../data/index.ts';

/** What the calendar of a project says of the periods `from` … `to`, or of more; null = it has none, or cannot say. */
export type HolidaySource = (
  project: Project,
  range: { readonly from: number; readonly to: number },
) => PeriodColumn | null;

/** Periods read at once. */
const pagePeriods = 64;
/** Pages kept: the oldest is let go, then read again should somebody ask. */
const pagesMax = 64;

/** @returns of a period its holiday, or that there is none, in the words of the calendar; null without a calendar */
export function holidayReader(project: Project, source: HolidaySource): (period: number) => string | null {
  if (project.calendar === undefined) return () => null;
  const pages = new Map<number, readonly (string | null)[]>();
  return (period) => {
    const number = Math.floor(period / pagePeriods);
    let page = pages.get(number);
    if (page === undefined) {
      const from = number * pagePeriods;
      const column = source(project, { from, to: from + pagePeriods - 1 });
      page = Array.from({ length: pagePeriods }, (_, i) =>
        column === null ? null : (column.labels[column.codes[from + i - column.begin] ?? -1] ?? null),
      );
      if (pages.size >= pagesMax) pages.delete(pages.keys().next().value as number);
      pages.set(number, page);
    }
    return page[period - number * pagePeriods] ?? null;
  };
}
