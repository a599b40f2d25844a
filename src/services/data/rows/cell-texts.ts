// The cells of a table repeat: stores, items, days, small numbers. Bytes that were seen before give the text that was made of them,
// so that most cells need neither decoding nor a new string.

import { shortText } from './csv-scanner.ts';

/** As texts are formed: longer ones are made anew each time. */
const lengthMax = 24;
const slotBits = 13;
const strideBits = 5;

/** The text of a cell that is mostly the same as in the row before. */
export class RepeatedText {
  readonly #bytes = new Uint8Array(lengthMax);
  #length = -1;
  #text = '';
  readonly #others: CellTexts;

  constructor(others: CellTexts) {
    this.#others = others;
  }

  /** The text of these bytes of UTF-8. */
  text(bytes: Uint8Array, from: number, to: number): string {
    const length = to - from;
    if (length === this.#length) {
      let i = 0;
      while (i < length && this.#bytes[i] === bytes[from + i]) i += 1;
      if (i === length) return this.#text;
    }
    const text = this.#others.text(bytes, from, to);
    if (length > lengthMax) return text;
    for (let i = 0; i < length; i++) this.#bytes[i] = bytes[from + i]!;
    this.#length = length;
    this.#text = text;
    return text;
  }
}

/** A text for each slot; the newest of those that fall into one takes it. Memory: 256 KiB and the texts. */
export class CellTexts {
  readonly #bytes = new Uint8Array(1 << (slotBits + strideBits));
  /** 0 = nothing there. */
  readonly #lengths = new Uint8Array(1 << slotBits);
  readonly #texts: string[] = new Array<string>(1 << slotBits).fill('');

  /** The text of these bytes of UTF-8. Cost: two looks at each. */
  text(bytes: Uint8Array, from: number, to: number): string {
    const length = to - from;
    if (length > lengthMax || length <= 0) return shortText(bytes, from, to);
    let hash = length;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & ((1 << slotBits) - 1);
    const at = slot << strideBits;
    const stored = this.#bytes;
    if (this.#lengths[slot] === length) {
      let i = 0;
      while (i < length && stored[at + i] === bytes[from + i]) i += 1;
      if (i === length) return this.#texts[slot]!;
    }
    const text = shortText(bytes, from, to);
    for (let i = 0; i < length; i++) stored[at + i] = bytes[from + i]!;
    this.#lengths[slot] = length;
    this.#texts[slot] = text;
    return text;
  }
}
