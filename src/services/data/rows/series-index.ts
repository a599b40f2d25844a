// Numbers the series of a batch: the composite key of a row to a small integer, each key checked and joined once.

import { AppError, foldedSeriesId, type Project, seriesIdOf } from '../../../core/index.ts';

const idLengthMax = 200;
const seriesMax = 5_000_000;
/** C0 and C1 control characters, and the two separators that break lines in some readers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const byteOrderMark = '\ufeff';
const leadingMarks = /^\ufeff+/;

/** `4.01235E+12`: what a spreadsheet shows of a long number, so that several keys become one. */
const rounded = /^\d(?:[.,]\d+)?E\+\d{2}$/;

/** What a refusal says of a key that is `SeriesIndex.invalid`. */
export function badSeriesReason(parts: readonly (string | null)[]): string {
  return parts.some((part) => part !== null && rounded.test(part.trim()))
    ? 'is a number that a spreadsheet has rounded, so that several keys become one: export the column as text'
    : 'is too long, or holds control characters or half a character (a lone surrogate)';
}

export class SeriesIndex {
  /** A part of the key is empty. */
  static readonly empty: number = -1;
  /** The id breaks the rules for ids: too long, control characters, half a character (a lone surrogate), a rounded number. */
  static readonly invalid: number = -2;

  readonly ids: string[] = [];
  readonly #known = new Map<string, number>();
  /** By id, where several keys are one. */
  readonly #folded: Map<string, number> | null;
  readonly #keys: Pick<Project, 'keys'>;

  /** @param keys whether keys that look alike are one */
  constructor(keys: Pick<Project, 'keys'> = {}) {
    this.#keys = keys;
    this.#folded = keys.keys === 'fold' ? new Map() : null;
  }
  /** By the number that a reader gives a key: the index + 1; 0 = not met yet. */
  #byNumber = new Int32Array(1024);

  /**
   * The index of a key, or `empty` or `invalid`.
   * @param number see `RawRow.key`
   * @throws AppError `data/too-large` past five million series
   */
  indexOf(parts: readonly (string | null)[], number: number): number {
    const met = number < this.#byNumber.length ? this.#byNumber[number]! : 0;
    if (met > 0) return met - 1;
    const key = parts.length === 1 ? (parts[0] ?? '') : parts.join('\u0000');
    const index = this.#known.get(key) ?? this.#add(key, parts);
    if (number > 0 && index >= 0) this.#note(number, index);
    return index;
  }

  #note(number: number, index: number): void {
    if (number >= this.#byNumber.length) {
      const next = new Int32Array(Math.max(number + 1, 2 * this.#byNumber.length));
      next.set(this.#byNumber);
      this.#byNumber = next;
    }
    this.#byNumber[number] = index + 1;
  }

  /** A file that was joined to another one begins with its mark: it is none of the key, and some readers drop it. */
  #addWithout(key: string, parts: readonly (string | null)[]): number {
    const index = this.indexOf(
      parts.map((part) => part?.replace(leadingMarks, '') ?? null),
      0,
    );
    if (index >= 0) this.#known.set(key, index);
    return index;
  }

  #add(key: string, parts: readonly (string | null)[]): number {
    if (parts.some((part) => part === null || part.trim() === '')) return SeriesIndex.empty;
    if (parts.some((part) => part?.startsWith(byteOrderMark))) return this.#addWithout(key, parts);
    const id = foldedSeriesId(seriesIdOf(parts as readonly string[]), this.#keys);
    // Of a key that holds nothing to see nothing is left.
    if (this.#folded !== null && (parts.length > 1 ? id.split('/').includes('') : id === ''))
      return SeriesIndex.empty;
    if (id.length > idLengthMax || control.test(id) || !id.isWellFormed()) return SeriesIndex.invalid;
    if (parts.some((part) => part !== null && rounded.test(part.trim()))) return SeriesIndex.invalid;
    if (this.ids.length >= seriesMax)
      throw new AppError(
        'data/too-large',
        `there are more than ${seriesMax} series: is a column in the series key that differs in every row?`,
      );
    const index = this.#folded?.get(id) ?? this.ids.push(id) - 1;
    this.#folded?.set(id, index);
    this.#known.set(key, index);
    return index;
  }
}
