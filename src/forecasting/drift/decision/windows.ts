// Evidence where rows depend on each other: every stretch as long as the current one, over all rows in their order, plays "current".

import type { CodedRows } from './dependence.ts';

export interface WindowEvidence {
  /** Share of windows that are as far from their rest as the current one is from the reference. */
  readonly p: number;
  /** Windows looked at: p is never below one of them. */
  readonly windows: number;
}

/** Windows looked at in longer histories: every so many rows one. */
const windowsMax = 20_000;
/** Levels of which a window would hold fewer rows are taken as one. */
const rowsUsual = 5;

/**
 * Kolmogorov and Smirnov's distance for bins, that of χ² for levels. Rows are a ring: after the last comes the first.
 * Were the rows stationary on that ring, each window would be the farthest with the same chance, whatever their memory; the seam, where the last
 * row meets the first, is what keeps p from being exact. How often it alarms in truth: `npm run sim -- drift`.
 * Cost: O(rows × bins), or O(rows) for levels.
 */
export function windowEvidence(rows: CodedRows): WindowEvidence {
  return rows.isOrdered ? overWindows(rows, new Steps(rows)) : overWindows(rows, new Counts(rows));
}

/** Evidence that levels lie wholly in the current rows, or wholly outside. */
export function levelWindowEvidence(rows: CodedRows): { appeared: WindowEvidence; vanished: WindowEvidence } {
  return {
    appeared: overWindows(rows, new Wholly(rows, 'inside')),
    vanished: overWindows(rows, new Wholly(rows, 'outside')),
  };
}

/** What a window is measured by, kept up to date as it moves by a row. */
interface Measure {
  add(code: number): void;
  remove(code: number): void;
  value(): number;
}

function overWindows({ codes, n }: CodedRows, measure: Measure): WindowEvidence {
  const total = codes.length;
  const stride = Math.ceil(total / windowsMax);
  for (let i = n; i < total; i++) measure.add(codes[i]!);
  const observed = measure.value();
  let windows = 1;
  let asFar = 1;
  for (let shift = 1; shift < total; shift++) {
    measure.remove(codes[(n + shift - 1) % total]!);
    measure.add(codes[(shift - 1) % total]!);
    if (shift % stride !== 0) continue;
    windows++;
    // What rounding makes of the same distance counts as the same.
    if (measure.value() >= observed * (1 - 1e-9) - 1e-12) asFar++;
  }
  return { p: asFar / windows, windows };
}

function totalsOf({ codes, size }: CodedRows): Float64Array {
  const totals = new Float64Array(size);
  for (let i = 0; i < codes.length; i++) totals[codes[i]!]! += 1;
  return totals;
}

/** Largest distance of the distribution functions over bins, times rows. */
class Steps implements Measure {
  readonly #inside: Float64Array;
  readonly #totals: Float64Array;
  readonly #share: number;

  constructor(rows: CodedRows) {
    this.#inside = new Float64Array(rows.size);
    this.#totals = totalsOf(rows);
    this.#share = (rows.codes.length - rows.n) / rows.codes.length;
  }

  add(code: number): void {
    this.#inside[code]! += 1;
  }

  remove(code: number): void {
    this.#inside[code]! -= 1;
  }

  value(): number {
    let [sum, largest] = [0, 0];
    for (let k = 0; k < this.#inside.length; k++) {
      sum += this.#inside[k]! - this.#share * this.#totals[k]!;
      if (sum > largest) largest = sum;
      else if (-sum > largest) largest = -sum;
    }
    return largest;
  }
}

/** Σ (inside − expected)² ÷ total over levels, which is χ² but for a factor; rare levels are one. */
class Counts implements Measure {
  readonly #inside: Float64Array;
  readonly #totals: Float64Array;
  readonly #codeOf: Int32Array;
  readonly #share: number;
  #sum = 0;

  constructor(rows: CodedRows) {
    const totals = totalsOf(rows);
    this.#share = (rows.codes.length - rows.n) / rows.codes.length;
    this.#codeOf = Int32Array.from(totals, (total, code) =>
      total * this.#share < rowsUsual ? totals.length : code,
    );
    this.#inside = new Float64Array(totals.length + 1);
    this.#totals = new Float64Array(totals.length + 1);
    for (const [code, total] of totals.entries()) this.#totals[this.#codeOf[code]!]! += total;
    for (let code = 0; code < this.#totals.length; code++) this.#sum += this.#part(code);
  }

  #part(code: number): number {
    const total = this.#totals[code]!;
    return total > 0 ? (this.#inside[code]! - this.#share * total) ** 2 / total : 0;
  }

  #change(given: number, by: number): void {
    const code = this.#codeOf[given]!;
    this.#sum -= this.#part(code);
    this.#inside[code]! += by;
    this.#sum += this.#part(code);
  }

  add(code: number): void {
    this.#change(code, 1);
  }

  remove(code: number): void {
    this.#change(code, -1);
  }

  value(): number {
    return this.#sum;
  }
}

/** Rows of levels that lie wholly inside the window, or wholly outside it. */
class Wholly implements Measure {
  readonly #inside: Float64Array;
  readonly #totals: Float64Array;
  readonly #where: 'inside' | 'outside';
  #rows = 0;

  constructor(rows: CodedRows, where: 'inside' | 'outside') {
    this.#inside = new Float64Array(rows.size);
    this.#totals = totalsOf(rows);
    this.#where = where;
    if (where === 'outside') this.#rows = rows.codes.length;
  }

  #counted(code: number): number {
    const bound = this.#where === 'inside' ? this.#totals[code]! : 0;
    return this.#inside[code] === bound ? this.#totals[code]! : 0;
  }

  #change(code: number, by: number): void {
    this.#rows -= this.#counted(code);
    this.#inside[code]! += by;
    this.#rows += this.#counted(code);
  }

  add(code: number): void {
    this.#change(code, 1);
  }

  remove(code: number): void {
    this.#change(code, -1);
  }

  value(): number {
    return this.#rows;
  }
}
