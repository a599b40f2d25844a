// Observations as columns, the form in which they travel between threads.

import type { Transferable } from 'node:worker_threads';

import type { ObservationStatus } from '../../../core/index.ts';
import type { ObservationRow, OpenSum, Word } from '../../../storage/ports/index.ts';
import { type CovariateArray, CovariateCollector, valuesAt } from './covariate-columns.ts';

/** All arrays of shape [rows]; `series` points into `ids`. */
export interface ObservationArrays {
  readonly ids: readonly string[];
  readonly series: Int32Array;
  readonly periods: Int32Array;
  /** NaN = unknown. */
  readonly values: Float64Array;
  readonly status: Uint8Array;
  /** 0 where the batch has no number yet. */
  readonly batchSeqs: Float64Array;
  /** What rows brought that were added to earlier ones, `noPart` as status of those that were not; null = none was. */
  readonly parts: { readonly values: Float64Array; readonly status: Uint8Array } | null;
  /** Of sums with rows that were refused; null = none was. */
  readonly sums: OpenSums | null;
  /** What the rows say beside demand; [] = nothing. */
  readonly covariates: readonly CovariateArray[];
}

/** See `ObservationRow`; shape [rows]. */
export interface OpenSums {
  /** Below zero where a source reads more anew. */
  readonly refused: Int32Array;
  readonly answered: Uint32Array;
  /** `openRows` 0 = none waits. */
  readonly openValues: Float64Array;
  readonly openStatus: Uint8Array;
  readonly openRows: Uint32Array;
}

export function newSums(rows: number): OpenSums {
  return {
    refused: new Int32Array(rows),
    answered: new Uint32Array(rows),
    openValues: new Float64Array(rows).fill(Number.NaN),
    openStatus: new Uint8Array(rows),
    openRows: new Uint32Array(rows),
  };
}

/** What a row says of a sum with refused rows; a row without any leaves all at 0. */
export function setSum(sums: OpenSums, at: number, row: SumOfRow): void {
  sums.refused[at] = row.refused ?? 0;
  sums.answered[at] = row.answered ?? 0;
  sums.openValues[at] = row.open?.value ?? Number.NaN;
  sums.openStatus[at] = row.open?.status ?? 0;
  sums.openRows[at] = row.open?.rows ?? 0;
}

export type SumOfRow = Pick<ObservationRow, 'refused' | 'answered' | 'open'>;

/** In the order of the columns of tables and files: refused_rows, answered_rows, open_value, open_status, open_rows; NaN = nothing. */
export function sumCells({ refused = 0, answered = 0, open }: SumOfRow): number[] {
  return [
    refused === 0 ? Number.NaN : refused,
    answered === 0 ? Number.NaN : answered,
    open?.value ?? Number.NaN,
    open?.status ?? Number.NaN,
    open?.rows ?? Number.NaN,
  ];
}

export function sumAt(sums: OpenSums | null, at: number): SumOfRow {
  if (sums === null) return {};
  const [refused, answered, rows] = [sums.refused[at] ?? 0, sums.answered[at] ?? 0, sums.openRows[at] ?? 0];
  return {
    ...(refused === 0 ? {} : { refused }),
    ...(answered === 0 ? {} : { answered }),
    ...(rows === 0 ? {} : { open: openOf(sums.openValues[at], sums.openStatus[at], rows) }),
  };
}

/** @param value null or undefined = unknown */
export function openOf(value: unknown, status: unknown, rows: unknown): OpenSum {
  return {
    value: value === null || value === undefined ? Number.NaN : Number(value),
    status: Number(status) as ObservationStatus,
    rows: Number(rows),
  };
}

/** The status of a part that is none. */
export const noPart = 255;

/** Collects rows one by one. */
export class ObservationColumns {
  readonly #ids: string[] = [];
  readonly #index = new Map<string, number>();
  readonly #series: number[] = [];
  readonly #periods: number[] = [];
  readonly #values: number[] = [];
  readonly #status: number[] = [];
  readonly #batchSeqs: number[] = [];
  readonly #parts = new Map<number, Word>();
  readonly #sums = new Map<number, SumOfRow>();
  readonly #covariates = new CovariateCollector();

  get rows(): number {
    return this.#series.length;
  }

  add(row: ObservationRow, batchSeq: number): void {
    let series = this.#index.get(row.seriesId);
    if (series === undefined) {
      series = this.#ids.push(row.seriesId) - 1;
      this.#index.set(row.seriesId, series);
    }
    this.#covariates.add(this.#series.length, row.covariates);
    if (row.part !== undefined) this.#parts.set(this.#series.length, row.part);
    if (row.refused !== undefined || row.answered !== undefined || row.open !== undefined)
      this.#sums.set(this.#series.length, row);
    this.#series.push(series);
    this.#periods.push(row.period);
    this.#values.push(row.value);
    this.#status.push(row.status);
    this.#batchSeqs.push(batchSeq);
  }

  end(): ObservationArrays {
    return {
      ids: this.#ids,
      series: Int32Array.from(this.#series),
      periods: Int32Array.from(this.#periods),
      values: Float64Array.from(this.#values),
      status: Uint8Array.from(this.#status),
      batchSeqs: Float64Array.from(this.#batchSeqs),
      parts: this.#partsEnd(),
      sums: this.#sumsEnd(),
      covariates: this.#covariates.end(this.#series.length),
    };
  }

  #sumsEnd(): OpenSums | null {
    if (this.#sums.size === 0) return null;
    const sums = newSums(this.rows);
    for (const [at, row] of this.#sums) setSum(sums, at, row);
    return sums;
  }

  #partsEnd(): ObservationArrays['parts'] {
    if (this.#parts.size === 0) return null;
    const values = new Float64Array(this.rows).fill(Number.NaN);
    const status = new Uint8Array(this.rows).fill(noPart);
    for (const [at, part] of this.#parts) {
      values[at] = part.value;
      status[at] = part.status;
    }
    return { values, status };
  }
}

export function buffersOf(arrays: ObservationArrays): Transferable[] {
  const { series, periods, values, status, batchSeqs, parts, sums, covariates } = arrays;
  const known = covariates.map((column) => column.values);
  const own = [
    ...(parts === null ? [] : [parts.values, parts.status]),
    ...(sums === null ? [] : [sums.refused, sums.answered, sums.openValues, sums.openStatus, sums.openRows]),
  ];
  return [series, periods, values, status, batchSeqs, ...own, ...known].map(
    (array) => array.buffer as Transferable,
  );
}

/** Row number `at` as an object. */
export function rowAt(arrays: ObservationArrays, at: number): ObservationRow {
  const covariates = valuesAt(arrays.covariates, at);
  const partStatus = arrays.parts?.status[at] ?? noPart;
  return {
    seriesId: arrays.ids[arrays.series[at] ?? 0] ?? '',
    period: arrays.periods[at] ?? 0,
    value: arrays.values[at] ?? Number.NaN,
    status: (arrays.status[at] ?? 0) as ObservationStatus,
    ...(partStatus === noPart
      ? {}
      : { part: { value: arrays.parts?.values[at] ?? Number.NaN, status: partStatus as ObservationStatus } }),
    ...sumAt(arrays.sums, at),
    ...(covariates === undefined ? {} : { covariates }),
  };
}
