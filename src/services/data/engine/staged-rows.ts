// The rows of a file between their reading and their settling, to be taken again in the order of series and time. They are kept
// in memory as long as they fit there, and in a table of the engine, which knows how to use the disk, when they do not.

import { ColumnWriter } from './column-writer.ts';
import { writerColumns } from './covariate-columns.ts';
import type { TaskContext } from './engine.ts';
import { StagedMemory } from './staged-memory.ts';
import type { StagedRow, StagedSource } from './staged-row.ts';
import { StagedTable } from './staged-table.ts';

/** About four million rows. */
const memoryBytesMax = 144 * 1024 ** 2;

/** Takes rows in, in the order of their numbers. */
export class StagedRows {
  readonly #context: TaskContext;
  readonly #cells: number;
  readonly #memory: StagedMemory;
  readonly #table: ColumnWriter;

  private constructor(context: TaskContext, of: { cells: number; bytesMax: number; table: ColumnWriter }) {
    this.#context = context;
    this.#cells = of.cells;
    this.#table = of.table;
    this.#memory = new StagedMemory(context, of);
  }

  /** @param of.cells covariate columns of a row */
  static async create(
    context: TaskContext,
    { cells, bytesMax = memoryBytesMax }: { cells: number; bytesMax?: number },
  ): Promise<StagedRows> {
    const table = await ColumnWriter.create(context.engine, 'staged', {
      n: 'DOUBLE',
      s: 'INTEGER',
      p: 'INTEGER',
      t: 'DOUBLE',
      v: 'DOUBLE',
      st: 'UTINYINT',
      ...writerColumns('x', cells),
    });
    return new StagedRows(context, { cells, bytesMax, table });
  }

  push(row: number, of: Omit<StagedRow, 'row' | 'status'>, status: number): void {
    if (this.#memory.isFull) this.#memory.drain((one) => this.#pushTable(one.row, one, one.status));
    if (this.#table.rows === 0) this.#memory.push(row, of, status);
    else this.#pushTable(row, of, status);
  }

  #pushTable(row: number, of: Omit<StagedRow, 'row' | 'status'>, status: number): void {
    const { series, period, instant, value, cells } = of;
    const table = this.#table;
    table.set(0, row);
    table.set(1, series);
    table.set(2, period);
    table.set(3, instant);
    table.set(4, value);
    table.set(5, status);
    for (let i = 0; i < this.#cells; i++) table.set(6 + i, cells?.[i] ?? Number.NaN);
    table.next();
  }

  end(): StagedSource {
    this.#table.end();
    return this.#table.rows === 0
      ? this.#memory
      : new StagedTable(this.#context.engine, { rows: this.#table.rows, cells: this.#cells });
  }
}
