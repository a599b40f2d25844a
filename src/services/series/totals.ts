// Totals over series: any grouping by what names them and by their attributes, each the sum of its series, so that the sum of what is
// shown is what is shown above it.

import { AppError, type Project, seriesPartsOf } from '../../core/index.ts';
import type { SeriesTable } from './series-table.ts';
import { inSlices, type Pause } from './slices.ts';

/** A sum over series. Units, and money as in the list. */
export interface TotalNode {
  /** Value of each column of the grouping; '' = the series has none. */
  readonly key: readonly string[];
  series: number;
  /** Series whose price is not known: `amount` is of the others. */
  unpriced: number;
  units: number;
  amount: number;
  /** Series with a forecast that was served from the newest closed period on: `means` is the sum of theirs. */
  forecasts: number;
  /** Series of which nothing is to be forecast: ended or silent. */
  over: number;
  /** Shape [horizon]. */
  readonly means: Float64Array;
  /** Of the same periods of last year, over the series of which they are known, and how many those are. */
  unitsLastYear: number;
  knownLastYear: number;
  /** Labels, and Σ|f − y|, Σ(f − y) and Σ|y| over them, of the series one by one: errors of opposite sign do not cancel out. */
  labels: number;
  absolute: number;
  signed: number;
  demand: number;
}

export interface Totals {
  readonly table: SeriesTable;
  readonly by: readonly string[];
  /** Most valuable first. */
  readonly items: readonly TotalNode[];
  /** The sum of those that are not shown; null = all are. */
  readonly others: { readonly groups: number; readonly node: TotalNode } | null;
  /** The sum of all, in the order of `items`, then `others`. */
  readonly total: TotalNode;
}

/** Groups at most: more are no summary, and their memory is to be bounded. */
const groupsMax = 100_000;

/**
 * @param of.by columns that name the series, or attributes; [] = the total alone
 * @throws AppError `series/unknown-column`
 * Cost: O(series × horizon), in slices.
 */
export async function totalsOf(
  table: SeriesTable,
  of: { readonly by: readonly string[]; readonly limit: number },
  pause: Pause,
): Promise<Totals> {
  const { project } = table;
  const keyOf = readersOf(project, of.by);
  const groups = new Map<string, TotalNode>();
  await inSlices(pause, { count: table.ids.length, step: 64 }, (from, to) => {
    for (let place = from; place < to; place++) {
      const key = keyOf(table, place);
      const name = JSON.stringify(key);
      let node = groups.get(name);
      if (node === undefined) {
        if (groups.size >= groupsMax) throw tooMany(of.by);
        node = newNode(key, project);
        groups.set(name, node);
      }
      addSeries(node, table, place);
    }
  });
  const sorted = [...groups.values()].sort((a, b) => b.amount - a.amount || compareKeys(a.key, b.key));
  const items = sorted.slice(0, of.limit);
  const rest = sorted.slice(of.limit);
  const others = rest.length === 0 ? null : { groups: rest.length, node: sumOf(rest, newNode([], project)) };
  const total = sumOf([...items, ...(others === null ? [] : [others.node])], newNode([], project));
  return { table, by: of.by, items, others, total };
}

function newNode(key: readonly string[], { horizonSteps }: Project): TotalNode {
  return {
    key,
    series: 0,
    unpriced: 0,
    units: 0,
    amount: 0,
    forecasts: 0,
    over: 0,
    means: new Float64Array(horizonSteps),
    unitsLastYear: 0,
    knownLastYear: 0,
    labels: 0,
    absolute: 0,
    signed: 0,
    demand: 0,
  };
}

const counts = [
  'series',
  'unpriced',
  'units',
  'amount',
  'forecasts',
  'over',
  'unitsLastYear',
  'knownLastYear',
  'labels',
  'absolute',
  'signed',
  'demand',
] as const;

function sumOf(nodes: readonly TotalNode[], into: TotalNode): TotalNode {
  for (const node of nodes) {
    for (const name of counts) into[name] += node[name];
    for (let k = 0; k < into.means.length; k++)
      into.means[k] = (into.means[k] as number) + (node.means[k] as number);
  }
  return into;
}

function addSeries(node: TotalNode, table: SeriesTable, place: number): void {
  const amount = table.amounts[place] as number;
  const lastYear = table.unitsLastYear[place] as number;
  const means = table.meansAhead.get(table.ids[place] as string);
  const error = table.errors[place];
  node.series++;
  node.units += knownOr0(table.units[place]);
  if (Number.isNaN(amount)) node.unpriced++;
  else node.amount += amount;
  // Index 2 and 3: see `seriesStates`.
  if ((table.states[place] as number) >= 2) node.over++;
  if (!Number.isNaN(lastYear)) {
    node.unitsLastYear += lastYear;
    node.knownLastYear++;
  }
  if (error !== undefined) {
    node.labels += error.n;
    node.absolute += error.absolute;
    node.signed += error.signed;
    node.demand += error.demand;
  }
  if (means === undefined) return;
  node.forecasts++;
  for (let k = 0; k < means.length; k++) node.means[k] = (node.means[k] as number) + (means[k] as number);
}

function knownOr0(value: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? 0 : value;
}

/** What names the series, and their attributes. */
export function groupingColumns({ series, static: attributes = [] }: Project['columns']): string[] {
  return [...new Set([...series, ...attributes])];
}

type Reader = (table: SeriesTable, place: number) => string[];

/** @throws AppError `series/unknown-column` */
function readersOf({ name: project, columns }: Project, by: readonly string[]): Reader {
  const named = columns.series;
  const known = groupingColumns(columns);
  const places = by.map((name) => {
    const part = named.indexOf(name);
    if (known.includes(name)) return { name, part };
    throw new AppError(
      'series/unknown-column',
      `series of "${project}" cannot be grouped by "${name.slice(0, 100)}": ` +
        (known.length === 0 ? 'it has one series and no attributes' : `there is ${known.join(', ')}`),
    );
  });
  return (table, place) => {
    const parts = seriesPartsOf(table.ids[place] as string, named.length);
    const attributes = table.attributes[place];
    return places.map(({ name, part }) =>
      part >= 0
        ? (parts[part] ?? '')
        : attributes !== undefined && Object.hasOwn(attributes, name)
          ? String(attributes[name])
          : '',
    );
  };
}

function tooMany(by: readonly string[]): AppError {
  return new AppError(
    'series/unknown-column',
    `more than ${groupsMax} groups by ${by.join(', ')}: group by fewer columns`,
  );
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
