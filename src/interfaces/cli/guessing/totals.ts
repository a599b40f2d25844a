// Rows that are totals of others, among the rows of a sample: by a word such as Total or Summe, or an empty key, and by their values,
// which must be the sums. A word alone is no evidence: an item may be called All.

import { type LeaveOutRule, totalWords } from '../../../core/index.ts';
import { meets } from '../../../services/data/index.ts';
import type { Sample } from '../sample.ts';
import { numbersOf } from './number-form.ts';
import type { Profile } from './profile.ts';

export interface Totals {
  readonly rules: readonly (LeaveOutRule & { readonly reason: string })[];
  /** Rows that are called totals and are none. */
  readonly notes: readonly string[];
}

const words = `${totalWords}|overall|alle|all`;
/** What may stand around a word: no letter of any script. */
const marks = '[^\\p{L}\\p{N}]*';
const exact = new RegExp(`^${marks}(?:${words})${marks}$`, 'iu');
const behind = new RegExp(`^(.*\\S)\\s+(${words})${marks}$`, 'iu');
const before = new RegExp(`^(${words})[\\s:]+(\\S.*)$`, 'iu');
/** Longer cells are not looked at: the patterns take time in the square of the length. */
const lengthMax = 200;
/** Share of the rows of a rule whose values must be the sums; the sample may end within a block. */
const share = 0.95;
/** Rounding of each value that was added up. */
const roundedBy = 0.005;
/** More rules are none that a person writes. */
const rulesMax = 8;

/** What a cell says of the rows that its row adds up. */
interface Claim {
  readonly rule: LeaveOutRule;
  /** Those with this text in its place; null = all. */
  readonly of: string | null;
}

export function findTotals(
  sample: Sample,
  columns: { readonly time: Profile; readonly target: Profile; readonly series: readonly Profile[] },
): Totals {
  const keys = [columns.time, ...columns.series];
  const values = new Set<string>();
  for (const row of sample.rows) for (const { index } of keys) values.add(`${index} ${cell(row, index)}`);
  const claims = sample.rows.map((row) => keys.map((key) => claimOf(key, cell(row, key.index), values)));
  const candidates = claims.flatMap((of, row) => (of.some((claim) => claim !== null) ? [row] : []));
  if (candidates.length === 0 || candidates.length === sample.rows.length) return { rules: [], notes: [] };
  const sums = new Sums(sample, columns, claims);
  const found = new Map<string, Found>();
  for (const row of candidates) {
    const said = claims[row] as readonly (Claim | null)[];
    const isSum = sums.isSumOf(row, said);
    for (const claim of said) {
      if (claim === null) continue;
      const key = JSON.stringify(claim.rule);
      const one = found.get(key) ?? { rule: claim.rule, rows: [], sums: 0, example: '' };
      one.rows.push(row);
      if (isSum !== null) {
        one.sums += 1;
        one.example ||= isSum;
      }
      found.set(key, one);
    }
  }
  return judged([...found.values()], sample);
}

interface Found {
  readonly rule: LeaveOutRule;
  readonly rows: number[];
  sums: number;
  example: string;
}

/** The fewest rules: one that meets many texts before one that meets one, and an empty cell last. */
function judged(all: readonly Found[], sample: Sample): Totals {
  const rank = ({ rule: { equals } }: Found): number => (equals === undefined ? 0 : equals === '' ? 2 : 1);
  const rules: (LeaveOutRule & { reason: string })[] = [];
  const notes: string[] = [];
  const isMet = (row: number): boolean =>
    rules.some((rule) => meets(cell(sample.rows[row] ?? [], sample.columns.indexOf(rule.column)), rule));
  for (const { rule, rows, sums, example } of [...all].sort((a, b) => rank(a) - rank(b))) {
    if (rows.every(isMet) || rules.length === rulesMax) continue;
    if (sums >= share * rows.length)
      rules.push({
        ...rule,
        reason: `${sums} of ${rows.length} such rows are the sums of others: ${example}`,
      });
    // A row without a key is set aside anyway.
    else if (rule.equals !== '')
      notes.push(
        `${rows.length} rows whose ${rule.column} ${ruleText(rule)} are called totals and are not the sums of others: they stay. ` +
          'To leave them out, say dialect.leaveOut',
      );
  }
  return { rules, notes };
}

/** As a person says it: `is "Total"`. */
export function ruleText({ equals, startsWith, endsWith }: LeaveOutRule): string {
  if (equals !== undefined) return equals === '' ? 'is empty' : `is ${JSON.stringify(equals)}`;
  return startsWith === undefined
    ? `ends with ${JSON.stringify(endsWith)}`
    : `begins with ${JSON.stringify(startsWith)}`;
}

function claimOf(key: Profile, text: string, values: ReadonlySet<string>): Claim | null {
  const column = key.name;
  if (text.length > lengthMax) return null;
  if (text === '' || exact.test(text)) return { rule: { column, equals: text }, of: null };
  const part = behind.exec(text);
  if (part !== null) return { rule: { column, endsWith: part[2] ?? '' }, of: known(key, part[1], values) };
  const first = before.exec(text);
  return first === null
    ? null
    : { rule: { column, startsWith: first[1] ?? '' }, of: known(key, first[2], values) };
}

/** `A Total` is that of A where the column has an A. */
function known({ index }: Profile, text: string | undefined, values: ReadonlySet<string>): string | null {
  return text !== undefined && values.has(`${index} ${text}`) ? text : null;
}

/** The sums of the rows that are no totals, by the cells that are the same. */
class Sums {
  readonly #sample: Sample;
  readonly #keys: readonly Profile[];
  readonly #valueOf: (row: number) => number;
  readonly #base: readonly number[];
  readonly #byMask: Map<string, Map<string, { sum: number; rows: number }>> = new Map();

  constructor(
    sample: Sample,
    { time, target, series }: { time: Profile; target: Profile; series: readonly Profile[] },
    claims: readonly (readonly (Claim | null)[])[],
  ) {
    this.#sample = sample;
    this.#keys = [time, ...series];
    const read = target.numberForm === null ? () => Number.NaN : numbersOf(target.numberForm);
    this.#valueOf = (row) => read(cell(sample.rows[row] ?? [], target.index));
    this.#base = claims.flatMap((of, row) => (of.every((claim) => claim === null) ? [row] : []));
  }

  /** What the row is the sum of, in words; null when it is none. Also of all times where the total has one of them. */
  isSumOf(row: number, claims: readonly (Claim | null)[]): string | null {
    const value = this.#valueOf(row);
    const wanted = claims.map((claim, i) =>
      claim === null ? cell(this.#sample.rows[row] ?? [], this.#keys[i]?.index ?? 0) : claim.of,
    );
    for (const [at, cells] of [wanted, [null, ...wanted.slice(1)]].entries()) {
      if (at === 1 && (wanted[0] === null || !this.#sample.whole)) continue;
      const found = this.#sumOf(cells);
      if (
        found === undefined ||
        Math.abs(found.sum - value) > roundedBy * found.rows + 1e-6 * Math.abs(value)
      )
        continue;
      const of = cells.filter((text) => text !== null).join(', ');
      return `${value} is what ${found.rows} rows${of === '' ? '' : ` of ${of}`} add up to`;
    }
    return null;
  }

  #sumOf(cells: readonly (string | null)[]): { sum: number; rows: number } | undefined {
    const mask = cells.map((text) => (text === null ? 0 : 1)).join('');
    let sums = this.#byMask.get(mask);
    if (sums === undefined) {
      sums = new Map();
      this.#byMask.set(mask, sums);
      for (const row of this.#base) {
        const value = this.#valueOf(row);
        if (!Number.isFinite(value)) continue;
        const own = this.#keys.map(({ index }, i) =>
          cells[i] === null ? null : cell(this.#sample.rows[row] ?? [], index),
        );
        const key = JSON.stringify(own);
        const sum = sums.get(key) ?? { sum: 0, rows: 0 };
        sum.sum += value;
        sum.rows += 1;
        sums.set(key, sum);
      }
    }
    return sums.get(JSON.stringify(cells));
  }
}

const cell = (row: readonly string[], index: number): string => (row[index] ?? '').trim();
