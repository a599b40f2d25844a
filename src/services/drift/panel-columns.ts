// From a panel to what is watched: one number per period for demand, its groups and the columns of numbers; rows for categories.

import {
  covariateAt,
  type Panel,
  type Project,
  type Series,
  seriesPartsOf,
  type VaryingCovariate,
} from '../../core/index.ts';

/** Periods that a check reads, both ends with them. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** What one column, or the demand of one group, comes to in each period. */
export interface WatchedNumbers {
  readonly column: string;
  readonly group: string | null;
  /** Shape [periods]; NaN where nothing is known. */
  readonly values: Float64Array;
  /** Shape [periods]: series that say something, and those that are there. */
  readonly known: Int32Array;
  readonly there: Int32Array;
  /** Multiples of the usual level of each series, or means over series. */
  readonly scale: 'usual' | 'mean';
  /** Shape [periods]: the smallest and largest value of any series. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface WatchedCategory {
  readonly column: string;
  /** Ascending. */
  readonly periods: Int32Array;
  readonly levels: readonly (string | null)[];
  /** Shape [periods]: rows that have a level, and all. */
  readonly known: Int32Array;
  readonly there: Int32Array;
}

/** Amounts move by shares of their level; a mean of anything else by its own deviation. */
export type Watched = WatchedNumbers | WatchedCategory;

/** The calendar's own column says what it always said. */
export function isOfTheUser({ columns }: Project, name: string): boolean {
  return [...(columns.known ?? []), ...(columns.past ?? [])].includes(name);
}

/** How a cell is read: the value of a series in a period, NaN = unknown. */
export type Cell = (s: number, period: number) => number;

/** Share of zeros that amounts may have: what is given away has no price. */
const zerosMax = 0.02;
/** Rows of a category at most: series are taken evenly. */
const categoryRowsMax = 60_000;

/** The demand of all series, or of those given. */
export function demandOf(
  panel: Panel,
  range: Range,
  of: { readonly column: string; readonly group: string | null; readonly members?: readonly number[] },
): WatchedNumbers {
  const { series } = panel;
  return numbersOf(panel, range, {
    ...of,
    cell: (s, period) => (series[s] as Series).values[period - (series[s] as Series).start] ?? Number.NaN,
    isLevel: true,
  });
}

export function numbersOfColumn(panel: Panel, range: Range, column: VaryingCovariate): WatchedNumbers {
  const { covariates } = panel;
  const cell: Cell = (series, period) =>
    covariates === undefined ? Number.NaN : covariateAt(covariates, column, { series, period });
  return numbersOf(panel, range, {
    column: column.name,
    group: null,
    cell,
    isLevel: isAmount(column),
  });
}

/** Amounts that are hardly ever zero and never below, such as prices: their series are of very different sizes. */
function isAmount({ values }: VaryingCovariate): boolean {
  let [above, zero] = [0, 0];
  for (const value of values) {
    if (value < 0) return false;
    if (value > 0) above++;
    else if (value === 0) zero++;
  }
  return above > 0 && zero <= zerosMax * (above + zero);
}

/** Where each series is there: from its first period to the end of the range. */
function spanOf({ start }: Series, { first, last }: Range): Range {
  return { first: Math.max(first, start), last };
}

function numbersOf(
  { series }: Panel,
  range: Range,
  of: {
    readonly column: string;
    readonly group: string | null;
    readonly members?: readonly number[];
    readonly cell: Cell;
    readonly isLevel: boolean;
  },
): WatchedNumbers {
  const count = Math.max(0, range.last - range.first + 1);
  const [sums, levels] = [new Float64Array(count), new Float64Array(count)];
  const [known, there] = [new Int32Array(count), new Int32Array(count)];
  const low = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  for (const s of of.members ?? series.keys()) {
    const span = spanOf(series[s] as Series, range);
    const level = of.isLevel ? levelOf(of.cell, s, span) : 1;
    for (let period = span.first; period <= span.last; period++) {
      const i = period - range.first;
      const value = of.cell(s, period);
      there[i] = (there[i] as number) + 1;
      if (!Number.isFinite(value)) continue;
      known[i] = (known[i] as number) + 1;
      if (value < (low[i] as number)) low[i] = value;
      if (value > (high[i] as number)) high[i] = value;
      sums[i] = (sums[i] as number) + value;
      levels[i] = (levels[i] as number) + level;
    }
  }
  const values = sums.map((sum, i) => {
    const found = sum / (levels[i] as number);
    return Number.isFinite(found) ? found : Number.NaN;
  });
  const scale = of.isLevel ? 'usual' : 'mean';
  return { column: of.column, group: of.group, values, known, there, scale, low, high };
}

/**
 * How many series say something of a column, and how many are there. Beside demand only series that sold something count: on a closed day nobody
 * says anything, and nothing is wrong.
 * @param of.members null = all series @returns shape [periods] each
 */
export function livenessOf(
  { series }: Panel,
  range: Range,
  of: { readonly cell: Cell; readonly isDemand: boolean; readonly members: readonly number[] | null },
): { known: Int32Array; there: Int32Array } {
  const count = Math.max(0, range.last - range.first + 1);
  const [known, there] = [new Int32Array(count), new Int32Array(count)];
  for (const s of of.members ?? series.keys()) {
    const own = series[s] as Series;
    const span = spanOf(own, range);
    for (let period = span.first; period <= span.last; period++) {
      if (!of.isDemand && !hasSold(own, period)) continue;
      const i = period - range.first;
      there[i] = (there[i] as number) + 1;
      if (Number.isFinite(of.cell(s, period))) known[i] = (known[i] as number) + 1;
    }
  }
  return { known, there };
}

function hasSold({ start, values }: Series, period: number): boolean {
  return (values[period - start] ?? 0) > 0;
}

/** The mean of a series over the range; 0 where nothing is known, which weighs nothing. */
function levelOf(cell: Cell, s: number, { first, last }: Range): number {
  let [sum, count] = [0, 0];
  for (let period = first; period <= last; period++) {
    const value = cell(s, period);
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/** Rows in the order of time. What is the same for all series of a period is one row of it. */
export function categoryOf(panel: Panel, range: Range, column: VaryingCovariate): WatchedCategory {
  const { series, covariates } = panel;
  const labels = column.labels ?? [];
  const count = Math.max(0, range.last - range.first + 1);
  const [known, there] = [new Int32Array(count), new Int32Array(count)];
  const rowsMax = Math.max(1, Math.floor(categoryRowsMax / Math.max(1, count)));
  const stride = column.fill === 'shared' ? series.length : Math.ceil(series.length / rowsMax);
  const periods: number[] = [];
  const levels: (string | null)[] = [];
  for (let i = 0; i < count; i++) {
    const period = range.first + i;
    for (let s = 0; s < series.length; s += Math.max(1, stride)) {
      if (period < (series[s] as Series).start || covariates === undefined) continue;
      const code = covariateAt(covariates, column, { series: s, period });
      const label = Number.isNaN(code) ? null : (labels[code] ?? null);
      there[i] = (there[i] as number) + 1;
      if (label !== null) {
        known[i] = (known[i] as number) + 1;
      }
      periods.push(period);
      levels.push(label);
    }
  }
  return { column: column.name, periods: Int32Array.from(periods), levels, known, there };
}

export interface SeriesGroup {
  readonly name: string;
  readonly members: readonly number[];
}

/** As many as a person looks through. */
const groupsUsual = 60;

/**
 * Series by a column that names them, or an attribute: the column asked for, else the first of several that name series, else each series by itself
 * where there are few.
 * @returns largest number of series first; [] = nothing groups them
 */
export function groupsOf(
  { columns }: Pick<Project, 'columns'>,
  panel: Panel,
  groupBy: string | null,
): SeriesGroup[] {
  const at = columns.series.indexOf(groupBy ?? columns.series[0] ?? '');
  const fixed = panel.covariates?.fixed.find(({ name }) => name === groupBy);
  if (groupBy === null && columns.series.length === 1 && panel.series.length > groupsUsual) return [];
  const groups = new Map<string, number[]>();
  for (const [s, { id }] of panel.series.entries()) {
    const code = fixed?.values[s] ?? Number.NaN;
    const attribute = Number.isNaN(code) ? undefined : (fixed?.labels?.[code] ?? String(code));
    const name = at >= 0 ? seriesPartsOf(id, columns.series.length)[at] : attribute;
    if (name === undefined) continue;
    const members = groups.get(name);
    if (members === undefined) groups.set(name, [s]);
    else members.push(s);
  }
  if (groups.size < 2) return [];
  return [...groups].map(([name, members]) => ({ name, members }));
}
