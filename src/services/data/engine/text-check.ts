// Looks at text as it streams by: what no reader should see stops it.

import { isUtf8 } from 'node:buffer';

import { AppError } from '../../../core/index.ts';
import { badEncoding, badUtf8At, lineAt, type TextEncoding } from '../rows/decode-text.ts';
import type { SourceLimits } from './source-kind.ts';

/** The error for bytes from the beginning of a file that are not UTF-8 from `at` on. */
export function badBytes(name: string, bytes: Uint8Array, at: number): AppError {
  const zeros = bytes.subarray(0, 4096).filter((byte) => byte === 0).length;
  const isUtf16 = zeros > Math.min(4096, bytes.length) / 4;
  return new AppError(
    'data/bad-encoding',
    badEncoding(name, { byte: bytes[at] ?? 0, line: lineAt(bytes, at), isUtf16 }),
    { details: { likely: isUtf16 ? 'utf-16' : 'windows-1252' } },
  );
}

/** Checks text as it streams by: UTF-8, no NUL, no endless line, within the size limit. */
export class TextCheck {
  readonly #name: string;
  readonly #limits: SourceLimits;
  /** What other encodings were decoded to is UTF-8. */
  readonly #isDecoded: boolean;
  #pending: Uint8Array = new Uint8Array(0);
  #lineBytes = 0;
  total = 0;

  constructor(name: string, limits: SourceLimits, encoding: TextEncoding) {
    this.#name = name;
    this.#limits = limits;
    this.#isDecoded = encoding !== 'utf-8';
  }

  /** @throws AppError `data/too-large`, `data/bad-encoding`, `data/damaged-file` */
  push(chunk: Uint8Array): void {
    const offset = this.total;
    this.total += chunk.length;
    if (this.total > this.#limits.textBytesMax)
      throw new AppError(
        'data/too-large',
        `${this.#name} holds more than ${this.#limits.textBytesMax} bytes of text (textBytesMax)`,
      );
    this.#checkLines(chunk);
    const nul = chunk.indexOf(0);
    if (nul >= 0) throw this.#nul(chunk, { nul, offset });
    if (this.#isDecoded) return;
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const whole = bytes.length - cutCharacterBytes(bytes);
    if (!isUtf8(bytes.subarray(0, whole)))
      throw this.#badEncoding(
        offset - this.#pending.length + Math.max(0, badUtf8At(bytes, { mayBeCut: true })),
      );
    this.#pending = bytes.slice(whole);
  }

  end(): void {
    if (this.#pending.length > 0) throw this.#badEncoding(this.total - this.#pending.length);
  }

  #nul(chunk: Uint8Array, at: { nul: number; offset: number }): AppError {
    const zeros = chunk.subarray(0, 4096).filter((byte) => byte === 0).length;
    const isUtf16 = !this.#isDecoded && zeros > Math.min(4096, chunk.length) / 4;
    const hint = isUtf16
      ? "it looks like utf-16: if it is, write dialect: { encoding: 'utf-16' }"
      : 'it is no text';
    return new AppError(
      'data/bad-encoding',
      `${this.#name} holds a NUL byte at offset ${at.offset + at.nul}: ${hint}`,
      isUtf16 ? { details: { likely: 'utf-16' } } : {},
    );
  }

  #badEncoding(offset: number): AppError {
    return new AppError('data/bad-encoding', `${this.#name} is not UTF-8: bad byte at offset ${offset}`, {
      details: { offset },
    });
  }

  #checkLines(chunk: Uint8Array): void {
    const limit = this.#limits.lineBytesMax;
    const last = Math.max(chunk.lastIndexOf(10), chunk.lastIndexOf(13));
    if (last < 0) this.#lineBytes += chunk.length;
    else {
      this.#lineBytes = chunk.length - last - 1;
      if (chunk.length <= limit) return;
    }
    if (this.#lineBytes <= limit) return;
    throw new AppError(
      'data/damaged-file',
      `${this.#name} has a line longer than ${limit} bytes near offset ${this.total}: it is not row data`,
    );
  }
}

/** Bytes at the end that begin a UTF-8 character without ending it. */
function cutCharacterBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}
