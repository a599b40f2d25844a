// Splits CSV bytes (RFC 4180, any one-byte delimiter) into records without building strings: the caller decodes the
// fields it needs. Lines may end in LF, CRLF or CR; fields in double quotes may hold delimiters and line ends.

const quote = 0x22;
const lf = 0x0a;
const cr = 0x0d;

/** One record: where its fields lie in `bytes`. Reused between records; valid until the call returns. */
export interface CsvRecord {
  bytes: Uint8Array;
  /** Counted from 1, header included. */
  number: number;
  start: number;
  end: number;
  fieldCount: number;
  /** Shape [fieldCount], quotes not included. */
  readonly fieldStart: Int32Array;
  readonly fieldEnd: Int32Array;
  /** 1 where the field was quoted, 2 where it also holds doubled quotes that must be undone. */
  readonly fieldQuoted: Uint8Array;
  /** What is wrong with the record's form; null when nothing is. */
  problem: string | null;
}

export interface CsvScannerOptions {
  readonly delimiter: string;
  readonly fieldsMax: number;
  /** A record longer than this ends the scan: it is an unclosed quote or not a CSV file. */
  readonly recordBytesMax: number;
  /** Called for every record that is not an empty line. */
  readonly onRecord: (record: CsvRecord) => void;
}

/**
 * A push scanner: feed chunks of any size to `push`, then call `end`. Memory is one chunk and one record.
 * `push` and `end` return null, or the reason why the file cannot be read any further. Cost: one pass over the bytes.
 */
export class CsvScanner {
  readonly #options: CsvScannerOptions;
  readonly #delimiter: number;
  readonly #record: CsvRecord;
  #rest: Uint8Array = new Uint8Array(0);
  #number = 0;

  constructor(options: CsvScannerOptions) {
    this.#options = options;
    this.#delimiter = options.delimiter.charCodeAt(0);
    this.#record = {
      bytes: this.#rest,
      number: 0,
      start: 0,
      end: 0,
      fieldCount: 0,
      fieldStart: new Int32Array(options.fieldsMax),
      fieldEnd: new Int32Array(options.fieldsMax),
      fieldQuoted: new Uint8Array(options.fieldsMax),
      problem: null,
    };
  }

  push(chunk: Uint8Array): string | null {
    const bytes = this.#rest.length === 0 ? chunk : concat(this.#rest, chunk);
    const consumed = this.#scan(bytes, false);
    this.#rest = bytes.slice(consumed);
    if (this.#rest.length > this.#options.recordBytesMax)
      return `record ${this.#number + 1} is longer than ${this.#options.recordBytesMax} bytes: a quote is not closed, or this is not a CSV file`;
    return null;
  }

  end(): string | null {
    const consumed = this.#scan(this.#rest, true);
    if (consumed >= this.#rest.length) return null;
    return `record ${this.#number + 1} opens a quote that is never closed`;
  }

  /** Emits every whole record in `bytes`; returns how many bytes they took. */
  #scan(bytes: Uint8Array, last: boolean): number {
    let at = 0;
    while (at < bytes.length) {
      const next = this.#scanRecord(bytes, at, last);
      if (next < 0) return at;
      at = next;
    }
    return at;
  }

  /** Reads one record from `start`; returns where the next one begins, or -1 when its end is not in `bytes` yet. */
  #scanRecord(bytes: Uint8Array, start: number, last: boolean): number {
    const { fieldStart, fieldEnd, fieldQuoted } = this.#record;
    const delimiter = this.#delimiter;
    const length = bytes.length;
    const fieldsMax = fieldStart.length;
    let problem: string | null = null;
    let count = 0;
    let at = start;
    for (;;) {
      let from = at;
      let to: number;
      let quoted = 0;
      if (at < length && bytes[at] === quote) {
        from = at + 1;
        at = from;
        quoted = 1;
        for (;;) {
          at = bytes.indexOf(quote, at);
          if (at < 0) return -1;
          if (at + 1 < length ? bytes[at + 1] !== quote : last) break;
          if (at + 1 >= length) return -1;
          quoted = 2;
          at += 2;
        }
        to = at;
        at += 1;
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
      const end = at;
      // A CR at the very end may be half of a CRLF: wait for the next chunk.
      if (at < length && bytes[at] === cr) {
        if (at + 1 >= length && !last) return -1;
        at += 1;
      }
      if (at < length && bytes[at] === lf) at += 1;
      this.#emit(bytes, { start, end, count, problem });
      return at;
    }
  }

  #emit(
    bytes: Uint8Array,
    found: { start: number; end: number; count: number; problem: string | null },
  ): void {
    if (found.start === found.end) return;
    this.#number += 1;
    const record = this.#record;
    record.bytes = bytes;
    record.number = this.#number;
    record.start = found.start;
    record.end = found.end;
    record.fieldCount = found.count;
    record.problem = found.problem;
    this.#options.onRecord(record);
  }
}

const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

/** One field as text, doubled quotes undone. */
export function fieldText(record: CsvRecord, index: number): string {
  const from = record.fieldStart[index] ?? 0;
  const to = record.fieldEnd[index] ?? 0;
  const text = shortText(record.bytes, from, to);
  return record.fieldQuoted[index] === 2 ? text.replaceAll('""', '"') : text;
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

/**
 * The header and delimiter of a CSV file, from its first bytes.
 * The delimiter is the one of comma, semicolon, tab and bar that the header holds most often outside quotes.
 */
export function readCsvHeader(head: Uint8Array): { columns: string[]; delimiter: string } {
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const bytes = head.subarray(start);
  const delimiter = commonestDelimiter(bytes);
  return { columns: firstRecord(bytes, delimiter).map((name) => name.trim()), delimiter };
}

function commonestDelimiter(bytes: Uint8Array): string {
  const counts = new Map<number, number>([',', ';', '\t', '|'].map((text) => [text.charCodeAt(0), 0]));
  let quoted = false;
  for (const byte of bytes) {
    if (byte === quote) quoted = !quoted;
    if (quoted) continue;
    if (byte === lf || byte === cr) break;
    const count = counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  let best = 0x2c;
  for (const [byte, count] of counts) if (count > (counts.get(best) ?? 0)) best = byte;
  return String.fromCharCode(best);
}

function firstRecord(bytes: Uint8Array, delimiter: string): string[] {
  let fields: string[] | undefined;
  const scanner = new CsvScanner({
    delimiter,
    fieldsMax: 20_000,
    recordBytesMax: bytes.length + 1,
    onRecord: (record) => {
      fields ??= Array.from({ length: Math.min(record.fieldCount, 20_000) }, (_, i) => fieldText(record, i));
    },
  });
  // Only the first line or so is needed: stop at the first line end that lies outside quotes.
  for (let at = 0; at < bytes.length && fields === undefined; at += 4096)
    scanner.push(bytes.subarray(at, at + 4096));
  if (fields === undefined) scanner.end();
  return fields ?? [];
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
