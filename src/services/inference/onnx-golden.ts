// Made-up inputs, and the answers to them that are stored with a version: at every load the model must give them again.

import { AppError } from '../../core/index.ts';
import { tensorData } from './onnx-tensors.ts';
import type { Tensor, TensorSpec } from './tensor.ts';

/** JSON; numbers that JSON cannot hold as text. */
export interface Golden {
  /** Raised when `madeUpInputs` changes: older answers cannot be compared then. */
  readonly format: 1;
  readonly cases: readonly GoldenCase[];
}

export interface GoldenCase {
  /** What free sizes were set to; 0 = the user's own examples. */
  readonly free: number;
  readonly outputs: readonly GoldenOutput[];
}

export interface GoldenOutput {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** The first values. */
  readonly values: readonly (number | string)[];
}

/** Values that fit an input, as users write them. */
export interface Example {
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

const valuesKept = 256;
const inputValuesMax = 16_000_000;
const tolerance = 1e-4;

/**
 * Inputs that any model of these specs might take: numbers in [0, 1), whole numbers 0 and 1, short texts. The same every time.
 * @param free what free sizes are set to
 * @throws AppError `onnx/check-failed` when that would be too many values
 */
export function madeUpInputs(specs: readonly TensorSpec[], free: number): Tensor[] {
  return specs.map(({ name, datatype, shape: declared }) => {
    const shape = declared.map((size) => (size < 0 ? free : size));
    const count = shape.reduce((product, size) => product * size, 1);
    if (count > inputValuesMax)
      throw new AppError(
        'onnx/check-failed',
        `input ${name} has ${count} values: give a smaller \`example\``,
      );
    const values = Array.from({ length: count }, (_, i) => madeUp(datatype, i));
    return { name, datatype, shape, data: tensorData(datatype, values) };
  });
}

function madeUp(datatype: Tensor['datatype'], i: number): number | string {
  if (datatype === 'BYTES') return i % 2 === 0 ? 'a' : 'b';
  const fraction = ((i * 37 + 11) % 97) / 97;
  if (datatype === 'FP32' || datatype === 'FP64') return fraction;
  // Half floats by their bits: 0x3800 is 0.5, and the next 256 lie close above.
  return datatype === 'FP16' ? 0x3800 + (i % 256) : i % 2;
}

/** The examples of a signature, when it has one for every input. */
export function exampleInputs(
  specs: readonly TensorSpec[],
  said: Readonly<Record<string, { readonly example?: Example }>>,
): Tensor[] | undefined {
  const inputs = specs.flatMap(({ name, datatype }) => {
    const example = said[name]?.example;
    return example === undefined
      ? []
      : [{ name, datatype, shape: example.shape, data: tensorData(datatype, example.data) }];
  });
  return inputs.length === specs.length && inputs.length > 0 ? inputs : undefined;
}

/** What is kept of an answer. */
export function goldenOutput({ name, datatype, shape, data }: Tensor): GoldenOutput {
  const values = Array.from(data.slice(0, valuesKept) as ArrayLike<number | bigint | string>, (value) =>
    typeof value === 'number' && Number.isFinite(value) ? value : String(value),
  );
  return { name, datatype, shape, values };
}

/** The first difference between an answer and the one kept, in words; undefined when there is none that matters. */
export function goldenDifference(kept: readonly GoldenOutput[], now: readonly Tensor[]): string | undefined {
  for (const old of kept) {
    const fresh = now.find(({ name }) => name === old.name);
    if (fresh === undefined) return `output ${old.name} is missing`;
    const { datatype, shape, values } = goldenOutput(fresh);
    if (datatype !== old.datatype || shape.join() !== old.shape.join())
      return `output ${old.name} is ${datatype}[${shape.join()}], was ${old.datatype}[${old.shape.join()}]`;
    const at = old.values.findIndex((value, i) => !same(value, values[i]));
    if (at >= 0) return `output ${old.name} has ${values[at]} at ${at}, had ${old.values[at]}`;
  }
  return undefined;
}

function same(old: number | string, now: number | string | undefined): boolean {
  if (typeof old !== 'number' || typeof now !== 'number') return old === now;
  return Math.abs(old - now) <= tolerance * Math.max(1, Math.abs(old));
}
