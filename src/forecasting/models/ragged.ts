// Many arrays of different lengths, of which an ordinary array of arrays is one kind.

/** What an array of arrays offers and one long array with its parts does too. */
export interface Ragged extends Iterable<Float64Array> {
  readonly length: number;
  /** The same memory every time: what is written into it stays. */
  at(index: number): Float64Array | undefined;
}

/**
 * One long array, cut up when asked: a hundred thousand parts cost no object each, which a garbage collector would have to
 * walk while requests wait.
 */
export class RaggedArray implements Ragged {
  readonly #joined: Float64Array;
  /** Where each part begins, shape [parts + 1]. */
  readonly #begins: Float64Array;

  /** @param lengths of the parts; they add up to the length of `joined` */
  constructor(joined: Float64Array, lengths: Float64Array) {
    this.#joined = joined;
    this.#begins = new Float64Array(lengths.length + 1);
    for (let i = 0; i < lengths.length; i++) this.#begins[i + 1] = this.#begins[i]! + lengths[i]!;
  }

  get length(): number {
    return this.#begins.length - 1;
  }

  at(index: number): Float64Array | undefined {
    if (!(index >= 0 && index < this.length)) return undefined;
    return this.#joined.subarray(this.#begins[index], this.#begins[index + 1]);
  }

  *[Symbol.iterator](): Iterator<Float64Array> {
    for (let i = 0; i < this.length; i++) yield this.at(i) as Float64Array;
  }
}
