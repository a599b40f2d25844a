// How a column writes its numbers: with a point, or with a comma for the decimals. What can be read in two ways is asked, not guessed.

import {
  type DecimalMark,
  type Dialect,
  plainText,
  type ThousandsMark,
  type NumberForm as WrittenForm,
} from '../../../core/index.ts';
import { formsTaken, NumberEvidence, numberReader } from '../../../services/data/index.ts';

/** How numbers are written, for `dialect`. */
export interface NumberForm {
  readonly decimal: DecimalMark;
  readonly thousands: ThousandsMark;
  /** Currency signs and their like, for `dialect.numberForms`. */
  readonly forms: readonly WrittenForm[];
  /** Two ways to read it: said when it is the column of the demand. */
  readonly doubt: string | null;
}

type Marks = Omit<NumberForm, 'forms'>;

const plain = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const comma = /^[+-]?\d+,\d+$/;
const grouped = {
  '.': /^[+-]?\d{1,3}(\.\d{3})+(,\d+)?$/,
  ',': /^[+-]?(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d+)?$/,
  ' ': /^[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+(,\d+)?$/,
};

/** A smaller share of other texts is taken for slips. */
const share = 0.9;

/** The form that the user named, where most of these texts are numbers in it; null when nothing was said, or they are none. */
export function saidNumberForm(
  { decimal, thousands = '', numberForms = [] }: Partial<Dialect>,
  values: readonly string[],
): NumberForm | null {
  if (decimal == null && thousands === '' && numberForms.length === 0) return null;
  const form = {
    decimal: decimal ?? (thousands === '.' ? ',' : '.'),
    thousands,
    forms: numberForms,
    doubt: null,
  };
  const numbers = values.map(numbersOf(form)).filter(Number.isFinite);
  return numbers.length > share * values.length ? form : null;
}

/**
 * How most of these texts are numbers; null when they are none.
 * @param delimiter of the file, which says something of its numbers; '' = it has none
 */
export function numberForm(name: string, values: readonly string[], delimiter = ''): NumberForm | null {
  const texts = values.map((value) => plainText(value.trim())).filter((value) => value !== '');
  if (texts.length === 0) return null;
  const forms = formsOf(texts);
  const marks = marksOf(name, forms.length === 0 ? texts : texts.map(digitsOf), delimiter);
  return marks === null ? null : { ...marks, forms };
}

/** Beyond the sign in front: a minus behind, a currency, percent, parentheses. A code of letters such as PEN-12 is none. */
function formsOf(texts: readonly string[]): WrittenForm[] {
  const odd = texts.filter((text) => /\d/.test(text) && /[^\d.,+]/.test(text.replace(/^-/, '')));
  const taken = odd.slice(0, 1_000).map((text) => (/[A-Z]{3}[-\d]/.test(text) ? [] : formsTaken(text)));
  return [...new Set(taken.flat())];
}

/** The number of a text without what stands around it. */
function digitsOf(text: string): string {
  const isBelowZero = /^[-\u2212(]|[-\u2212]$/.test(text);
  const bare = text.replace(/^[^\d.,]+|[^\d.,]+$/g, '');
  return isBelowZero ? `-${bare}` : bare;
}

function marksOf(name: string, texts: readonly string[], delimiter: string): Marks | null {
  const matching = (pattern: RegExp): string[] => texts.filter((text) => pattern.test(text));
  const [points, commas] = [matching(plain), matching(comma)];
  const [byPoint, byBlank, byComma] = [
    matching(grouped['.']),
    matching(grouped[' ']),
    matching(grouped[',']),
  ];
  const small = texts.filter((text) => /^[+-]?\d{1,3}$/.test(text)).length;
  const groupsOf = (mark: '.' | ','): boolean =>
    areThousands({ small, texts, grouped: mark === '.' ? byPoint : byComma });
  if (groupsOf('.')) return { decimal: ',', thousands: '.', doubt: null };
  if (points.length > share * texts.length)
    return { decimal: '.', thousands: '', doubt: pointDoubt(name, texts, delimiter) };
  const whole = points.filter((text) => !text.includes('.')).length;
  // 1.234,5 and 1,234.5 say which mark is which; 1,234 alone does not.
  const isEnglish = groupsOf(',') || byComma.some((text) => text.includes('.') || text.split(',').length > 2);
  const english = points.length + byComma.length;
  if (isEnglish && english > share * texts.length) return { decimal: '.', thousands: ',', doubt: null };
  const thousands = byPoint.length > 0 ? '.' : byBlank.length > 0 ? ' ' : '';
  const both = new Set([...commas, ...byPoint, ...byBlank]);
  const fitting = texts.filter((text) => both.has(text)).length + whole;
  if (both.size === 0 || fitting <= share * texts.length) return apartMarks(texts);
  const fractions = texts.filter((text) => text.includes(',')).map((text) => text.split(',')[1] ?? '');
  const isOpen =
    thousands !== '.' && fractions.length > 0 && fractions.every((digits) => digits.length === 3);
  return {
    decimal: ',',
    thousands,
    doubt: isOpen ? doubtOf(name, { text: String(commas[0]), mark: ',' }) : null,
  };
}

/** Groups by blanks or apostrophes, which are no decimal mark: 1'234.50, 1 234.50. */
function apartMarks(texts: readonly string[]): Marks | null {
  for (const thousands of ["'", ' '] as const)
    for (const decimal of ['.', ','] as const) {
      const read = numberReader({ decimal, thousands, numberForms: [] });
      if (texts.filter((text) => !Number.isNaN(read(text))).length > share * texts.length)
        return { decimal, thousands, doubt: null };
    }
  return null;
}

/**
 * Whole numbers in groups, and nothing else: 1.234.567 says so, or that 12 stands beside 1.230, which no program writes as fractions, as it
 * would cut the zeros of both or of none.
 */
function areThousands(of: { texts: readonly string[]; small: number; grouped: readonly string[] }): boolean {
  const { texts, small, grouped } = of;
  if (
    grouped.length + small < texts.length ||
    grouped.some((text) => text.includes('.') && text.includes(','))
  )
    return false;
  return (
    grouped.some((text) => text.split(/[.,]/).length > 2) ||
    (small > 1 && grouped.filter((text) => text.endsWith('0')).length > 1)
  );
}

/** By the reader's own rule for what is no coincidence. */
function pointDoubt(name: string, texts: readonly string[], delimiter: string): string | null {
  const evidence = new NumberEvidence();
  for (const [row, text] of texts.entries()) evidence.add(text, row);
  const question = evidence.question({ delimiter, fileCommas: 0 });
  return question === null ? null : doubtOf(name, { text: question.text, mark: '.' });
}

function doubtOf(name: string, { text, mark }: { text: string; mark: '.' | ',' }): string {
  const other = mark === '.' ? ',' : '.';
  return (
    `column ${name} holds ${text} and its like, always with three digits behind the mark: that is ${text.replace(mark, '.')} or ` +
    `${text.replace(mark, '')}. Say which: --dialect "decimal=${mark}" or --dialect "thousands=${mark} decimal=${other}"`
  );
}

/** Reads the number that a text of this form says; NaN for other texts. */
export function numbersOf({
  decimal,
  thousands,
  forms,
}: Pick<NumberForm, 'decimal' | 'thousands' | 'forms'>): (text: string) => number {
  const read = numberReader({ decimal, thousands, numberForms: forms });
  return (text) => read(text.trim());
}
