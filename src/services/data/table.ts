// A table: the rows of one file on a time grid, in columns, sorted by series and period. What `evaluate` works from.

import { AppError, type Dialect, type Frequency, type Project, type TimeGrid } from '../../core/index.ts';
import type { DuckDb } from './engine/duckdb.ts';
import { type SourceLimits, sourceLimits } from './engine/source-kind.ts';
import type { ExtraRole, ReadTableInput, Table, TableConflictRule } from './engine/table-columns.ts';
import type { Progress } from './engine/worker-messages.ts';
import { TimeZone } from './rows/time-zone.ts';

export interface TableOptions {
  readonly path: string;
  /** Columns that together name the series; none = the file is one series. */
  readonly series: readonly string[];
  readonly time: string;
  readonly target: string;
  /** Column that says yes (`1`, `true`, `yes`) where the item was out of stock: demand there is unknown. */
  readonly stockout?: string;
  readonly frequency: Frequency;
  /** What else makes the grid: `weekStart` (default 1, Monday), `workdays`, `fiscalYear`. */
  readonly weekStart?: number;
  readonly workdays?: TimeGrid['workdays'];
  readonly fiscalYear?: TimeGrid['fiscalYear'];
  /** IANA zone of times without an offset; default UTC. */
  readonly timezone?: string;
  /** Column that says `train` or `test`. */
  readonly split?: string;
  /** File whose columns are added by the series columns. */
  readonly join?: string;
  /** SQL condition over all columns, after the join. */
  readonly where?: string;
  /** Columns to bring along: known ahead, known afterwards, and fixed per series. */
  readonly known?: readonly string[];
  readonly past?: readonly string[];
  readonly static?: readonly string[];
  /** Those of them that are categories though they hold numbers; columns of texts are by themselves. */
  readonly categories?: readonly string[];
  /** Default `exact`. */
  readonly keys?: Project['keys'];
  /** Smallest and largest believable value; rows beyond are refused. Default none. */
  readonly minValue?: number | null;
  /** Rows below zero are refused. Default no. */
  readonly nonNegative?: boolean;
  readonly maxValue?: number | null;
  /** Default `error`. Rows of different times that fall into one period are added up in any case. */
  readonly conflicts?: TableConflictRule;
  /** How the file is written; what is not said is found or as it is by default. */
  readonly dialect?: Dialect;
  readonly limitMs?: number;
  readonly limits?: SourceLimits;
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Reads one data file into columns, in a worker, by the reader and the rules of rows that `ingest` has.
 * Series ids are text exactly as written (leading zeros stay); an empty target cell is an unknown demand (NaN).
 * A period of which any row is a stock-out is one; one whose rows are all refused is unknown.
 * @throws AppError `data/*`: what is wrong, with which column or row
 * Cost: one read of the file; 0.5 M rows take about half a second; memory for the table alone stays on this thread.
 */
export async function readTable(db: DuckDb, options: TableOptions): Promise<Table> {
  if (options.series.length === 0 && options.join !== undefined)
    throw new AppError('data/bad-join', 'a file is joined by the series columns, and none was named');
  const timezone = options.timezone ?? 'UTC';
  checkZone(timezone);
  checkStockout(options);
  const input: ReadTableInput = {
    path: options.path,
    series: options.series,
    time: options.time,
    target: options.target,
    stockout: options.stockout ?? null,
    grid: gridOf(options),
    keys: options.keys ?? 'exact',
    nonNegative: options.nonNegative ?? false,
    minValue: options.minValue ?? null,
    maxValue: options.maxValue ?? null,
    timezone,
    split: options.split ?? null,
    join: options.join ?? null,
    where: options.where?.trim() || null,
    extras: extrasOf(options),
    conflicts: options.conflicts ?? 'error',
    dialect: options.dialect ?? null,
    limits: options.limits ?? sourceLimits,
  };
  return db.run('readTable', input, {
    limitMs: options.limitMs ?? 3_600_000,
    onProgress: options.onProgress,
    signal: options.signal,
  });
}

function gridOf({ frequency, weekStart = 1, workdays, fiscalYear }: TableOptions): TimeGrid {
  return {
    frequency,
    weekStart,
    ...(workdays === undefined ? {} : { workdays }),
    ...(fiscalYear === undefined ? {} : { fiscalYear }),
  };
}

/** @throws AppError `data/bad-covariate` for a column with two roles, or one that is the target or the time */
function extrasOf(options: TableOptions): ReadTableInput['extras'] {
  const roles = new Map<string, ExtraRole>();
  for (const role of ['known', 'past', 'static'] as const)
    for (const name of new Set(options[role])) {
      const other =
        name === options.target
          ? 'the target'
          : name === options.time
            ? 'the time'
            : name === options.split
              ? 'the split'
              : name === options.stockout
                ? 'the stock-out column'
                : roles.get(name);
      if (other !== undefined)
        throw new AppError(
          'data/bad-covariate',
          `the column ${JSON.stringify(name)} is ${other} already and cannot be ${role} too`,
        );
      roles.set(name, role);
    }
  const stray = options.categories?.find((name) => !roles.has(name));
  if (stray !== undefined)
    throw new AppError(
      'data/bad-covariate',
      `${JSON.stringify(stray)} is named a category and is none of the known, past and static columns`,
    );
  return Array.from(roles, ([name, role]) => ({
    name,
    role,
    isCategory: options.categories?.includes(name) ?? false,
  }));
}

/** @throws AppError `data/bad-covariate` for a stock-out column that is something else too */
function checkStockout({ stockout, series, time, target, split }: TableOptions): void {
  if (stockout === undefined) return;
  const roles: readonly [string, readonly (string | undefined)[]][] = [
    ['a series column', series],
    ['the time', [time]],
    ['the target', [target]],
    ['the split', [split]],
  ];
  const other = roles.find(([, names]) => names.includes(stockout));
  if (other !== undefined)
    throw new AppError(
      'data/bad-covariate',
      `the column ${JSON.stringify(stockout)} is ${other[0]} already and cannot be the stock-out column too`,
    );
}

/** @throws AppError `data/bad-zone` */
export function checkZone(name: string): TimeZone {
  try {
    return new TimeZone(name);
  } catch (cause) {
    throw new AppError('data/bad-zone', `there is no time zone ${JSON.stringify(name)}`, { cause });
  }
}
