// Where the rows of a file go that keep every rule: into its segment, and, where earlier batches speak of the same periods, into
// a table of the engine that is set beside them.

import type { CovariateColumn } from '../rows/covariate-rules.ts';
import { ColumnWriter } from './column-writer.ts';
import { writerColumns } from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import type { ObservationArrays } from './observation-columns.ts';
import { SegmentWriter } from './segment-writer.ts';
import { type EarlierRows, hasParts, type MetEarlier, meetEarlierRows, sumsOfTail } from './words-task.ts';

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

/** Takes one row per series and period, sorted by them. */
export class AcceptedRows {
  rows = 0;
  readonly #context: TaskContext;
  readonly #options: AcceptedRowsOptions;
  /** Null where rows change when they are added to earlier ones: they are written after that. */
  #segment: SegmentWriter | null;
  readonly #table: ColumnWriter | null;

  private constructor(context: TaskContext, options: AcceptedRowsOptions, table: ColumnWriter | null) {
    this.#context = context;
    this.#options = options;
    this.#table = table;
    this.#segment = options.earlier !== null && options.isSum ? null : this.#openSegment(false);
  }

  static async open(context: TaskContext, options: AcceptedRowsOptions): Promise<AcceptedRows> {
    if (options.earlier === null) return new AcceptedRows(context, options, null);
    const table = await ColumnWriter.create(context.engine, 'accepted', {
      k: 'INTEGER',
      p: 'INTEGER',
      v: 'DOUBLE',
      st: 'UTINYINT',
      ...(options.isSum ? writerColumns('x', options.columns.length) : {}),
    });
    return new AcceptedRows(context, options, table);
  }

  #openSegment(hasParts: boolean): SegmentWriter {
    const { ids, columns, labels, segment } = this.#options;
    const covariates = columns.map(({ name, isText }, i) => ({
      name,
      labels: isText ? (labels[i] ?? []) : null,
    }));
    // Columns of series come last, and are kept elsewhere.
    const ofRows = covariates.filter((_, i) => columns[i]?.role !== 'static');
    return new SegmentWriter(segment, { ids, columns: ofRows, hasParts });
  }

  /** @param series its place in the order of ids @param cells of all columns, NaN = unknown; null = none is known */
  add(series: number, period: number, value: number, status: number, cells: Float64Array | null): void {
    this.rows += 1;
    this.#segment?.add(series, period, value, status, cells);
    const table = this.#table;
    if (table === null) return;
    table.set(0, series);
    table.set(1, period);
    table.set(2, value);
    table.set(3, status);
    if (this.#options.isSum)
      for (let i = 0; i < this.#options.columns.length; i++) table.set(4 + i, cells?.[i] ?? Number.NaN);
    table.next();
  }

  /** After the last row: sets them beside earlier ones, and ends the segment. */
  async end(): Promise<MetEarlier> {
    const { ids, earlier, isSum } = this.#options;
    let met: MetEarlier = { replaced: 0, added: 0 };
    if (this.#table !== null && earlier !== null) {
      this.#table.end();
      const names = await ColumnWriter.create(this.#context.engine, 'ids', { k: 'INTEGER' }, ['id']);
      for (const [k, id] of ids.entries()) {
        names.setText(0, id);
        names.push(k);
      }
      names.end();
      met = await meetEarlierRows(this.#context, earlier, isSum);
    }
    if (this.#segment === null) await this.#writeFromTable();
    this.#segment?.end();
    return met;
  }

  async #writeFromTable(): Promise<void> {
    const { engine } = this.#context;
    const withParts = await hasParts(this.#context);
    const segment = this.#openSegment(withParts);
    this.#segment = segment;
    const { columns } = this.#options;
    const beside = [
      ...columns.flatMap(({ role }, i) => (role === 'static' ? [] : [`x${i}`])),
      ...(withParts ? ['part_value', 'part_status'] : []),
    ];
    const sql = `SELECT k, p, v, st${beside.map((name) => `, ${name}`).join('')} FROM accepted ORDER BY k, p`;
    const cells = new Float64Array(beside.length);
    for await (const chunk of engine.chunks(sql, this.rows)) {
      const vectors = Array.from({ length: 4 + beside.length }, (_, i) => chunk.getColumnVector(i));
      const item = (column: number, row: number): number =>
        (vectors[column]?.getItem(row) as number | null | undefined) ?? Number.NaN;
      for (let row = 0; row < chunk.rowCount; row++) {
        for (let i = 0; i < beside.length; i++) cells[i] = item(4 + i, row);
        segment.add(item(0, row), item(1, row), item(2, row), item(3, row), cells);
      }
    }
  }

  /** The rows of `tail`, of periods after `after`, as they are now: see `sumsOfTail`. */
  async sums(tail: ObservationArrays, after: number | null): Promise<ObservationArrays> {
    const { isSum } = this.#options;
    return isSum && this.#table !== null ? sumsOfTail(this.#context, tail, after) : tail;
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
