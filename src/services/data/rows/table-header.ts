// The header of a table of cells, of a CSV file or a sheet: where the mapped columns stand, and where it comes again further down,
// as in tables that were joined from several.

import { AppError } from '../../../core/index.ts';
import { checkColumns } from './check-columns.ts';
import { joinHeaders } from './header-rows.ts';
import { type RawRow, type RowFields, tableColumns } from './raw-row.ts';

/** Where the mapped columns stand, counted from 0; -1 = the table has no such column. */
export interface ColumnPlaces {
  readonly series: readonly number[];
  readonly time: number;
  readonly target: number;
  readonly stockout: number;
  readonly extras: readonly number[];
}

/** What messages call the table and its lines. */
interface TableWords {
  /** Of the whole: a file name. */
  readonly name: string;
  readonly line: 'line' | 'row';
  readonly joined: 'files' | 'tables';
  readonly split: 'file' | 'sheet';
}

export const columnsMax: number = 4096;

export class TableHeader {
  /** Null until the header has been read. */
  places: ColumnPlaces | null = null;
  names: readonly string[] = [];
  readonly #of: TableWords;
  readonly #fields: RowFields;
  readonly #rows: number;
  readonly #needed: readonly string[];
  #known: ReadonlySet<string> = new Set();
  /** Of a header of two rows, once it was read. */
  #upper: readonly string[] | null = null;

  constructor(of: TableWords, { fields, headerRows }: { fields: RowFields; headerRows: number | undefined }) {
    this.#of = of;
    this.#fields = fields;
    this.#rows = headerRows ?? 1;
    this.#needed = tableColumns(fields);
  }

  /**
   * A row of the header, without blanks around its cells; where it has two, the lower one ends it.
   * @param count how many cells it has, where not all are given
   * @throws AppError `data/damaged-file`, `data/missing-column`, `data/duplicate-column`
   */
  read(cells: readonly string[], count: number = cells.length): void {
    if (count > columnsMax)
      throw new AppError('data/damaged-file', `${this.#of.name} has more than ${columnsMax} columns`);
    if (this.#rows === 2 && this.#upper === null) this.#upper = cells;
    else this.#set(cells);
  }

  /** What is asked of every row, and cheap: whether it is worth its while to look at all its cells. */
  mayBeAgain({
    time,
    target,
    series,
    extras,
  }: Pick<RawRow, 'time' | 'target' | 'series' | 'extras'>): boolean {
    // Keys are words as names are: they are looked at where there is nothing else.
    return this.#isName(time ?? series[0] ?? extras[0] ?? null) || this.#isName(target);
  }

  #isName(cell: string | null): boolean {
    if (cell === null || cell === '') return false;
    const first = cell.charCodeAt(0);
    return !(first >= 0x30 && first <= 0x39) && this.#known.has(cell.trim());
  }

  /** A row that names every column that the project needs, in whatever order; where none is needed, all that there are. */
  isAgain(cells: readonly string[]): boolean {
    const found = new Set(this.#joined(cells));
    if (this.#needed.length > 0) return this.#needed.every((name) => found.has(name));
    found.delete('');
    return (
      this.#known.size > 1 &&
      found.size === this.#known.size &&
      [...found].every((name) => this.#known.has(name))
    );
  }

  /**
   * Rows below are read by the new header; the cells of a wide table by the periods of its first one alone.
   * @throws AppError as `read`; `data/damaged-file` when a wide table changes its periods
   */
  readAgain(cells: readonly string[], { row, line }: { row: RawRow; line: number }): void {
    const { name, line: word, joined, split } = this.#of;
    const names = new Set(this.#joined(cells));
    names.delete('');
    if (
      this.#fields.isWide === true &&
      (names.size !== this.#known.size || [...names].some((each) => !this.#known.has(each)))
    )
      throw new AppError(
        'data/damaged-file',
        `${name}: ${word} ${line} is a header again and names other columns than the first: a table with a column for each period has one header, split the ${split} there`,
      );
    row.problem = `${word} ${line} is a header again, as in ${joined} that were joined: rows below are read by it`;
    row.problemCode = 'repeated-header';
    row.readable = false;
    this.#set(cells);
  }

  #joined(cells: readonly string[]): readonly string[] {
    return this.#upper === null ? cells : joinHeaders(this.#upper, cells);
  }

  #set(cells: readonly string[]): void {
    const names = this.#joined(cells);
    const { series, time, target, stockout, extras } = this.#fields;
    checkColumns(this.#of.name, names, { needed: this.#needed, used: extras });
    const place = (name: string | null): number => (name === null ? -1 : names.indexOf(name));
    this.names = names;
    this.#known = new Set(names.filter((name) => name !== ''));
    this.places = {
      series: series.map(place),
      time: place(time),
      target: place(target),
      stockout: place(stockout),
      extras: extras.map(place),
    };
  }
}
