// Numbers the keys of rows by their bytes, so that a series that was met before is found without texts being made and joined.

/** Keys beyond it are not numbered, nor are longer ones: they are looked up by their texts. */
const bytesMax = 64 * 1024 ** 2;
const keyBytesMax = 512;

/** A key is the bytes of its cells with their lengths: cells that are cut otherwise are another key. */
export class KeyTable {
  /** Open addressing: number of the key + 1; 0 = nothing there. */
  #slots = new Int32Array(1 << 12);
  #bytes = new Uint8Array(1 << 16);
  /** Where the bytes of each key begin; one more than keys. */
  #starts = new Float64Array(1 << 10);
  #count = 0;
  /** By the number of a key, the one that came after it last; 0 = none. Tables repeat the order of their series. */
  #next = new Int32Array(1 << 10);
  #last = 0;
  readonly #key = new Uint8Array(keyBytesMax);
  #length = 0;

  /**
   * The number of a key that comes after the last one as it did before; 0 where another does: then `begin`, `add` and `end` tell.
   * @param columns which cells of the record make the key: they lie between `starts` and `ends`
   */
  expected(
    bytes: Uint8Array,
    starts: Int32Array,
    { ends, columns }: { ends: Int32Array; columns: readonly number[] },
  ): number {
    const number = this.#next[this.#last]!;
    if (number === 0) return 0;
    const stored = this.#bytes;
    let at = this.#starts[number - 1]!;
    const end = this.#starts[number]!;
    for (let c = 0; c < columns.length; c++) {
      const from = starts[columns[c]!]!;
      const length = ends[columns[c]!]! - from;
      if (at + 2 + length > end || stored[at] !== (length & 0xff) || stored[at + 1] !== length >>> 8)
        return 0;
      at += 2;
      for (let i = 0; i < length; i++) if (stored[at + i] !== bytes[from + i]) return 0;
      at += length;
    }
    if (at !== end) return 0;
    this.#last = number;
    return number;
  }

  begin(): void {
    this.#length = 0;
  }

  /** Adds a cell to the key under way. */
  add(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.#length + length + 2 > keyBytesMax) {
      this.#length = keyBytesMax + 1;
      return;
    }
    const key = this.#key;
    let at = this.#length;
    key[at] = length & 0xff;
    key[at + 1] = length >>> 8;
    at += 2;
    for (let i = from; i < to; i++) key[at++] = bytes[i]!;
    this.#length = at;
  }

  /** The number of the key under way, from 1 and in the order in which keys appear; 0 for one that is not numbered. */
  end(): number {
    const number = this.#length > keyBytesMax ? 0 : this.#numberOf();
    this.#next[this.#last] = number;
    this.#last = number;
    return number;
  }

  #numberOf(): number {
    const length = this.#length;
    const key = this.#key;
    let hash = 0x811c9dc5;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ key[i]!, 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]!;
      if (number === 0) return this.#insert(slot);
      if (this.#isKey(number - 1)) return number;
    }
  }

  #isKey(index: number): boolean {
    const start = this.#starts[index]!;
    if (this.#starts[index + 1]! - start !== this.#length) return false;
    const [stored, key] = [this.#bytes, this.#key];
    for (let i = 0; i < this.#length; i++) if (stored[start + i] !== key[i]) return false;
    return true;
  }

  #insert(slot: number): number {
    const start = this.#starts[this.#count]!;
    const end = start + this.#length;
    if (end > bytesMax) return 0;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, Uint8Array);
    if (this.#count + 2 > this.#starts.length) {
      this.#starts = grown(this.#starts, Float64Array);
      this.#next = grown(this.#next, Int32Array);
    }
    this.#bytes.set(this.#key.subarray(0, this.#length), start);
    this.#count += 1;
    this.#starts[this.#count] = end;
    this.#slots[slot] = this.#count;
    if (2 * this.#count > this.#slots.length) this.#rehash();
    return this.#count;
  }

  #rehash(): void {
    const slots = new Int32Array(4 * this.#slots.length);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let hash = 0x811c9dc5;
      for (let i = this.#starts[index]!; i < this.#starts[index + 1]!; i++)
        hash = Math.imul(hash ^ this.#bytes[i]!, 0x01000193);
      hash ^= hash >>> 15;
      let slot = hash & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

function grown<T extends Uint8Array | Int32Array | Float64Array>(
  array: T,
  type: new (length: number) => T,
): T {
  const next = new type(2 * array.length);
  next.set(array);
  return next;
}
