// Remembers rows that turned out wrong only beside others, until the file is read once more for them.

import { AppError } from '../../../core/index.ts';
import type { LateCode } from '../rows/row-intake.ts';

const codes: readonly LateCode[] = ['conflict', 'unit-jump', 'unit-change', 'far-ahead'];

/** More contradicting rows than this are no slip: the mapping is wrong. */
const lateMax = 5_000_000;

/** Rows that a rule about other rows refused, by row number. Columns, as there can be millions. */
export class LateRows {
  count = 0;
  #rows: Float64Array = new Float64Array(1024);
  #usual: Float64Array = new Float64Array(1024);
  #codes: Float64Array = new Float64Array(1024);
  #order: Uint32Array | null = null;

  /** `usual` is what the row was measured by: see `RowIntake.quarantineLate`. */
  add(row: number, code: LateCode, usual: number): void {
    if (this.count >= lateMax)
      throw new AppError(
        'data/conflicting-rows',
        `more than ${lateMax} rows contradict each other: name every column of the series key, or set conflicts to sum`,
      );
    if (this.count === this.#rows.length) {
      this.#rows = grown(this.#rows);
      this.#usual = grown(this.#usual);
      this.#codes = grown(this.#codes);
    }
    this.#rows[this.count] = row;
    this.#usual[this.count] = usual;
    this.#codes[this.count] = codes.indexOf(code);
    this.count += 1;
  }

  /** Forgets all but the first `count`. */
  cutTo(count: number): void {
    this.count = count;
    this.#order = null;
  }

  /** Entry number `at` in the order of the file. */
  inOrder(at: number): { row: number; code: LateCode; usual: number } {
    this.#order ??= Uint32Array.from({ length: this.count }, (_, i) => i).sort(
      (a, b) => (this.#rows[a] ?? 0) - (this.#rows[b] ?? 0),
    );
    const index = this.#order[at] ?? 0;
    const code = codes[this.#codes[index] ?? 0] ?? 'conflict';
    return { row: this.#rows[index] ?? 0, code, usual: this.#usual[index] ?? Number.NaN };
  }
}

function grown(array: Float64Array): Float64Array {
  const next = new Float64Array(array.length * 2);
  next.set(array);
  return next;
}
