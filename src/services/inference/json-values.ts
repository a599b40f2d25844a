// Tensor values as JSON: read from parsed JSON, flat or nested, and written as text. Every value is checked: what JSON
// cannot carry exactly (rounded integers, NaN) is refused with the way out, never rounded.

import { AppError, exactJsonText } from '../../core/index.ts';
import { countOf, halvesOf, type NumericData, newData, shapeText } from './datatype.ts';
import type { Datatype, Tensor, TensorData } from './tensor.ts';

/** Values read or written between two breaths. */
const sliceSize = 8192;

/** Lets waiting I/O run. */
export type Breathe = () => Promise<void>;

export interface JsonTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** Flat, or nested as the shape says. */
  readonly data: readonly unknown[];
}

/**
 * The tensor with its values checked. Numbers may be given as text; null is NaN where there is one.
 * @throws AppError `inference/invalid-tensor` naming the input and the place
 */
export async function tensorFromJson(given: JsonTensor, breathe: Breathe): Promise<Tensor> {
  const { name, datatype, shape } = given;
  const flat = await flatten(given, breathe);
  if (datatype === 'BYTES') {
    const wrong = flat.findIndex((value) => typeof value !== 'string');
    if (wrong >= 0) throw badValue(given, { place: wrong, value: flat[wrong], expected: 'a text' });
    refuseBrokenTexts(name, flat as readonly string[]);
    return { name, datatype, shape, data: flat as readonly string[] };
  }
  const read = readers[datatype];
  const data = newData(datatype, flat.length);
  const into = (datatype === 'FP16' ? halvesOf(data as Uint16Array) : data) as NumericData;
  for (let i = 0; i < flat.length; i++) {
    const value = read(flat[i]);
    if (value === undefined)
      throw badValue(given, { place: i, value: flat[i], expected: expectations[datatype] });
    (into as unknown as (number | bigint)[])[i] = value;
    if (i % sliceSize === sliceSize - 1) await breathe();
  }
  return { name, datatype, shape, data };
}

/**
 * Runtimes take texts as UTF-8 that ends at U+0000, so that what comes after would be cut off, and half a character would become another.
 * @throws AppError `inference/invalid-tensor`
 */
export function refuseBrokenTexts(name: string, texts: readonly string[]): void {
  for (const [place, text] of texts.entries()) {
    const what = text.includes('\0')
      ? 'U+0000'
      : text.isWellFormed()
        ? null
        : 'half a character (a lone surrogate)';
    if (what !== null)
      throw new AppError(
        'inference/invalid-tensor',
        `"${name}" holds a text with ${what} at place ${place}: leave it out`,
      );
  }
}

/**
 * A value as JSON text, by its place in the data.
 * @param nonFinite what stands for NaN and infinity; undefined = they are refused
 * @throws AppError `inference/not-finite` (the returned function)
 */
export function jsonWriter(tensor: Tensor, nonFinite?: string): (place: number) => string {
  const { data, datatype } = tensor;
  if (datatype === 'BYTES') return (place) => JSON.stringify((data as readonly string[])[place]);
  if (datatype === 'BOOL') return (place) => (data[place] ? 'true' : 'false');
  const values: TensorData | Float16Array = datatype === 'FP16' ? halvesOf(data as Uint16Array) : data;
  if (!datatype.startsWith('FP')) return (place) => String(values[place]);
  return (place) => {
    const value = values[place] as number;
    if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
    if (nonFinite !== undefined) return nonFinite;
    throw new AppError(
      'inference/not-finite',
      `output "${tensor.name}" holds ${value} at place ${place}, which JSON cannot say: ask for it as binary data`,
    );
  };
}

/** The values as one flat JSON array, in parts. @throws AppError `inference/not-finite` */
export async function jsonParts(tensor: Tensor, breathe: Breathe): Promise<Uint8Array[]> {
  const write = jsonWriter(tensor);
  const encoder = new TextEncoder();
  const count = tensor.data.length;
  const parts: Uint8Array[] = [];
  for (let from = 0; from < count || from === 0; from += sliceSize) {
    const to = Math.min(count, from + sliceSize);
    let part = from === 0 ? '[' : ',';
    for (let i = from; i < to; i++) part += i === from ? write(i) : `,${write(i)}`;
    parts.push(encoder.encode(to === count ? `${part}]` : part));
    if (from > 0) await breathe();
  }
  return parts;
}

async function flatten(given: JsonTensor, breathe: Breathe): Promise<readonly unknown[]> {
  const { data, shape } = given;
  const count = countOf(shape);
  if (!Array.isArray(data[0])) {
    if (data.length === count) return data;
    throw doesNotFit(given, `${data.length} values, and its shape ${shapeText(shape)} has ${count}`);
  }
  const flat: unknown[] = [];
  let rested = 0;
  const add = async (list: unknown, depth: number): Promise<void> => {
    if (!Array.isArray(list) || list.length !== shape[depth])
      throw doesNotFit(given, `lists that are not nested as its shape ${shapeText(shape)} says`);
    for (let from = 0; from < list.length; from += sliceSize) {
      const slice = list.slice(from, from + sliceSize);
      if (depth === shape.length - 1) flat.push(...slice);
      else for (const inner of slice) await add(inner, depth + 1);
    }
    if (flat.length - rested < sliceSize) return;
    rested = flat.length;
    await breathe();
  };
  await add(data, 0);
  return flat;
}

type Reader = (value: unknown) => number | bigint | undefined;

const number = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;
const notNumbers: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  nan: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' && value.length <= 100 && number.test(value) ? Number(value) : undefined;
}

/** `round` is what the type keeps of a number. */
function float(round: (value: number) => number): Reader {
  return (value) => {
    if (value === null || value === '') return Number.NaN;
    const read = numberOf(value);
    if (read === undefined)
      return typeof value === 'string' && Object.hasOwn(notNumbers, value) ? notNumbers[value] : undefined;
    // Also what JSON.parse made of 1e999.
    return Number.isFinite(round(read)) ? read : undefined;
  };
}

function integer(low: number, high: number): Reader {
  return (value) => {
    const read = numberOf(value);
    return read !== undefined && Number.isInteger(read) && read >= low && read <= high ? read : undefined;
  };
}

/** A number past 2^53 that is none of the exact ones has been damaged by JSON.parse. */
function bigInteger(low: bigint, high: bigint): Reader {
  return (value) => {
    const exact =
      typeof value === 'number'
        ? Number.isSafeInteger(value)
        : typeof value === 'bigint' || (typeof value === 'string' && /^-?\d{1,20}$/.test(value));
    if (!exact) return undefined;
    const read = BigInt(value as number | string | bigint);
    return read >= low && read <= high ? read : undefined;
  };
}

const booleans = new Map<unknown, number>([
  [true, 1],
  [false, 0],
  [1, 1],
  [0, 0],
  ['true', 1],
  ['false', 0],
  ['True', 1],
  ['False', 0],
  ['1', 1],
  ['0', 0],
]);

const readers: Readonly<Record<Exclude<Datatype, 'BYTES'>, Reader>> = {
  BOOL: (value) => booleans.get(value),
  UINT8: integer(0, 2 ** 8 - 1),
  UINT16: integer(0, 2 ** 16 - 1),
  UINT32: integer(0, 2 ** 32 - 1),
  UINT64: bigInteger(0n, 2n ** 64n - 1n),
  INT8: integer(-(2 ** 7), 2 ** 7 - 1),
  INT16: integer(-(2 ** 15), 2 ** 15 - 1),
  INT32: integer(-(2 ** 31), 2 ** 31 - 1),
  INT64: bigInteger(-(2n ** 63n), 2n ** 63n - 1n),
  FP16: float(Math.f16round),
  FP32: float(Math.fround),
  FP64: float((value) => value),
};

const bits = (datatype: string): string => datatype.replace(/\D+/, '');
const bigHint = 'written out with all its digits, as a number or as text';
const expectations = Object.fromEntries(
  Object.keys(readers).map((datatype) => [
    datatype,
    datatype === 'BOOL'
      ? 'true or false'
      : datatype.startsWith('FP')
        ? `a number of ${bits(datatype)} bits`
        : `${datatype.startsWith('U') ? 'a whole number from 0' : 'a whole number'} of ${bits(datatype)} bits${bits(datatype) === '64' ? ` (${bigHint})` : ''}`,
  ]),
) as Record<keyof typeof readers, string>;

function badValue(
  { name, datatype }: JsonTensor,
  at: { place: number; value: unknown; expected: string },
): AppError {
  const shown = (exactJsonText(at.value) ?? 'nothing').slice(0, 60);
  return new AppError(
    'inference/invalid-tensor',
    `"${name}" holds ${shown} at place ${at.place}: ${datatype} is ${at.expected}`,
  );
}

function doesNotFit({ name }: JsonTensor, what: string): AppError {
  return new AppError('inference/invalid-tensor', `"${name}" holds ${what}`);
}
