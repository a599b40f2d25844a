// What lies above a table in a file, for a guess that its user confirms: comments, a title, when it was made.

import type { CsvHeadRecord } from './csv-form.ts';
import { joinHeaders } from './header-rows.ts';
import { plainSpan } from './parse-time.ts';

export interface AboveTable {
  readonly comment: string | null;
  readonly skipLines: number;
  readonly headerRows: 1 | 2;
}

/** How far down a header is looked for. */
const recordsMax = 40;

/** @param records the first ones of a file */
export function aboveTable(records: readonly CsvHeadRecord[]): AboveTable {
  const two = twoRows(records);
  return two === null ? { ...aboveOneRow(records), headerRows: 1 } : two;
}

/** Two rows whose cells name periods together, and neither row alone: a year above months, say. */
function twoRows(records: readonly CsvHeadRecord[]): AboveTable | null {
  const [, usual] = headerOf(records);
  for (const [at, { cells, line }] of records.slice(0, recordsMax).entries()) {
    const below = records[at + 1]?.cells ?? [];
    // A sheet has no empty cells at the end of the upper row.
    if (cells.length < 2 || below.length < usual - 1) continue;
    const names = joinHeaders(cells, below);
    const periods = names.filter((name) => plainSpan(name) !== null);
    const areAlone = [cells, below].some((own) => own.filter((name) => plainSpan(name) !== null).length > 1);
    if (periods.length < 2 || areAlone || new Set(names).size < names.length) return null;
    return { comment: null, skipLines: at === 0 ? 0 : line - 1, headerRows: 2 };
  }
  return null;
}

function aboveOneRow(records: readonly CsvHeadRecord[]): Omit<AboveTable, 'headerRows'> {
  const [at, usual] = headerOf(records);
  const above = records.slice(0, Math.max(0, at));
  if (above.length === 0) return { comment: null, skipLines: 0 };
  if (above.every(({ cells }) => cells[0]?.startsWith('#') === true)) return { comment: '#', skipLines: 0 };
  // A first record of a full table is its header, however it looks.
  if (above.every(({ cells }) => isFull(cells, usual))) return { comment: null, skipLines: 0 };
  return { comment: null, skipLines: (records[at]?.line ?? 1) - 1 };
}

/** Do the first records hold a header, and rows below it? */
export function looksLikeTable(records: readonly CsvHeadRecord[]): boolean {
  const [at] = headerOf(records);
  return at >= 0 && records.length > at + 1;
}

/** Which record is the header, −1 for none, and the usual number of cells. */
function headerOf(records: readonly CsvHeadRecord[]): [at: number, usual: number] {
  const counts = new Map<number, number>();
  for (const { cells } of records) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const [usual] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [0];
  const at = records
    .slice(0, recordsMax)
    .findIndex(({ cells }) => cells.length >= usual - 1 && cells.length > 1 && isHeader(cells));
  return [at, usual];
}

/** Names, each once: no cell is empty but at the ends, none is a number, a date or a comment. */
function isHeader(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim());
  while (names.at(-1) === '') names.pop();
  while (names[0] === '') names.shift();
  return (
    names.length > 1 &&
    new Set(names).size === names.length &&
    names.every((name) => name !== '' && !/^[\d.,:/ -]+$/.test(name)) &&
    names[0]?.startsWith('#') !== true
  );
}

function isFull(cells: readonly string[], usual: number): boolean {
  return cells.length === usual && cells.filter((cell) => cell.trim() !== '').length > usual / 2;
}
