// Staged rows in memory: chunks that hold the numbers of a row side by side, as rows are taken again in another order.

import { setImmediate as nextTurn } from 'node:timers/promises';

import { ObservationStatus } from '../../../core/index.ts';
import type { TaskContext } from './engine.ts';
import { type StagedRow, type StagedSource, silentPlan } from './staged-row.ts';

const chunkBits = 16;
const chunkRows = 1 << chunkBits;
/** Rows visited before the thread hears whether it is to stop. */
const rowsPerTurn = 1 << 15;
/** Of a row: its number, instant, value, period with status; covariates follow. */
const head = 4;

interface Chunk {
  /** Shape [rows]. */
  readonly series: Int32Array;
  /** Shape [rows, head + cells]. */
  readonly numbers: Float64Array;
  /** The same bytes: the period and status of a row are one number of it. */
  readonly integers: Int32Array;
}

export class StagedMemory implements StagedSource {
  rows = 0;
  readonly #context: TaskContext;
  readonly #cells: number;
  readonly #width: number;
  readonly #rowsMax: number;
  #chunks: Chunk[] = [];
  #order = new OrderOfSeries();

  constructor(context: TaskContext, { cells, bytesMax }: { cells: number; bytesMax: number }) {
    this.#context = context;
    this.#cells = cells;
    this.#width = head + cells;
    this.#rowsMax = Math.floor(bytesMax / (8 * this.#width + 4));
  }

  get isFull(): boolean {
    return this.rows >= this.#rowsMax;
  }

  push(row: number, of: Omit<StagedRow, 'row' | 'status'>, status: number): void {
    const at = this.rows & (chunkRows - 1);
    if (at === 0) this.#chunks.push(newChunk(this.#width));
    const { series, numbers, integers } = this.#chunks[this.rows >>> chunkBits] as Chunk;
    const from = at * this.#width;
    series[at] = of.series;
    numbers[from] = row;
    numbers[from + 1] = of.instant;
    numbers[from + 2] = of.value;
    integers[2 * from + 6] = of.period;
    integers[2 * from + 7] = status;
    for (let i = 0; i < this.#cells; i++) numbers[from + head + i] = of.cells![i]!;
    this.#order.note(of.series, of.period, of.instant);
    this.rows += 1;
  }

  /** Hands every row over in the order in which they came, and is empty. */
  drain(take: (row: StagedRow) => void): void {
    const row = newRow();
    for (let i = 0; i < this.rows; i++) {
      this.#read(i, row);
      take(row);
    }
    this.#chunks = [];
    this.rows = 0;
  }

  #read(i: number, row: StagedRow): void {
    const { series, numbers, integers } = this.#chunks[i >>> chunkBits] as Chunk;
    const at = i & (chunkRows - 1);
    const from = at * this.#width;
    row.series = series[at]!;
    row.row = numbers[from]!;
    row.instant = numbers[from + 1]!;
    row.value = numbers[from + 2]!;
    row.period = integers[2 * from + 6]!;
    row.status = integers[2 * from + 7]!;
    row.cells = this.#cells === 0 ? null : numbers.slice(from + head, from + this.#width);
  }

  /** Visits rows in the order in which they came, their cells left out. */
  async #visit(take: (row: { series: number; period: number; status: number; index: number }) => void) {
    const row = { series: 0, period: 0, status: 0, index: 0 };
    for (let i = 0; i < this.rows; i++) {
      if (i % rowsPerTurn === rowsPerTurn - 1) await this.#turn();
      const { series, integers } = this.#chunks[i >>> chunkBits] as Chunk;
      const at = i & (chunkRows - 1);
      row.series = series[at]!;
      row.period = integers[2 * at * this.#width + 6]!;
      row.status = integers[2 * at * this.#width + 7]!;
      row.index = i;
      take(row);
    }
  }

  async #turn(): Promise<void> {
    await nextTurn();
    this.#context.engine.check();
  }

  async span(): Promise<{ min: number; max: number }> {
    let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    await this.#visit(({ period }) => {
      if (period < min) min = period;
      if (period > max) max = period;
    });
    return { min, max };
  }

  async periods(known: number | null): Promise<number[]> {
    const found = new Set<number>();
    let last = Number.NaN;
    await this.#visit(({ period, status }) => {
      if (period === last || !says(status) || (known !== null && period <= known)) return;
      last = period;
      found.add(period);
    });
    return Array.from(found).sort((a, b) => a - b);
  }

  async rowsBySeries(from: number): Promise<ReadonlyMap<number, number>> {
    const found = new Map<number, number>();
    await this.#visit(({ series, period, status }) => {
      if (period >= from && says(status)) found.set(series, (found.get(series) ?? 0) + 1);
    });
    return found;
  }

  async takeOut(from: number, { isMarked }: { isMarked: boolean }): Promise<number[]> {
    const taken: number[] = [];
    const kept = new StagedMemory(this.#context, { cells: this.#cells, bytesMax: Number.POSITIVE_INFINITY });
    const row = newRow();
    await this.#visit(({ period, status, index }) => {
      this.#read(index, row);
      if (period < from || isPlan(status)) kept.push(row.row, row, status);
      else {
        if (status !== ObservationStatus.refused) taken.push(row.row);
        if (isMarked) kept.push(row.row, row, ObservationStatus.refused);
      }
    });
    this.#chunks = kept.#chunks;
    this.#order = kept.#order;
    this.rows = kept.rows;
    return taken;
  }

  async newest(plansThrough: number): Promise<number> {
    let newest = Number.NEGATIVE_INFINITY;
    await this.#visit(({ period, status }) => {
      const counts = says(status) || (status === ObservationStatus.plan && period <= plansThrough);
      if (period > newest && counts) newest = period;
    });
    return newest;
  }

  async lastInstants(periodsMax: number): Promise<ReadonlyMap<number, number>> {
    const newest = new Set((await this.periods(null)).slice(-periodsMax));
    const found = new Map<number, number>();
    await this.#visit(({ period, status, index }) => {
      if (!newest.has(period) || !says(status)) return;
      const { numbers } = this.#chunks[index >>> chunkBits] as Chunk;
      const instant = numbers[(index & (chunkRows - 1)) * this.#width + 1]!;
      if (!(instant <= (found.get(period) ?? Number.NEGATIVE_INFINITY))) found.set(period, instant);
    });
    return found;
  }

  /** Cost: O(rows), and sorting within series whose rows do not come in the order of time. */
  async each(rank: Int32Array, visit: (row: StagedRow) => void): Promise<void> {
    const seriesOf = new Int32Array(rank.length);
    for (let series = 0; series < rank.length; series++) seriesOf[rank[series]!] = series;
    const offsets = new Uint32Array(rank.length + 1);
    await this.#visit(({ series }) => {
      offsets[rank[series]! + 1]! += 1;
    });
    for (let k = 0; k < rank.length; k++) offsets[k + 1]! += offsets[k]!;
    const order = new Uint32Array(this.rows);
    const next = offsets.slice();
    await this.#visit(({ series, index }) => {
      order[next[rank[series]!]!++] = index;
    });
    const row = newRow();
    let untilTurn = rowsPerTurn;
    for (let k = 0; k < rank.length; k++) {
      const own = order.subarray(offsets[k], offsets[k + 1]);
      if (!this.#order.isKept(seriesOf[k]!)) own.sort((a, b) => this.#compare(a, b));
      for (let i = 0; i < own.length; i++) {
        if (--untilTurn === 0) {
          untilTurn = rowsPerTurn;
          await this.#turn();
        }
        this.#read(own[i]!, row);
        visit(row);
      }
    }
  }

  /** By period, instant, then number. */
  #compare(a: number, b: number): number {
    const [left, right] = [this.#chunks[a >>> chunkBits] as Chunk, this.#chunks[b >>> chunkBits] as Chunk];
    const l = (a & (chunkRows - 1)) * this.#width;
    const r = (b & (chunkRows - 1)) * this.#width;
    return (
      left.integers[2 * l + 6]! - right.integers[2 * r + 6]! ||
      left.numbers[l + 1]! - right.numbers[r + 1]! ||
      a - b
    );
  }
}

/** Whether the rows of each series come in the order of time: where they do, they need no sorting. */
class OrderOfSeries {
  #periods = new Int32Array(1024);
  #instants = new Float64Array(1024);
  /** 0 = no row yet, 1 = in order, 2 = not. */
  #kept = new Uint8Array(1024);

  note(series: number, period: number, instant: number): void {
    if (series >= this.#kept.length) this.#grow(series);
    const kept = this.#kept[series]!;
    if (kept === 2) return;
    const last = this.#periods[series]!;
    if (kept === 1 && (period < last || (period === last && !(instant >= this.#instants[series]!))))
      this.#kept[series] = 2;
    else {
      this.#kept[series] = 1;
      this.#periods[series] = period;
      this.#instants[series] = instant;
    }
  }

  isKept(series: number): boolean {
    return this.#kept[series] !== 2;
  }

  #grow(series: number): void {
    const length = Math.max(2 * this.#kept.length, series + 1);
    const [periods, instants, kept] = [this.#periods, this.#instants, this.#kept];
    this.#periods = new Int32Array(length);
    this.#instants = new Float64Array(length);
    this.#kept = new Uint8Array(length);
    this.#periods.set(periods);
    this.#instants.set(instants);
    this.#kept.set(kept);
  }
}

function newRow(): StagedRow {
  return { series: 0, period: 0, instant: 0, row: 0, value: 0, status: 0, cells: null };
}

function newChunk(width: number): Chunk {
  const numbers = new Float64Array(chunkRows * width);
  return { series: new Int32Array(chunkRows), numbers, integers: new Int32Array(numbers.buffer) };
}

const isPlan = (status: number): boolean => status === ObservationStatus.plan || status === silentPlan;

/** Of demand. */
const says = (status: number): boolean => !isPlan(status) && status !== ObservationStatus.refused;
