// Where a bench prepares public data: SQL over the files of the data folder, results into a temporary one. Nothing of it
// gets into the repository.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export class Workshop {
  /** Where the public datasets lie, see its README. */
  readonly folder: string;
  /** For what is prepared; removed by `close`. */
  readonly scratch: string;
  /** Tells a quick look from a measurement: about one series in ten. */
  readonly quick: boolean;
  readonly #connection: DuckDBConnection;
  readonly #made: Map<string, Promise<string>> = new Map();

  private constructor(folder: string, of: { scratch: string; quick: boolean; connection: DuckDBConnection }) {
    this.folder = folder;
    this.scratch = of.scratch;
    this.quick = of.quick;
    this.#connection = of.connection;
  }

  static async open(folder: string, quick: boolean): Promise<Workshop> {
    const scratch = await mkdtemp(join(tmpdir(), 'almanac-bench-'));
    const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '4GB' });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    return new Workshop(folder, { scratch, quick, connection });
  }

  async run(sql: string): Promise<void> {
    await this.#connection.run(sql);
  }

  async rows(sql: string): Promise<unknown[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRowsJS() as unknown[][];
  }

  /** A file of the data folder as a table in SQL; all columns are text when `text` is asked for. */
  file(path: string, text = false): string {
    return `read_csv('${join(this.folder, path)}'${text ? ', all_varchar = true' : ''})`;
  }

  /** SQL condition that keeps every series, or about one in ten on a quick look. */
  sample(column: string): string {
    return this.quick ? `hash(CAST(${column} AS VARCHAR)) % 10 = 0` : 'true';
  }

  /** The path of a Parquet file with the rows of a query; made once, however often it is asked for. */
  prepare(name: string, sql: () => string | Promise<string>): Promise<string> {
    let made = this.#made.get(name);
    if (made === undefined) {
      made = this.#make(name, sql);
      this.#made.set(name, made);
    }
    return made;
  }

  async #make(name: string, sql: () => string | Promise<string>): Promise<string> {
    const path = join(this.scratch, `${name}.parquet`);
    await this.run(`COPY (${await sql()}) TO '${path}' (FORMAT parquet)`);
    return path;
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    await rm(this.scratch, { recursive: true, force: true });
  }
}
