// Protobuf's wire format, written: the few kinds of fields that ONNX has.

const encoder = new TextEncoder();

/** Collects the fields of one message. Absent and default values are the caller's to leave out. */
export class WireWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** A varint field. Negative numbers take ten bytes. */
  integer(number: number, value: number | bigint): this {
    this.#varint(BigInt(number * 8));
    this.#varint(BigInt.asUintN(64, BigInt(value)));
    return this;
  }

  float(number: number, value: number): this {
    this.#varint(BigInt(number * 8 + 5));
    this.#append(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  text(number: number, value: string): this {
    return this.bytes(number, encoder.encode(value));
  }

  /** Bytes, or a message written before. */
  bytes(number: number, value: Uint8Array | WireWriter): this {
    const content = value instanceof WireWriter ? value.finish() : value;
    this.#varint(BigInt(number * 8 + 2));
    this.#varint(BigInt(content.length));
    this.#append(content);
    return this;
  }

  /** A packed list of whole numbers. */
  integers(number: number, values: Iterable<number>): this {
    const packed = new WireWriter();
    for (const value of values) packed.#varint(BigInt.asUintN(64, BigInt(value)));
    return this.bytes(number, packed);
  }

  /** A packed list of 32-bit floats. */
  floats(number: number, values: ArrayLike<number>): this {
    return this.bytes(number, littleEndian(Float32Array.from(values)));
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #varint(value: bigint): void {
    let rest = value;
    const out: number[] = [];
    do {
      const byte = Number(rest & 0x7fn);
      rest >>= 7n;
      out.push(rest === 0n ? byte : byte | 0x80);
    } while (rest !== 0n);
    this.#append(out);
  }

  #append(content: ArrayLike<number>): void {
    const needed = this.#length + content.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(content, this.#length);
    this.#length = needed;
  }
}

/** The bytes of numbers as every platform that JavaScript runs on has them. */
export function littleEndian(values: Float32Array | Float64Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
