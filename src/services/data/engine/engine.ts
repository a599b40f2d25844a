// One DuckDB in memory, for one task, inside the worker. It dies with the task, so nothing one task did (tables,
// settings, a lock-down) can reach another.

import { join } from 'node:path';
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBMaterializedResult,
} from '@duckdb/node-api';

import { AppError } from '../../../core/index.ts';
import type { Progress, WorkerSetup } from './worker-messages.ts';

/** What a task gets from the worker that runs it. */
export interface TaskContext {
  readonly engine: Engine;
  /** The task's own folder; removed when it ends. */
  readonly scratch: string;
  progress(progress: Progress): void;
}

export class Engine {
  readonly connection: DuckDBConnection;
  /**
   * A second connection for appending. An appender on the connection of a streamed result ends that stream, without
   * an error, the first time it flushes.
   */
  readonly writing: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  readonly #signal: AbortSignal;

  private constructor(
    instance: DuckDBInstance,
    signal: AbortSignal,
    connections: { reading: DuckDBConnection; writing: DuckDBConnection },
  ) {
    this.#instance = instance;
    this.#signal = signal;
    // An interrupt ends the query that runs now, and only that: what comes between queries is caught in `check`.
    signal.addEventListener('abort', () => this.connection.interrupt(), { once: true });
    this.connection = connections.reading;
    this.writing = connections.writing;
  }

  static async open(setup: WorkerSetup, scratch: string, signal: AbortSignal): Promise<Engine> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(setup.limits.threads),
      memory_limit: `${Math.floor(setup.limits.memoryBytesMax / 1024 ** 2)}MiB`,
      temp_directory: join(scratch, 'spill'),
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const engine = new Engine(instance, signal, {
      reading: await instance.connect(),
      writing: await instance.connect(),
    });
    // Times with an offset are shown in UTC, whatever zone this machine is in.
    await engine.run("SET TimeZone = 'UTC'");
    return engine;
  }

  async run(sql: string): Promise<DuckDBMaterializedResult> {
    this.check();
    return this.connection.run(sql);
  }

  /**
   * The result of a query, chunk by chunk, without holding it whole.
   * @param rows how many there must be: a stream that breaks off does not always say so
   */
  async *chunks(sql: string, rows: number): AsyncGenerator<DuckDBDataChunk> {
    this.check();
    const result = await this.connection.stream(sql);
    let seen = 0;
    for (;;) {
      const chunk = await result.fetchChunk();
      this.check();
      if (chunk === null || chunk.rowCount === 0) break;
      seen += chunk.rowCount;
      yield chunk;
    }
    if (seen !== rows)
      throw new AppError('data/engine-failed', `a query gave ${seen} rows of ${rows}: it broke off`);
  }

  /** @throws AppError `data/query-timeout` once the task has been told to stop */
  check(): void {
    if (this.#signal.aborted) throw new AppError('data/query-timeout', 'the task was stopped');
  }

  /** First row of a query as plain numbers and strings. */
  async row(sql: string): Promise<(string | number | null)[]> {
    const rows = await this.rows(sql);
    return rows[0] ?? [];
  }

  /** All rows of a small result; 64-bit integers become numbers. */
  async rows(sql: string): Promise<(string | number | null)[][]> {
    const result = await this.run(sql);
    const rows = await result.getRowsJS();
    return rows.map((row) =>
      row.map((value) => (typeof value === 'bigint' ? Number(value) : (value as string | number | null))),
    );
  }

  /** From here on the engine can read and write no file (its own spill files aside), and that cannot be undone. */
  async lockDown(): Promise<void> {
    await this.run('SET enable_external_access = false');
    await this.run('SET lock_configuration = true');
  }

  close(): void {
    this.connection.closeSync();
    this.writing.closeSync();
    this.#instance.closeSync();
  }
}

/** What went wrong in the engine, in our words where they are known. */
export function engineError(cause: unknown, doing: string): AppError {
  if (cause instanceof AppError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const short = message.split('\n')[0] ?? message;
  if (message.includes('Out of Memory'))
    return new AppError('data/out-of-memory', `${doing} ran out of memory: ${short}`, { cause });
  if (message.startsWith('INTERRUPT'))
    return new AppError('data/query-timeout', `${doing} was stopped before it finished`, { cause });
  return new AppError('data/engine-failed', `${doing} failed: ${short}`, { cause });
}
