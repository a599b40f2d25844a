// Requests that one run can answer together: their rows one after the other go in, and what comes out is cut apart again.

import { AppError } from '../../core/index.ts';
import type { OnnxSignature } from './onnx-signature.ts';
import type { Tensor, TensorData } from './tensor.ts';

/**
 * What requests of one version must have in common to be answered together; undefined = this one goes alone.
 * Its inputs must have the same number of rows, at least one, and the version rows that were found to be independent.
 */
export function jointKey(
  { rowsIndependent }: Pick<OnnxSignature, 'rowsIndependent'>,
  inputs: readonly Tensor[],
  outputs: readonly string[] | undefined,
): string | undefined {
  const rows = inputs[0]?.shape[0] ?? 0;
  if (rowsIndependent !== true || rows < 1) return undefined;
  if (inputs.some(({ shape }) => shape[0] !== rows)) return undefined;
  const sizes = inputs.map(({ name, datatype, shape }) => [name, datatype, ...shape.slice(1)]);
  return JSON.stringify([sizes, outputs]);
}

/** One request's inputs out of several's, all of the same key: rows in the order given. Cost: one copy. */
export function joinedInputs(requests: readonly (readonly Tensor[])[]): Tensor[] {
  const [first = []] = requests;
  return first.map(({ name, datatype, shape: [, ...sizes] }, i) => {
    const parts = requests.map((inputs) => inputs[i] as Tensor);
    const rows = parts.reduce((sum, { shape }) => sum + (shape[0] as number), 0);
    return { name, datatype, shape: [rows, ...sizes], data: concatenated(parts.map(({ data }) => data)) };
  });
}

/**
 * The outputs of each request out of those of all.
 * @param rows of each request, in the order they were joined in
 * @throws AppError `inference/bad-output` when an output does not have as many rows as went in
 */
export function cutApart(outputs: readonly Tensor[], rows: readonly number[]): Tensor[][] {
  const all = rows.reduce((sum, count) => sum + count, 0);
  for (const { name, shape } of outputs) {
    if (shape[0] !== all)
      throw new AppError(
        'inference/bad-output',
        `output ${name} has shape [${shape.join(', ')}] for ${all} rows`,
      );
  }
  let begin = 0;
  return rows.map((count) => {
    const own = outputs.map((output) => rowsOf(output, begin, begin + count));
    begin += count;
    return own;
  });
}

/** Rows `begin` to `end`, copied, so that no answer keeps those of others in memory. */
export function rowsOf({ name, datatype, shape, data }: Tensor, begin: number, end: number): Tensor {
  const [, ...sizes] = shape;
  const size = sizes.reduce((product, each) => product * each, 1);
  return { name, datatype, shape: [end - begin, ...sizes], data: data.slice(begin * size, end * size) };
}

/** @param parts all of one type, at least one */
function concatenated(parts: readonly TensorData[]): TensorData {
  if (Array.isArray(parts[0])) return (parts as (readonly string[])[]).flat();
  const arrays = parts as readonly Float64Array[];
  const count = arrays.reduce((sum, { length }) => sum + length, 0);
  const Type = (arrays[0] as Float64Array).constructor as Float64ArrayConstructor;
  const all = new Type(count);
  let at = 0;
  for (const part of arrays) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
