// Checks of a table as a whole: how many rows, how many per period, who is in it, who has most of it, how old it is.

import type { CheckBound, ContractCheck } from '../../core/index.ts';
import { keepsBound } from '../../core/index.ts';

/** Names of one column that are counted, and periods. */
const namesMax = 200_000;
const periodsMax = 500_000;
const examplesMax = 5;

export interface Figure {
  /** Null = it cannot be said, for the reason in `why`. */
  readonly figure: number | null;
  readonly why?: string;
  readonly n: number;
  readonly examples: readonly string[];
}

export function unknownFigure(why: string): Figure {
  return { figure: null, why, n: 0, examples: [] };
}

/** Counts of a text column, or of periods. Over its limit it holds nothing any more. */
export class Counts<Key extends string | number> {
  readonly byKey: Map<Key, number> = new Map();
  isFull = false;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  add(key: Key): void {
    const count = this.byKey.get(key);
    if (count === undefined && this.byKey.size >= this.#max) this.isFull = true;
    else this.byKey.set(key, (count ?? 0) + 1);
  }
}

export function countNames(): Counts<string> {
  return new Counts(namesMax);
}

export function countPeriods(): Counts<number> {
  return new Counts(periodsMax);
}

/**
 * Rows per period in percent of what is usual; the newest period may be unfinished and is left out. The figure is that of the
 * period that breaks the bound, or lies lowest.
 * @param of.usual rows of a usual period; null = the median of these
 */
export function volumeFigure(
  periods: Counts<number>,
  of: {
    readonly bound: CheckBound;
    readonly usual: number | null;
    readonly label: (period: number) => string;
  },
): Figure {
  if (periods.isFull) return unknownFigure(`there are more than ${periodsMax} periods`);
  const known = [...periods.byKey.keys()].sort((a, b) => a - b);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first === last)
    return unknownFigure('there is no period that is surely whole');
  if (last - first > periodsMax) return unknownFigure(`there are more than ${periodsMax} periods`);
  const counts: number[] = [];
  for (let period = first; period < last; period++) counts.push(periods.byKey.get(period) ?? 0);
  const usual = of.usual ?? median(counts);
  if (usual <= 0) return unknownFigure('a usual period has no rows');
  const shares = counts.map((count) => (100 * count) / usual);
  const broken = shares.flatMap((share, i) => (keepsBound(of.bound, share) ? [] : [i]));
  const lowest = shares.reduce((a, b) => Math.min(a, b));
  return {
    figure: broken.length === 0 ? lowest : (shares[broken[0] as number] as number),
    n: counts.length,
    examples: broken.slice(0, examplesMax).map((i) => `${of.label(first + i)}: ${counts[i]} rows`),
  };
}

/** How many of the names do not occur. */
export function segmentsFigure(found: Counts<string>, named: Iterable<string> | undefined): Figure {
  const names = named === undefined ? [] : [...named];
  if (names.length === 0) return unknownFigure('the project has no history that could say who is usual');
  if (found.isFull) return unknownFigure(`there are more than ${namesMax} names`);
  const absent = names.filter((name) => !found.byKey.has(name));
  return { figure: absent.length, n: names.length, examples: absent.slice(0, examplesMax) };
}

/** The largest share of one name, in percent. */
export function balanceFigure(found: Counts<string>): Figure {
  if (found.isFull) return unknownFigure(`there are more than ${namesMax} names`);
  let rows = 0;
  let most = { name: '', count: 0 };
  for (const [name, count] of found.byKey) {
    rows += count;
    if (count > most.count) most = { name, count };
  }
  if (rows === 0) return unknownFigure('there are no rows');
  return { figure: (100 * most.count) / rows, n: rows, examples: [`${most.name}: ${most.count} rows`] };
}

/** Of a check that is asked of tables, what the counts say. */
export function isTableRule({ rule }: ContractCheck): boolean {
  return ['rows', 'volume', 'segments', 'balance', 'freshness'].includes(rule.kind);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
