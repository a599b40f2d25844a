// One cell of a spreadsheet as text: what its type and its format say it is, and for what it is read.

import type { NumberFormat } from './number-formats.ts';

export interface SheetCell {
  readonly kind: 'text' | 'number' | 'date' | 'boolean' | 'problem';
  /** Numbers in the shortest digits that are the same double, dates as ISO 8601 has them; of a problem what the cell holds. */
  readonly text: string;
  /** Of a number: as it stands in the file. */
  readonly digits: string;
  /** Of a number: how it is shown. */
  readonly format: NumberFormat | null;
}

/** Dates of a workbook count days from 1900, with a 29 February that never was, or from 1904. */
export type DateSystem = 1900 | 1904;

const dayMs = 86_400_000;
/** 9999-12-31, the last day that a spreadsheet has. */
const serialMax = 2_958_465;
const offset1904 = 1462;
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

export function textCell(text: string): SheetCell {
  return { kind: 'text', text, digits: '', format: null };
}

export function booleanCell(value: string): SheetCell {
  return value === '1' || value === 'true'
    ? { kind: 'boolean', text: 'true', digits: '', format: null }
    : { kind: 'boolean', text: 'false', digits: '', format: null };
}

/** A cell that no value can be read from. @param text what it holds, to be said after "holds" */
export function problemCell(text: string): SheetCell {
  return { kind: 'problem', text, digits: '', format: null };
}

/** A date in ISO 8601, as cells may hold since the second edition of the format. */
export function isoCell(text: string): SheetCell {
  return { kind: 'date', text: text.trim(), digits: '', format: null };
}

/** @param digits a number as it stands in the file */
export function numberCell(digits: string, format: NumberFormat, system: DateSystem): SheetCell {
  const value = digits.length <= 100 && decimal.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isFinite(value))
    return problemCell(`${JSON.stringify(digits.slice(0, 40))}, which is no number`);
  if (format.kind === 'number') return { kind: 'number', text: String(value), digits, format };
  if (format.kind === 'duration')
    return { kind: 'date', text: clockText(Math.round(value * 86_400) * 1000), digits, format };
  const text = dateText(value, { system, isTime: format.kind === 'time', hasFraction: format.hasFraction });
  return text === null
    ? problemCell(`${String(value)} as a date, which no calendar has`)
    : { kind: 'date', text, digits, format };
}

/**
 * The date of a day number; null where no calendar has it. Fractions of a day are rounded to the seconds (or their thousandths)
 * that the cell shows: a double has no exact 08:20.
 * @param of `isTime`: the cell shows a time of day alone
 */
export function dateText(
  serial: number,
  of: { system: DateSystem; isTime?: boolean; hasFraction?: boolean },
): string | null {
  const unit = of.hasFraction === true ? 1 : 1000;
  const ms = Math.round((serial * dayMs) / unit) * unit;
  if (of.isTime === true && ms >= 0 && ms < dayMs) return clockText(ms);
  const days = Math.floor(ms / dayMs) + (of.system === 1904 ? offset1904 : 0);
  if (ms < 0 || days > serialMax) return null;
  // The days of January and February 1900 are counted one higher, and the 60th does not exist; a 0 is no date.
  if (of.system === 1900 && (days === 60 || days < 1)) return null;
  const at = new Date(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * dayMs);
  const clock = ms % dayMs;
  return `${at.toISOString().slice(0, 10)}${clock === 0 ? '' : `T${clockText(clock)}`}`;
}

function clockText(ms: number): string {
  const size = Math.abs(ms);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const rest = size % 1000;
  return `${ms < 0 ? '-' : ''}${two(size / 3_600_000)}:${two((size / 60_000) % 60)}:${two((size / 1000) % 60)}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}

/**
 * A cell as a part of a series id. A number is its digits, those that its format adds in front included, as it is shown and as a
 * spreadsheet program saves it as CSV.
 */
export function keyOf(cell: SheetCell): { text: string } | { problem: string } {
  const { kind, text, digits, format } = cell;
  if (kind === 'boolean') return { problem: `${text}: a series is named by a text or a number` };
  if (kind === 'problem') return { problem: text };
  if (kind !== 'number' || format === null) return { text };
  const value = Number(digits);
  if (format.hasText)
    return { problem: `the number ${text}, shown with words around it by its format: write the key as text` };
  if (Number.isSafeInteger(value)) return { text: padded(String(value), format.digitsMin) };
  if (!Number.isInteger(value)) return { text };
  return /^\d+$/.test(digits)
    ? { text: digits }
    : { problem: `the number ${text}, past 2^53, whose digits are lost: write the key as text` };
}

function padded(digits: string, digitsMin: number): string {
  return digits.startsWith('-')
    ? `-${digits.slice(1).padStart(digitsMin, '0')}`
    : digits.padStart(digitsMin, '0');
}
