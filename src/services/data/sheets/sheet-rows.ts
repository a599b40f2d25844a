// The table in a sheet as raw rows: header, column mapping, cells by their type.

import { AppError, type Dialect } from '../../../core/index.ts';
import type { SourceFile, SourceLimits } from '../engine/source-kind.ts';
import { headerProblem } from '../rows/header-problem.ts';
import { newRawRow, type RawRow, type RowFields, type RowSink, tableColumns } from '../rows/raw-row.ts';
import { type ColumnPlaces, TableHeader } from '../rows/table-header.ts';
import { type CellRange, cellName, readSheet, type SheetRow } from './read-sheet.ts';
import { type DateSystem, dateText, keyOf, type SheetCell } from './sheet-cell.ts';
import { isAbove, type SheetForm, sheetForm } from './sheet-form.ts';
import { type Workbook, workbookOf } from './workbook.ts';

export interface SheetRowsOptions {
  readonly limits: SourceLimits;
  readonly dialect: Dialect;
  readonly fields: RowFields;
  readonly sink: RowSink;
  /** Called now and then, at most some megabytes apart. */
  readonly onPiece?: (() => void) | undefined;
  /** What a person should know of the file. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** Asked after each row: whether more are wanted; absent = all are. */
  readonly wantsMore?: (() => boolean) | undefined;
}

/** @throws AppError `data/*` */
export async function readSheetRows(source: SourceFile, options: SheetRowsOptions): Promise<void> {
  const { limits, dialect, fields, onPiece, wantsMore = () => true } = options;
  const form = await sheetForm(source, limits, dialect);
  const problem = headerProblem(form, tableColumns(fields));
  if (problem !== null) throw new AppError(problem.code, `${source.name}: ${problem.message}`);
  const book = await workbookOf(source);
  const table = new SheetTable(source.name, { form, dates: book.dates, options });
  await readSheet(
    source,
    { book, sheet: form.sheet, limits, ...(onPiece === undefined ? {} : { onPiece }) },
    {
      row: (row) => {
        if (isAbove(row, dialect)) return true;
        table.add(row);
        return wantsMore();
      },
      merged: (range) => table.refuseMerged(range),
    },
  );
  table.end();
  for (const note of notesOf(book, form, table.hiddenRows)) options.onNote?.(note);
}

function notesOf({ sheets }: Workbook, { sheet }: SheetForm, hiddenRows: number): string[] {
  const hidden = sheets.filter((one) => one.isHidden && one !== sheet);
  const named = hidden.slice(0, 3).map(({ name }) => JSON.stringify(name.slice(0, 40)));
  const own = `the sheet ${JSON.stringify(sheet.name)}`;
  const rows = `${hiddenRows === 1 ? '1 row' : `${hiddenRows} rows`} of ${own}`;
  return [
    ...(hiddenRows === 0
      ? []
      : [
          `${rows} ${hiddenRows === 1 ? 'is hidden in it, and was' : 'are hidden in it, and were'} read like the others`,
        ]),
    ...(sheet.isHidden ? [`${own} is hidden, and was read`] : []),
    ...(hidden.length === 0
      ? []
      : [`hidden sheets (${named.join(', ')}${hidden.length > 3 ? ', …' : ''}) were not read`]),
  ];
}

class SheetTable {
  hiddenRows = 0;
  readonly #name: string;
  readonly #form: SheetForm;
  readonly #dates: DateSystem;
  readonly #fields: RowFields;
  readonly #sink: RowSink;
  readonly #dialect: Dialect;
  readonly #nulls: ReadonlySet<string>;
  readonly #row: RawRow;
  readonly #header: TableHeader;
  #headerRow = 0;
  #lastRow = 0;

  constructor(name: string, of: { form: SheetForm; dates: DateSystem; options: SheetRowsOptions }) {
    const { fields, sink, dialect } = of.options;
    this.#name = name;
    this.#form = of.form;
    this.#dates = of.dates;
    this.#fields = fields;
    this.#sink = sink;
    this.#dialect = dialect;
    this.#nulls = new Set(dialect.nulls);
    this.#row = newRawRow(fields);
    this.#header = new TableHeader(
      { name, line: 'row', joined: 'tables', split: 'sheet' },
      { fields, headerRows: dialect.headerRows },
    );
  }

  add(row: SheetRow): void {
    const { places } = this.#header;
    if (places === null) {
      this.#headerRow = row.number;
      this.#header.read(textsOf(row));
      return;
    }
    this.#lastRow = row.number;
    if (row.isHidden) this.hiddenRows += 1;
    const raw = this.#row;
    raw.number += 1;
    raw.problem = null;
    raw.problemCode = 'bad-row';
    raw.readable = true;
    raw.raw = () => this.#kept(row);
    this.#fill(row, places);
    if (this.#header.mayBeAgain(raw)) this.#readIfAgain(row);
    this.#sink(raw);
  }

  end(): void {
    const sheet = JSON.stringify(this.#form.sheet.name);
    if (this.#header.places === null)
      throw new AppError('data/no-rows', `${this.#name}: sheet ${sheet} is empty`);
    if (this.#row.number === 0)
      throw new AppError('data/no-rows', `${this.#name}: sheet ${sheet} has a header and no row`);
  }

  /** Of cells that are one the first alone has the value: which of several rows it is for nobody can say. */
  refuseMerged({ top, bottom, left, right }: CellRange): void {
    const indexes = this.#header.places;
    if (indexes === null || bottom <= this.#headerRow || top > this.#lastRow || top === bottom) return;
    const { series, time, target, stockout, extras } = indexes;
    const used = [...series, time, target, stockout, ...extras].some(
      (at) => at + 1 >= left && at + 1 <= right,
    );
    if (!used) return;
    throw new AppError(
      'data/merged-cells',
      `${this.#name}: sheet ${JSON.stringify(this.#form.sheet.name)}: the cells ${cellName(left - 1, top)}:${cellName(right - 1, bottom)} are merged, ` +
        'so one value stands for several rows: unmerge them and fill each row',
    );
  }

  #fill({ number, cells }: SheetRow, indexes: ColumnPlaces): void {
    const row = this.#row;
    const place = (at: number): string =>
      `cell ${cellName(at, number)} of sheet ${JSON.stringify(this.#form.sheet.name)} holds`;
    const refuse = (at: number, what: string): null => {
      row.problem ??= `${place(at)} ${what}`;
      row.problemCode = 'bad-cell';
      return null;
    };
    for (let i = 0; i < indexes.series.length; i++) {
      const at = indexes.series[i] ?? -1;
      const cell = cells[at];
      const key = cell === undefined ? null : keyOf(cell);
      if (key !== null && 'problem' in key) {
        row.series[i] = refuse(at, key.problem);
        row.readable = false;
      } else row.series[i] = key === null ? null : key.text;
    }
    const textAt = (at: number): string | null => {
      const cell = cells[at];
      if (cell === undefined) return null;
      if (cell.kind !== 'problem') return cell.text;
      // An error that stands among the words for nothing is nothing.
      return this.#nulls.has(cell.text.replace('the error ', '')) ? '' : refuse(at, cell.text);
    };
    const timeCell = cells[indexes.time];
    if (timeCell?.kind === 'problem') row.readable = false;
    row.time = timeCell?.kind === 'number' ? this.#timeOf(timeCell) : textAt(indexes.time);
    row.target = textAt(indexes.target);
    row.targetIsNumber = cells[indexes.target]?.kind === 'number';
    row.stockout = textAt(indexes.stockout);
    for (let i = 0; i < indexes.extras.length; i++) {
      const at = indexes.extras[i] ?? -1;
      row.extras[i] = textAt(at);
      row.extraIsNumber[i] = cells[at]?.kind === 'number';
    }
  }

  /** A number is a day where the project says so, counted as this workbook counts its days. */
  #timeOf({ text }: SheetCell): string {
    if (this.#dialect.dateFormat !== 'excel' || this.#dates === 1900) return text;
    return dateText(Number(text), { system: this.#dates }) ?? text;
  }

  #readIfAgain(row: SheetRow): void {
    const cells = textsOf(row);
    if (this.#header.isAgain(cells)) this.#header.readAgain(cells, { row: this.#row, line: row.number });
  }

  #kept({ number, cells }: SheetRow): unknown {
    const { series, time, target, stockout, extras } = this.#fields;
    const names = [...series, time, target, stockout, ...extras].filter((name) => name !== null);
    const shown = Object.fromEntries(
      names.map((name) => [name, cells[this.#header.names.indexOf(name)]?.text ?? null]),
    );
    return { sheet: this.#form.sheet.name, row: number, cells: shown };
  }
}

function textsOf({ cells }: SheetRow): string[] {
  return Array.from(cells, (cell) => cell?.text.trim() ?? '');
}
