// Where the histories of a file end: before a newest period that is not whole, or where its sender says.

import { periodLabel } from '../../core/index.ts';
import { namedPeriod, newestOfTable, type Table, type TableEnd } from '../data/index.ts';
import type { EvaluateFileOptions } from './file-options.ts';

export interface FileEnd {
  /** Shape [series]: the last period of each history; absent = the last of the file. */
  readonly closedThrough: Float64Array | undefined;
  readonly notes: readonly string[];
}

/**
 * A period is a part only where the clock says that it is not over, or where its rows reach less far into it than those of earlier
 * ones. One in which usual reporters are missing is whole for who reported: that is named, and so is one that is merely low.
 * @throws AppError `data/bad-closing` for a `closedThrough` that cannot be read. Cost: O(rows)
 */
export function fileEnd(table: Table, options: EvaluateFileOptions): FileEnd {
  const { closedThrough, timezone = 'UTC', dialect, split, now } = options;
  const label = (period: number): string => periodLabel(table.grid, period);
  const all = (period: number): Float64Array => new Float64Array(table.seriesIds.length).fill(period);
  if (closedThrough !== undefined) {
    const through = namedPeriod(
      { grid: table.grid, timezone, ...(dialect === undefined ? {} : { dialect }) },
      closedThrough,
    );
    return {
      closedThrough: all(through),
      notes: [`Rows after ${label(through)} were left out, as was said.`],
    };
  }
  const end = newestOfTable(table, { timezone, now });
  // Who says which rows are test has looked at the end.
  if (end === null || split !== undefined) return { closedThrough: undefined, notes: [] };
  const { seen, newest } = end;
  if (end.partOnly.length > 0)
    return {
      closedThrough: all(newest - 1),
      notes: [
        `${seen.period}, the newest period, is unfinished and was left out: ${end.partOnly.join('; ')}.`,
      ],
    };
  const says =
    seen.state === 'unfinished' ? missingNote(end, label) : seen.state === 'low' ? lowNote(end, label) : '';
  return { closedThrough: undefined, notes: says === '' ? [] : [says] };
}

function missingNote({ seen, newest }: TableEnd, label: (period: number) => string): string {
  return (
    `${seen.period}, the newest period, seems unfinished: ${seen.reasons.join('; ')}. ` +
    `If it is, say --closed-through ${label(newest - 1)}.`
  );
}

function lowNote({ seen, newest }: TableEnd, label: (period: number) => string): string {
  const share = Math.round((100 * seen.demand) / (seen.usualDemand ?? Number.NaN));
  return (
    `${seen.period}, the newest period, has ${share} % of the usual demand, less than any of the ${seen.compared} before it: ` +
    `if it is not over, say --closed-through ${label(newest - 1)}.`
  );
}
