// What must be known of JSON text before it is parsed: how deep it is, and how many elements or lines it has. One pass over
// the bytes, in slices, with turns for others between them.

import { AppError, nestsDeeper } from '../../core/index.ts';
import { depthMax } from './limits.ts';

/** A slice takes about two milliseconds. */
const sliceBytes = 512 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;
const comma = 0x2c;

export interface ScanOptions {
  /** Of `json`: the elements of the outermost array; of the others: the lines. */
  readonly format: 'json' | 'ndjson' | 'csv';
  readonly rowsMax: number;
  readonly breathe: () => Promise<void>;
}

/**
 * Checks a body before anything is built from it.
 * @throws AppError `http/invalid-body` when JSON is nested too deeply, `http/body-too-large` when it has too many rows
 * Cost: O(bytes), about a nanosecond each; allocates nothing. Stops at the first byte too many.
 */
export async function scanRows(bytes: Uint8Array, options: ScanOptions): Promise<void> {
  const scan = options.format === 'csv' ? new LineScan(options) : new JsonScan(options);
  for (let from = 0; from < bytes.length; from += sliceBytes) {
    if (from > 0) await options.breathe();
    scan.push(bytes.subarray(from, from + sliceBytes));
  }
}

/** Depth alone, at once: for bodies of control routes, which are small. @throws AppError `http/invalid-body` */
export function checkDepth(bytes: Uint8Array): void {
  if (nestsDeeper(bytes, depthMax)) throw tooDeep();
}

class LineScan {
  readonly #rowsMax: number;
  #rows = 0;

  constructor({ rowsMax }: Pick<ScanOptions, 'rowsMax'>) {
    this.#rowsMax = rowsMax;
  }

  push(bytes: Uint8Array): void {
    for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1))
      // The header line is one more.
      if (++this.#rows > this.#rowsMax + 1) throw tooMany(this.#rowsMax);
  }
}

class JsonScan {
  readonly #lines: boolean;
  readonly #rowsMax: number;
  #depth = 0;
  #rows: number;
  #inString = false;
  #escaped = false;

  constructor({ format, rowsMax }: Pick<ScanOptions, 'format' | 'rowsMax'>) {
    this.#lines = format === 'ndjson';
    this.#rows = this.#lines ? 0 : 1;
    this.#rowsMax = rowsMax;
  }

  push(bytes: Uint8Array): void {
    let depth = this.#depth;
    let rows = this.#rows;
    let inString = this.#inString;
    let escaped = this.#escaped;
    const [lines, rowsMax] = [this.#lines, this.#rowsMax];
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      if (lines && byte === newline) {
        // Every line begins anew: a quote left open in one must not hide what is in the next.
        [depth, inString, escaped] = [0, false, false];
        if (++rows > rowsMax) throw tooMany(rowsMax);
      } else if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote) inString = false;
      } else if (byte === quote) inString = true;
      else if (byte === 0x5b || byte === 0x7b) {
        if (++depth > depthMax) throw tooDeep();
      } else if (byte === 0x5d || byte === 0x7d) depth--;
      else if (byte === comma && depth === 1 && !lines && ++rows > rowsMax) throw tooMany(rowsMax);
    }
    this.#depth = depth;
    this.#rows = rows;
    this.#inString = inString;
    this.#escaped = escaped;
  }
}

function tooDeep(): AppError {
  return new AppError(
    'http/invalid-body',
    `the JSON is nested more than ${depthMax} levels deep: flatten it`,
  );
}

function tooMany(rowsMax: number): AppError {
  return new AppError('http/body-too-large', `the body has more than ${rowsMax} rows: send it in parts`, {
    details: { rowsMax },
  });
}
