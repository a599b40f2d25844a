// CSV bytes to raw rows: header, column mapping, record form.

import { AppError } from '../../../core/index.ts';
import { CellTexts, RepeatedText } from './cell-texts.ts';
import { type CsvForm, type CsvSettings, csvSettings, findCsvForm, withoutBom } from './csv-form.ts';
import { type CsvRecord, CsvScanner, fieldText, shortText } from './csv-scanner.ts';
import { headerProblem } from './header-problem.ts';
import { KeyTable } from './key-table.ts';
import {
  newRawRow,
  type RawRow,
  type RowFields,
  type RowReader,
  type RowSink,
  tableColumns,
} from './raw-row.ts';
import { type ColumnPlaces, columnsMax, TableHeader } from './table-header.ts';

const recordBytesMax = 1024 ** 2;
/** Of more keys the cells are made anew for each row. */
const keyCellsMax = 100_000;

export interface CsvRowsOptions {
  readonly name: string;
  readonly fields: RowFields;
  /** The form of the file, or its first bytes, to find it. */
  readonly head: Uint8Array | CsvForm;
  readonly sink: RowSink;
  readonly settings?: CsvSettings;
}

export class CsvRows implements RowReader {
  readonly #fields: RowFields;
  readonly #name: string;
  readonly #sink: RowSink;
  readonly #form: CsvForm;
  readonly #scanner: CsvScanner;
  readonly #row: RawRow;
  readonly #header: TableHeader;
  /** Those of the header; null until it has been read. */
  #indexes: ColumnPlaces | null = null;
  /** Cells of a row: those with a name, those of the header, and as many as may be there when they are empty. */
  #named = 0;
  #headed = 0;
  #countMax = 0;
  /** How the time of the last good row is formed. */
  #timeShape = '';
  #begun = false;
  readonly #texts = new CellTexts();
  readonly #times = new RepeatedText(this.#texts);
  readonly #keys = new KeyTable();
  /** The cells of keys by their number, as far as they are kept. */
  readonly #keyCells: (string | null)[][] = [];

  constructor(options: CsvRowsOptions) {
    this.#fields = options.fields;
    this.#name = options.name;
    this.#sink = options.sink;
    this.#row = newRawRow(options.fields);
    this.#form =
      options.head instanceof Uint8Array
        ? findCsvForm(options.head, options.settings ?? csvSettings)
        : options.head;
    const { delimiter, quote, comment, skipLines, headerRows } = this.#form;
    this.#header = new TableHeader(
      { name: options.name, line: 'line', joined: 'files', split: 'file' },
      { fields: options.fields, headerRows },
    );
    this.#row.delimiter = delimiter;
    this.#scanner = new CsvScanner({
      delimiter,
      quote,
      comment,
      skipLines,
      fieldsMax: columnsMax,
      recordBytesMax,
      onRecord: (record) => this.#onRecord(record),
      isRow: (record) => this.#indexes === null || this.#looksLikeRow(record),
      isSwallowed: (record) => this.#looksLikeRow(record),
    });
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#begun ? chunk : withoutBom(chunk);
    this.#begun ||= chunk.length > 0;
    const problem = this.#scanner.push(bytes);
    if (problem !== null) throw new AppError('data/damaged-file', `${this.#name}: ${problem}`);
  }

  end(): void {
    this.#scanner.end();
    if (this.#indexes === null) throw new AppError('data/no-rows', `${this.#name} is empty`);
    if (this.#row.number === 0) throw new AppError('data/no-rows', `${this.#name} has a header and no row`);
  }

  #onRecord(record: CsvRecord): void {
    if (this.#indexes === null) {
      this.#readHeader(record);
      return;
    }
    const row = this.#row;
    row.number += 1;
    row.raw = this.#raw;
    row.problem = record.problem;
    row.problemCode = 'bad-row';
    row.readable = true;
    this.#fill(record, this.#indexes);
    if (!this.#hasForm(record)) this.#nameForm(record, this.#indexes);
    else if (this.#header.mayBeAgain(row)) this.#readIfAgain(record);
    if (row.problem === null && row.time !== null && this.#timeShape === '')
      this.#timeShape = shapeOf(row.time);
    this.#sink(row);
  }

  /** The record is the one that is read now, for as long as its row is valid. */
  readonly #raw = (): string => {
    const { bytes, start, end } = this.#scanner.record;
    return shortText(bytes, start, end);
  };

  #fill(record: CsvRecord, indexes: ColumnPlaces): void {
    const row = this.#row;
    const { series, extras, time } = indexes;
    row.key = this.#keyOf(record, series);
    row.series = this.#seriesCells(record, series);
    row.time =
      time >= 0 && time < record.fieldCount && record.fieldQuoted[time] !== 2
        ? this.#times.text(record.bytes, record.fieldStart[time]!, record.fieldEnd[time]!)
        : this.#cell(record, time);
    row.target = this.#cell(record, indexes.target);
    row.stockout = this.#cell(record, indexes.stockout);
    for (let i = 0; i < extras.length; i++) row.extras[i] = this.#cell(record, extras[i]!);
  }

  /** The number of the key; 0 where its cells must be looked at as texts. */
  #keyOf(
    { bytes, fieldStart, fieldEnd, fieldCount, fieldQuoted }: CsvRecord,
    series: readonly number[],
  ): number {
    for (let i = 0; i < series.length; i++) {
      const at = series[i]!;
      if (at < 0 || at >= fieldCount || fieldQuoted[at] === 2) return 0;
    }
    const keys = this.#keys;
    const expected = keys.expected(bytes, fieldStart, { ends: fieldEnd, columns: series });
    if (expected > 0) return expected;
    keys.begin();
    for (let i = 0; i < series.length; i++) keys.add(bytes, fieldStart[series[i]!]!, fieldEnd[series[i]!]!);
    return keys.end();
  }

  #seriesCells(record: CsvRecord, series: readonly number[]): (string | null)[] {
    const { key } = this.#row;
    const known = key > 0 && key <= this.#keyCells.length ? this.#keyCells[key - 1] : undefined;
    if (known !== undefined) return known;
    const cells: (string | null)[] = [];
    for (let i = 0; i < series.length; i++) cells.push(this.#cell(record, series[i]!));
    if (key === this.#keyCells.length + 1 && key <= keyCellsMax) this.#keyCells.push(cells);
    return cells;
  }

  /** Null where the record has no such cell. */
  #cell(record: CsvRecord, index: number): string | null {
    if (index < 0 || index >= record.fieldCount) return null;
    if (record.fieldQuoted[index] === 2) return fieldText(record, index);
    return this.#texts.text(record.bytes, record.fieldStart[index]!, record.fieldEnd[index]!);
  }

  /** As many cells as the header, or some empty ones more or less at the end where columns have no name. */
  #hasForm(record: CsvRecord): boolean {
    const { fieldCount } = record;
    if (fieldCount === this.#headed) return true;
    if (fieldCount < this.#named || fieldCount > this.#countMax) return false;
    for (let i = this.#named; i < fieldCount; i++)
      if (record.fieldEnd[i] !== record.fieldStart[i] && fieldText(record, i).trim() !== '') return false;
    return true;
  }

  #nameForm(record: CsvRecord, { series, time, target }: ColumnPlaces): void {
    if (this.#readIfAgain(record)) return;
    // What is one too many or too few is mostly the demand or after it: series and time before it are in place.
    this.#row.readable = Math.max(time, ...series) < Math.min(record.fieldCount, target);
    this.#row.problem ??= `it has ${record.fieldCount} fields, the header has ${this.#headed}`;
  }

  /** As many cells as a row, and a time that is formed as times of this file are. */
  #looksLikeRow(record: CsvRecord): boolean {
    const indexes = this.#indexes;
    if (indexes === null || !this.#hasForm(record)) return false;
    if (indexes.time < 0) return indexes.series.every((at) => fieldText(record, at).trim() !== '');
    const text = fieldText(record, indexes.time);
    return this.#timeShape === '' ? /\d/.test(text) : shapeOf(text) === this.#timeShape;
  }

  #readIfAgain(record: CsvRecord): boolean {
    const cells = cellsOf(record);
    if (!this.#header.isAgain(cells)) return false;
    this.#header.readAgain(cells, { row: this.#row, line: record.line });
    this.#noteHeader();
    return true;
  }

  #readHeader(record: CsvRecord): void {
    const problem = headerProblem(this.#form, tableColumns(this.#fields));
    if (problem !== null) throw new AppError(problem.code, `${this.#name}: ${problem.message}`);
    this.#header.read(cellsOf(record), record.fieldCount);
    if (this.#header.places !== null) this.#noteHeader();
  }

  #noteHeader(): void {
    const { names, places } = this.#header;
    this.#headed = names.length;
    this.#named = names.findLastIndex((name) => name !== '') + 1;
    this.#countMax = Math.max(names.length, this.#named + this.#form.trailing);
    this.#indexes = places;
  }
}

function cellsOf(record: CsvRecord): string[] {
  return Array.from({ length: Math.min(record.fieldCount, columnsMax) }, (_, i) =>
    fieldText(record, i).trim(),
  );
}

/** `2024-01-31 14:00` is `9-9-9 9:9`: how a text is formed. */
function shapeOf(text: string): string {
  return text
    .trim()
    .replace(/\d+/g, '9')
    .replace(/\p{L}+/gu, 'a');
}
