// Faults in what a column says, seen in many series at once: values in another unit, and values unlike any that it has had, as of a column that
// was filled from another one. Each series is laid beside its own past.

import { type DataFault, type Panel, periodLabel } from '../../core/index.ts';
import type { Range, SeriesGroup } from './panel-columns.ts';

/** A column as it is read: NaN = unknown. */
export interface ValueColumn {
  readonly column: string;
  readonly cell: (s: number, period: number) => number;
  /** How high demand may go is not known from its past. */
  readonly isDemand: boolean;
}

export interface ValueWindow {
  readonly from: number;
  readonly to: number;
  /** What is usual is told by these periods. */
  readonly before: Range;
}

/** Factors that units differ by. */
const unitFactors: readonly number[] = [10, 100, 1000, 10_000, 12, 24, 60, 2.2046, 28.3495, 3.2808];
/** How near to a factor the value of a steady series lies, in logarithms; others as near as their deviation lets them. */
const nearFactor = 0.05;
/** A factor is told from what a series does by itself when it is so many of its deviations. */
const clearOf = 4;
/** Share of the series that say something which must have the fault. */
const shareMin = 0.3;
/** Values that have it: one alone is a slip. */
const hitsMin = 3;
/** Values of a series that tell what is usual for it. */
const valuesMin = 14;
/** Share of zeros that amounts may have: what is given away has no price. */
const zerosMax = 0.02;
/** An amount this many times above or below all that its series has had is unlike any. */
const beyondFactor = 2;
/** Groups of one column that are named: of more, the column is the trouble. */
const groupsMax = 10;

/** What a series has said before the window. */
interface Usual {
  readonly low: number;
  readonly high: number;
  /** Of logarithms; null where not all values are above zero. */
  readonly mean: number | null;
  readonly sd: number;
}

/** What a column has said before, over all series. */
interface UsualColumn {
  readonly series: readonly (Usual | null)[];
  readonly isWhole: boolean;
  readonly isAmount: boolean;
  readonly low: number;
  readonly high: number;
}

/** Of the series of one place: how many say something in each period of the window, and of how many values each thing is wrong. */
interface Counts {
  readonly said: Int32Array;
  readonly wrong: Map<string, Int32Array>;
}

/**
 * Faults of one column in all series, else in groups of them, where there are any.
 * Cost: O(series × periods)
 */
export function valueFaults(
  panel: Panel,
  column: ValueColumn,
  { window, groups }: { readonly window: ValueWindow; readonly groups: readonly SeriesGroup[] },
): DataFault[] {
  const usual = usualOf(panel, column, window.before);
  const length = window.to - window.from + 1;
  const all = countsOf(length);
  const own = groups.map(() => countsOf(length));
  const groupOf = new Int32Array(panel.series.length).fill(-1);
  for (const [g, { members }] of groups.entries()) for (const s of members) groupOf[s] = g;
  for (const s of panel.series.keys()) {
    const known = usual.series[s];
    if (known === null || known === undefined) continue;
    const places = [all, own[groupOf[s] as number]].filter((one) => one !== undefined);
    for (let i = 0; i < length; i++) {
      const value = column.cell(s, window.from + i);
      if (!Number.isFinite(value)) continue;
      const wrong = wrongWith(value, known, usual, column.isDemand);
      for (const place of places) note(place, i, wrong);
    }
  }
  const told = { panel, column: column.column, from: window.from };
  const whole = worst(all, { ...told, group: null });
  if (whole !== null) return [whole];
  const found = groups.flatMap(({ name }, g) => worst(own[g] as Counts, { ...told, group: name }) ?? []);
  return found.slice(0, groupsMax);
}

function countsOf(length: number): Counts {
  return { said: new Int32Array(length), wrong: new Map() };
}

function note({ said, wrong }: Counts, i: number, what: string | null): void {
  said[i] = (said[i] as number) + 1;
  if (what === null) return;
  const own = wrong.get(what) ?? new Int32Array(said.length);
  own[i] = (own[i] as number) + 1;
  wrong.set(what, own);
}

function usualOf({ series }: Panel, { cell }: ValueColumn, before: Range): UsualColumn {
  let [isWhole, zeros, above, below] = [true, 0, 0, 0];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const found = series.map(({ start }, s): Usual | null => {
    let [n, logs, sum, squares] = [0, 0, 0, 0];
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let period = Math.max(before.first, start); period <= before.last; period++) {
      const value = cell(s, period);
      if (!Number.isFinite(value)) continue;
      n++;
      isWhole &&= Number.isInteger(value);
      if (value < least) least = value;
      if (value > most) most = value;
      if (value < 0) below++;
      else if (value === 0) zeros++;
      else {
        above++;
        logs++;
        const log = Math.log(value);
        sum += log;
        squares += log * log;
      }
    }
    if (n === 0) return null;
    low = Math.min(low, least);
    high = Math.max(high, most);
    if (n < valuesMin) return null;
    const mean = sum / logs;
    const sd = Math.sqrt(Math.max(0, squares / logs - mean * mean));
    return { low: least, high: most, mean: logs === n ? mean : null, sd };
  });
  const isAmount = below === 0 && above > 0 && zeros <= zerosMax * (above + zeros);
  return { series: found, isWhole: isWhole && above + zeros + below > 0, isAmount, low, high };
}

/** @returns a factor as text, what else is wrong, or null where the value is like those before */
function wrongWith(value: number, known: Usual, column: UsualColumn, isDemand: boolean): string | null {
  const { low, high, mean, sd } = known;
  // Most values are: nothing else is asked of them.
  if (value >= low && value <= high && (!column.isWhole || Number.isInteger(value))) return null;
  if (column.isWhole && !Number.isInteger(value)) return 'fraction';
  if (!isDemand && column.isAmount && mean !== null && value > 0) {
    const factor = factorOf(Math.log(value) - mean, sd);
    if (factor !== null) return String(factor);
  }
  return isBeyond(value, known, column, isDemand) ? 'beyond' : null;
}

function isBeyond(value: number, { low, high }: Usual, column: UsualColumn, isDemand: boolean): boolean {
  // A day without demand is one; how much there may be nobody knows.
  if (isDemand) return value > 0 && value < low / beyondFactor;
  if (column.isAmount) return value < low / beyondFactor || value > high * beyondFactor;
  const span = column.high - column.low;
  return span > 0 && (value > column.high + span || value < column.low - span);
}

function factorOf(change: number, sd: number): number | null {
  for (const factor of unitFactors) {
    const log = Math.log(factor);
    // As far from what the series does as from another factor that is taken for this one.
    const near = Math.max(nearFactor, Math.min(2 * sd, log - clearOf * sd));
    if (log < clearOf * sd) continue;
    if (Math.abs(change - log) < near) return factor;
    if (Math.abs(change + log) < near) return 1 / factor;
  }
  return null;
}

function worst(
  { said, wrong }: Counts,
  {
    panel,
    column,
    from,
    group,
  }: { readonly panel: Panel; readonly column: string; readonly from: number; readonly group: string | null },
): DataFault | null {
  let found: DataFault | null = null;
  for (const [what, counts] of wrong) {
    const hit = [...counts.keys()].filter(
      (i) => (counts[i] as number) > 0 && (counts[i] as number) >= shareMin * (said[i] as number),
    );
    const [at] = hit;
    const hits = hit.reduce((sum, i) => sum + (counts[i] as number), 0);
    if (at === undefined || hits < hitsMin || hit.length <= (found?.periods ?? 0)) continue;
    const name = group === null ? column : `${column} of ${group}`;
    const where = `in ${counts[at]} of ${said[at]} series since ${periodLabel(panel.grid, from + at)}`;
    found = {
      kind: what === 'fraction' || what === 'beyond' ? 'unlike' : 'unit',
      column,
      group,
      because: `${name} ${sentence(what, where)}`,
      since: from + at,
      periods: hit.length,
    };
  }
  return found;
}

function sentence(what: string, where: string): string {
  if (what === 'fraction') return `has fractions ${where}; it had whole numbers alone`;
  if (what === 'beyond')
    return `is unlike any value it had ${where}: it looks like another column, or another unit`;
  const factor = Number(what);
  const times = factor > 1 ? `${short(factor)} times` : `1/${short(1 / factor)} of`;
  return `is ${times} what it was ${where}: it looks like another unit`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
