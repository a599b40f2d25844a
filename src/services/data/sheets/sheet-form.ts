// Which sheet of a workbook is read, and where its table begins.

import { AppError, type Dialect } from '../../../core/index.ts';
import type { SourceFile, SourceLimits } from '../engine/source-kind.ts';
import { looksLikeTable } from '../rows/above-table.ts';
import { type CsvHeadRecord, headerOf } from '../rows/csv-form.ts';
import { readSheet, type SheetRow } from './read-sheet.ts';
import { type Sheet, workbookOf } from './workbook.ts';

export interface SheetForm {
  readonly sheet: Sheet;
  /** The first rows that are looked at, header included; `line` is the number of the row. */
  readonly records: readonly CsvHeadRecord[];
  /** Of the header, trimmed. */
  readonly columns: readonly string[];
}

const recordsMax = 200;

/** @throws AppError `data/no-sheet`, `data/ambiguous-sheet`, `data/no-rows` */
export async function sheetForm(
  source: SourceFile,
  limits: SourceLimits,
  dialect: Pick<Dialect, 'sheet' | 'skipLines' | 'comment' | 'headerRows'>,
): Promise<SheetForm> {
  const sheet = await chosenSheet(source, limits, dialect.sheet ?? null);
  const records = await headRecords(source, { sheet, limits, dialect });
  return { sheet, records, columns: headerOf(records, dialect.headerRows ?? 1) };
}

async function chosenSheet(source: SourceFile, limits: SourceLimits, said: string | null): Promise<Sheet> {
  const { sheets } = await workbookOf(source);
  if (said !== null) {
    const found = sheets.find(({ name }) => name === said);
    if (found !== undefined) return found;
    throw new AppError(
      'data/no-sheet',
      `${source.name} has no sheet ${JSON.stringify(said)}; it has: ${listed(sheets)}`,
      {
        details: { sheets: sheets.map(({ name }) => name).slice(0, 100) },
      },
    );
  }
  const full = await fullSheets(source, limits);
  const [first] = full;
  if (first === undefined)
    throw new AppError('data/no-rows', `${source.name} has no sheet with a cell in it`);
  if (full.length === 1) return first;
  throw new AppError(
    'data/ambiguous-sheet',
    `${source.name} has ${full.length} sheets (${listed(full)}): say which with dialect.sheet: ${JSON.stringify(first.name)}`,
    { details: { sheets: full.map(({ name }) => name).slice(0, 100) } },
  );
}

/** Sheets that hold something: those that are seen, or where there are none the hidden ones. */
async function fullSheets(source: SourceFile, limits: SourceLimits): Promise<Sheet[]> {
  const { sheets } = await workbookOf(source);
  for (const isHidden of [false, true]) {
    const full: Sheet[] = [];
    for (const sheet of sheets)
      if (sheet.isHidden === isHidden) {
        const first = await headRecords(source, {
          sheet,
          limits,
          dialect: { skipLines: 0, comment: null },
          most: 1,
        });
        if (first.length > 0) full.push(sheet);
      }
    if (full.length > 0) return full;
  }
  return [];
}

/** For a guess that its user confirms: the first sheet that looks like a table. Null where there is nothing to choose. */
export async function likelySheet(source: SourceFile, limits: SourceLimits): Promise<string | null> {
  const full = await fullSheets(source, limits);
  if (full.length < 2) return null;
  for (const sheet of full) {
    const records = await headRecords(source, { sheet, limits, dialect: { skipLines: 0, comment: null } });
    if (looksLikeTable(records)) return sheet.name;
  }
  return full[0]?.name ?? null;
}

async function headRecords(
  source: SourceFile,
  of: {
    sheet: Sheet;
    limits: SourceLimits;
    dialect: Pick<Dialect, 'skipLines' | 'comment'>;
    most?: number;
  },
): Promise<CsvHeadRecord[]> {
  const { sheet, limits, dialect, most = recordsMax } = of;
  const records: CsvHeadRecord[] = [];
  const book = await workbookOf(source);
  await readSheet(
    source,
    { book, sheet, limits },
    {
      row: (row) => {
        if (isAbove(row, dialect)) return true;
        records.push({ line: row.number, cells: Array.from(row.cells, (cell) => cell?.text ?? '') });
        return records.length < most;
      },
    },
  );
  return records;
}

/** A row that is none of the table: above it, or a comment. */
export function isAbove(
  { number, cells }: SheetRow,
  { skipLines, comment }: Pick<Dialect, 'skipLines' | 'comment'>,
): boolean {
  if (number <= skipLines) return true;
  return comment !== null && cells.find((cell) => cell !== undefined)?.text.startsWith(comment) === true;
}

function listed(sheets: readonly Sheet[]): string {
  const names = sheets.slice(0, 10).map(({ name }) => JSON.stringify(name.slice(0, 40)));
  return sheets.length > 10 ? `${names.join(', ')} and ${sheets.length - 10} more` : names.join(', ');
}
