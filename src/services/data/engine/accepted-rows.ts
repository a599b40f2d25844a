// Where the rows of a file go that keep every rule: into its segment, and, where earlier batches speak of the same periods, into
// a table of the engine that is set beside them.

import { ObservationStatus } from '../../../core/index.ts';
import type { KnownWord, ObservationRow } from '../../../storage/ports/index.ts';
import { addedTo, isAddition } from '../rows/add-words.ts';
import type { CovariateColumn } from '../rows/covariate-rules.ts';
import { ColumnWriter } from './column-writer.ts';
import { writerColumns } from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import { type ObservationArrays, ObservationColumns, rowAt, sumCells } from './observation-columns.ts';
import { SegmentWriter } from './segment-writer.ts';
import {
  countReplaced,
  type EarlierRows,
  knownOf,
  type MetEarlier,
  meetEarlierRows,
  metColumns,
} from './words-task.ts';

export interface AcceptedRowsOptions {
  /** By the number that rows say: their place in the order of ids. */
  readonly ids: readonly string[];
  readonly columns: readonly CovariateColumn[];
  /** The texts of each column by their code. */
  readonly labels: readonly (readonly string[])[];
  readonly segment: string;
  /** What earlier batches say of the periods of the file; null = nothing. */
  readonly earlier: EarlierRows | null;
  /** The rows are added to the earlier ones. */
  readonly isSum: boolean;
}

/** One row per series and period, as the rules made it of the rows of the file. */
export interface AcceptedRow {
  /** Its place in the order of ids. */
  readonly series: number;
  readonly period: number;
  readonly value: number;
  readonly status: ObservationStatus;
  /** Of all columns, NaN = unknown; null = none is known. */
  readonly cells: Float64Array | null;
  /** Of a sum: rows of the period that were refused. */
  readonly refused: number;
}

/** Takes one row per series and period, sorted by them. */
export class AcceptedRows {
  rows = 0;
  /** The first and last period of any row, plans and refused ones too. */
  span: { min: number; max: number } = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  readonly #context: TaskContext;
  readonly #options: AcceptedRowsOptions;
  /** Null where rows change when they are added to earlier ones: they are written after that. */
  #segment: SegmentWriter | null;
  readonly #table: ColumnWriter | null;
  #open = 0;
  /** Rows as they came to be by being added, by `keyOf`: of periods that stay in memory. */
  readonly #changed: Map<string, ObservationRow> = new Map();
  /** Periods after it stay in memory; null = none does. */
  readonly #tailAfter: number | null;

  private constructor(
    context: TaskContext,
    options: AcceptedRowsOptions & { tailAfter: number | null },
    table: ColumnWriter | null,
  ) {
    this.#context = context;
    this.#options = options;
    this.#table = table;
    this.#tailAfter = options.tailAfter;
    this.#segment = options.earlier !== null && options.isSum ? null : this.#openSegment();
  }

  static async open(
    context: TaskContext,
    options: AcceptedRowsOptions & { tailAfter: number | null },
  ): Promise<AcceptedRows> {
    if (options.earlier === null) return new AcceptedRows(context, options, null);
    const table = await ColumnWriter.create(context.engine, 'accepted', {
      k: 'INTEGER',
      p: 'INTEGER',
      v: 'DOUBLE',
      st: 'UTINYINT',
      ...(options.isSum ? { r: 'DOUBLE', ...writerColumns('x', options.columns.length) } : {}),
    });
    return new AcceptedRows(context, options, table);
  }

  #openSegment(): SegmentWriter {
    const { ids, columns, labels, segment, isSum } = this.#options;
    const covariates = columns.map(({ name, isText }, i) => ({
      name,
      labels: isText ? (labels[i] ?? []) : null,
    }));
    // Columns of series come last, and are kept elsewhere.
    const ofRows = covariates.filter((_, i) => columns[i]?.role !== 'static');
    return new SegmentWriter(segment, { ids, columns: ofRows, hasParts: isSum });
  }

  add(row: AcceptedRow): void {
    const { series, period, value, status, cells } = row;
    this.rows += 1;
    if (period < this.span.min) this.span.min = period;
    if (period > this.span.max) this.span.max = period;
    const { isSum, columns } = this.#options;
    if (this.#segment !== null) {
      if (isSum && row.refused > 0) this.#write(this.#segment, row, undefined);
      else this.#segment.add(series, period, value, status, cells);
    }
    const table = this.#table;
    if (table === null) return;
    table.set(0, series);
    table.set(1, period);
    table.set(2, value);
    table.set(3, status);
    if (isSum) {
      table.set(4, row.refused);
      for (let i = 0; i < columns.length; i++) table.set(5 + i, cells?.[i] ?? Number.NaN);
    }
    table.next();
  }

  /** Adds a row to what is known of its period, and writes what that comes to. @returns it was added to something */
  #write(segment: SegmentWriter, row: AcceptedRow, earlier: KnownWord | undefined): boolean {
    const { series, period, value, status, cells, refused } = row;
    const seriesId = this.#options.ids[series] ?? '';
    const own = { seriesId, period, value, status, ...(refused > 0 ? { refused } : {}) };
    const sum = addedTo(own, earlier);
    if (sum.open !== undefined) this.#open += 1;
    if (sum !== own && this.#tailAfter !== null && period > this.#tailAfter)
      this.#changed.set(keyOf(own), sum);
    const columns = this.#options.columns.filter(({ role }) => role !== 'static').length;
    const beside = new Float64Array(columns + 7).fill(Number.NaN);
    if (cells !== null) beside.set(cells.subarray(0, columns));
    if (sum.part !== undefined) beside.set([sum.part.value, sum.part.status], columns);
    beside.set(sumCells(sum), columns + 2);
    segment.add(series, period, sum.value, sum.status, beside);
    return isAddition(own, earlier);
  }

  /** After the last row: sets them beside earlier ones, and ends the segment. */
  async end(): Promise<MetEarlier> {
    const { ids, earlier, isSum } = this.#options;
    let met = { replaced: 0, added: 0 };
    if (this.#table !== null && earlier !== null) {
      this.#table.end();
      const names = await ColumnWriter.create(this.#context.engine, 'ids', { k: 'INTEGER' }, ['id']);
      for (const [k, id] of ids.entries()) {
        names.setText(0, id);
        names.push(k);
      }
      names.end();
      if (isSum) {
        await meetEarlierRows(this.#context, earlier);
        met = { replaced: 0, added: await this.#writeFromTable() };
      } else met = { replaced: await countReplaced(this.#context, earlier), added: 0 };
    }
    this.#segment?.end();
    return { ...met, open: this.#open };
  }

  /** @returns how many rows were added to something */
  async #writeFromTable(): Promise<number> {
    const { engine } = this.#context;
    const segment = this.#openSegment();
    this.#segment = segment;
    const { columns } = this.#options;
    const beside = columns.flatMap(({ role }, i) => (role === 'static' ? [] : [`x${i}`]));
    const fixed = ['k', 'p', 'v', 'st', 'r', ...metColumns];
    const sql = `SELECT ${[...fixed, ...beside].join(', ')} FROM accepted_met ORDER BY k, p`;
    let added = 0;
    for await (const chunk of engine.chunks(sql, this.rows)) {
      const vectors = Array.from({ length: fixed.length + beside.length }, (_, i) =>
        chunk.getColumnVector(i),
      );
      const item = (column: number, row: number): number =>
        (vectors[column]?.getItem(row) as number | null | undefined) ?? Number.NaN;
      for (let at = 0; at < chunk.rowCount; at++) {
        const cells = Float64Array.from(beside, (_, i) => item(fixed.length + i, at));
        const row = {
          series: item(0, at),
          period: item(1, at),
          value: item(2, at),
          status: item(3, at) as ObservationStatus,
          refused: item(4, at),
          cells,
        };
        const earlier = knownOf(item(5, at), item(6, at), item(7, at), item(8, at), item(9, at));
        if (row.status === ObservationStatus.plan || (earlier === undefined && row.refused === 0))
          segment.add(row.series, row.period, row.value, row.status, cells);
        else if (this.#write(segment, row, earlier)) added += 1;
      }
    }
    return added;
  }

  /** The rows of `tail` as they are now that they were added to earlier ones. */
  sums(tail: ObservationArrays): ObservationArrays {
    if (this.#changed.size === 0) return tail;
    const rows = new ObservationColumns();
    for (let i = 0; i < tail.series.length; i++) {
      const row = rowAt(tail, i);
      const sum = row.status === ObservationStatus.plan ? undefined : this.#changed.get(keyOf(row));
      rows.add(sum === undefined ? row : { ...sum, covariates: row.covariates }, tail.batchSeqs[i] ?? 0);
    }
    return rows.end();
  }

  /** Leaves nothing behind but the file, whole or not, so that the rows can be taken once more. */
  async discard(): Promise<void> {
    this.#segment?.close();
    if (this.#table === null) return;
    this.#table.end();
    await this.#context.engine.run('DROP TABLE accepted');
  }

  /** Lets go of the file. */
  close(): void {
    this.#segment?.close();
  }
}

const keyOf = ({ seriesId, period }: Pick<ObservationRow, 'seriesId' | 'period'>): string =>
  `${period} ${seriesId}`;
