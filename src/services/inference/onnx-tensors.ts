// Between the datatypes of the inference protocols, the element types of ONNX files and the tensors of its runtimes.

import { AppError } from '../../core/index.ts';
import { elementTypes, type ValueInfo } from '../../forecasting/onnx/index.ts';
import { dataOf, viewOf } from './datatype.ts';
import type { Datatype, Tensor, TensorData, TensorSpec } from './tensor.ts';

/** A tensor as onnxruntime's packages take and give it. */
export interface RuntimeTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

const byElementType: Readonly<Record<number, Datatype>> = {
  [elementTypes.FLOAT]: 'FP32',
  [elementTypes.UINT8]: 'UINT8',
  [elementTypes.INT8]: 'INT8',
  [elementTypes.UINT16]: 'UINT16',
  [elementTypes.INT16]: 'INT16',
  [elementTypes.INT32]: 'INT32',
  [elementTypes.INT64]: 'INT64',
  [elementTypes.STRING]: 'BYTES',
  [elementTypes.BOOL]: 'BOOL',
  [elementTypes.FLOAT16]: 'FP16',
  [elementTypes.DOUBLE]: 'FP64',
  [elementTypes.UINT32]: 'UINT32',
  [elementTypes.UINT64]: 'UINT64',
};

const runtimeTypes: Readonly<Record<Datatype, string>> = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
};
const byRuntimeType = Object.fromEntries(
  Object.entries(runtimeTypes).map(([datatype, type]) => [type, datatype as Datatype]),
);

/**
 * Values of a datatype from plain numbers or texts: BOOL is 0 and 1, FP16 raw bits, 64-bit integers are rounded to whole.
 */
export function tensorData(datatype: Datatype, values: readonly (number | string)[]): TensorData {
  if (datatype === 'BYTES') return values.map(String);
  if (datatype === 'INT64') return BigInt64Array.from(values, (value) => BigInt(Math.round(Number(value))));
  if (datatype === 'UINT64') return BigUint64Array.from(values, (value) => BigInt(Math.round(Number(value))));
  return dataOf(datatype, values.map(Number));
}

/**
 * What a value of the graph is to those who ask. Free sizes are −1.
 * @throws AppError `onnx/unsupported` for what no protocol carries: sequences, maps, rare element types
 */
export function specOf({ name, kind, elementType, shape }: ValueInfo, role: 'input' | 'output'): TensorSpec {
  const datatype = byElementType[elementType];
  if (kind !== 'tensor' || datatype === undefined) {
    const what = kind === 'tensor' ? `has element type ${elementType}` : `is a ${kind}`;
    throw new AppError(
      'onnx/unsupported',
      `${role} ${name.slice(0, 100)} ${what}, which no inference protocol carries: end the model in plain tensors`,
    );
  }
  return { name, datatype, shape: (shape ?? [-1]).map((size) => (typeof size === 'number' ? size : -1)) };
}

/** The arguments of a runtime's tensor constructor. */
export function toRuntime({ datatype, shape, data }: Tensor): [string, TensorData, readonly number[]] {
  return [runtimeTypes[datatype], data, shape];
}

/**
 * A runtime's tensor under its name.
 * @throws AppError `inference/bad-output` when its values are not as many as its shape states
 */
export function fromRuntime(name: string, { type, dims, data }: RuntimeTensor): Tensor {
  const datatype = byRuntimeType[type];
  const values = data as TensorData;
  const count = dims.reduce((product, size) => product * size, 1);
  if (datatype === undefined || values.length !== count) {
    throw new AppError(
      'inference/bad-output',
      `output ${name} has ${values.length} values of type ${type} for shape [${dims.join(', ')}]`,
    );
  }
  if (datatype === 'BYTES' || Array.isArray(values))
    return { name, datatype, shape: [...dims], data: values as readonly string[] };
  // Copied: the runtime may reuse its memory. Seen as the array of its datatype: FP16 may come as a type of its own.
  const view = values as Uint8Array;
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength) as ArrayBuffer;
  return { name, datatype, shape: [...dims], data: viewOf(datatype, bytes) };
}
