// Protobuf's wire format, read: fields of one message, one after the other. Bytes may come from anybody: every length is
// checked against what is there, and nothing is allocated by a number that the file states.

import { AppError } from '../../core/index.ts';

/** One field as it stands: numbers as they are, everything with a length as a view of the file. */
export interface WireField {
  readonly number: number;
  /** Varints: the low 64 bits, as two's complement. */
  readonly integer: bigint;
  /** 32-bit fields. */
  readonly float: number;
  /** Length-delimited fields; empty otherwise. */
  readonly bytes: Uint8Array;
  readonly kind: 'varint' | 'fixed64' | 'bytes' | 'fixed32';
}

const nothing = new Uint8Array(0);

/**
 * Hands every field of a message to `visit`, in order.
 * @throws AppError `onnx/not-a-model` where the bytes break off or are no protobuf
 */
export function readFields(bytes: Uint8Array, visit: (field: WireField) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) throw broken('breaks off inside a number');
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw broken('holds a number of more than 10 bytes');
  };
  const skip = (length: number): number => {
    if (!(length >= 0 && length <= bytes.length - at)) throw broken('breaks off inside a field');
    at += length;
    return at - length;
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = Math.floor(tag / 8);
    if (number < 1 || number > 0x1fffffff) throw broken(`holds a field of number ${number}`);
    const common = { number, integer: 0n, float: 0, bytes: nothing };
    switch (tag % 8) {
      case 0:
        visit({ ...common, kind: 'varint', integer: varint() });
        break;
      case 1:
        visit({ ...common, kind: 'fixed64', float: view.getFloat64(skip(8), true) });
        break;
      case 2: {
        const length = Number(varint());
        const from = skip(length);
        visit({ ...common, kind: 'bytes', bytes: bytes.subarray(from, from + length) });
        break;
      }
      case 5:
        visit({ ...common, kind: 'fixed32', float: view.getFloat32(skip(4), true) });
        break;
      default:
        throw broken(`holds a field of wire type ${tag % 8}`);
    }
  }
}

/** Whole numbers of a repeated field: packed into bytes, or one alone. @throws AppError `onnx/not-a-model` */
export function readIntegers(field: WireField, into: number[]): void {
  if (field.kind !== 'bytes') {
    into.push(Number(field.integer));
    return;
  }
  const { bytes } = field;
  let value = 0;
  let scale = 1;
  let big: { value: bigint; shift: bigint } | undefined;
  for (const byte of bytes) {
    // Up to 2^49 a double adds exactly; what is longer is a negative number, or rare.
    if (scale >= 2 ** 49) big ??= { value: BigInt(value), shift: BigInt(Math.round(Math.log2(scale))) };
    if (big !== undefined) big.value |= BigInt(byte & 0x7f) << big.shift;
    else value += (byte & 0x7f) * scale;
    if (big !== undefined) big.shift += 7n;
    scale *= 128;
    if (byte >= 0x80) {
      if (scale > 2 ** 64) throw broken('holds a number of more than 10 bytes');
      continue;
    }
    if (into.length >= valuesMax) throw broken(`holds more than ${valuesMax} numbers in one list`);
    into.push(big === undefined ? value : Number(BigInt.asIntN(64, big.value)));
    value = 0;
    scale = 1;
    big = undefined;
  }
  if (scale !== 1) throw broken('breaks off inside a list of numbers');
}

/** 32-bit floats of a repeated field: packed into bytes, or one alone. @throws AppError `onnx/not-a-model` */
export function readFloats(field: WireField, into: number[]): void {
  if (field.kind !== 'bytes') {
    into.push(field.float);
    return;
  }
  const { bytes } = field;
  if (bytes.length % 4 !== 0) throw broken('holds a list of floats that is cut');
  if (into.length + bytes.length / 4 > valuesMax)
    throw broken(`holds more than ${valuesMax} numbers in one list`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += 4) into.push(view.getFloat32(at, true));
}

const decoder = new TextDecoder('utf-8');

export function readText(field: WireField): string {
  return decoder.decode(field.bytes);
}

export function broken(what: string): AppError {
  return new AppError('onnx/not-a-model', `the file ${what}: it is damaged, or not an ONNX model`);
}

/** Numbers in one attribute at most: an ensemble of 100,000 trees of 63 leaves has 12.5 million nodes. */
const valuesMax = 32_000_000;
