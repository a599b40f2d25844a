// What the datatypes of the Open Inference Protocol are in memory.

import type { Datatype, TensorData } from './tensor.ts';

export type NumericDatatype = Exclude<Datatype, 'BYTES'>;
export type NumericData = Exclude<TensorData, readonly string[]>;

const arrays = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Uint16Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const;

export function isDatatype(text: unknown): text is Datatype {
  return typeof text === 'string' && (text === 'BYTES' || Object.hasOwn(arrays, text));
}

/** Bytes of one value. */
export function bytesPerValue(datatype: NumericDatatype): number {
  return arrays[datatype].BYTES_PER_ELEMENT;
}

/** Zeros. */
export function newData(datatype: NumericDatatype, count: number): NumericData {
  return new arrays[datatype](count);
}

/** Plain numbers as values; not of 64-bit integers. */
export function dataOf(
  datatype: Exclude<NumericDatatype, 'INT64' | 'UINT64'>,
  values: readonly number[],
): NumericData {
  return arrays[datatype].from(values);
}

/** The bytes as values; they must begin where the buffer does. */
export function viewOf(datatype: NumericDatatype, bytes: ArrayBuffer): NumericData {
  return new arrays[datatype](bytes);
}

/** The halves as numbers; shares their memory. */
export function halvesOf(bits: Uint16Array): Float16Array {
  return new Float16Array(bits.buffer, bits.byteOffset, bits.length);
}

/** Values of a shape: its product, 1 of []. Infinite or unsafe when the dimensions are hostile: compare before allocating. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** A shape for people: `[3, 28]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
