// Bytes of a text file to UTF-8, whatever they were written in. What everything else reads is UTF-8.

import type { Encoding } from '../../../core/index.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'latin1';

/** The encoding of a text that begins with `head`: the mark that it begins with, else what is said, else UTF-8. */
export function encodingOf(head: Uint8Array, said: Encoding | null): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  // Text has more letters of the first 256 than others: their high byte is 0.
  if (said === 'utf-16') return head[0] === 0 && head[1] !== 0 ? 'utf-16be' : 'utf-16le';
  return said ?? 'utf-8';
}

/** Turns chunks of any size into UTF-8. Cost: none where they are UTF-8 already. */
export class Utf8Stream {
  readonly #encoding: TextEncoding;
  readonly #decoder: InstanceType<typeof TextDecoder> | null;
  readonly #encoder = new TextEncoder();

  constructor(encoding: TextEncoding) {
    this.#encoding = encoding;
    this.#decoder = ['utf-8', 'latin1'].includes(encoding)
      ? null
      : new TextDecoder(encoding, { fatal: true });
  }

  /** @throws TypeError for bytes that are no text in the encoding */
  push(chunk: Uint8Array): Uint8Array {
    if (this.#encoding === 'utf-8') return chunk;
    if (this.#decoder === null) return latin1(chunk);
    return this.#encoder.encode(this.#decoder.decode(chunk, { stream: true }));
  }

  /** What is left at the end: nothing, or the sign that a letter was cut off. @throws TypeError as `push` */
  end(): void {
    this.#decoder?.decode();
  }
}

/** Each byte is the letter of that number. (A decoder of that name reads windows-1252.) */
function latin1(bytes: Uint8Array): Uint8Array {
  let more = 0;
  for (const byte of bytes) if (byte > 127) more += 1;
  if (more === 0) return bytes;
  const text = new Uint8Array(bytes.length + more);
  let at = 0;
  for (const byte of bytes) {
    if (byte > 127) text[at++] = 0xc0 | (byte >> 6);
    text[at++] = byte > 127 ? 0x80 | (byte & 0x3f) : byte;
  }
  return text;
}

/** Where bytes stop being UTF-8; -1 when they are. With `mayBeCut` a letter may be cut off at their end. */
export function badUtf8At(bytes: Uint8Array, { mayBeCut = false }: { mayBeCut?: boolean } = {}): number {
  let good = 0;
  let bad = bytes.length + 1;
  const isGood = (length: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  if (isGood(bytes.length)) {
    if (mayBeCut || isWhole(bytes)) return -1;
    let at = bytes.length - 1;
    while (((bytes[at] ?? 0) & 0xc0) === 0x80) at -= 1;
    return at;
  }
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (middle <= bytes.length && isGood(middle)) good = middle;
    else bad = middle;
  }
  // The letter that breaks began before the byte that shows it.
  let at = good;
  while (at > 0 && good - at < 3 && ((bytes[at - 1] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at > 0 && (bytes[at - 1] ?? 0) >= 0xc0 && !isWhole(bytes.subarray(at - 1, good)) ? at - 1 : good;
}

function isWhole(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a text is UTF-8 though an encoding of a byte a letter is said: letters beyond ASCII that make whole UTF-8 all through are
 * that, and would be read as two or three others each. Cost: none where another encoding is said.
 */
export class Utf8Instead {
  readonly #decoder: InstanceType<typeof TextDecoder> | null;
  #isUtf8 = true;
  #hasLetters = false;

  constructor(said: TextEncoding) {
    const isOfBytes = said === 'windows-1252' || said === 'latin1';
    this.#decoder = isOfBytes ? new TextDecoder('utf-8', { fatal: true }) : null;
  }

  push(bytes: Uint8Array): void {
    if (this.#decoder === null || !this.#isUtf8) return;
    this.#hasLetters ||= bytes.some((byte) => byte > 127);
    this.#isUtf8 = decodes(() => this.#decoder?.decode(bytes, { stream: true }));
  }

  /** Whether all that has come is UTF-8, with letters beyond ASCII among it. */
  get isIt(): boolean {
    return this.#decoder !== null && this.#hasLetters && this.#isUtf8;
  }
}

/** The same of a text, or of its beginning, at once. */
export function isUtf8Instead(bytes: Uint8Array, said: TextEncoding): boolean {
  const instead = new Utf8Instead(said);
  instead.push(bytes);
  return instead.isIt;
}

function decodes(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch {
    return false;
  }
}

/** The line of a place, counted from 1. */
export function lineAt(bytes: Uint8Array, end: number): number {
  let line = 1;
  for (let at = 0; at < end; at++) {
    if (bytes[at] === 0x0a) line += 1;
    else if (bytes[at] === 0x0d && bytes[at + 1] !== 0x0a) line += 1;
  }
  return line;
}

/** What to say of bytes that are not UTF-8: the byte, its line, what they look like and the setting to write. */
export function badEncoding(name: string, found: { byte: number; line: number; isUtf16: boolean }): string {
  const byte = `0x${found.byte.toString(16).toUpperCase().padStart(2, '0')}`;
  const likely = found.isUtf16 ? 'utf-16' : 'windows-1252';
  return `${name} is not UTF-8: byte ${byte} in line ${found.line}. It looks like ${likely}: if it is, write dialect: { encoding: '${likely}' }`;
}
