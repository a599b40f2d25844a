// Numbers as a dialect writes them: decimal mark, groups of thousands, and the forms that accounts print.

import {
  type Dialect,
  decimalMarks,
  type NumberForm,
  numberForms,
  plainText,
  thousandsMarks,
} from '../../../core/index.ts';
import { decimalLengthMax, decimalOf } from './decimal.ts';
import { lostBySpreadsheet } from './time-hint.ts';

export type NumberDialect = Pick<Dialect, 'decimal' | 'thousands' | 'numberForms'>;

/** The number that a trimmed text writes; NaN when it is none of the dialect. */
export type NumberReader = (text: string) => number;

/** Blanks that programs put between groups: space, no-break, narrow no-break, thin, figure. */
const blanks = ' \u00a0\u202f\u2009\u2007';
const apostrophes = "'\u2019";
const grouped = (mark: string): RegExp => new RegExp(`^[1-9]\\d{0,2}(?:[${mark}]\\d{3})+$`);
const groups: Readonly<Record<Dialect['thousands'], RegExp | null>> = {
  '': null,
  // As India groups: 12,34,567.
  ',': new RegExp(`${grouped(',').source}|^[1-9]\\d?(?:,\\d{2})+,\\d{3}$`),
  '.': grouped('.'),
  ' ': grouped(blanks),
  "'": grouped(apostrophes),
};
const digits = /^\d+$/;
const exponent = /e[+-]?\d{1,3}$/i;
/** A minus that typesetters prefer to the hyphen, as many locales print it. */
const minus = '\u2212';

/**
 * Makes the reader of one column. Currency signs of one column must be one sign: the first one met decides, and cells
 * with another are no numbers. Percent are read as shares: `5 %` is 0.05.
 * Cost: of a text linear in its length, at most `decimalLengthMax` characters.
 */
export function numberReader(dialect: NumberDialect): NumberReader {
  const read = writtenReader(dialect);
  return (text) => {
    const value = read(text);
    // Digits of other scripts, and marks of direction around them, are looked for where nothing else is a number.
    if (!Number.isNaN(value) || text.length > decimalLengthMax) return value;
    const plain = plainText(text);
    return plain === text ? value : read(plain);
  };
}

function writtenReader(dialect: NumberDialect): NumberReader {
  const { thousands, numberForms: forms } = dialect;
  const decimal = dialect.decimal ?? '.';
  const group = groups[thousands];
  const plain = (text: string): string | null => plainDecimal(text, decimal, group);
  if (forms.length === 0)
    return decimal === '.' && group === null
      ? (text) => decimalOf(text.startsWith(minus) ? `-${text.slice(1)}` : text)
      : (text) => numberFrom(unsigned(text), plain);
  const currency = forms.includes('currency') ? new CurrencySign() : null;
  return (text) => {
    if (text.length > decimalLengthMax) return Number.NaN;
    const parts = signedForm(text, forms, currency);
    return parts === null ? Number.NaN : numberFrom(parts, plain);
  };
}

/** A plain decimal as a dialect writes it: the text that its reader reads as the same number. */
export function inDialect(decimal: string, dialect: Pick<Dialect, 'decimal'>): string {
  return dialect.decimal === ',' ? decimal.replace('.', ',') : decimal;
}

/** The settings that would read a text which is no number of the dialect, in words after `; `; '' when none would. */
export function numberHint(text: string, dialect: NumberDialect): string {
  if (text.length > decimalLengthMax) return '';
  const own = dialect.decimal ?? '.';
  for (const [decimal, thousands] of [[own, dialect.thousands] as const, ...marks]) {
    if (Number.isNaN(numberReader({ decimal, thousands, numberForms })(text))) continue;
    const said = [
      ...(decimal === own ? [] : [`dialect.decimal: ${JSON.stringify(decimal)}`]),
      ...(thousands === dialect.thousands ? [] : [`dialect.thousands: ${JSON.stringify(thousands)}`]),
      ...formsOf(text)
        .filter((form) => !dialect.numberForms.includes(form))
        .map((form) => `${JSON.stringify(form)} among dialect.numberForms`),
    ];
    return said.length === 0 ? '' : `; ${said.join(' and ')} would read it`;
  }
  if (saysNothing(text))
    return `; where it means that nothing is known, ${JSON.stringify(text)} among dialect.nulls reads it`;
  return wordBehind.test(text)
    ? '; a word stands behind the number: write its unit into a column of its own'
    : lostBySpreadsheet(text);
}

/** Is it what programs and people write where there is no number, such as #N/A? */
export function saysNothing(text: string): boolean {
  return nothing.test(text);
}

/** 12 Stk, 3 pcs. */
const wordBehind = /^[-+]?\d[\d.,' \u00a0\u202f]*\p{L}+\.?$/u;
const nothing =
  /^(?:#?n\/?[ad]!?|nan|null|none|nil|missing|unknown|\\N|[-\u2013\u2014.?*]{1,3}|#[A-Z/]+[0-9]?[!?]?)$/i;

/** Which forms make a trimmed text a number, whatever its marks; [] where it is one without, or none at all. */
export function formsTaken(text: string): NumberForm[] {
  const forms = text.length > decimalLengthMax ? [] : formsOf(text);
  const isNumber = ([decimal, thousands]: (typeof marks)[number]): boolean =>
    !Number.isNaN(numberReader({ decimal, thousands, numberForms: forms })(text));
  return forms.length > 0 && marks.some(isNumber) ? forms : [];
}

const marks = decimalMarks.flatMap((decimal) =>
  thousandsMarks
    .filter((thousands) => thousands !== decimal)
    .map((thousands) => [decimal, thousands] as const),
);

/** Of a text that is a number with all forms allowed: which of them it takes. */
function formsOf(text: string): NumberForm[] {
  const forms: NumberForm[] = [];
  if (/[\p{Sc}\p{L}]/u.test(text.replace(exponent, ''))) forms.push('currency');
  if (text.includes('%')) forms.push('percent');
  if (text.startsWith('(')) forms.push('parentheses');
  if (/\d[^\d]*[-\u2212]/.test(text.replace(exponent, ''))) forms.push('trailing-minus');
  return forms;
}

interface Parts {
  readonly negative: boolean;
  /** What is left of the text: digits and marks. */
  readonly text: string;
  readonly percent: boolean;
}

function unsigned(text: string): Parts {
  const sign = text[0];
  const signed = sign === '-' || sign === '+' || sign === minus;
  return {
    negative: signed && sign !== '+',
    text: signed ? text.slice(1) : text,
    percent: false,
  };
}

/** Through Number(): the nearest double of the digits as they stand, percent and all. */
function numberFrom({ negative, text, percent }: Parts, plain: (text: string) => string | null): number {
  let decimal = text.length <= decimalLengthMax ? plain(text) : null;
  if (decimal === null) return Number.NaN;
  if (percent) {
    if (exponent.test(decimal)) return Number.NaN;
    decimal += 'e-2';
  }
  const value = decimalOf(decimal);
  return negative ? -value : value;
}

/** Digits with a point, from digits with the marks of a dialect; null when they stand elsewhere. */
function plainDecimal(text: string, decimal: string, group: RegExp | null): string | null {
  const at = text.indexOf(decimal);
  const whole = at < 0 ? text : text.slice(0, at);
  const fraction = at < 0 ? '' : text.slice(at + 1);
  if (group?.test(whole) === true) {
    if (fraction !== '' && !digits.test(fraction)) return null;
    return `${whole.replace(/\D/g, '')}.${fraction}`;
  }
  if (text.startsWith('-') || text.startsWith('+')) return null;
  return decimal === '.' ? text : text.includes('.') ? null : text.replace(decimal, '.');
}

/** Takes sign, currency, percent and parentheses off; null when they are there twice or were not asked for. */
function signedForm(
  given: string,
  forms: readonly NumberForm[],
  currency: CurrencySign | null,
): Parts | null {
  let text = given;
  let negative: boolean | null = null;
  if (text.startsWith('(') && text.endsWith(')')) {
    if (!forms.includes('parentheses')) return null;
    negative = true;
    text = text.slice(1, -1).trim();
  }
  let sign: string | null = null;
  let percent = false;
  // Each can stand once, in any order: -5 €, € -5, -€5, 5- €, 5 €-.
  for (let turn = 0; turn < 4; turn++) {
    const first = text[0] ?? '';
    const last = text.at(-1) ?? '';
    if (negative === null && (first === '-' || first === minus || first === '+')) {
      negative = first !== '+';
      text = text.slice(1).trim();
    } else if (negative === null && (last === '-' || last === minus) && forms.includes('trailing-minus')) {
      negative = true;
      text = text.slice(0, -1).trim();
    } else if (!percent && last === '%' && forms.includes('percent')) {
      percent = true;
      text = text.slice(0, -1).trim();
    } else if (sign === null && currency !== null) {
      const found = currency.of(text);
      if (found === null) break;
      sign = found.sign;
      text = found.rest;
    } else break;
  }
  if (sign !== null && (percent || currency?.isFirst(sign) === false)) return null;
  return { negative: negative ?? false, text, percent };
}

/** What programs print before or after an amount: a sign of currency, its code, or the short word of a few. */
const signs = String.raw`\p{L}{0,3}\p{Sc}|[A-Z]{3}|kr\.?|zł|Kč|Ft|Fr\.`;
const before = new RegExp(`^(${signs})[ \\u00a0\\u202f]?(?=[-+\\u2212\\d.,])`, 'u');
const after = new RegExp(`[\\d.,\\-][ \\u00a0\\u202f]?(${signs})$`, 'u');

class CurrencySign {
  #first: string | null = null;

  of(text: string): { sign: string; rest: string } | null {
    const head = before.exec(text);
    if (head !== null) return known(head[1] ?? '', text.slice(head[0].length));
    const tail = after.exec(text);
    if (tail === null) return null;
    const sign = tail[1] ?? '';
    return known(sign, text.slice(0, -sign.length).trimEnd());
  }

  /** Amounts of two currencies are no numbers of one column. */
  isFirst(sign: string): boolean {
    this.#first ??= sign;
    return this.#first === sign;
  }
}

let codes: ReadonlySet<string> | null = null;

/** Three letters are a currency only if they are a code of one: 12 PCS is no amount. */
function known(sign: string, rest: string): { sign: string; rest: string } | null {
  if (!/^[A-Z]{3}$/.test(sign)) return { sign, rest };
  codes ??= new Set(Intl.supportedValuesOf('currency'));
  return codes.has(sign) ? { sign, rest } : null;
}
