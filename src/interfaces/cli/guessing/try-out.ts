// A configuration is tried on the sample that it was guessed from, by the rules of an ingest, before it is written: one that
// `ingest` then refuses is no guess but a mistake.

import { AppError, isAppError } from '../../../core/index.ts';
import { checkBody } from '../../../services/data/index.ts';
import { type ProjectConfig, resolveConfig } from '../../config/index.ts';
import type { Sample } from '../sample.ts';
import { count } from '../words.ts';

const rowsMax = 5_000;

export interface TriedOut {
  /** Rows that would go to quarantine, by code. */
  readonly setAside: Readonly<Record<string, number>>;
  /** What to say of them. */
  readonly lines: readonly string[];
}

/**
 * What an ingest would do with the first rows.
 * @param now UTC milliseconds
 * @throws AppError `cli/no-guess` when it would take none of them in, or set most of them aside
 */
export function tryOut(sample: Sample, name: string, config: ProjectConfig, now: number): TriedOut {
  const { bytes, format, dialect } = written(sample);
  const tried = { ...config, dialect: { ...config.dialect, ...dialect } };
  const [project] = resolveConfig({ projects: { [name]: tried } }, { cwd: '/' }).projects;
  if (project === undefined) return { setAside: {}, lines: [] };
  try {
    const found = checkBody(bytes, { project, format, name: 'the sample', now, highs: new Map() });
    const first = found.problems.find(({ code }) => code !== 'left-out');
    if (found.accepted === 0) throw refused(first === undefined ? 'it has no rows' : first.reason);
    if (first === undefined) return { setAside: {}, lines: [] };
    // Totals that a rule leaves out are no rows of the data.
    const { 'left-out': leftOut = 0, ...setAside } = found.quarantinedByCode;
    const codes = Object.entries(setAside).map(([code, rows]) => `${code} ${count(rows)}`);
    if (codes.length === 0) return { setAside: {}, lines: [] };
    const ofMost = mostSetAside(setAside, found.rows);
    if (ofMost !== null)
      throw refused(
        `${count(ofMost.rows)} of the first ${count(found.rows)} rows would be set aside (${codes.join(', ')}), such as row ${first.row}: ${first.reason}` +
          (ofMost.code === 'null-series'
            ? '. Where it is said once for the rows below, as in a pivot table, have it repeated in each row'
            : ''),
      );
    return {
      setAside,
      lines: [
        `Of the first ${count(found.rows)} rows ${count(found.quarantined - leftOut)} would be set aside (${codes.join(', ')}), ` +
          `such as row ${first.row}: ${first.reason}`,
      ],
    };
  } catch (error) {
    if (!isAppError(error) || !error.code.startsWith('data/')) throw error;
    throw refused(error.message, error);
  }
}

/** More than half of all rows, for whatever reason: such a table is another one than what was guessed. */
function mostSetAside(
  setAside: Readonly<Record<string, number>>,
  rows: number,
): { readonly rows: number; readonly code: string } | null {
  const all = Object.entries(setAside).filter(([code]) => code !== 'repeated-header');
  const sum = all.reduce((total, [, one]) => total + one, 0);
  const [most] = all.sort(([, a], [, b]) => b - a);
  return most === undefined || sum <= rows / 2 ? null : { rows: sum, code: most[0] };
}

/** The rows of the sample as a file again, in its own delimiter, which says something of its numbers. */
function written({ columns, rows, delimiter = null }: Sample): {
  bytes: Uint8Array;
  format: 'csv' | 'ndjson';
  dialect: NonNullable<ProjectConfig['dialect']>;
} {
  const first = rows.slice(0, rowsMax);
  const encode = (lines: readonly string[]): Uint8Array => new TextEncoder().encode(`${lines.join('\n')}\n`);
  if (delimiter === null) {
    const record = (row: readonly string[]): string =>
      JSON.stringify(Object.fromEntries(columns.map((column, i) => [column, row[i] ?? ''])));
    return { bytes: encode(first.map(record)), format: 'ndjson', dialect: {} };
  }
  const line = (cells: readonly string[]): string =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter);
  return {
    bytes: encode([columns, ...first].map(line)),
    format: 'csv',
    dialect: {
      delimiter,
      quote: '"',
      encoding: null,
      comment: null,
      skipLines: 0,
      headerRows: 1,
    },
  };
}

function refused(reason: string, cause?: unknown): AppError {
  return new AppError(
    'cli/no-guess',
    `what was guessed cannot read the file itself, so nothing was written: ${reason}`,
    {
      cause,
    },
  );
}
