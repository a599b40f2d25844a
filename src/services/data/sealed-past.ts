// Demand that has left the tail, as asked for by periods: what baselines need of the time before a forecast.

import type { SegmentRecord } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { noRow, type SealedValues } from './engine/sealed-task.ts';
import { localSegments } from './segments.ts';

/** Series × periods that are held at once: 48 MB. */
const cellsHeldMax = 4_000_000;
/** Answers kept: who asks for a report asks again soon, and segments never change. */
const keptMax = 2;

interface Kept {
  readonly project: string;
  readonly key: string;
  readonly past: Promise<SealedPast>;
}

const nothing = { values: new Float64Array(0), batchSeqs: new Int32Array(0), isCut: false };

/** What segments say of the periods `from … to`, of as many series as fit. */
export class SealedPast {
  readonly #values: SealedValues;

  constructor(values: SealedValues) {
    this.#values = values;
  }

  get from(): number {
    return this.#values.from;
  }

  get to(): number {
    return this.#values.to;
  }

  /** Demand; NaN = unknown, also of a series that did not fit; +∞ = a stock-out, −∞ = no row. Cost: O(log series). */
  at(seriesId: string, period: number): number {
    const cell = this.#cellOf(seriesId, period);
    if (cell >= 0) return this.#values.values[cell] as number;
    const { isCut, seriesIds } = this.#values;
    return isCut && seriesId > (seriesIds.at(-1) ?? '') ? Number.NaN : noRow;
  }

  /** The batch that says so; 0 = no row. */
  batchSeqAt(seriesId: string, period: number): number {
    const cell = this.#cellOf(seriesId, period);
    return cell < 0 ? 0 : (this.#values.batchSeqs[cell] as number);
  }

  #cellOf(seriesId: string, period: number): number {
    const { from, to, seriesIds } = this.#values;
    const place = placeOf(seriesIds, seriesId);
    return place < 0 || period < from || period > to ? -1 : place * (to - from + 1) + period - from;
  }
}

/** Reads sealed periods, each answer once while no segment is added or removed. */
export class SealedReader {
  readonly #context: Pick<DataContext, 'store' | 'files' | 'engine' | 'limitMs'>;
  readonly #cellsMax: number;
  #kept: readonly Kept[] = [];

  constructor(
    context: Pick<DataContext, 'store' | 'files' | 'engine' | 'limitMs'>,
    { cellsMax = cellsHeldMax }: { readonly cellsMax?: number } = {},
  ) {
    this.#context = context;
    this.#cellsMax = cellsMax;
  }

  /**
   * @param range inclusive
   * @param series some; default: all, of which as many as fit are read
   * Cost: one task of the engine over the segments that hold such periods, or none
   */
  async read(
    project: string,
    range: { readonly from: number; readonly to: number },
    series?: readonly string[],
  ): Promise<SealedPast> {
    const all = await this.#context.store.listSegments(project, { batchSeqMax: Number.MAX_SAFE_INTEGER });
    const near = all.filter(({ periodMin, periodMax }) => periodMin <= range.to && periodMax >= range.from);
    if (near.length === 0) return new SealedPast({ ...range, seriesIds: [], ...nothing });
    const key = [
      project,
      range.from,
      range.to,
      ...(series === undefined ? [] : [JSON.stringify(series)]),
      ...near.map(({ hash, batchSeqMin }) => `${hash} ${batchSeqMin}`),
    ].join();
    const known = this.#kept.find((each) => each.key === key);
    if (known !== undefined) return await known.past;
    const kept = { project, key, past: this.#ask(near, { ...range, series }) };
    this.#kept = [kept, ...this.#kept].slice(0, keptMax);
    // What failed is asked for again.
    kept.past.catch(() => {
      this.#kept = this.#kept.filter((each) => each !== kept);
    });
    return await kept.past;
  }

  forget(project: string): void {
    this.#kept = this.#kept.filter((each) => each.project !== project);
  }

  async #ask(
    records: readonly SegmentRecord[],
    of: {
      readonly from: number;
      readonly to: number;
      readonly series: readonly string[] | undefined;
    },
  ): Promise<SealedPast> {
    const { engine, limitMs } = this.#context;
    const segments = await localSegments(this.#context, records);
    const input = { segments, ...of, cellsMax: this.#cellsMax };
    return new SealedPast(await engine.run('sealed', input, { limitMs }));
  }
}

function placeOf(ids: readonly string[], id: string): number {
  let [low, high] = [0, ids.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = ids[middle] as string;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
