// What one column of a sample looks like: dates, numbers, keys.

import type { Dialect } from '../../../core/index.ts';
import { saysNothing } from '../../../services/data/index.ts';
import type { Sample } from '../sample.ts';
import { saysDayFirst } from './date-order.ts';
import { type Hints, noHints, type TimeForm } from './guessed-setting.ts';
import { type NumberForm, numberForm, numbersOf, saidNumberForm } from './number-form.ts';
import { saidTimeForm, timeForm } from './time-form.ts';

export interface Profile {
  readonly name: string;
  readonly index: number;
  /** One text of each form that it holds, the first few. */
  readonly examples: readonly string[];
  /** Different values, counted up to 10,000. */
  readonly distinct: number;
  /** Of its cells, those that are not empty. */
  readonly filledShare: number;
  readonly isTime: boolean;
  /** How its times are written; null = it holds none. */
  readonly timeForm: TimeForm | null;
  readonly timeReason: string;
  readonly isNumber: boolean;
  /** How its numbers are written; null = they are none. */
  readonly numberForm: NumberForm | null;
  /** Of numbers: what stands where there is none, for `dialect.nulls`. */
  readonly nothing: readonly string[];
  readonly isInteger: boolean;
  /** Repeats often enough to name series. */
  readonly isKey: boolean;
  /** Of its numbers; 0 without any. */
  readonly min: number;
  readonly max: number;
  /** Share of its numbers below zero. */
  readonly negativeShare: number;
  readonly zeroShare: number;
}

/**
 * Profiles of all columns, from at most 20,000 rows spread over the sample.
 * @param said what the user said of how the file is written; the rest is guessed
 */
export function columnProfiles(
  sample: Sample,
  said: Partial<Dialect> = {},
  hints: Omit<Hints, 'dayFirst'> = noHints,
): Profile[] {
  const stride = Math.max(1, Math.floor(sample.rows.length / 20_000));
  const columns = sample.columns.map((name, index) => {
    const values: string[] = [];
    let looked = 0;
    for (let i = 0; i < sample.rows.length; i += stride) {
      const value = sample.rows[i]?.[index] ?? '';
      looked += 1;
      if (value !== '') values.push(value);
    }
    return { name, index, values, filledShare: looked === 0 ? 0 : values.length / looked };
  });
  const orders = columns.map(({ values }) => saysDayFirst(values)).filter((order) => order !== null);
  const dayFirst = orders.every((order) => order === orders[0]) ? (orders[0] ?? null) : null;
  // Of a wide table all that stands beside the periods repeats with each of them, also where the rows looked at are too far apart to show it.
  const repeatsMin = sample.isWide === true ? 1 : 3;
  const delimiter = sample.delimiter ?? '';
  return columns.map((column) =>
    profileOf({ ...column, repeatsMin, delimiter }, said, { ...hints, dayFirst }),
  );
}

function profileOf(
  {
    name,
    index,
    values: cells,
    filledShare,
    repeatsMin,
    delimiter,
  }: {
    name: string;
    index: number;
    values: readonly string[];
    filledShare: number;
    repeatsMin: number;
    delimiter: string;
  },
  said: Partial<Dialect>,
  hints: Hints,
): Profile {
  const nothing = nothingIn(cells);
  const values = nothing.size === 0 ? cells : cells.filter((value) => !nothing.has(value.trim()));
  const distinct = new Set(cells.slice(0, 20_000)).size;
  const isSaid = said.dateFormat != null;
  const form = isSaid ? saidTimeForm(said, values) : timeForm(name, values, hints);
  const isTime = form !== null;
  // A few broken cells do not make a column of numbers one of texts.
  const written = isTime ? null : (saidNumberForm(said, values) ?? numberForm(name, values, delimiter));
  const numbers = (written === null ? [] : values.map(numbersOf(written))).filter(Number.isFinite);
  const isNumber = numbers.length > 0.9 * values.length && values.length > 0 && !isTime;
  return {
    name,
    index,
    examples: examplesOf(cells),
    distinct,
    filledShare,
    isTime,
    timeForm: form,
    timeReason: form !== null ? form.reason : `steps such as ${values[0]}, by its name`,
    isNumber,
    numberForm: isNumber ? written : null,
    nothing: isNumber ? [...nothing] : [],
    isInteger: isNumber && numbers.every(Number.isInteger),
    isKey:
      values.length > 0 &&
      !isTime &&
      distinct <= Math.max(2, values.length / repeatsMin) &&
      // 40.00 is an amount, 40 may be a name, and 40.0 one that a program took for a number.
      (!isNumber || (numbers.every(Number.isInteger) && !values.some((value) => /[.,]\d\d/.test(value)))),
    min: numbers.reduce((min, value) => Math.min(min, value), numbers[0] ?? 0),
    negativeShare: shareOf(numbers, (value) => value < 0),
    zeroShare: shareOf(numbers, (value) => value === 0),
    max: numbers.reduce((max, value) => Math.max(max, value), numbers[0] ?? 0),
  };
}

/** `2024-01-31` and `31.01.2024` are of two forms, 7 and 12 of one. */
function examplesOf(cells: readonly string[]): string[] {
  const byForm = new Map<string, string>();
  for (const cell of cells.slice(0, examplesLooked)) {
    const form = cell
      .trim()
      .slice(0, exampleLengthMax)
      .replace(/\d+/g, '9')
      .replace(/\p{L}+/gu, 'a');
    if (!byForm.has(form)) byForm.set(form, cell.trim().slice(0, exampleLengthMax));
    if (byForm.size === examplesMax) break;
  }
  return [...byForm.values()];
}

const examplesLooked = 2_000;
const examplesMax = 3;
const exampleLengthMax = 24;

/** Words for nothing among cells most of which say something; as many as a person would write. */
function nothingIn(cells: readonly string[]): ReadonlySet<string> {
  const found = cells.map((cell) => cell.trim()).filter(saysNothing);
  const words = new Set(found);
  return found.length < cells.length / 2 && words.size <= nothingMax ? words : new Set();
}

const nothingMax = 8;

function shareOf(numbers: readonly number[], test: (value: number) => boolean): number {
  return numbers.length === 0 ? 0 : numbers.filter(test).length / numbers.length;
}
