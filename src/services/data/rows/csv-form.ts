// What a CSV file is made of, found from its first bytes where nobody said it: delimiter, lines before the header.

import { CsvScanner, type CsvScannerOptions, fieldText } from './csv-scanner.ts';
import { joinHeaders } from './header-rows.ts';

/** What is said of the form of a file; the rest is found. */
export interface CsvSettings {
  readonly delimiter: string | null;
  readonly quote: '"' | "'" | null;
  readonly comment: string | null;
  readonly skipLines: number;
  readonly headerRows?: 1 | 2;
}

export const csvSettings: CsvSettings = { delimiter: null, quote: '"', comment: null, skipLines: 0 };

export interface CsvForm extends Omit<CsvSettings, 'delimiter'> {
  readonly delimiter: string;
  /** Cells of the header, trimmed. */
  readonly columns: readonly string[];
  /** Empty cells that rows have after the last column, as files do whose lines end in a delimiter. */
  readonly trailing: number;
  /** The first records, header included, as far as the head holds them. */
  readonly records: readonly CsvHeadRecord[];
}

export interface CsvHeadRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

const delimiters = [',', ';', '\t', '|'];
/** As many records as the form of a file is found from. */
const recordsMax = 200;
const fieldsMax = 20_000;
const recordBytesMax = 256 * 1024;

/**
 * The form of a CSV file, from its first bytes, which must be UTF-8. A first line `sep=;` says the delimiter. Else it is the one of
 * comma, semicolon, tab and bar by which most lines have the same number of cells, and the most of them.
 */
export function findCsvForm(head: Uint8Array, settings: CsvSettings = csvSettings): CsvForm {
  const bytes = withoutBom(head);
  const said = saidDelimiter(bytes);
  const skipLines = Math.max(settings.skipLines, said === null ? 0 : 1);
  const { quote, comment, headerRows = 1 } = settings;
  const form = { quote, comment, skipLines, headerRows };
  const chosen = settings.delimiter ?? said;
  const candidates = (chosen === null ? delimiters : [chosen]).map((delimiter) => ({
    delimiter,
    records: headRecords(bytes, { ...form, delimiter }),
  }));
  let best = candidates[0] as (typeof candidates)[number];
  let bestScore = scoreOf(best.records);
  for (const candidate of candidates.slice(1)) {
    const score = scoreOf(candidate.records);
    if (score > bestScore) [best, bestScore] = [candidate, score];
  }
  const { delimiter, records } = best;
  const columns = headerOf(records, headerRows);
  return { ...form, delimiter, columns, trailing: trailingCells(records.slice(headerRows - 1)), records };
}

/** The names of the columns, trimmed. */
export function headerOf([first, second]: readonly CsvHeadRecord[], headerRows: 1 | 2): string[] {
  const names = (first?.cells ?? []).map((name) => name.trim());
  return headerRows === 2 && second !== undefined ? joinHeaders(names, second.cells) : names;
}

/** Bytes of UTF-8 without the mark that files begin with. */
export function withoutBom(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** Of a first line such as `sep=;`. */
function saidDelimiter(bytes: Uint8Array): string | null {
  const line = new TextDecoder().decode(bytes.subarray(0, 16));
  return /^"?sep=([^\r\n])"?(?:[\r\n]|$)/i.exec(line)?.[1] ?? null;
}

function headRecords(
  bytes: Uint8Array,
  form: Omit<CsvSettings, 'delimiter'> & { delimiter: string },
): CsvHeadRecord[] {
  const records: CsvHeadRecord[] = [];
  const scanner = new CsvScanner({
    ...form,
    fieldsMax,
    recordBytesMax,
    onRecord: (record) => {
      if (records.length >= recordsMax || (record.problem !== null && records.length > 0)) return;
      const count = Math.min(record.fieldCount, fieldsMax);
      records.push({
        line: record.line,
        cells: Array.from({ length: count }, (_, i) => fieldText(record, i)),
      });
    },
  } satisfies CsvScannerOptions);
  const piece = 16 * 1024;
  for (let at = 0; at < bytes.length && records.length < recordsMax; at += piece)
    if (scanner.push(bytes.subarray(at, at + piece)) !== null) return records;
  if (records.length === 0 || bytes.length < piece) scanner.end();
  return records;
}

/** How well records are cut: by how many of them agree on the number of cells, and how many cells that is. */
function scoreOf(records: readonly CsvHeadRecord[]): number {
  const [count, share] = usualCount(records);
  if (count < 2) return 0;
  // A title above the header is no line of the table, and mostly of one cell.
  const header = records.find(({ cells }) => cells.length > 1)?.cells.length ?? 0;
  const fits = header === count || header === count - 1;
  return share * Math.log2(count) * (fits ? 1 : 0.5);
}

/** The commonest number of cells, and the share of records that have it. */
function usualCount(records: readonly CsvHeadRecord[]): [count: number, share: number] {
  const seen = new Map<number, number>();
  for (const { cells } of records) seen.set(cells.length, (seen.get(cells.length) ?? 0) + 1);
  let [best, times] = [0, 0];
  for (const [count, found] of seen)
    if (found > times || (found === times && count > best)) [best, times] = [count, found];
  return [best, records.length === 0 ? 0 : times / records.length];
}

function trailingCells([header, ...rows]: readonly CsvHeadRecord[]): number {
  if (header === undefined || rows.length === 0) return 0;
  const [count, share] = usualCount(rows);
  const more = count - header.cells.length;
  if (more <= 0 || share < 0.5) return 0;
  const empty = rows.every(
    ({ cells }) =>
      cells.length !== count || cells.slice(header.cells.length).every((cell) => cell.trim() === ''),
  );
  return empty ? more : 0;
}
