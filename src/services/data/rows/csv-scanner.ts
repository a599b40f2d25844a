// Splits CSV bytes (RFC 4180, any one-byte delimiter and quote) into records without building strings: the caller decodes
// the fields it needs. Lines may end in LF, CRLF or CR; fields in quotes may hold delimiters and line ends.
//
// A quote that is not closed where it should be would swallow lines. So a record of more than one line must prove itself:
// it has the form of the file's rows, and no line in it is a row on its own. One that fails is refused as its first line
// alone, and the lines after it are read again, each for itself.

const lf = 0x0a;
const cr = 0x0d;

/** One record: where its fields lie in `bytes`. Reused between records; valid until the call returns. */
export interface CsvRecord {
  bytes: Uint8Array;
  /** Counted from 1, header included. */
  number: number;
  /** Its first line, counted from 1. */
  line: number;
  start: number;
  end: number;
  fieldCount: number;
  /** Shape [fieldCount], quotes not included. */
  readonly fieldStart: Int32Array;
  readonly fieldEnd: Int32Array;
  /** 1 where the field was quoted, 2 where it also holds doubled quotes that must be undone. */
  readonly fieldQuoted: Uint8Array;
  readonly quote: string;
  /** What is wrong with the record's form; null when nothing is. */
  problem: string | null;
}

export interface CsvScannerOptions {
  readonly delimiter: string;
  /** Null = no quotes: each line is a record. Default `"`. */
  readonly quote?: string | null;
  /** Lines that begin with this are passed over. Default null = none. */
  readonly comment?: string | null;
  /** Lines to pass over at the top. Default 0. */
  readonly skipLines?: number;
  readonly fieldsMax: number;
  /** A record longer than this is none: a quote that is not closed, or no CSV file at all. */
  readonly recordBytesMax: number;
  /** Called for every record that is not an empty line. */
  readonly onRecord: (record: CsvRecord) => void;
  /** Whether a record of several lines has the form of a row. Default: it has. */
  readonly isRow?: (record: CsvRecord) => boolean;
  /** Whether a line inside a cell is a row by itself, so that a quote must have swallowed it. Default: it is not. */
  readonly isSwallowed?: (record: CsvRecord) => boolean;
}

/**
 * A push scanner: feed chunks of any size to `push`, then call `end`. Memory is one chunk and one record.
 * `push` returns null, or the reason why the file cannot be read any further. Cost: one pass over the bytes.
 */
export class CsvScanner {
  readonly #options: CsvScannerOptions;
  readonly #reader: RecordReader;
  /** For lines inside cells. */
  readonly #probe: RecordReader;
  readonly #comment: Uint8Array | null;
  #rest: Uint8Array = new Uint8Array(0);
  #joined: Uint8Array = new Uint8Array(0);
  #number = 0;
  /** That of the next record. */
  #line = 1;

  constructor(options: CsvScannerOptions) {
    this.#options = options;
    this.#reader = new RecordReader(options);
    this.#probe = new RecordReader(options);
    const { comment = null } = options;
    this.#comment = comment === null || comment === '' ? null : new TextEncoder().encode(comment);
  }

  /** The record that `onRecord` is called with. */
  get record(): CsvRecord {
    return this.#reader.record;
  }

  push(chunk: Uint8Array): string | null {
    const bytes = this.#rest.length === 0 ? chunk : this.#join(chunk);
    const { recordBytesMax } = this.#options;
    let at = this.#scan(bytes, 0, false);
    while (bytes.length - at > recordBytesMax) {
      const next = this.#refuseOpening(bytes, at, bytes.length);
      if (next < 0)
        return `line ${this.#line} is longer than ${recordBytesMax} bytes: this is not a CSV file`;
      at = this.#scan(bytes, next, false);
    }
    this.#rest = bytes.slice(at);
    return null;
  }

  /** What is left of the chunks before, and this one. The memory is used again: nobody keeps the bytes of a record. */
  #join(chunk: Uint8Array): Uint8Array {
    const rest = this.#rest;
    const length = rest.length + chunk.length;
    if (this.#joined.length < length) this.#joined = new Uint8Array(length + (length >> 3));
    this.#joined.set(rest);
    this.#joined.set(chunk, rest.length);
    return this.#joined.subarray(0, length);
  }

  end(): void {
    const bytes = this.#rest;
    let at = this.#scan(bytes, 0, true);
    while (at < bytes.length) at = this.#scan(bytes, this.#refuseOpening(bytes, at, bytes.length), true);
    this.#rest = bytes.subarray(at);
  }

  /** Emits every whole record from `from` on; returns where the first one begins that is not whole. */
  #scan(bytes: Uint8Array, from: number, last: boolean): number {
    const reader = this.#reader;
    const { skipLines = 0 } = this.#options;
    let at = from;
    while (at < bytes.length) {
      if (this.#line <= skipLines || this.#isComment(bytes, at)) {
        const next = nextLine(bytes, at, last);
        if (next < 0) return at;
        this.#line += 1;
        at = next;
        continue;
      }
      const next = reader.read(bytes, at, last);
      if (next < 0) return at;
      if (reader.lineEndAt >= 0 && !this.#isWhole(bytes, at)) {
        at = this.#refuseOpening(bytes, at, reader.record.end);
        continue;
      }
      this.#emit(bytes, at);
      this.#line += 1 + reader.lineEnds;
      at = next;
    }
    return at;
  }

  #isComment(bytes: Uint8Array, at: number): boolean {
    const comment = this.#comment;
    if (comment === null) return false;
    for (let i = 0; i < comment.length; i++) if (bytes[at + i] !== comment[i]) return false;
    return true;
  }

  /** Of a record of several lines: it has the form of a row, and no line in it is one. */
  #isWhole(bytes: Uint8Array, start: number): boolean {
    const { record, lineEndAt } = this.#reader;
    record.bytes = bytes;
    record.start = start;
    if (record.problem !== null || this.#options.isRow?.(record) === false) return false;
    if (this.#options.isSwallowed === undefined) return true;
    for (let from = afterLineEnd(bytes, lineEndAt); from < record.end; ) {
      const to = lineEndOf(bytes, from, record.end);
      // The last line also holds what follows the cell: it tells only where the first line could do without the quote.
      const tells = to < record.end || this.#opensRow(bytes, start);
      if (tells && this.#isSwallowed(bytes, from, to)) return false;
      from = afterLineEnd(bytes, to);
    }
    return true;
  }

  /** The first line of a record is a row by itself, but for the quote that it leaves open. */
  #opensRow(bytes: Uint8Array, start: number): boolean {
    const { lineEndAt, openedAt } = this.#reader;
    const { record } = this.#probe;
    const without = concat(bytes.subarray(start, openedAt - 1), bytes.subarray(openedAt, lineEndAt));
    record.bytes = without;
    record.start = 0;
    const next = this.#probe.read(without, 0, true);
    const isRow = (): boolean => this.#options.isRow?.(record) !== false;
    if (next >= 0 && record.problem === null && isRow()) return true;
    this.#probe.split(without, 0, without.length);
    return isRow();
  }

  #isSwallowed(bytes: Uint8Array, from: number, to: number): boolean {
    const { record } = this.#probe;
    const line = bytes.subarray(from, to);
    if (line.length === 0) return false;
    record.bytes = line;
    record.start = 0;
    const next = this.#probe.read(line, 0, true);
    if (next >= 0 && record.problem === null && this.#options.isSwallowed?.(record) === true) return true;
    this.#probe.split(line, 0, line.length);
    return this.#options.isSwallowed?.(record) === true;
  }

  /** Emits the first line of the record at `start` as a broken one; returns where the next line begins, or -1. */
  #refuseOpening(bytes: Uint8Array, start: number, end: number): number {
    const reader = this.#reader;
    const { lineEndAt, lineEnds } = reader;
    if (lineEndAt < 0 && end - start > this.#options.recordBytesMax) return -1;
    const to = lineEndAt < 0 ? end : lineEndAt;
    const first = this.#line;
    // A line end at the very end begins no further line.
    const more = lineEnds - (bytes[end - 1] === lf || bytes[end - 1] === cr ? 1 : 0);
    reader.split(bytes, start, to);
    reader.record.problem =
      more <= 0
        ? `line ${first} opens a quote that is not closed`
        : `line ${first} opens a quote that would make one row of lines ${first} to ${first + more}: these are read by themselves`;
    this.#emit(bytes, start);
    this.#line += 1;
    return afterLineEnd(bytes, to);
  }

  #emit(bytes: Uint8Array, start: number): void {
    const { record } = this.#reader;
    if (start === record.end) return;
    this.#number += 1;
    record.bytes = bytes;
    record.number = this.#number;
    record.line = this.#line;
    record.start = start;
    this.#options.onRecord(record);
  }
}

/** Finds the fields of one record at a time. */
class RecordReader {
  readonly record: CsvRecord;
  /** Line ends inside quotes, of the record read last or of what is there of it. */
  lineEnds = 0;
  /** Where the first of them is; -1 without any. */
  lineEndAt = -1;
  /** Where the field begins, past its quote, that holds the first of them. */
  openedAt = -1;
  readonly #delimiter: number;
  readonly #quote: number;

  constructor({ delimiter, quote = '"', fieldsMax }: CsvScannerOptions) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#quote = quote === null ? -1 : quote.charCodeAt(0);
    this.record = {
      bytes: new Uint8Array(0),
      number: 0,
      line: 0,
      start: 0,
      end: 0,
      fieldCount: 0,
      fieldStart: new Int32Array(fieldsMax),
      fieldEnd: new Int32Array(fieldsMax),
      fieldQuoted: new Uint8Array(fieldsMax),
      quote: quote ?? '"',
      problem: null,
    };
  }

  /** Reads one record from `start`; returns where the next one begins, or -1 when its end is not in `bytes` yet. */
  read(bytes: Uint8Array, start: number, last: boolean): number {
    const { fieldStart, fieldEnd, fieldQuoted } = this.record;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const length = bytes.length;
    const fieldsMax = fieldStart.length;
    let problem: string | null = null;
    let count = 0;
    let at = start;
    this.lineEnds = 0;
    this.lineEndAt = -1;
    for (;;) {
      let from = at;
      let to: number;
      let quoted = 0;
      if (at < length && bytes[at] === quote) {
        from = at + 1;
        to = this.#closing(bytes, from, last);
        if (to < 0) return -1;
        quoted = this.#hasDoubled ? 2 : 1;
        at = to + 1;
        const after = at < length ? bytes[at]! : lf;
        if (after !== delimiter && after !== lf && after !== cr) {
          problem = 'text follows a closing quote';
          while (at < length && bytes[at] !== delimiter && bytes[at] !== lf && bytes[at] !== cr) at += 1;
        }
      } else {
        while (at < length) {
          const byte = bytes[at]!;
          if (byte === delimiter || byte === lf || byte === cr) break;
          at += 1;
        }
        to = at;
      }
      if (at >= length && !last) return -1;
      if (count < fieldsMax) {
        fieldStart[count] = from;
        fieldEnd[count] = to;
        fieldQuoted[count] = quoted;
      }
      count += 1;
      if (at < length && bytes[at] === delimiter) {
        at += 1;
        continue;
      }
      // A CR at the very end may be half of a CRLF: wait for the next chunk.
      if (at < length && bytes[at] === cr && at + 1 >= length && !last) return -1;
      this.record.end = at;
      this.record.fieldCount = count;
      this.record.problem = problem;
      return at < length ? afterLineEnd(bytes, at) : at;
    }
  }

  #hasDoubled = false;

  /** Where the quote is that closes a field; -1 when it is not in `bytes` yet, or never. */
  #closing(bytes: Uint8Array, from: number, last: boolean): number {
    const quote = this.#quote;
    const length = bytes.length;
    this.#hasDoubled = false;
    for (let at = from; at < length; at++) {
      const byte = bytes[at]!;
      if (byte === lf || byte === cr) {
        if (byte === cr && bytes[at + 1] === lf) at += 1;
        if (this.lineEndAt < 0) {
          this.lineEndAt = byte === cr && bytes[at] === lf ? at - 1 : at;
          this.openedAt = from;
        }
        this.lineEnds += 1;
      } else if (byte === quote) {
        if (at + 1 >= length) return last ? at : -1;
        if (bytes[at + 1] !== quote) return at;
        this.#hasDoubled = true;
        at += 1;
      }
    }
    return -1;
  }

  /** A line as fields between delimiters, whatever the quotes in it say. */
  split(bytes: Uint8Array, start: number, end: number): void {
    const { record } = this;
    let count = 0;
    let from = start;
    for (let at = start; at <= end; at++) {
      if (at < end && bytes[at] !== this.#delimiter) continue;
      if (count < record.fieldStart.length) this.#bare(bytes, count, { from, to: at });
      count += 1;
      from = at + 1;
    }
    record.end = end;
    record.fieldCount = count;
    record.problem = null;
  }

  /** Sets a field without the quotes around it. */
  #bare(bytes: Uint8Array, field: number, { from, to }: { from: number; to: number }): void {
    const { record } = this;
    let start = from;
    let end = to;
    while (start < end && bytes[start] === this.#quote) start += 1;
    while (end > start && bytes[end - 1] === this.#quote) end -= 1;
    record.fieldStart[field] = start;
    record.fieldEnd[field] = end;
    record.fieldQuoted[field] = 0;
  }
}

/** Where the line of `from` ends, at most `end`. */
function lineEndOf(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== lf && bytes[at] !== cr) at += 1;
  return at;
}

/** Past the line end at `at`; past the end where there is none. */
function afterLineEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === cr && bytes[at + 1] === lf) return at + 2;
  return Math.min(bytes.length, at + 1);
}

/** Where the next line begins; -1 when that cannot be known yet. */
function nextLine(bytes: Uint8Array, from: number, last: boolean): number {
  const at = lineEndOf(bytes, from, bytes.length);
  if (!last && (at >= bytes.length || (bytes[at] === cr && at + 1 >= bytes.length))) return -1;
  return afterLineEnd(bytes, at);
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** One field as text, doubled quotes undone. */
export function fieldText(record: CsvRecord, index: number): string {
  const from = record.fieldStart[index] ?? 0;
  const to = record.fieldEnd[index] ?? 0;
  const text = shortText(record.bytes, from, to);
  return record.fieldQuoted[index] === 2 ? text.replaceAll(record.quote + record.quote, record.quote) : text;
}

/** Bytes as text: ASCII of a few characters is decoded here, which is faster than a call into the platform. */
export function shortText(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 24) return decoder.decode(bytes.subarray(from, to));
  let text = '';
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte > 127) return decoder.decode(bytes.subarray(from, to));
    text += String.fromCharCode(byte);
  }
  return text;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
