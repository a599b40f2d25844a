// What the calendar says of a period, read some periods at a time and kept.

import type { Project } from '../core/index.ts';
import { holidayColumn } from '../data/index.ts';

/** Periods read at once. */
const pagePeriods = 64;
/** Pages kept: the oldest is let go, then read again should somebody ask. */
const pagesMax = 64;

/** @returns of a period its holiday, or that there is none, in the words of the calendar; null without a calendar */
export function holidayReader(project: Project): (period: number) => string | null {
  if (project.calendar === undefined) return () => null;
  const pages = new Map<number, readonly (string | null)[]>();
  return (period) => {
    const number = Math.floor(period / pagePeriods);
    let page = pages.get(number);
    if (page === undefined) {
      const from = number * pagePeriods;
      const column = holidayColumn(project, { from, to: from + pagePeriods - 1 });
      page = Array.from(column?.codes ?? [], (code) => column?.labels[code] ?? null);
      if (pages.size >= pagesMax) pages.delete(pages.keys().next().value as number);
      pages.set(number, page);
    }
    return page[period - number * pagePeriods] ?? null;
  };
}
