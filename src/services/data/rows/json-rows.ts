// JSON to raw rows: one object per line (NDJSON), or one array of objects (bodies only, as it must be held whole).

import { AppError } from '../../../core/index.ts';
import {
  neededColumns,
  newRawRow,
  type RawRow,
  type RowFields,
  type RowReader,
  type RowSink,
} from './raw-row.ts';

const newline = 0x0a;
const lineBytesMax = 1024 ** 2;
/** A column that none of this many first objects has is missing, not merely empty. */
const probeRows = 1000;

interface Options {
  readonly name: string;
  readonly fields: RowFields;
  readonly sink: RowSink;
  /** Rows of many senders: a column that none of them has is missing in each, not in the whole. Default false. */
  readonly mixed?: boolean;
}

export class NdjsonRows implements RowReader {
  readonly #options: Options;
  readonly #objects: ObjectRows;
  readonly #decoder = new TextDecoder('utf-8', { fatal: false });
  #rest: Uint8Array = new Uint8Array(0);

  constructor(options: Options) {
    this.#options = options;
    this.#objects = new ObjectRows(options);
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : joined([this.#rest, chunk]);
    let from = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
      this.#line(bytes.subarray(from, end));
      from = end + 1;
    }
    this.#rest = bytes.slice(from);
    if (this.#rest.length > lineBytesMax)
      throw new AppError(
        'data/damaged-file',
        `${this.#options.name} has a line longer than ${lineBytesMax} bytes: it is not NDJSON`,
      );
  }

  end(): void {
    this.#line(this.#rest);
    this.#objects.end();
  }

  #line(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes).trim();
    if (text === '') return;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      this.#objects.broken('the line is not JSON', text);
      return;
    }
    this.#objects.add(value);
  }
}

/** A JSON array held whole. @throws AppError `data/damaged-file`, `data/unsupported-format` */
export class JsonArrayRows implements RowReader {
  readonly #options: Options;
  readonly #chunks: Uint8Array[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk.slice());
  }

  end(): void {
    let rows: unknown;
    try {
      rows = JSON.parse(new TextDecoder().decode(joined(this.#chunks)));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : '';
      throw new AppError('data/damaged-file', `${this.#options.name} is not valid JSON: ${reason}`, {
        cause,
      });
    }
    if (!Array.isArray(rows))
      throw new AppError('data/unsupported-format', `${this.#options.name} must be an array of objects`);
    const objects = new ObjectRows(this.#options);
    for (const row of rows) objects.add(row);
    objects.end();
  }
}

class ObjectRows {
  readonly #name: string;
  readonly #fields: RowFields;
  readonly #sink: RowSink;
  readonly #row: RawRow;
  readonly #unseen: Set<string>;
  #count = 0;

  constructor(options: Options) {
    this.#name = options.name;
    this.#fields = options.fields;
    this.#sink = options.sink;
    this.#row = newRawRow(options.fields);
    this.#unseen = new Set(options.mixed ? [] : neededColumns(options.fields));
  }

  add(value: unknown): void {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      this.broken('it is not an object', value);
      return;
    }
    for (const name of this.#unseen) if (Object.hasOwn(value, name)) this.#unseen.delete(name);
    const row = this.#begin(value);
    row.problem = null;
    const { series, time, target, stockout, extras } = this.#fields;
    for (let i = 0; i < series.length; i++) row.series[i] = textOf(value, series[i] ?? '');
    row.time = time === null ? null : textOf(value, time);
    row.target = target === null ? null : textOf(value, target);
    row.targetAbsent = target !== null && !Object.hasOwn(value, target);
    row.stockout = stockout === null ? null : textOf(value, stockout);
    for (let i = 0; i < extras.length; i++) {
      const name = extras[i] ?? '';
      row.extras[i] = textOf(value, name);
      if (isNested(value, name)) row.problem = `its field ${JSON.stringify(name)} is neither text nor number`;
    }
    this.#sink(row);
    if (this.#count === probeRows) this.#checkSeen();
  }

  broken(problem: string, raw: unknown): void {
    const row = this.#begin(raw);
    row.problem = problem;
    this.#sink(row);
  }

  end(): void {
    if (this.#count === 0) throw new AppError('data/no-rows', `${this.#name} holds no row`);
    if (this.#count < probeRows) this.#checkSeen();
  }

  #begin(raw: unknown): RawRow {
    this.#count += 1;
    this.#row.number = this.#count;
    this.#row.raw = () => raw;
    return this.#row;
  }

  /** A stock-out flag may be left out everywhere; without the others there is nothing to read. */
  #checkSeen(): void {
    const missing = [...this.#unseen].filter((name) => name !== this.#fields.stockout);
    if (missing.length === 0) return;
    throw new AppError(
      'data/missing-column',
      `${this.#name}: no object has the field ${missing.map((name) => JSON.stringify(name)).join(', ')}`,
      { details: { missing } },
    );
  }
}

function isNested(object: object, name: string): boolean {
  const value: unknown = (object as Record<string, unknown>)[name];
  return Object.hasOwn(object, name) && typeof value === 'object' && value !== null;
}

/** A field as text; null where it is absent or null. Objects and arrays become their JSON, which no rule accepts. */
function textOf(object: object, name: string): string | null {
  if (!Object.hasOwn(object, name)) return null;
  const value: unknown = (object as Record<string, unknown>)[name];
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
