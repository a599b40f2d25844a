// JSON to raw rows: one object per line (NDJSON), or one array of objects (bodies only, as it must be held whole).

import {
  AppError,
  exactJsonText,
  isRounded,
  itemTexts,
  parseExactJson,
  repeatsKey,
} from '../../../core/index.ts';
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
/** As many digits as a whole number past 2^53 has at least. */
const longDigits = /\d{16}/;

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
    this.#objects.add(value, () => text, repeatsKey(text, value));
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
    const text = new TextDecoder().decode(joined(this.#chunks));
    let rows: unknown;
    try {
      rows = JSON.parse(text);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : '';
      throw new AppError('data/damaged-file', `${this.#options.name} is not valid JSON: ${reason}`, {
        cause,
      });
    }
    if (!Array.isArray(rows))
      throw new AppError('data/unsupported-format', `${this.#options.name} must be an array of objects`);
    let items: readonly string[] | null = null;
    const textOfItem = (i: number): string => {
      items ??= itemTexts(text);
      return items[i] ?? '';
    };
    const someRepeat = repeatsKey(text, rows);
    const objects = new ObjectRows(this.#options);
    for (const [i, row] of rows.entries())
      objects.add(row, () => textOfItem(i), someRepeat && repeatsKey(textOfItem(i), row));
    objects.end();
  }
}

class ObjectRows {
  readonly #name: string;
  readonly #fields: RowFields;
  readonly #sink: RowSink;
  readonly #row: RawRow;
  readonly #unseen: Set<string>;
  /** A number of this row may have lost digits. */
  #hasRounded = false;
  /** One is past what a number can be: JSON would keep it as null. */
  #hasInfinite = false;
  #count = 0;
  /** Lines that are no objects say nothing of columns. */
  #hasObject = false;

  constructor(options: Options) {
    this.#name = options.name;
    this.#fields = options.fields;
    this.#sink = options.sink;
    this.#row = newRawRow(options.fields);
    this.#unseen = new Set(options.mixed ? [] : neededColumns(options.fields));
  }

  /** @param text what the value was parsed from, of which some digits may be needed; `repeats` = it names a field twice */
  add(value: unknown, text: () => string, repeats: boolean): void {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      this.broken('it is not an object', value);
      return;
    }
    this.#hasObject = true;
    for (const name of this.#unseen) if (Object.hasOwn(value, name)) this.#unseen.delete(name);
    if (repeats) {
      this.broken('it names a field twice', text());
      return;
    }
    const row = this.#begin(value);
    this.#hasRounded = false;
    this.#hasInfinite = false;
    this.#fill(value);
    const line = this.#hasRounded || this.#hasInfinite ? text() : '';
    if (this.#hasInfinite) row.raw = () => line;
    if (this.#hasRounded && longDigits.test(line)) {
      row.raw = () => line;
      this.#fill(parseExactJson(line) as object);
    }
    this.#sink(row);
    if (this.#count === probeRows) this.#checkSeen();
  }

  #fill(value: object): void {
    const row = this.#row;
    row.problem = null;
    row.problemCode = 'bad-row';
    const { series, time, target, stockout, extras } = this.#fields;
    for (let i = 0; i < series.length; i++) row.series[i] = this.#keyOf(value, series[i] ?? '');
    row.time = time === null ? null : this.#textOf(value, time);
    row.target = target === null ? null : this.#textOf(value, target);
    row.targetIsNumber = target !== null && isNumber(fieldOf(value, target));
    row.targetAbsent = target !== null && !Object.hasOwn(value, target);
    row.stockout = stockout === null ? null : this.#textOf(value, stockout);
    for (let i = 0; i < extras.length; i++) {
      const name = extras[i] ?? '';
      row.extras[i] = this.#textOf(value, name);
      row.extraIsNumber[i] = isNumber(fieldOf(value, name));
      if (isNested(fieldOf(value, name)))
        row.problem ??= `its field ${JSON.stringify(name)} is neither text nor number`;
    }
  }

  /** A part of a series id: a text, or a number that is the same in every writing. */
  #keyOf(object: object, name: string): string | null {
    const value = fieldOf(object, name);
    if (value === null || value === undefined) return null;
    if (typeof value === 'string') return value;
    this.#hasRounded ||= isRounded(value);
    this.#hasInfinite ||= isInfinite(value);
    const isLost = isRounded(value) || isInfinite(value);
    if (typeof value === 'bigint' || (typeof value === 'number' && !isLost)) return String(value);
    this.#row.problem ??= isLost
      ? `its field ${JSON.stringify(name)} is a number past 2^53, whose digits are lost: write it as text`
      : `its field ${JSON.stringify(name)} is ${typeof value === 'boolean' ? value : Array.isArray(value) ? 'a list' : 'an object'}: a series is named by a text or a number`;
    return null;
  }

  /** A field as text; null where it is absent or null. Objects and lists become their JSON, which no rule accepts. */
  #textOf(object: object, name: string): string | null {
    const value = fieldOf(object, name);
    if (value === null || value === undefined) return null;
    if (typeof value === 'string') return value;
    this.#hasRounded ||= isRounded(value);
    this.#hasInfinite ||= isInfinite(value);
    return typeof value === 'object' ? exactJsonText(value) : String(value);
  }

  broken(problem: string, raw: unknown): void {
    const row = this.#begin(raw);
    row.problem = problem;
    this.#sink(row);
  }

  end(): void {
    if (this.#count === 0) throw new AppError('data/no-rows', `${this.#name} holds no row`);
    if (this.#hasObject && this.#count < probeRows) this.#checkSeen();
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

function fieldOf(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function isInfinite(value: unknown): boolean {
  return value === Infinity || value === -Infinity;
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
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
