// What is known ahead of every series: planned values of the known columns, as rows brought them, after the cutoff.

import type { Project } from '../core/index.ts';
import type { TailRow } from '../store/ports.ts';

/** One series: values of `columns × span` periods from `start` on; NaN = unknown. Texts are codes. */
interface Planned {
  readonly start: number;
  readonly span: number;
  readonly values: Float64Array;
}

/** Plans further past the cutoff than this are not held: they would be a mistake in time. */
const aheadMax = 1000;
const spanMin = 16;

/** Bounded memory: periods at or before the cutoff are forgotten when a series grows. */
export class KnownAhead {
  readonly #columns: readonly string[];
  readonly #isText: readonly boolean[];
  readonly #labels: readonly string[][];
  readonly #codes: readonly Map<string, number>[];
  /** Plans mostly reach as far as forecasts do: room for that is made at once. */
  readonly #spanMin: number;
  readonly #bySeries: Map<string, Planned> = new Map();
  /** Rows of batches up to this one are in; written by whoever has taken in the last of their pages. */
  batchSeq = 0;

  constructor({ columns, horizonSteps }: Pick<Project, 'columns' | 'horizonSteps'>) {
    this.#spanMin = Math.max(spanMin, horizonSteps);
    const { known = [], categories = [] } = columns;
    this.#columns = known;
    this.#isText = known.map((name) => categories.includes(name));
    this.#labels = known.map(() => []);
    this.#codes = known.map(() => new Map());
  }

  get isEmpty(): boolean {
    return this.#columns.length === 0;
  }

  /** Takes rows in, in the order of their batches; of two values for one period the later known one counts. */
  observe(rows: readonly TailRow[], cutoff: number): void {
    for (const row of rows) {
      const { covariates, period } = row;
      if (covariates === undefined || period <= cutoff || period > cutoff + aheadMax) continue;
      const planned = this.#room(row.seriesId, period, cutoff);
      for (let c = 0; c < this.#columns.length; c++) {
        const value = covariates[this.#columns[c] as string];
        if (value === undefined) continue;
        planned.values[c * planned.span + period - planned.start] = this.#numberOf(c, value);
      }
    }
  }

  /** The planned value of a column, by its place in the project's list; null = unknown. Cost: O(1). */
  at(seriesId: string, column: number, period: number): number | string | null {
    const planned = this.#bySeries.get(seriesId);
    if (planned === undefined || column < 0) return null;
    const offset = period - planned.start;
    if (offset < 0 || offset >= planned.span) return null;
    const value = planned.values[column * planned.span + offset] as number;
    if (Number.isNaN(value)) return null;
    return this.#isText[column] ? (this.#labels[column]?.[value] ?? null) : value;
  }

  #numberOf(column: number, value: number | string): number {
    if (!this.#isText[column]) return typeof value === 'number' ? value : Number.NaN;
    const text = String(value);
    const codes = this.#codes[column] as Map<string, number>;
    const known = codes.get(text);
    if (known !== undefined) return known;
    const code = (this.#labels[column] as string[]).push(text) - 1;
    codes.set(text, code);
    return code;
  }

  /** The block of a series with room for a period. */
  #room(seriesId: string, period: number, cutoff: number): Planned {
    const old = this.#bySeries.get(seriesId);
    if (old !== undefined && period >= old.start && period < old.start + old.span) return old;
    // Nothing is asked of periods up to the cutoff any more.
    const first = Math.max(old?.start ?? period, Number.isFinite(cutoff) ? cutoff + 1 : period);
    const start = Math.min(period, first);
    const end = Math.max(period + 1, old === undefined ? 0 : old.start + old.span);
    const span = Math.max(this.#spanMin, end - start + spanMin / 2);
    const columns = this.#columns.length;
    const planned = { start, span, values: new Float64Array(columns * span).fill(Number.NaN) };
    if (old !== undefined && old.start + old.span > start) {
      const from = Math.max(0, start - old.start);
      for (let c = 0; c < columns; c++)
        planned.values.set(
          old.values.subarray(c * old.span + from, (c + 1) * old.span),
          c * span + Math.max(0, old.start - start),
        );
    }
    this.#bySeries.set(seriesId, planned);
    return planned;
  }
}
