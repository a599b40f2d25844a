// Makes the table of a project's series: figures of the history from the data engine, errors from the monitor, states from serving, put
// together in slices.

import type { CovariateValues, Project } from '../../core/index.ts';
import { abcClasses, type XyzClass, xyzClass } from '../../forecasting/evaluate/index.ts';
import type { SeriesFigures } from '../data/index.ts';
import type { ErrorsBySeries, SeriesErrors } from '../monitor/index.ts';
import type { ServedModel } from '../serving/index.ts';
import { type PriceColumn, priceColumn } from './price-column.ts';
import type { Order, PeriodRange, SeriesOrder, SeriesTable } from './series-table.ts';
import { seriesStates } from './series-table.ts';
import { ascending, eachInSlices, inSlices, type Pause, sortInSlices } from './slices.ts';
import { newPeriods } from './windows.ts';

/** What the table is made of. */
export interface TableParts {
  readonly project: Project;
  readonly revision: number;
  readonly at: number;
  readonly batchSeq: number;
  /** Undefined = nothing is loaded yet. */
  readonly served: ServedModel | undefined;
  /** Null = there is no period yet. */
  readonly figures: SeriesFigures | null;
  readonly errors: ErrorsBySeries | null;
  readonly attributes: ReadonlyMap<string, CovariateValues>;
  /** What was forecast from the end of the window on, by series, shape [horizon] each; empty = nothing was. */
  readonly ahead: ReadonlyMap<string, Float64Array>;
  /** The same periods of last year; null = time has no years. */
  readonly lastYear: PeriodRange | null;
}

type Column =
  | 'unitsAhead'
  | 'unitsLastYear'
  | 'first'
  | 'newest'
  | 'periods'
  | 'units'
  | 'prices'
  | 'amounts'
  | 'variations'
  | 'errorAmounts'
  | 'valuesAdded';
const columns: readonly Column[] = [
  'first',
  'newest',
  'periods',
  'units',
  'prices',
  'amounts',
  'variations',
  'errorAmounts',
  'valuesAdded',
  'unitsAhead',
  'unitsLastYear',
];

/** Cost: O(series · log series), a few milliseconds at a time. */
export async function buildTable(parts: TableParts, pause: Pause): Promise<SeriesTable> {
  const { project, figures, errors, attributes, served } = parts;
  const { ids, placeOfFigures } = await idsOf(parts, pause);
  const count = ids.length;
  const price = priceColumn(project.columns);
  const numbers = Object.fromEntries(
    columns.map((name) => [name, new Float64Array(count).fill(Number.NaN)]),
  ) as Record<Column, Float64Array>;
  const texts = new Array<string>(count);
  const states = new Uint8Array(count);
  const errorOf = await errorsById(errors, pause);
  const own: (SeriesErrors | undefined)[] = new Array(count);
  const described: (CovariateValues | undefined)[] = new Array(count);
  await inSlices(pause, { count, step: 64 }, (from, to) => {
    for (let i = from; i < to; i++) {
      const id = ids[i] as string;
      described[i] = attributes.get(id);
      texts[i] = textOf(id, described[i]);
      own[i] = errorOf.get(id);
      const at = placeOfFigures[i] as number;
      if (figures !== null && at >= 0)
        fillFigures(numbers, i, { figures, at, project, lastYear: parts.lastYear });
      numbers.unitsAhead[i] = parts.ahead.get(id)?.reduce((sum, mean) => sum + mean, 0) ?? Number.NaN;
      fillMoney(numbers, i, { price, attributes: described[i], error: own[i] });
      states[i] = seriesStates.indexOf(
        stateOf(id, { first: numbers.first[i] as number, project, served, figures }),
      );
    }
  });
  const orders = await ordersOf(numbers, count, pause);
  await pause.breathe();
  const abc = abcClasses(numbers.amounts, orders.value.places);
  const xyz = new Array<XyzClass | null>(count);
  await inSlices(pause, { count, step: 4096 }, (from, to) => {
    for (let i = from; i < to; i++) xyz[i] = xyzClass(numbers.variations[i] as number);
  });
  return {
    project,
    revision: parts.revision,
    at: parts.at,
    batchSeq: parts.batchSeq,
    version: served?.version ? { id: served.version.id, number: served.version.number } : null,
    window: figures && { from: figures.from, to: figures.to },
    price,
    ahead: aheadOf(parts),
    meansAhead: parts.ahead,
    graded: rangeOf(errors),
    ungraded: errors?.omitted ?? 0,
    ids,
    attributes: described,
    texts,
    states,
    ...numbers,
    abc,
    xyz,
    errors: own,
    amount: sumOfKnown(numbers.amounts),
    orders,
  };
}

function sumOfKnown(amounts: Float64Array): number {
  let sum = 0;
  for (const amount of amounts) if (amount > 0) sum += amount;
  return sum;
}

/** All that rows, the model or attributes speak of, ascending, and where the figures of each lie; −1 = there are none. */
async function idsOf(
  { served, figures, attributes }: TableParts,
  pause: Pause,
): Promise<{ ids: string[]; placeOfFigures: Int32Array }> {
  const places = new Map<string, number>();
  const all: string[] = [];
  const add = (id: string, place: number): void => {
    if (places.has(id)) return;
    places.set(id, place);
    all.push(id);
  };
  const known = figures?.ids ?? [];
  await inSlices(pause, { count: known.length }, (from, to) => {
    for (let i = from; i < to; i++) add(known[i] as string, i);
  });
  await eachInSlices(pause, served?.seriesIds() ?? [], (id) => add(id, -1));
  await eachInSlices(pause, attributes.keys(), (id) => add(id, -1));
  const order = await sortInSlices(pause, all.length, (a, b) => {
    const [left, right] = [all[a] as string, all[b] as string];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  const ids = new Array<string>(all.length);
  const placeOfFigures = new Int32Array(all.length);
  await inSlices(pause, { count: all.length }, (from, to) => {
    for (let i = from; i < to; i++) {
      const id = all[order[i] as number] as string;
      ids[i] = id;
      placeOfFigures[i] = places.get(id) as number;
    }
  });
  return { ids, placeOfFigures };
}

async function errorsById(errors: ErrorsBySeries | null, pause: Pause): Promise<Map<string, SeriesErrors>> {
  const found = new Map<string, SeriesErrors>();
  await eachInSlices(pause, errors?.series ?? [], ([id, of]) => void found.set(id, of));
  return found;
}

function textOf(id: string, attributes: CovariateValues | undefined): string {
  const texts = [id, ...Object.values(attributes ?? {}).map(String)];
  return texts.join('\n').toLowerCase();
}

function fillFigures(
  numbers: Record<Column, Float64Array>,
  i: number,
  of: {
    readonly figures: SeriesFigures;
    readonly at: number;
    readonly project: Project;
    readonly lastYear: PeriodRange | null;
  },
): void {
  const { figures, at, project, lastYear } = of;
  const { from, to } = figures;
  const first = figures.first[at] as number;
  numbers.first[i] = first;
  numbers.newest[i] = figures.newest[at] as number;
  const span = Math.max(0, to - Math.max(first, from) + 1);
  const known =
    project.gaps === 'zero'
      ? Math.max(0, span - (figures.unknown[at] as number))
      : (figures.known[at] as number);
  const units = figures.units[at] as number;
  numbers.periods[i] = known;
  numbers.units[i] = units;
  numbers.prices[i] = figures.price[at] as number;
  const mean = units / known;
  const variance = Math.max(0, (figures.squares[at] as number) / known - mean * mean);
  if (mean > 0) numbers.variations[i] = Math.sqrt(variance) / mean;
  if (lastYear === null) return;
  const wasKnown =
    project.gaps === 'zero'
      ? first <= lastYear.from
      : (figures.knownBefore[at] as number) === lastYear.to - lastYear.from + 1;
  if (wasKnown) numbers.unitsLastYear[i] = figures.unitsBefore[at] as number;
}

function fillMoney(
  numbers: Record<Column, Float64Array>,
  i: number,
  of: {
    readonly price: PriceColumn | null;
    readonly attributes: CovariateValues | undefined;
    readonly error: SeriesErrors | undefined;
  },
): void {
  const { price, attributes, error } = of;
  if (price?.kind === 'fixed') {
    const said = Number(attributes?.[price.name] ?? Number.NaN);
    numbers.prices[i] = said > 0 ? said : Number.NaN;
  }
  const perUnit = price === null ? 1 : (numbers.prices[i] as number);
  const units = numbers.units[i] as number;
  // Nothing sold is worth nothing, whatever its price.
  numbers.amounts[i] = units === 0 ? 0 : units * perUnit;
  if (error === undefined || error.n === 0) return;
  numbers.errorAmounts[i] = error.absolute === 0 ? 0 : error.absolute * perUnit;
  numbers.valuesAdded[i] = error.valueAdded.value ?? Number.NaN;
}

function stateOf(
  id: string,
  of: {
    readonly first: number;
    readonly project: Project;
    readonly served: ServedModel | undefined;
    readonly figures: SeriesFigures | null;
  },
): (typeof seriesStates)[number] {
  const { first, project, served, figures } = of;
  const standing = served?.standingOf(id);
  if (standing?.ended) return 'ended';
  if (standing?.silent) return 'silent';
  // What all series began with is the beginning of the data.
  const isLate = Number.isNaN(first) || first > oldestOf(figures);
  const isYoung = Number.isNaN(first) || figures === null || first > figures.to - newPeriods(project);
  return isLate && isYoung ? 'new' : 'active';
}

const oldest = new WeakMap<SeriesFigures, number>();

function oldestOf(figures: SeriesFigures | null): number {
  if (figures === null) return Number.NEGATIVE_INFINITY;
  const known =
    oldest.get(figures) ??
    figures.first.reduce((least, first) => Math.min(least, first), Number.POSITIVE_INFINITY);
  oldest.set(figures, known);
  return known;
}

function aheadOf({ figures, lastYear, project, ahead }: TableParts): SeriesTable['ahead'] {
  if (figures === null || lastYear === null || ahead.size === 0) return null;
  return { range: { from: figures.to + 1, to: figures.to + project.horizonSteps }, lastYear };
}

function rangeOf(errors: ErrorsBySeries | null): PeriodRange | null {
  const window = errors?.window ?? null;
  return window && { from: window.fromPeriod, to: window.toPeriod };
}

async function ordersOf(
  numbers: Record<Column, Float64Array>,
  count: number,
  pause: Pause,
): Promise<Record<SeriesOrder, Order>> {
  const by = async (figures: Float64Array, descends: boolean): Promise<Order> => {
    const sign = descends ? -1 : 1;
    const places = await sortInSlices(pause, count, (a, b) => {
      const [left, right] = [figures[a] as number, figures[b] as number];
      if (Number.isNaN(left) || Number.isNaN(right))
        return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
      return sign * (left - right);
    });
    return { places, known: knownIn(figures), descends };
  };
  const error = await by(numbers.errorAmounts, true);
  const value = await by(numbers.amounts, true);
  const valueAdded = await by(numbers.valuesAdded, false);
  return { id: { places: ascending(count), known: count, descends: false }, error, value, valueAdded };
}

/** A loop, as that of an array's own method takes twenty times as long: milliseconds that nobody is let in. */
function knownIn(figures: Float64Array): number {
  let known = 0;
  for (const figure of figures) if (!Number.isNaN(figure)) known++;
  return known;
}
