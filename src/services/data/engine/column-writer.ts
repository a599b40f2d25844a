// Moves rows from JavaScript into a table of the engine, column by column, a vector of 2,048 rows at a time.

import {
  BIGINT,
  DOUBLE,
  type DuckDBAppender,
  DuckDBDataChunk,
  type DuckDBType,
  INTEGER,
  UTINYINT,
  VARCHAR,
} from '@duckdb/node-api';

import type { Engine } from './engine.ts';

const vectorRows = 2048;

/** Column types by their names in SQL; NaN in a DOUBLE column is written as NULL. */
export type WriterType = 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'UTINYINT';

const types: Record<WriterType, DuckDBType> = { INTEGER, BIGINT, DOUBLE, UTINYINT };

/** What the engine keeps of a column of numbers: written whole, and null row by row. */
interface NumberVector {
  readonly items: { set(values: ArrayLike<number>): void; [row: number]: number };
  setItem(row: number, value: number | bigint | null): void;
  flush(): void;
}

export class ColumnWriter {
  rows = 0;
  readonly #appender: DuckDBAppender;
  readonly #types: readonly WriterType[];
  readonly #buffers: Float64Array[];
  readonly #texts: (string | null)[][];
  #filled = 0;
  /** Used again for each full vector. */
  #whole: DuckDBDataChunk | null = null;

  private constructor(appender: DuckDBAppender, columnTypes: readonly WriterType[], textCount: number) {
    this.#appender = appender;
    this.#types = columnTypes;
    this.#buffers = columnTypes.map(() => new Float64Array(vectorRows));
    this.#texts = Array.from({ length: textCount }, () => new Array<string | null>(vectorRows).fill(null));
  }

  /** Creates the table; columns of texts come after the others. */
  static async create(
    engine: Engine,
    table: string,
    columns: Readonly<Record<string, WriterType>>,
    texts: readonly string[] = [],
  ): Promise<ColumnWriter> {
    const definitions = [
      ...Object.entries(columns).map(([name, type]) => `${name} ${type}`),
      ...texts.map((name) => `${name} VARCHAR`),
    ];
    await engine.run(`CREATE TABLE ${table} (${definitions.join(', ')})`);
    const appender = await engine.writing.createAppender(table);
    return new ColumnWriter(appender, Object.values(columns), texts.length);
  }

  /** A text of the row that the next `push` ends; what is not set is null. */
  setText(column: number, text: string | null): void {
    (this.#texts[column] as (string | null)[])[this.#filled] = text;
  }

  /** Values in the order of the columns; integers must be integers in range. */
  push(...values: readonly number[]): void {
    for (let i = 0; i < values.length; i++) (this.#buffers[i] as Float64Array)[this.#filled] = values[i] ?? 0;
    this.next();
  }

  /** One number of the row that `next` ends: for rows by the million. */
  set(column: number, value: number): void {
    (this.#buffers[column] as Float64Array)[this.#filled] = value;
  }

  /** Ends a row of which `set` has said every number. */
  next(): void {
    this.#filled += 1;
    this.rows += 1;
    if (this.#filled === vectorRows) this.#flush();
  }

  /** Writes the rest and makes the rows visible. */
  end(): void {
    if (this.#filled > 0) this.#flush();
    this.#appender.closeSync();
  }

  #flush(): void {
    const chunk = this.#chunk();
    this.#types.forEach((type, i) => {
      const vector = chunk.getColumnVector(i) as unknown as NumberVector;
      writeNumbers(vector, type, (this.#buffers[i] as Float64Array).subarray(0, this.#filled));
    });
    this.#texts.forEach((buffer, i) => {
      const vector = chunk.getColumnVector(this.#types.length + i) as unknown as {
        setItem(index: number, value: string | null): void;
        flush(): void;
      };
      for (let row = 0; row < this.#filled; row++) vector.setItem(row, buffer[row] ?? null);
      vector.flush();
      buffer.fill(null);
    });
    this.#appender.appendDataChunk(chunk);
    this.#filled = 0;
  }

  #chunk(): DuckDBDataChunk {
    const isWhole = this.#filled === vectorRows;
    if (isWhole && this.#whole !== null) {
      this.#whole.reset();
      this.#whole.rowCount = vectorRows;
      return this.#whole;
    }
    const columns = [...this.#types.map((type) => types[type]), ...this.#texts.map(() => VARCHAR)];
    const chunk = DuckDBDataChunk.create(columns, this.#filled);
    if (isWhole) this.#whole = chunk;
    return chunk;
  }
}

function writeNumbers(vector: NumberVector, type: WriterType, values: Float64Array): void {
  if (type === 'BIGINT')
    for (let row = 0; row < values.length; row++) vector.setItem(row, BigInt(values[row]!));
  else {
    vector.items.set(values);
    if (type === 'DOUBLE')
      for (let row = 0; row < values.length; row++) if (Number.isNaN(values[row])) vector.setItem(row, null);
  }
  vector.flush();
}
