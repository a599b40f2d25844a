// Observations as columns, the form in which they travel between threads.

import type { Transferable } from 'node:worker_threads';

import type { ObservationStatus } from '../../../core/index.ts';
import type { ObservationRow, Word } from '../../../storage/ports/index.ts';
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
  /** What the rows say beside demand; [] = nothing. */
  readonly covariates: readonly CovariateArray[];
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
      covariates: this.#covariates.end(this.#series.length),
    };
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
  const { series, periods, values, status, batchSeqs, parts, covariates } = arrays;
  const known = covariates.map((column) => column.values);
  const own = parts === null ? [] : [parts.values, parts.status];
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
    ...(covariates === undefined ? {} : { covariates }),
  };
}
