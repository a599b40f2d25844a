// What a watched column says of each series in a period, and what was to be expected of it there: what segments and costs are made of.

import { covariateAt, type Panel, type Series } from '../../core/index.ts';
import { type SeasonCalendar, sameSeason } from '../../forecasting/drift/index.ts';
import type { WatchedCategory, WatchedNumbers } from './panel-columns.ts';

/** The value of a series in a period; NaN = unknown. */
export type Cell = (s: number, period: number) => number;

/** Periods before a window, in windows, of which the mean is usual. */
const usualWindows = 4;

export function demandCell({ series }: Panel): Cell {
  return (s, period) => (series[s] as Series).values[period - (series[s] as Series).start] ?? Number.NaN;
}

/**
 * Demand in units, other numbers as they are, categories as whether the level has become more frequent.
 * @param grown levels of a category that have
 */
export function watchedCell(
  panel: Panel,
  watched: WatchedNumbers | WatchedCategory,
  grown: ReadonlySet<string>,
): Cell {
  const { covariates } = panel;
  const column = covariates?.varying.find(({ name }) => name === watched.column);
  if (covariates === undefined || column === undefined) return demandCell(panel);
  const { labels } = column;
  if (labels === null) return (series, period) => covariateAt(covariates, column, { series, period });
  return (series, period) => {
    const code = covariateAt(covariates, column, { series, period });
    const label = Number.isNaN(code) ? undefined : labels[code];
    return label === undefined ? Number.NaN : Number(grown.has(label));
  };
}

/** Where expectations come from. */
export interface Expecting {
  readonly windowPeriods: number;
  readonly calendar: SeasonCalendar | null;
  /** Beside the same season: what all have grown by since. Null = the mean of the same weekdays before. */
  readonly growth: { readonly by: 'ratio' | 'difference'; readonly amount: number } | null;
}

/** @param before first period that is not known yet when it is expected */
export function expectedOf(
  cell: Cell,
  at: { readonly s: number; readonly period: number; readonly before: number },
  { windowPeriods, calendar, growth }: Expecting,
): number {
  const { s, period, before } = at;
  if (growth !== null && calendar !== null) {
    for (const like of sameSeason(period, calendar)) {
      const value = cell(s, like);
      if (!Number.isFinite(value)) continue;
      return growth.by === 'ratio' ? value * Math.exp(growth.amount) : value + growth.amount;
    }
    return Number.NaN;
  }
  const step = Math.max(1, calendar?.week ?? 1);
  const first = before - usualWindows * windowPeriods;
  let [sum, count] = [0, 0];
  for (let like = period - step * Math.ceil((period - before + 1) / step); like >= first; like -= step) {
    const value = cell(s, like);
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}
