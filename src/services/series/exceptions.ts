// Which series need a person: forecasts that missed by most, forecasts far from last year's, and valuable series that fell silent.

import { type ExceptionKind, type Project, periodLabel } from '../../core/index.ts';
import { type SeriesTable, seriesStates } from './series-table.ts';
import { inSlices, type Pause } from './slices.ts';

export type { ExceptionKind };

export const exceptionKinds: readonly ExceptionKind[] = ['miss', 'lastYear', 'ended', 'silent'];

/** Forecasts nearer to last year's than this share are no exception. */
export const lastYearGapMin = 0.3;

export interface SeriesException {
  readonly kind: ExceptionKind;
  readonly place: number;
  /** What it is about, in money, or in units without a price column: misses, the gap to last year, or the value that fell silent. */
  readonly amount: number;
  /** In a sentence. */
  readonly because: string;
}

export interface Exceptions {
  readonly table: SeriesTable;
  /** Largest amount first. */
  readonly items: readonly SeriesException[];
  /** How many there are of each kind, shown or not. */
  readonly counts: Readonly<Record<ExceptionKind, number>>;
}

/** Cost: O(series), in slices. */
export async function exceptionsOf(
  table: SeriesTable,
  of: { readonly kinds: readonly ExceptionKind[]; readonly limit: number },
  pause: Pause,
): Promise<Exceptions> {
  const counts: Record<ExceptionKind, number> = { miss: 0, lastYear: 0, ended: 0, silent: 0 };
  const found: { kind: ExceptionKind; place: number; amount: number }[] = [];
  const keep = (kind: ExceptionKind, place: number, amount: number): void => {
    if (!(amount > 0)) return;
    counts[kind]++;
    if (!of.kinds.includes(kind)) return;
    found.push({ kind, place, amount });
    // The smallest go now and then, so that no more is held than a few pages.
    if (found.length >= 8 * of.limit) trim(found, of.limit);
  };
  await inSlices(pause, { count: table.ids.length }, (from, to) => {
    for (let place = from; place < to; place++) {
      const state = seriesStates[table.states[place] as number];
      if (state === 'ended' || state === 'silent') keep(state, place, table.amounts[place] as number);
      keep('miss', place, table.errorAmounts[place] as number);
      keep('lastYear', place, gapToLastYear(table, place));
    }
  });
  trim(found, of.limit);
  return { table, counts, items: found.map((one) => ({ ...one, because: sentenceOf(table, one) })) };
}

function trim(found: { place: number; amount: number }[], limit: number): void {
  found.sort((a, b) => b.amount - a.amount || a.place - b.place);
  found.length = Math.min(found.length, limit);
}

/** Of what has ended nothing is forecast, which is said already; NaN = it is near, or nobody can tell. */
function gapToLastYear(table: SeriesTable, place: number): number {
  const state = seriesStates[table.states[place] as number];
  const [ahead, lastYear] = [table.unitsAhead[place] as number, table.unitsLastYear[place] as number];
  if (state === 'ended' || state === 'silent') return Number.NaN;
  const gap = Math.abs(ahead - lastYear);
  if (!(gap >= lastYearGapMin * Math.max(lastYear, ahead))) return Number.NaN;
  return gap * (table.price === null ? 1 : (table.prices[place] as number));
}

function sentenceOf(
  table: SeriesTable,
  { kind, place }: { readonly kind: ExceptionKind; readonly place: number },
): string {
  const { project } = table;
  switch (kind) {
    case 'miss':
      return missSentence(table, place);
    case 'lastYear':
      return lastYearSentence(table, place);
    default:
      return `${kind === 'ended' ? 'its demand has ended' : 'no row of it has come for long'}: the newest is of ${label(project, table.newest[place])}, and in the last year it sold ${units(table.units[place])} units`;
  }
}

function missSentence({ errors }: SeriesTable, place: number): string {
  const { n = 0, absolute = 0, signed = 0, demand = 0 } = errors[place] ?? {};
  const lean =
    Math.abs(signed) > 0.5 * absolute ? (signed > 0 ? ', mostly too high' : ', mostly too low') : '';
  const share = demand > 0 ? ` (${Math.round((100 * absolute) / demand)} %)` : '';
  return `over ${n} ${n === 1 ? 'label' : 'labels'} its forecasts missed by ${units(absolute)} of ${units(demand)} units${share}${lean}`;
}

function lastYearSentence({ project, ahead, unitsAhead, unitsLastYear }: SeriesTable, place: number): string {
  const [now, then] = [unitsAhead[place] as number, unitsLastYear[place] as number];
  const by =
    then > 0
      ? `, ${Math.round((100 * Math.abs(now - then)) / then)} % ${now > then ? 'above' : 'below'}`
      : ',';
  return `${units(now)} units are forecast for ${label(project, ahead?.range.from)} to ${label(project, ahead?.range.to)}${by} the ${units(then)} of a year before`;
}

function units(value: number | undefined): string {
  const size = Math.abs(value ?? 0);
  return (value ?? 0).toLocaleString('en-US', { maximumFractionDigits: size >= 100 ? 0 : 1 });
}

function label(project: Project, period: number | undefined): string {
  return period === undefined || Number.isNaN(period)
    ? 'an unknown period'
    : periodLabel(project.grid, period);
}
