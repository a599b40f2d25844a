// How a column writes its numbers: with a point, or with a comma for the decimals. What can be read in two ways is asked, not guessed.

import type { DecimalMark, Dialect, ThousandsMark } from '../../../core/index.ts';

/** How numbers are written, for `dialect`. */
export interface NumberForm {
  readonly decimal: DecimalMark;
  readonly thousands: ThousandsMark;
  /** Two ways to read it: said when it is the column of the demand. */
  readonly doubt: string | null;
}

const plain = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const comma = /^[+-]?\d+,\d+$/;
const grouped = {
  '.': /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/,
  ',': /^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/,
  ' ': /^[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+(,\d+)?$/,
};

/** A smaller share of other texts is taken for slips. */
const share = 0.9;

/** The form that the user named, where most of these texts are numbers in it; null when nothing was said, or they are none. */
export function saidNumberForm(
  { decimal, thousands = '' }: Partial<Dialect>,
  values: readonly string[],
): NumberForm | null {
  if (decimal == null && thousands === '') return null;
  const form = { decimal: decimal ?? (thousands === '.' ? ',' : '.'), thousands, doubt: null };
  const numbers = values.filter((value) => Number.isFinite(numberIn(form, value)));
  return numbers.length > share * values.length ? form : null;
}

/** How most of these texts are numbers; null when they are none. */
export function numberForm(name: string, values: readonly string[]): NumberForm | null {
  const texts = values.map((value) => value.trim()).filter((value) => value !== '');
  const matching = (pattern: RegExp): string[] => texts.filter((text) => pattern.test(text));
  if (texts.length === 0) return null;
  const [points, commas] = [matching(plain), matching(comma)];
  if (points.length > share * texts.length) return { decimal: '.', thousands: '', doubt: null };
  const [byPoint, byBlank, byComma] = [
    matching(grouped['.']),
    matching(grouped[' ']),
    matching(grouped[',']),
  ];
  const whole = points.filter((text) => !text.includes('.')).length;
  // 1.234,5 and 1,234.5 say which mark is which; 1,234 alone does not.
  const isEnglish = byComma.some((text) => text.includes('.') || text.split(',').length > 2);
  const english = points.length + byComma.length;
  if (isEnglish && english > share * texts.length) return { decimal: '.', thousands: ',', doubt: null };
  const thousands = byPoint.length > 0 ? '.' : byBlank.length > 0 ? ' ' : '';
  const both = new Set([...commas, ...byPoint, ...byBlank]);
  if (both.size === 0) return null;
  const fitting = texts.filter((text) => both.has(text)).length + whole;
  if (fitting <= share * texts.length) return null;
  const fractions = texts.filter((text) => text.includes(',')).map((text) => text.split(',')[1] ?? '');
  const doubt =
    thousands !== '.' && fractions.length > 0 && fractions.every((digits) => digits.length === 3)
      ? `column ${name} holds ${commas[0]} and its like, always with three digits after the comma: that is ` +
        `${String(commas[0]).replace(',', '.')} or ${String(commas[0]).replace(',', '')}. Say dialect.decimal: "," or dialect.thousands: ","`
      : null;
  return { decimal: ',', thousands, doubt };
}

/** Marks that are written in several ways. */
const groupMarks: Readonly<Record<string, RegExp>> = { ' ': /[ \u00a0\u202f]/g, "'": /['’]/g };

/** The number that a text of this form says; NaN for other texts. */
export function numberIn({ decimal, thousands }: NumberForm, text: string): number {
  const trimmed = text.trim();
  if (trimmed === '') return Number.NaN;
  const bare = thousands === '' ? trimmed : trimmed.replaceAll(groupMarks[thousands] ?? thousands, '');
  return Number(decimal === ',' ? bare.replace(',', '.') : bare);
}
