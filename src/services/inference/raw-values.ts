// Tensor values as raw bytes: little-endian, row-major, BOOL one byte, BYTES a 4-byte length before each element. Sizes
// are compared with the shape before anything is allocated, and bytes may begin at any offset.

import { AppError } from '../../core/index.ts';
import { bytesPerValue, countOf, shapeText, viewOf } from './datatype.ts';
import { type Breathe, refuseBrokenTexts } from './json-values.ts';
import type { Tensor } from './tensor.ts';

/** Elements read or written between two breaths. */
const sliceSize = 8192;
const lengthBytes = 4;
/** Texts up to this length are decoded here, if they are ASCII: a call into the platform takes longer. */
const shortMax = 24;

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
  const data = viewOf(datatype, new Uint8Array(bytes).buffer);
  if (datatype === 'BOOL' && !(await areBooleans(bytes, breathe)))
    throw new AppError('inference/invalid-tensor', `"${name}" holds a byte above 1: BOOL is 0 or 1`);
  return { ...about, data };
}

async function areBooleans(bytes: Uint8Array, breathe: Breathe): Promise<boolean> {
  for (let i = 0; i < bytes.length; i++) {
    if ((bytes[i] as number) > 1) return false;
    if (i % (1 << 20) === (1 << 20) - 1) await breathe();
  }
  return true;
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
    const from = at + lengthBytes;
    const end = from + view.getUint32(at, true);
    if (texts.length === count || end > bytes.length) throw wrongCount(name, count);
    try {
      texts.push(asciiText(bytes, from, end) ?? decoder.decode(bytes.subarray(from, end)));
    } catch (cause) {
      const message = `"${name}" is not UTF-8 at place ${texts.length}`;
      throw new AppError('inference/invalid-tensor', message, { cause });
    }
    at = end;
    if (texts.length % sliceSize === 0) await breathe();
  }
  if (at !== bytes.length || texts.length !== count) throw wrongCount(name, count);
  refuseBrokenTexts(name, texts);
  return texts;
}

/** Undefined for what is long or not ASCII. */
function asciiText(bytes: Uint8Array, from: number, end: number): string | undefined {
  if (end - from > shortMax) return undefined;
  let text = '';
  for (let i = from; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte > 127) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
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
  const texts = data as readonly string[];
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (let from = 0; from < texts.length; from += sliceSize) {
    parts.push(bytesOfTexts(texts.slice(from, from + sliceSize), encoder));
    await breathe();
  }
  return joined(parts);
}

function bytesOfTexts(texts: readonly string[], encoder: InstanceType<typeof TextEncoder>): Uint8Array {
  // UTF-8 takes at most three bytes for each unit of a string.
  const most = texts.reduce((sum, text) => sum + lengthBytes + 3 * text.length, 0);
  const bytes = new Uint8Array(most);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    const { written } = encoder.encodeInto(text, bytes.subarray(at + lengthBytes));
    view.setUint32(at, written, true);
    at += lengthBytes + written;
  }
  return bytes.subarray(0, at);
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
