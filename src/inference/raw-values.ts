// Tensor values as raw bytes: little-endian, row-major, BOOL one byte, BYTES a 4-byte length before each element. Sizes
// are compared with the shape before anything is allocated, and bytes may begin at any offset.

import { AppError } from '../core/index.ts';
import { bytesPerValue, countOf, shapeText, viewOf } from './datatype.ts';
import type { Breathe } from './json-values.ts';
import type { Tensor } from './tensor.ts';

/** Elements read or written between two breaths. */
const sliceSize = 32_768;
const lengthBytes = 4;

/** @throws AppError `inference/invalid-tensor` when the bytes are not what datatype and shape need */
export async function tensorFromBytes(
  about: Pick<Tensor, 'name' | 'datatype' | 'shape'>,
  bytes: Uint8Array,
  breathe: Breathe,
): Promise<Tensor> {
  const { name, datatype, shape } = about;
  const count = countOf(shape);
  if (datatype === 'BYTES') return { ...about, data: await textsOf(name, { bytes, count }, breathe) };
  const needed = count * bytesPerValue(datatype);
  if (bytes.length !== needed)
    throw new AppError(
      'inference/invalid-tensor',
      `"${name}" has ${bytes.length} bytes, and ${datatype} of shape ${shapeText(shape)} takes ${needed}`,
    );
  // Copied: a view needs an offset that its type's size divides.
  const data = viewOf(datatype, Uint8Array.from(bytes).buffer);
  if (datatype === 'BOOL' && (data as Uint8Array).some((value) => value > 1))
    throw new AppError('inference/invalid-tensor', `"${name}" holds a byte above 1: BOOL is 0 or 1`);
  return { ...about, data };
}

async function textsOf(
  name: string,
  { bytes, count }: { bytes: Uint8Array; count: number },
  breathe: Breathe,
): Promise<string[]> {
  if (count * lengthBytes > bytes.length) throw wrongCount(name, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const texts: string[] = [];
  let at = 0;
  while (at + lengthBytes <= bytes.length) {
    const end = at + lengthBytes + view.getUint32(at, true);
    if (texts.length === count || end > bytes.length) throw wrongCount(name, count);
    try {
      texts.push(decoder.decode(bytes.subarray(at + lengthBytes, end)));
    } catch (cause) {
      throw new AppError('inference/invalid-tensor', `"${name}" is not UTF-8 at place ${texts.length}`, {
        cause,
      });
    }
    at = end;
    if (texts.length % sliceSize === 0) await breathe();
  }
  if (at !== bytes.length || texts.length !== count) throw wrongCount(name, count);
  return texts;
}

function wrongCount(name: string, count: number): AppError {
  return new AppError(
    'inference/invalid-tensor',
    `the bytes of "${name}" are not ${count} elements of a 4-byte length and a text each`,
  );
}

/** The values as bytes; those of numbers share the tensor's memory. */
export async function bytesFromTensor({ datatype, data }: Tensor, breathe: Breathe): Promise<Uint8Array> {
  if (datatype !== 'BYTES') {
    const { buffer, byteOffset, byteLength } = data as Exclude<Tensor['data'], readonly string[]>;
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  }
  const parts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  for (const [i, text] of (data as readonly string[]).entries()) {
    const encoded = encoder.encode(text);
    const part = new Uint8Array(lengthBytes + encoded.length);
    new DataView(part.buffer).setUint32(0, encoded.length, true);
    part.set(encoded, lengthBytes);
    parts.push(part);
    if (i % sliceSize === sliceSize - 1) await breathe();
  }
  return joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
