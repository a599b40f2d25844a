// What one column of a sample looks like: dates, numbers, keys.

import type { Sample } from '../sample.ts';

export interface Profile {
  readonly name: string;
  readonly index: number;
  /** Different values, counted up to 10,000. */
  readonly distinct: number;
  readonly isTime: boolean;
  readonly timeReason: string;
  readonly isNumber: boolean;
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

/** Times as `data` reads them: dates, date-times, months, quarters. */
const timePattern =
  /^(\d{4}-\d{1,2}(-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?)?)?|(19|20)\d{6}|\d{4}-?\s?Q[1-4])$/i;
const yearPattern = /^(1[89]|20|21)\d{2}$/;

/** Profiles of all columns, from at most 20,000 rows spread over the sample. */
export function columnProfiles(sample: Sample): Profile[] {
  const stride = Math.max(1, Math.floor(sample.rows.length / 20_000));
  return sample.columns.map((name, index) => {
    const values: string[] = [];
    for (let i = 0; i < sample.rows.length; i += stride) {
      const value = sample.rows[i]?.[index] ?? '';
      if (value !== '') values.push(value);
    }
    return profileOf(name, index, values);
  });
}

function profileOf(name: string, index: number, values: readonly string[]): Profile {
  const share = (test: (value: string) => boolean): number =>
    values.length === 0 ? 0 : values.filter(test).length / values.length;
  const distinct = new Set(values.slice(0, 20_000)).size;
  const isYear = /year|jahr/i.test(name) && share((value) => yearPattern.test(value)) > 0.98;
  const isTime = share((value) => timePattern.test(value)) > 0.9 || isYear;
  // A few broken cells do not make a column of numbers one of texts.
  const numbers = values.map(Number).filter(Number.isFinite);
  const isNumber = numbers.length > 0.9 * values.length && values.length > 0 && !isTime;
  return {
    name,
    index,
    distinct,
    isTime,
    timeReason: isTime ? `dates such as ${values[0]}` : `steps such as ${values[0]}, by its name`,
    isNumber,
    isInteger: isNumber && numbers.every(Number.isInteger),
    isKey:
      values.length > 0 &&
      !isTime &&
      distinct <= Math.max(2, values.length / 3) &&
      (!isNumber || numbers.every(Number.isInteger)),
    min: numbers.reduce((min, value) => Math.min(min, value), numbers[0] ?? 0),
    negativeShare: shareOf(numbers, (value) => value < 0),
    zeroShare: shareOf(numbers, (value) => value === 0),
    max: numbers.reduce((max, value) => Math.max(max, value), numbers[0] ?? 0),
  };
}

function shareOf(numbers: readonly number[], test: (value: number) => boolean): number {
  return numbers.length === 0 ? 0 : numbers.filter(test).length / numbers.length;
}
