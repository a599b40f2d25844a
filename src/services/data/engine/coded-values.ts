// The cells of a column of a row group as Parquet stores them: places in a dictionary where few values come often, and apart
// from them which cells hold a value at all.

export interface CodedValues {
  /** Of those that have one: its place in the dictionary, or, where there is none, the bytes of all of them. */
  readonly values: Int32Array | Uint8Array;
  /** Null = the values stand for themselves. */
  readonly dictionary: { readonly count: number; readonly bytes: Uint8Array } | null;
  /** 1 where a cell has a value, shape [rows]; null = all have, or none. */
  readonly present: Uint8Array | null;
  readonly nulls: number;
  /** Undefined without any value. */
  readonly minValue: number | Uint8Array | undefined;
  readonly maxValue: number | Uint8Array | undefined;
}

/** Beyond it places take as much room as what they stand for. */
const dictionaryMax = 1 << 15;

/** Numbers, NaN = none. Cost: O(rows). */
export function codedNumbers(cells: Float64Array): CodedValues {
  const { values, present } = presentOf(cells);
  const nulls = cells.length - values.length;
  if (values.length === 0) return nothing(nulls);
  const distinct = new DistinctNumbers();
  const places = new Int32Array(values.length);
  let min = values[0]!;
  let max = min;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    if (!distinct.isFull) places[i] = distinct.placeOf(value);
  }
  const isCoded = !distinct.isFull && 2 * distinct.values.length <= values.length;
  return {
    values: isCoded ? places : bytesOf(values),
    dictionary: isCoded
      ? { count: distinct.values.length, bytes: bytesOf(Float64Array.from(distinct.values)) }
      : null,
    present,
    nulls,
    // A zero among them may be either of the two.
    minValue: min === 0 ? -0 : min,
    maxValue: max === 0 ? 0 : max,
  };
}

/** Whole numbers of 32 bits, NaN = none: all between the smallest and the largest are the dictionary where that is short. */
export function codedIntegers(cells: Float64Array): CodedValues {
  const { values, present } = presentOf(cells);
  const nulls = cells.length - values.length;
  if (values.length === 0) return nothing(nulls);
  let min = values[0]!;
  let max = min;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const count = max - min + 1;
  const isCoded = count <= Math.min(dictionaryMax, values.length);
  const first = isCoded ? min : 0;
  const whole = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) whole[i] = values[i]! - first;
  return {
    values: isCoded ? whole : bytesOf(whole),
    dictionary: isCoded
      ? { count, bytes: bytesOf(Int32Array.from({ length: count }, (_, i) => first + i)) }
      : null,
    present,
    nulls,
    minValue: min,
    maxValue: max,
  };
}

const encoder = new TextEncoder();

/** Texts by their code, NaN = none. */
export function codedTexts(cells: Float64Array, labels: readonly string[]): CodedValues {
  const { values, present } = presentOf(cells);
  const nulls = cells.length - values.length;
  if (values.length === 0) return nothing(nulls);
  const placeOf = new Map<number, number>();
  const places = new Int32Array(values.length);
  const texts: Uint8Array[] = [];
  let last = -1;
  let place = 0;
  for (let i = 0; i < values.length; i++) {
    const code = values[i]!;
    if (code !== last) {
      const known = placeOf.get(code);
      place = known ?? texts.push(encoder.encode(labels[code] ?? '')) - 1;
      if (known === undefined) placeOf.set(code, place);
      last = code;
    }
    places[i] = place;
  }
  let [min, max] = [texts[0], texts[0]];
  for (const text of texts) {
    if (min === undefined || Buffer.compare(text, min) < 0) min = text;
    if (max === undefined || Buffer.compare(text, max) > 0) max = text;
  }
  return {
    values: places,
    dictionary: { count: texts.length, bytes: withLengths(texts) },
    present,
    nulls,
    minValue: min,
    maxValue: max,
  };
}

function nothing(nulls: number): CodedValues {
  return {
    values: new Uint8Array(0),
    dictionary: null,
    present: null,
    nulls,
    minValue: undefined,
    maxValue: undefined,
  };
}

function presentOf(cells: Float64Array): { values: Float64Array; present: Uint8Array | null } {
  let count = 0;
  for (let i = 0; i < cells.length; i++) if (!Number.isNaN(cells[i]!)) count += 1;
  if (count === cells.length) return { values: cells, present: null };
  const values = new Float64Array(count);
  if (count === 0) return { values, present: null };
  const present = new Uint8Array(cells.length);
  let at = 0;
  for (let i = 0; i < cells.length; i++) {
    if (Number.isNaN(cells[i]!)) continue;
    values[at++] = cells[i]!;
    present[i] = 1;
  }
  return { values, present };
}

/** Little-endian, as Parquet has numbers and as every machine that Node runs on does. */
function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Each text behind its length. */
function withLengths(texts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(texts.reduce((all, { length }) => all + 4 + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    view.setUint32(at, text.length, true);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return bytes;
}

/** Numbers the distinct doubles of a column, told apart by their bits. */
class DistinctNumbers {
  readonly values: number[] = [];
  isFull = false;
  /** Open addressing: place + 1; 0 = nothing there. */
  #slots = new Int32Array(1 << 12);
  readonly #double = new Float64Array(1);
  readonly #halves = new Int32Array(this.#double.buffer);

  placeOf(value: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash(value) & mask; ; slot = (slot + 1) & mask) {
      const place = this.#slots[slot]! - 1;
      if (place < 0) return this.#insert(slot, value);
      if (Object.is(this.values[place], value)) return place;
    }
  }

  #hash(value: number): number {
    this.#double[0] = value;
    const hash = Math.imul(this.#halves[0]! ^ Math.imul(this.#halves[1]!, 0x9e3779b1), 0x85ebca6b);
    return hash ^ (hash >>> 15);
  }

  #insert(slot: number, value: number): number {
    if (this.values.length >= dictionaryMax) {
      this.isFull = true;
      return 0;
    }
    this.#slots[slot] = this.values.push(value);
    if (4 * this.values.length > this.#slots.length) this.#rehash();
    return this.values.length - 1;
  }

  #rehash(): void {
    const slots = new Int32Array(4 * this.#slots.length);
    const mask = slots.length - 1;
    for (let place = 0; place < this.values.length; place++) {
      let slot = this.#hash(this.values[place]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = place + 1;
    }
    this.#slots = slots;
  }
}
