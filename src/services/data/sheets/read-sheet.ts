// The rows of one sheet as they stream by, cell by cell; what else it says of them comes before and after.

import { AppError } from '../../../core/index.ts';
import { memberBytes } from '../engine/member-bytes.ts';
import type { SourceFile, SourceLimits } from '../engine/source-kind.ts';
import { builtInFormat } from './number-formats.ts';
import { RichText, textLengthMax, unescaped } from './shared-texts.ts';
import { booleanCell, isoCell, numberCell, problemCell, type SheetCell, textCell } from './sheet-cell.ts';
import type { Sheet, Workbook } from './workbook.ts';
import { type Attributes, XmlReader } from './xml-reader.ts';

export interface SheetRow {
  /** From 1, as it is shown. */
  readonly number: number;
  readonly isHidden: boolean;
  /** By column, from 0; undefined = empty. Shorter than the table where the last ones are empty. */
  readonly cells: readonly (SheetCell | undefined)[];
}

/** Rows and columns from 1, ends included. */
export interface CellRange {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface SheetHandlers {
  /** Of rows that hold something, in their order. @returns whether there may be more */
  readonly row: (row: SheetRow) => boolean;
  /** Cells that are one; they come after all rows. */
  readonly merged?: (range: CellRange) => void;
}

/** As many as any sheet has. */
const rowsMax = 1_048_576;
const columnsMax = 16_384;
/** Of a sheet after unpacking; a million rows of twenty columns have less than two. */
const sheetBytesMax = 8 * 1024 ** 3;

/** @throws AppError `data/damaged-file`, `data/too-large` */
export async function readSheet(
  source: SourceFile,
  of: { book: Workbook; sheet: Sheet; limits: SourceLimits; onPiece?: () => void },
  handlers: SheetHandlers,
): Promise<void> {
  const { name, path } = source;
  const { sheet } = of;
  const bytesMax = Math.min(of.limits.textBytesMax, sheetBytesMax);
  const rows = new SheetRows(`${name}: sheet ${JSON.stringify(sheet.name)}`, of.book, handlers);
  const reader = new XmlReader(`${name}: ${JSON.stringify(sheet.member.name)} in it`, rows);
  for await (const bytes of memberBytes(sheet.member, { path, name, bytesMax })) {
    reader.push(bytes);
    if (rows.isDone) return;
    of.onPiece?.();
  }
  reader.end();
}

/** A cell of which the end is not there yet. */
interface OpenCell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
  value: string;
  hasValue: boolean;
  hasFormula: boolean;
  hasText: boolean;
}

class SheetRows {
  isDone = false;
  readonly #name: string;
  readonly #book: Workbook;
  readonly #handlers: SheetHandlers;
  readonly #text: RichText;
  #within: 'v' | 'is' | null = null;
  #isData = false;
  #row = 0;
  #isHidden = false;
  #cells: (SheetCell | undefined)[] = [];
  #textLength = 0;
  #cell: OpenCell | null = null;

  constructor(name: string, book: Workbook, handlers: SheetHandlers) {
    this.#name = name;
    this.#book = book;
    this.#handlers = handlers;
    this.#text = new RichText(name);
  }

  readonly open = (element: string, attributes: Attributes): void => {
    if (this.isDone) return;
    const cell = this.#cell;
    switch (element) {
      case 'sheetData':
        this.#isData = true;
        break;
      case 'row':
        if (this.#isData) this.#beginRow(attributes);
        break;
      case 'c':
        if (this.#isData) this.#beginCell(attributes);
        break;
      case 'f':
        if (cell !== null) cell.hasFormula = true;
        break;
      case 'v':
        if (cell === null) break;
        cell.hasValue = true;
        this.#within = 'v';
        break;
      case 'is':
        if (cell === null) break;
        cell.hasText = true;
        this.#within = 'is';
        this.#text.begin();
        break;
      case 'mergeCell':
        this.#handlers.merged?.(this.#rangeOf(attributes.ref ?? ''));
        break;
      default:
        if (this.#within === 'is') this.#text.open(element);
    }
  };

  readonly close = (element: string): void => {
    if (this.isDone) return;
    if (this.#within === 'is' && element !== 'is') this.#text.close(element);
    else if (element === 'v' || element === 'is') this.#within = null;
    else if (element === 'c') this.#endCell();
    else if (element === 'row' && this.#isData) this.#endRow();
    else if (element === 'sheetData') this.#isData = false;
  };

  readonly text = (part: string): void => {
    if (this.isDone || this.#cell === null) return;
    if (this.#within === 'is') this.#text.add(part);
    if (this.#within !== 'v') return;
    this.#cell.value += part;
    if (this.#cell.value.length > textLengthMax)
      throw this.#damaged(`has a cell longer than ${textLengthMax} characters`);
  };

  #damaged(why: string): AppError {
    return new AppError('data/damaged-file', `${this.#name} ${why}`);
  }

  #beginRow({ r, hidden }: Attributes): void {
    const number = r === undefined ? this.#row + 1 : wholeOf(r, rowsMax);
    if (number <= this.#row || number > rowsMax)
      throw this.#damaged(
        `has a row ${JSON.stringify((r ?? String(number)).slice(0, 20))} after row ${this.#row}`,
      );
    this.#row = number;
    this.#isHidden = hidden === '1' || hidden === 'true';
    this.#cells = [];
    this.#textLength = 0;
  }

  #beginCell({ r, t = 'n', s = '0' }: Attributes): void {
    const before = this.#cells.length;
    const column = r === undefined ? before : columnOf(r);
    if (column < before || column >= columnsMax || (r !== undefined && rowOf(r) !== this.#row))
      throw this.#damaged(
        `has a cell ${JSON.stringify((r ?? '').slice(0, 20))} in row ${this.#row} that does not belong there`,
      );
    // Holes up to here are empty cells.
    this.#cells.length = column;
    this.#cell = {
      column,
      type: t,
      style: Number(s),
      value: '',
      hasValue: false,
      hasFormula: false,
      hasText: false,
    };
  }

  #endCell(): void {
    const cell = this.#cell;
    if (cell === null) return;
    this.#cell = null;
    this.#within = null;
    const found = this.#read(cell);
    this.#cells.length = cell.column + 1;
    if (found === null) return;
    this.#cells[cell.column] = found;
    this.#textLength += cell.type === 's' ? 0 : found.text.length;
    if (this.#textLength > textLengthMax)
      throw this.#damaged(`has in row ${this.#row} more than ${textLengthMax} characters`);
  }

  #endRow(): void {
    const last = this.#cells.findLastIndex((cell) => cell !== undefined);
    if (last < 0) return;
    this.#cells.length = last + 1;
    const row = { number: this.#row, isHidden: this.#isHidden, cells: this.#cells };
    if (!this.#handlers.row(row)) this.isDone = true;
  }

  /** Null = empty. */
  #read({ type, style, value, hasValue, hasFormula, hasText }: OpenCell): SheetCell | null {
    const { texts, formats, dates, isUncalculated } = this.#book;
    if (hasFormula && isUncalculated)
      return problemCell(
        'a formula that was saved without being calculated: open the file in a spreadsheet program and save it',
      );
    if (type === 'inlineStr' || hasText) {
      const text = this.#text.end();
      return text === '' ? null : textCell(text);
    }
    if (hasFormula && (!hasValue || (value === '' && type !== 'str')))
      return problemCell(
        'a formula whose value was not saved: open the file in a spreadsheet program and save it',
      );
    if (value.trim() === '' && type !== 'str') return null;
    switch (type) {
      case 's': {
        const text = texts[wholeOf(value.trim(), texts.length)];
        if (text === undefined)
          throw this.#damaged(`refers to a text ${JSON.stringify(value.slice(0, 20))} that is not there`);
        return text === '' ? null : textCell(text);
      }
      case 'n':
        return numberCell(value.trim(), formats[style] ?? builtInFormat(0), dates);
      case 'str':
        return value === '' ? null : textCell(unescaped(value));
      case 'b':
        return booleanCell(value.trim());
      case 'd':
        return isoCell(value);
      case 'e':
        return problemCell(`the error ${value.trim().slice(0, 40)}`);
      default:
        throw this.#damaged(`has a cell of an unknown type ${JSON.stringify(type.slice(0, 20))}`);
    }
  }

  #rangeOf(ref: string): CellRange {
    const [from = '', to = from] = ref.split(':', 2);
    const range = { top: rowOf(from), bottom: rowOf(to), left: columnOf(from) + 1, right: columnOf(to) + 1 };
    if (range.top < 1 || range.left < 1 || range.bottom < range.top || range.right < range.left)
      throw this.#damaged(`has merged cells ${JSON.stringify(ref.slice(0, 40))}, which are none`);
    return range;
  }
}

/** A whole number up to a bound; −1 for everything else. */
function wholeOf(text: string, most: number): number {
  if (!/^\d{1,8}$/.test(text)) return -1;
  const value = Number(text);
  return value <= most ? value : -1;
}

const reference = /^([A-Za-z]{1,3})([1-9]\d{0,6})$/;

/** From 0; −1 for what is no reference. */
function columnOf(ref: string): number {
  let column = 0;
  for (let i = 0; i < ref.length && i < 4; i++) {
    const code = ref.charCodeAt(i) & 0xdf;
    if (code < 65 || code > 90) return column - 1;
    column = column * 26 + code - 64;
  }
  return -1;
}

function rowOf(ref: string): number {
  const found = reference.exec(ref);
  return found === null ? -1 : Number(found[2]);
}

/** `C17` of a column from 0. */
export function cellName(column: number, row: number): string {
  let letters = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters;
  return `${letters}${row}`;
}
