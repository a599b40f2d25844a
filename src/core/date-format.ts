// Times written to a pattern, such as `dd.MM.yyyy HH:mm`: what a pattern may hold, and what a text says by it. The letters
// are those of Unicode's date patterns (UTS #35), of which the ones without a language's own words are understood.

import { monthNamed } from './month-names.ts';

/** The longest time that a text names: a day (or a moment of it), or a longer period by its first day. */
export type TimeSpan = 'day' | 'week' | 'month' | 'quarter' | 'year';

export interface DateFields {
  readonly span: TimeSpan;
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Since midnight. */
  readonly ms: number;
  /** From UTC; null = a wall clock. */
  readonly offsetMs: number | null;
}

export interface DateFormat {
  /** What a trimmed text says; null when it does not fit, or no calendar has it. */
  readonly read: (text: string) => DateFields | null;
  /** The same with day and month in each other's place; null where the pattern does not hold both as numbers. */
  readonly swapped: ((text: string) => DateFields | null) | null;
  /** It has a year of two digits. */
  readonly hasShortYear: boolean;
  /** The number of a step that a trimmed text says; null where the pattern is one of dates. */
  readonly step: ((text: string) => number | null) | null;
}

const dayMs = 86_400_000;
/** Excel counts days from here, from 1900-03-01 on: before that it has a day that never was. */
const excelEpoch = Date.UTC(1899, 11, 30);
const excelDayMin = 61;
/** Epochs in milliseconds before March 1973 look like epochs in seconds, which they are then taken for by mistake. */
const epochMsMin = 100_000_000_000;
const epochMax = 8.64e15;

type Token =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'field'; readonly name: string };

const sources: Readonly<Record<string, string>> = {
  yyyy: '(\\d{4})',
  yy: '(\\d{2})',
  MMMM: '(\\p{L}[\\p{L}\\p{M}]{2,11}\\.?)',
  MMM: '(\\p{L}[\\p{L}\\p{M}]{2,11}\\.?)',
  MM: '(\\d{2})',
  M: '(\\d{1,2})',
  dd: '(\\d{2})',
  d: '(\\d{1,2})',
  HH: '(\\d{2})',
  H: '(\\d{1,2})',
  hh: '(\\d{2})',
  h: '(\\d{1,2})',
  mm: '(\\d{2})',
  ss: '(\\d{2})',
  SSS: '(\\d{1,9})',
  a: '([AaPp]\\.?[Mm]\\.?)',
  ww: '(\\d{2})',
  w: '(\\d{1,2})',
  e: '([1-7])',
  q: '([1-4])',
  n: '(\\d{1,9})',
};
/** Their width is not fixed: a digit after them could belong to either. */
const open = ['M', 'd', 'H', 'h', 'w', 'SSS'];

/**
 * The reader of a pattern, or what is wrong with it. Beside patterns: `epoch-s`, `epoch-ms` (UTC) and `excel` (serial days).
 * @param shortYearsFrom the first of the hundred years that `yy` lies in; null = `yy` is refused
 */
export function dateFormat(
  pattern: string,
  shortYearsFrom: number | null,
): DateFormat | { readonly problem: string } {
  const serial = serials[pattern];
  if (serial !== undefined) return { read: serial, swapped: null, hasShortYear: false, step: null };
  const tokens = tokensOf(pattern);
  if (typeof tokens === 'string') return { problem: tokens };
  const fields = tokens.flatMap((token) => (token.kind === 'field' ? [token.name] : []));
  const problem = problemOf(tokens, fields);
  if (problem !== null) return { problem };
  if (fields.includes('n'))
    return { read: () => null, swapped: null, hasShortYear: false, step: stepReader(tokens) };
  const hasShortYear = fields.includes('yy');
  if (hasShortYear && shortYearsFrom === null)
    return { problem: 'has a year of two digits: say in shortYearsFrom which hundred years are meant' };
  const read = readerOf(tokens, fields, shortYearsFrom ?? 0);
  const swap: Readonly<Record<string, string>> = { d: 'M', dd: 'MM', M: 'd', MM: 'dd' };
  const bothAreNumbers =
    fields.some((name) => /^d+$/.test(name)) && fields.some((name) => /^MM?$/.test(name));
  return {
    read,
    hasShortYear,
    step: null,
    swapped: bothAreNumbers
      ? readerOf(
          tokens,
          fields.map((name) => swap[name] ?? name),
          shortYearsFrom ?? 0,
        )
      : null,
  };
}

function tokensOf(pattern: string): Token[] | string {
  const tokens: Token[] = [];
  const parts = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+|'/gy;
  for (let part = parts.exec(pattern); part !== null; part = parts.exec(pattern)) {
    const [text, quoted, letter] = part;
    if (quoted !== undefined) tokens.push({ kind: 'literal', text: quoted.replaceAll("''", "'") });
    else if (text === "'") return 'has a quote that is not closed';
    else if (letter === undefined || ['T', 'Q', 'W'].includes(text)) tokens.push({ kind: 'literal', text });
    else if (Object.hasOwn(sources, text)) tokens.push({ kind: 'field', name: text });
    else
      return `has ${text}, which is none of ${Object.keys(sources).join(', ')}; quote letters that stand for themselves`;
  }
  return tokens;
}

function problemOf(tokens: readonly Token[], fields: readonly string[]): string | null {
  const letters = fields.map((name) => name[0] ?? '');
  const twice = letters.find((letter, i) => letters.indexOf(letter) !== i);
  if (twice !== undefined) return `has ${twice} twice`;
  const has = (letter: string): boolean => letters.includes(letter);
  if (has('n')) return letters.length > 1 ? 'has n, the number of a step, beside others' : null;
  if (!has('y')) return 'has no year (yyyy)';
  for (const [what, needs] of [
    ['d', 'M'],
    ['e', 'w'],
    ['m', has('h') ? 'h' : 'H'],
    ['s', 'm'],
    ['S', 's'],
    ['h', 'a'],
    ['a', 'h'],
    ['H', 'd'],
    ['h', 'd'],
  ] as const)
    if (has(what) && !has(needs)) return `has ${what} without ${needs}`;
  if (['M', 'w', 'q'].filter(has).length > 1) return 'has more than one of month, week and quarter';
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token.kind !== 'field' || next === undefined || !open.includes(token.name)) continue;
    if (next.kind === 'field' ? next.name !== 'a' && !next.name.startsWith('MMM') : /^\d/.test(next.text))
      return `has ${token.name} of one or two digits with no mark after it`;
  }
  return null;
}

function readerOf(
  tokens: readonly Token[],
  names: readonly string[],
  shortYearsFrom: number,
): (text: string) => DateFields | null {
  const pattern = patternOf(tokens);
  return (text) => {
    const found = pattern.exec(text);
    if (found === null) return null;
    const said: Record<string, string> = {};
    names.forEach((name, i) => {
      said[name[0] === 'M' && name.length > 2 ? 'named' : (name[0] ?? '')] = found[i + 1] ?? '';
    });
    return fieldsOf(said, names.includes('yy') ? shortYearsFrom : null);
  };
}

/** `'d_'n`: steps that have a letter before, or behind, their number. */
function stepReader(tokens: readonly Token[]): (text: string) => number | null {
  const pattern = patternOf(tokens);
  return (text) => {
    const found = pattern.exec(text);
    return found === null ? null : Number(found[1]);
  };
}

function patternOf(tokens: readonly Token[]): RegExp {
  const source = tokens
    .map((token) => (token.kind === 'field' ? sources[token.name] : literalSource(token.text)))
    .join('');
  return new RegExp(`^${source}$`, 'u');
}

/** A blank of a pattern stands for one or more of any kind. */
function literalSource(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/ +/g, '[ \\u00a0\\u202f]+');
}

/** @param said what the text has for each letter of the pattern; `named` for the name of a month */
function fieldsOf(said: Readonly<Record<string, string>>, shortYearsFrom: number | null): DateFields | null {
  const short = Number(said.y);
  const year =
    shortYearsFrom === null ? short : shortYearsFrom + ((((short - shortYearsFrom) % 100) + 100) % 100);
  const ms = clockMs(said);
  if (ms === null) return null;
  const wall = { ms, offsetMs: null };
  if (said.w !== undefined) {
    const at = isoWeekDay(year, Number(said.w), Number(said.e ?? 1));
    return at === null ? null : { ...at, ...wall, span: said.e === undefined ? 'week' : 'day' };
  }
  if (said.q !== undefined) return { span: 'quarter', year, month: Number(said.q) * 3 - 2, day: 1, ...wall };
  const month = said.named === undefined ? Number(said.M ?? 1) : monthNamed(said.named);
  const day = Number(said.d ?? 1);
  if (month === undefined || !isDate(year, month, day)) return null;
  const span =
    said.d !== undefined ? 'day' : said.M !== undefined || said.named !== undefined ? 'month' : 'year';
  return { span, year, month, day, ...wall };
}

function clockMs(said: Readonly<Record<string, string>>): number | null {
  const minute = Number(said.m ?? 0);
  const second = Number(said.s ?? 0);
  let hour = Number(said.H ?? 0);
  if (said.h !== undefined) {
    const twelve = Number(said.h);
    if (twelve < 1 || twelve > 12) return null;
    hour = (twelve % 12) + (/^p/i.test(said.a ?? '') ? 12 : 0);
  }
  if (hour > 23 || minute > 59 || second > 59) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000 + millisecondsOf(said.S);
}

/** The digits after the point of a second. */
export function millisecondsOf(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.padEnd(3, '0').slice(0, 3));
}

export function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/**
 * The date of a weekday (1 = Monday) of an ISO week; null where the year has no such week: only some years have a week 53.
 * Source: ISO 8601, week 1 holds the year's first Thursday.
 */
export function isoWeekDay(
  year: number,
  week: number,
  weekday: number,
): { year: number; month: number; day: number } | null {
  if (week < 1 || week > 53) return null;
  const fourth = Date.UTC(year, 0, 4);
  const monday = fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * dayMs + (week - 1) * 7 * dayMs;
  if (new Date(monday + 3 * dayMs).getUTCFullYear() !== year) return null;
  const date = new Date(monday + (weekday - 1) * dayMs);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

const serials: Readonly<Record<string, (text: string) => DateFields | null>> = {
  'epoch-s': (text) => {
    const seconds = serialOf(text);
    return seconds === null ? null : momentAt(Math.floor(seconds * 1000), 0);
  },
  'epoch-ms': (text) => {
    const ms = serialOf(text);
    return ms === null || Math.abs(ms) < epochMsMin ? null : momentAt(Math.floor(ms), 0);
  },
  excel: (text) => {
    const days = serialOf(text);
    if (days === null || days < excelDayMin) return null;
    // Fractions of a day are rounded to whole seconds: a double has no exact 08:20.
    return momentAt(excelEpoch + Math.round(days * 86_400) * 1000, null);
  },
};

function serialOf(text: string): number | null {
  return /^-?\d{1,16}(?:[.,]\d{1,16})?$/.test(text) ? Number(text.replace(',', '.')) : null;
}

function momentAt(ms: number, offsetMs: number | null): DateFields | null {
  if (Math.abs(ms) > epochMax) return null;
  const date = new Date(ms);
  const midnight = Math.floor(ms / dayMs) * dayMs;
  return {
    span: 'day',
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    ms: ms - midnight,
    offsetMs,
  };
}
