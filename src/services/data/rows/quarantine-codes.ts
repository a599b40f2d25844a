// Why a row can be quarantined: the one table behind reports, the API and docs/guides/data.md (a test keeps them equal).

import type { Dialect } from '../../../core/index.ts';

export const quarantineCodes = {
  'bad-row':
    'The record itself is broken: wrong number of fields, text after a closing quote, a quote that is not closed, not a JSON object, a field named twice, a key that is neither text nor number.',
  'bad-cell':
    'A cell of a spreadsheet holds an error such as #N/A that is none of `dialect.nulls`, a formula without a value, or a key that is neither text nor number.',
  'repeated-header':
    'The header stands again in the middle, as in files that were joined. Rows below are read by the new one.',
  'left-out': 'A rule of `dialect.leaveOut` leaves the row out: a subtotal, say. It counts as no fault.',
  'null-series': 'A series column is empty.',
  'bad-series':
    'The series id is longer than 200 characters or holds control characters or half a character (a lone surrogate).',
  'bad-time': 'The time is empty or cannot be read on the grid of the project.',
  'time-out-of-range': 'The time lies before 1800 or after 2200, or the step is beyond a billion.',
  'nonexistent-time': 'The local hour was skipped by daylight saving.',
  'future-time':
    'The period lies further ahead than `contract.futurePeriodsMax` allows; for a plan, more than 1,000 periods.',
  'far-ahead':
    'The period lies more than `contract.jumpPeriodsMax` past the newest that the project knows, few of its series come along, and the sender does not close that far.',
  'no-target':
    'A JSON row has no target field, no known column and no stock-out: it says nothing. Null says that demand is unknown.',
  'bad-number': 'The target is not a finite decimal number below 10^15: text, NaN, infinity, 1,234.',
  'bad-covariate':
    'A covariate holds no finite number below 10^15 and is not one of `columns.categories`, or a text that is longer than 200 characters or holds control characters.',
  'bad-flag': 'The stock-out column holds neither yes nor no.',
  negative: 'The target is below zero and the project is `nonNegative`.',
  'below-min': 'The target is below `contract.minValue`.',
  'above-max': 'The target is above `contract.maxValue`.',
  'unit-jump': 'The target is `contract.unitJumpFactor` times above the recent high of its series.',
  'unit-change':
    'The target is in another unit than the history of its series (cases for pieces), for sure, and the project says `units: hold`.',
  contract: 'The row breaks a check of the data contract (`contract.file`); the reason names it.',
  conflict: 'Rows of one series and period have different values, and the rule is `conflicts: quarantine`.',
} as const;

export type QuarantineCode = keyof typeof quarantineCodes;

/** One quarantined row as it is kept: a line of the batch's NDJSON blob. */
export interface QuarantinedRow {
  /** Counted from 1; a header is not counted. */
  readonly row: number;
  readonly code: QuarantineCode;
  readonly reason: string;
  /** What was sent: the line of a CSV file, the JSON value, or the mapped columns of a row of Parquet or of a spreadsheet. */
  readonly raw: unknown;
  /** What its columns held, as the rules saw them, so that it can be mended and sent again; absent = that is not plain. */
  readonly cells?: Readonly<Record<string, string | null>>;
  /** How `cells` are written, where that is not as the project says: they came with a mapping. */
  readonly dialect?: Partial<Dialect>;
  /** What is held back for another unit: 12 = it came twelve times as large. */
  readonly factor?: number;
  /** Of a row that the sum of a period waits for (conflicts: sum): which period. Absent = none waits for it. */
  readonly at?: { readonly seriesId: string; readonly period: number } | undefined;
}
