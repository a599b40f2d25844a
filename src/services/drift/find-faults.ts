// Which faults the data of a check has: of all series together, and of the groups of them where not all are struck.

import { covariateAt, type DataFault, type Panel, type Project, periodLabel } from '../../core/index.ts';
import type { SeasonCalendar } from '../../forecasting/drift/index.ts';
import { constantFault, deadFault, type FaultWindow, type Feed, vanishedFault } from './data-faults.ts';
import {
  type Cell,
  isOfTheUser,
  livenessOf,
  type Range,
  type SeriesGroup,
  type Watched,
} from './panel-columns.ts';
import { type ValueWindow, valueFaults } from './value-faults.ts';

export interface FaultsAsk {
  readonly project: Project;
  readonly panel: Panel;
  readonly range: Range;
  readonly watched: readonly Watched[];
  /** All groups of series, watched for drift or not: faults are no matter of chance. */
  readonly groups: readonly SeriesGroup[];
  readonly from: number;
  readonly to: number;
  readonly calendar: SeasonCalendar | null;
  readonly recentPeriods: number;
}

/** Groups of one column that are silent and named; of more, the column is the trouble. */
const groupsMax = 10;
/** Weeks before the window that say who is usually heard. */
const weeksBefore = 5;

/** Cost: O(series × periods × columns) */
export function faultsOf(ask: FaultsAsk): DataFault[] {
  const { project, panel, range, watched, from, to, calendar, recentPeriods } = ask;
  const { eventOf, year = null } = calendar ?? {};
  const window: FaultWindow = {
    first: range.first,
    from,
    to,
    week: Math.max(1, calendar?.week ?? 1),
    isHoliday: eventOf === undefined ? null : (period) => eventOf(period) !== null,
  };
  const found: (DataFault | null)[] = [];
  for (const one of watched) {
    if ('levels' in one) continue;
    if (one.group !== null) found.push(vanishedFault(one, window, year));
    else if (one.column !== project.columns.target) found.push(constantFault(one, window, year));
  }
  const before = { first: Math.max(range.first, from - recentPeriods), last: from - 1 };
  for (const column of columnsOf(project, panel)) {
    found.push(...silenceOf(ask, column, window), ...valuesOf(ask, column, { from, to, before }));
  }
  return found.filter((fault) => fault !== null);
}

/** A column that takes faults: demand, or one of the user's. */
interface Read {
  readonly column: string;
  readonly cell: Cell;
  readonly isDemand: boolean;
  readonly isCategory: boolean;
}

function columnsOf(project: Project, { series, covariates }: Panel): Read[] {
  const demand: Read = {
    column: project.columns.target,
    cell: (s, period) => series[s]?.values[period - (series[s]?.start ?? 0)] ?? Number.NaN,
    isDemand: true,
    isCategory: false,
  };
  if (covariates === undefined) return [demand];
  const others = covariates.varying
    .filter(({ name }) => isOfTheUser(project, name))
    .map(
      (column): Read => ({
        column: column.name,
        cell: (s, period) => covariateAt(covariates, column, { series: s, period }),
        isDemand: false,
        isCategory: column.labels !== null,
      }),
    );
  return [demand, ...others];
}

function silenceOf({ project, panel, groups }: FaultsAsk, read: Read, window: FaultWindow): DataFault[] {
  const { from, to, week } = window;
  const label = (period: number): string => periodLabel(project.grid, period);
  const first = Math.max(window.first, from - weeksBefore * week - (to - from + 1));
  const feed = (group: string | null, members: readonly number[] | null): Feed => ({
    column: read.column,
    group,
    isDemand: read.isDemand,
    ...livenessOf(panel, { first, last: to }, { ...read, members }),
  });
  const own = { ...window, first };
  const all = deadFault(feed(null, null), own, label);
  if (all !== null) return [all];
  return groups
    .flatMap(({ name, members }) => deadFault(feed(name, members), own, label) ?? [])
    .slice(0, groupsMax);
}

function valuesOf({ panel, groups }: FaultsAsk, read: Read, window: ValueWindow): DataFault[] {
  return read.isCategory ? [] : valueFaults(panel, read, { window, groups });
}
