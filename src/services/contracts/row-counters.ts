// Checks that ask something of every row: how many break them.

import type { CheckRule, ContractCheck } from '../../core/index.ts';
import type { Usual } from './usual.ts';
import { type Cell, valueTest } from './value-rule.ts';

/** Keys remembered to find repeated ones: some hundred megabytes at most. */
const keysMax = 1_000_000;

/** One row as checks see it; reused by the caller. */
export interface ContractRow {
  /** Counted from 1; null where it is none of a file. */
  number: number | null;
  seriesId: string;
  period: number;
  /** One per column of the tally. */
  readonly cells: Cell[];
}

export interface RowCounter {
  /** @returns what is wrong with the row, null when nothing is, undefined when it cannot be said of it */
  look(row: ContractRow): string | null | undefined;
  /** The row last looked at is not refused: later rows are set beside it. Absent = it keeps nothing of rows. */
  landed?(): void;
  /** Why the count is worth nothing; null when it is right. */
  readonly gaveUp: string | null;
}

/** @param places of the columns of the check among the cells of a row */
export function rowCounter(check: ContractCheck, places: readonly number[], usual: Usual): RowCounter | null {
  const { rule } = check;
  const [place = -1] = places;
  switch (rule.kind) {
    case 'nulls':
      return simple(({ cells }) => (places.some((at) => cells[at] === null) ? 'is empty' : null));
    case 'missing': {
      const words = new Set(rule.words);
      return simple(({ cells }) => {
        const cell = cells[place] ?? null;
        if (cell === null) return 'is empty';
        return words.has(String(cell)) ? 'says that it is missing' : null;
      });
    }
    case 'invalid': {
      const test = valueTest(rule.value);
      return simple(({ cells }) => {
        const cell = cells[place] ?? null;
        return cell === null ? null : test(cell);
      });
    }
    case 'references':
      return references(rule, { check, place, usual });
    case 'duplicates':
      return new KeyCounter(places);
    case 'units':
      return simple(({ seriesId, cells }) => {
        const known = usual.highOf(seriesId);
        const cell = cells[place] ?? null;
        if (known === undefined || known.high <= 0) return undefined;
        if (typeof cell !== 'number' || cell <= rule.factor * known.high) return null;
        return `is more than ${rule.factor} times ${known.high}, the recent high of its series`;
      });
    default:
      return null;
  }
}

function simple(look: RowCounter['look']): RowCounter {
  return { look, gaveUp: null };
}

function references(
  rule: Extract<CheckRule, { readonly values: unknown }>,
  { check, place, usual }: { check: ContractCheck; place: number; usual: Usual },
): RowCounter {
  const known = rule.values === null ? usual.namesOf(check.columns[0] ?? '') : new Set(rule.values);
  if (known === undefined || known.size === 0)
    return { look: () => null, gaveUp: 'the project has no history that could say what is known' };
  return simple(({ cells }) => {
    const cell = cells[place] ?? null;
    return cell === null || known.has(String(cell)) ? null : 'is not known';
  });
}

class KeyCounter implements RowCounter {
  gaveUp: string | null = null;
  readonly #places: readonly number[];
  readonly #seen = new Set<string>();
  /** The key of the row last looked at, where it may be kept. */
  #fresh: string | null = null;

  constructor(places: readonly number[]) {
    this.#places = places;
  }

  look({ cells }: ContractRow): string | null | undefined {
    this.#fresh = null;
    if (this.gaveUp !== null) return undefined;
    const key = this.#places.map((at) => cells[at] ?? null);
    if (key.includes(null)) return null;
    const text = key.length === 1 ? String(key[0]) : JSON.stringify(key.map(String));
    if (this.#seen.has(text)) return 'repeats the key of an earlier row';
    if (this.#seen.size >= keysMax) {
      this.gaveUp = `there are more than ${keysMax} keys`;
      this.#seen.clear();
      return undefined;
    }
    this.#fresh = text;
    return null;
  }

  landed(): void {
    if (this.#fresh !== null) this.#seen.add(this.#fresh);
  }
}
