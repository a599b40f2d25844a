// CSV bytes to raw rows: header, column mapping, record form.

import { AppError } from '../../../core/index.ts';
import { checkColumns } from './check-columns.ts';
import { type CsvRecord, CsvScanner, fieldText, readCsvHeader, shortText } from './csv-scanner.ts';
import {
  neededColumns,
  newRawRow,
  type RawRow,
  type RowFields,
  type RowReader,
  type RowSink,
} from './raw-row.ts';

const recordBytesMax = 1024 ** 2;
const fieldsMax = 4096;

/** @param head the first bytes of the text, at least the header line, to find the delimiter */
export class CsvRows implements RowReader {
  readonly #fields: RowFields;
  readonly #name: string;
  readonly #sink: RowSink;
  readonly #scanner: CsvScanner;
  readonly #row: RawRow;
  #indexes: { series: number[]; time: number; target: number; stockout: number; extras: number[] } | null =
    null;
  #fieldCount = 0;
  #begun = false;

  constructor(options: { name: string; fields: RowFields; head: Uint8Array; sink: RowSink }) {
    this.#fields = options.fields;
    this.#name = options.name;
    this.#sink = options.sink;
    this.#row = newRawRow(options.fields);
    const { delimiter } = readCsvHeader(options.head);
    this.#scanner = new CsvScanner({
      delimiter,
      fieldsMax,
      recordBytesMax,
      onRecord: (record) => this.#onRecord(record),
    });
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (!this.#begun && chunk.length >= 3 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf)
      bytes = chunk.subarray(3);
    this.#begun ||= chunk.length > 0;
    this.#refuse(this.#scanner.push(bytes));
  }

  end(): void {
    this.#refuse(this.#scanner.end());
    if (this.#indexes === null) throw new AppError('data/no-rows', `${this.#name} is empty`);
    if (this.#row.number === 0) throw new AppError('data/no-rows', `${this.#name} has a header and no row`);
  }

  #refuse(problem: string | null): void {
    if (problem !== null) throw new AppError('data/damaged-file', `${this.#name}: ${problem}`);
  }

  #onRecord(record: CsvRecord): void {
    if (this.#indexes === null) {
      this.#readHeader(record);
      return;
    }
    const row = this.#row;
    const indexes = this.#indexes;
    row.number = record.number - 1;
    row.raw = () => shortText(record.bytes, record.start, record.end);
    row.problem = record.problem;
    if (record.fieldCount !== this.#fieldCount)
      row.problem = `it has ${record.fieldCount} fields, the header has ${this.#fieldCount}`;
    if (row.problem === null) {
      for (let i = 0; i < indexes.series.length; i++)
        row.series[i] = fieldText(record, indexes.series[i] ?? 0);
      if (indexes.time >= 0) row.time = fieldText(record, indexes.time);
      if (indexes.target >= 0) row.target = fieldText(record, indexes.target);
      if (indexes.stockout >= 0) row.stockout = fieldText(record, indexes.stockout);
      for (let i = 0; i < indexes.extras.length; i++) {
        const at = indexes.extras[i] as number;
        if (at >= 0) row.extras[i] = fieldText(record, at);
      }
    }
    this.#sink(row);
  }

  #readHeader(record: CsvRecord): void {
    if (record.fieldCount > fieldsMax)
      throw new AppError('data/damaged-file', `${this.#name} has more than ${fieldsMax} columns`);
    const names = Array.from({ length: record.fieldCount }, (_, i) => fieldText(record, i).trim());
    checkColumns(this.#name, names, neededColumns(this.#fields));
    const { series, time, target, stockout, extras } = this.#fields;
    const place = (name: string | null): number => (name === null ? -1 : names.indexOf(name));
    this.#fieldCount = names.length;
    this.#indexes = {
      series: series.map(place),
      time: place(time),
      target: place(target),
      stockout: place(stockout),
      extras: extras.map(place),
    };
  }
}
