// What rows say beside demand, per series: columns of the periods since training, and plans ahead. It follows the rows as
// the hot states follow demand, and fills periods without a row as training does, so that features of a state that has been
// advanced are those of a history that ends there.

import { ObservationStatus, type Project } from '../../core/index.ts';
import type { SinceValues } from '../../forecasting/models/index.ts';
import type { TailRow } from '../../storage/ports/index.ts';
import { holidayName } from '../data/index.ts';
import type { LearntCovariates } from './servable.ts';

type Cell = number | string | null;

/** One series: values of `columns × span` periods from `start` on; NaN = unknown. Texts are codes. */
interface Block {
  readonly start: number;
  readonly span: number;
  readonly values: Float64Array;
  /** Shape [span]: 1 = a row speaks of the period, whatever it says. */
  readonly rows: Uint8Array;
}

/** Plans further past the cutoff than this are not held: they would be a mistake in time. */
const aheadMax = 1000;
/** Values that come later than this many periods before the end of training count at the next one. */
export const lateMax = 60;
/** Periods up to the cutoff that are held for models that say nothing of how many they look at. */
const behindDefault = 60;
const spanMin = 16;
/** Periods for which shared values are held, before those that nothing asks for are dropped. */
const sharedMax = 4096;
/** Series that are closed less far than the one whose row comes may still ask for periods this much older. */
const behindOthersMax = 1000;

export interface SeriesCovariatesOptions {
  readonly project: Pick<Project, 'columns' | 'horizonSteps'>;
  /** Last period of the training's snapshot. */
  readonly periodMax: number;
  /** What the model looks at and knows; absent = it is asked for plans alone. */
  readonly learnt?: LearntCovariates | undefined;
  /** What the calendar says of a period; null = nothing. */
  readonly holidayAt: (period: number) => string | null;
  /** Series that will be asked for: of others only what they say for all is taken in. Default: all. */
  readonly follows?: ((seriesId: string) => boolean) | undefined;
  /** Series held at most: rows of further ones are ignored. */
  readonly seriesMax?: number;
}

/**
 * Bounded memory: of each series that rows came for, the periods that a model looks back at and those planned ahead, 8 bytes
 * per column.
 */
export class SeriesCovariates {
  readonly #columns: readonly string[];
  readonly #isText: readonly boolean[];
  readonly #labels: readonly string[][];
  readonly #codes: readonly Map<string, number>[];
  readonly #learnt: LearntCovariates | undefined;
  readonly #periodMin: number;
  readonly #behind: number;
  readonly holidayAt: (period: number) => string | null;
  /** Of a column that says the same for all series, its values by period; undefined of others. */
  readonly #shared: readonly (Map<number, number> | undefined)[];
  /** Of each column that the model looks at, its place here; −1 = no rows bring it. */
  readonly #places: readonly number[];
  readonly #bySeries: Map<string, Block> = new Map();
  readonly #seriesMax: number;
  readonly #follows: ((seriesId: string) => boolean) | undefined;
  /** Plans mostly reach as far as forecasts do: room for that is made at once. */
  readonly #spanMin: number;
  /** Grows whenever a row changes what is known of series that it is not of. */
  sharedChanges = 0;

  constructor(options: SeriesCovariatesOptions) {
    const { project, periodMax, learnt, holidayAt, follows, seriesMax = 200_000 } = options;
    const { known = [], past = [], categories = [] } = project.columns;
    this.#columns = [...known, ...past];
    this.#isText = this.#columns.map((name) => categories.includes(name));
    this.#labels = this.#columns.map(() => []);
    this.#codes = this.#columns.map(() => new Map());
    this.#learnt = learnt;
    this.#periodMin = periodMax - lateMax;
    this.#behind = learnt?.historyPeriods ?? behindDefault;
    this.holidayAt = holidayAt;
    this.#seriesMax = seriesMax;
    this.#follows = follows;
    this.#spanMin = Math.max(spanMin, project.horizonSteps);
    const fills = new Map(learnt?.columns.map(({ name, fill }) => [name, fill]));
    this.#shared = this.#columns.map((name) => (fills.get(name) === 'shared' ? new Map() : undefined));
    this.#places = (learnt?.columns ?? []).map(({ name }) => this.#columns.indexOf(name));
  }

  /**
   * Takes in one row of demand or of a plan, in the order of batches; of two values for one period the later one counts, column by
   * column. One that was refused says nothing, not even that there is a row.
   * @param cutoff newest closed period of the row's series
   * Cost: O(columns), now and then O(columns × periods held).
   */
  observe({ seriesId, period, status, covariates }: TailRow, cutoff: number): void {
    if (status === ObservationStatus.refused || status === ObservationStatus.withdrawn) return;
    const oldest = Math.max(this.#periodMin, cutoff - this.#behind) + 1;
    if (this.#columns.length === 0 || period < oldest || period > cutoff + aheadMax) return;
    if (this.#bySeries.size >= this.#seriesMax && !this.#bySeries.has(seriesId)) return;
    const isFollowed = this.#follows === undefined || this.#follows(seriesId);
    const block = isFollowed ? this.#room(seriesId, period, oldest) : undefined;
    const at = period - (block?.start ?? period);
    if (block !== undefined) block.rows[at] = 1;
    if (covariates === undefined) return;
    for (let c = 0; c < this.#columns.length; c++) {
      const value = covariates[this.#columns[c] as string];
      if (value === undefined) continue;
      const number = this.#numberOf(c, value);
      if (Number.isNaN(number)) continue;
      if (block !== undefined) block.values[c * block.span + at] = number;
      this.#share(c, { period, number, oldest });
    }
  }

  /**
   * What rows say of a column in a period, by its place among the project's known, then past columns; null = nothing.
   * Cost: O(1).
   */
  at(seriesId: string, column: number, period: number): Cell {
    if (column < 0) return null;
    const block = this.#bySeries.get(seriesId);
    return this.#cell(column, this.#valueAt(block, column, period));
  }

  /**
   * What rows say since training of the columns that a model looks at, up to an origin; undefined when they say nothing.
   * @param of.series     the model's index of the series
   * @param of.lastPeriod last period of the series that its training knew
   * Cost: O(columns × periods).
   */
  since(
    seriesId: string,
    of: { readonly series: number; readonly lastPeriod: number; readonly origin: number },
  ): SinceValues | undefined {
    const { lastPeriod, origin } = of;
    const { columns = [] } = this.#learnt ?? {};
    const block = this.#bySeries.get(seriesId);
    const from = Math.max(
      Math.min(lastPeriod + 1, block?.start ?? lastPeriod + 1),
      origin - this.#behind + 1,
    );
    if (columns.length === 0 || from > origin) return undefined;
    const values: Record<string, readonly Cell[]> = {};
    for (let i = 0; i < columns.length; i++)
      values[(columns[i] as { name: string }).name] = this.#sinceOf(i, block, { ...of, from });
    return values;
  }

  /** One column. @param i its place among those that the model looks at */
  #sinceOf(
    i: number,
    block: Block | undefined,
    of: {
      readonly series: number;
      readonly lastPeriod: number;
      readonly from: number;
      readonly origin: number;
    },
  ): Cell[] {
    const { series, lastPeriod, from, origin } = of;
    const learnt = this.#learnt as LearntCovariates;
    const column = this.#places[i] as number;
    const cells: Cell[] = new Array(origin - from + 1).fill(null);
    if (column < 0) {
      // Nobody's rows bring the calendar: training knew it for some time ahead.
      for (let k = 0; k < cells.length && learnt.columns[i]?.name === holidayName; k++)
        cells[k] = learnt.at(series, i, from + k) ?? this.holidayAt(from + k);
      return cells;
    }
    const isCarried = learnt.columns[i]?.fill === 'last';
    let last: Cell = isCarried ? learnt.at(series, i, Math.min(from - 1, lastPeriod)) : null;
    for (let k = 0; k < cells.length; k++) {
      const period = from + k;
      const isNew = period > lastPeriod || hasRow(block, period);
      const own = isNew ? this.#cell(column, this.#valueAt(block, column, period)) : null;
      cells[k] = own;
      if (!isCarried) continue;
      const known = own ?? learnt.at(series, i, period);
      const isOpen = known === null && period > lastPeriod && !hasRow(block, period);
      if (isOpen) cells[k] = last;
      else last = known;
    }
    return cells;
  }

  /** The number that stands for a value: of the series itself, or of all series where it has no row; NaN = unknown. */
  #valueAt(block: Block | undefined, column: number, period: number): number {
    if (hasRow(block, period)) {
      const { values, span, start } = block as Block;
      return values[column * span + period - start] as number;
    }
    return this.#shared[column]?.get(period) ?? Number.NaN;
  }

  #cell(column: number, value: number): Cell {
    if (Number.isNaN(value)) return null;
    return this.#isText[column] ? (this.#labels[column]?.[value] ?? null) : value;
  }

  #share(column: number, of: { period: number; number: number; oldest: number }): void {
    const values = this.#shared[column];
    if (values === undefined || values.get(of.period) === of.number) return;
    this.sharedChanges++;
    values.set(of.period, of.number);
    if (values.size > sharedMax)
      for (const period of values.keys()) if (period < of.oldest - behindOthersMax) values.delete(period);
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

  /** The block of a series with room for a period; what is older than the oldest period is let go when it grows. */
  #room(seriesId: string, period: number, oldest: number): Block {
    const old = this.#bySeries.get(seriesId);
    if (old !== undefined && period >= old.start && period < old.start + old.span) return old;
    const kept = old === undefined ? period : Math.max(old.start, oldest);
    const start = Math.min(period, kept);
    const end = Math.max(period + 1, old === undefined ? 0 : old.start + old.span);
    const span = Math.max(this.#spanMin, end - start + spanMin / 2);
    const columns = this.#columns.length;
    const values = new Float64Array(columns * span).fill(Number.NaN);
    const rows = new Uint8Array(span);
    if (old !== undefined && old.start + old.span > start) {
      const from = Math.max(0, start - old.start);
      const to = Math.max(0, old.start - start);
      rows.set(old.rows.subarray(from), to);
      for (let c = 0; c < columns; c++)
        values.set(old.values.subarray(c * old.span + from, (c + 1) * old.span), c * span + to);
    }
    const block = { start, span, values, rows };
    this.#bySeries.set(seriesId, block);
    return block;
  }
}

function hasRow(block: Block | undefined, period: number): boolean {
  if (block === undefined) return false;
  const offset = period - block.start;
  return offset >= 0 && offset < block.span && block.rows[offset] === 1;
}
