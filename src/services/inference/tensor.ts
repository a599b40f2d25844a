// Values as every inference protocol speaks of them: a name, a datatype of the Open Inference Protocol, a shape, row-major data.

export type Datatype =
  | 'BOOL'
  | 'UINT8'
  | 'UINT16'
  | 'UINT32'
  | 'UINT64'
  | 'INT8'
  | 'INT16'
  | 'INT32'
  | 'INT64'
  | 'FP16'
  | 'FP32'
  | 'FP64'
  | 'BYTES';

/** BOOL holds 0 and 1; FP16 the raw 16 bits; BYTES is text in UTF-8. */
export type TensorData =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array
  | readonly string[];

/** `data` has as many values as the shape's product. Readers must not write to it. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What a model takes or gives; -1 = a free dimension. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** An input that may be left out; default: it may not. */
  readonly optional?: boolean;
  /** What the last dimension counts, by name: the columns of a `[batch, features]` input; absent = not known. */
  readonly columns?: readonly string[];
}
