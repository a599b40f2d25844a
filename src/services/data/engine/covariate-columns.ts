// Covariates of observations as columns: on their way between threads, and in and out of Parquet.

import type { CovariateValues } from '../../../core/index.ts';
import type { TaskContext } from './engine.ts';
import { sqlName } from './sql-text.ts';

/** One column, one entry per row: numbers, or codes into `labels`; NaN = unknown. */
export interface CovariateArray {
  readonly name: string;
  /** Null for numbers. */
  readonly labels: readonly string[] | null;
  readonly values: Float64Array;
}

/** The prefix keeps columns of the user apart from those of a segment. */
const prefix = 'covariate_';

/** The column of a segment that holds a covariate. */
export function segmentColumn(name: string): string {
  return `${prefix}${name}`;
}

/** Collects the covariates of rows one by one. */
export class CovariateCollector {
  readonly #columns = new Map<string, { values: number[]; codes: Map<string, number> | null }>();

  /** @param row which row it is: the number of rows before it */
  add(row: number, covariates: CovariateValues | undefined): void {
    if (covariates === undefined) return;
    for (const name of Object.keys(covariates)) {
      const value = covariates[name] as number | string;
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = { values: [], codes: typeof value === 'string' ? new Map() : null };
        this.#columns.set(name, column);
      }
      while (column.values.length < row) column.values.push(Number.NaN);
      // A column that was made a category between two batches holds numbers first: they become its texts.
      if (typeof value === 'string' && column.codes === null) {
        const codes = new Map<string, number>();
        column.values = column.values.map((old) => (Number.isNaN(old) ? old : codeOf(codes, String(old))));
        column.codes = codes;
      }
      column.values[row] = column.codes === null ? (value as number) : codeOf(column.codes, String(value));
    }
  }

  /** The columns, filled up to `rows`, by name. */
  end(rows: number): CovariateArray[] {
    const names = [...this.#columns.keys()].sort();
    return names.map((name) => {
      const { values, codes } = this.#columns.get(name) as {
        values: number[];
        codes: Map<string, number> | null;
      };
      const filled = new Float64Array(rows).fill(Number.NaN);
      filled.set(values);
      return { name, labels: codes === null ? null : [...codes.keys()], values: filled };
    });
  }
}

function codeOf(codes: Map<string, number>, text: string): number {
  const known = codes.get(text) ?? codes.size;
  codes.set(text, known);
  return known;
}

/** What the columns say of one row; undefined when nothing. */
export function valuesAt(columns: readonly CovariateArray[], row: number): CovariateValues | undefined {
  let found: Record<string, number | string> | undefined;
  for (const { name, labels, values } of columns) {
    const value = values[row] as number;
    if (Number.isNaN(value)) continue;
    found ??= {};
    found[name] = labels === null ? value : (labels[value] ?? '');
  }
  return found;
}

/** A covariate in a table of the engine: where its number or code is, and what it is called. */
export interface CodedColumn {
  readonly name: string;
  /** Column of the table. */
  readonly column: string;
  readonly labels: readonly string[] | null;
}

/**
 * SQL for writing coded columns of a table as they are in a segment: texts instead of codes. Makes the tables of labels.
 * @returns what to select, beginning with a comma, and what to join
 */
export async function segmentSql(
  context: TaskContext,
  columns: readonly CodedColumn[],
): Promise<{ select: string; joins: string }> {
  let select = '';
  let joins = '';
  for (const [i, { name, column, labels }] of columns.entries()) {
    const as = sqlName(segmentColumn(name));
    if (labels === null) {
      select += `, ${column} AS ${as}`;
      continue;
    }
    const table = `labels_${i}`;
    await context.engine.run(`CREATE TABLE ${table} (c DOUBLE, e VARCHAR)`);
    const appender = await context.engine.writing.createAppender(table);
    labels.forEach((label, code) => {
      appender.appendDouble(code);
      appender.appendVarchar(label);
      appender.endRow();
    });
    appender.closeSync();
    select += `, ${table}.e AS ${as}`;
    joins += ` LEFT JOIN ${table} ON ${table}.c = ${column}`;
  }
  return { select, joins };
}

/** Names of the covariates among the columns of a segment. */
export function covariateNames(columns: readonly string[]): string[] {
  return columns.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

/** Writer columns for covariates, named `prefix` and a number. */
export function writerColumns(prefix: string, count: number): Record<string, 'DOUBLE'> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'DOUBLE' as const]));
}
