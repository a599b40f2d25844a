// An ONNX model as this program speaks of it: what comes in, what goes out, the operators between, the constants.
// Only what is read or written here; the names are those of onnx.proto.

/** Element types by their numbers in TensorProto.DataType. */
export const elementTypes = {
  FLOAT: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  STRING: 8,
  BOOL: 9,
  FLOAT16: 10,
  DOUBLE: 11,
  UINT32: 12,
  UINT64: 13,
} as const;

export interface OnnxModel {
  readonly irVersion: number;
  /** The default domain is ''. */
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly producer: string;
  readonly graph: OnnxGraph;
  /** Operators the file defines itself, as `domain:name`. */
  readonly functions: readonly string[];
}

export interface OnnxGraph {
  readonly name: string;
  /** Without the initializers that old files list here too. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
}

export interface ValueInfo {
  readonly name: string;
  /** `tensor`, or another kind of value, such as the sequence of maps that ZipMap makes. */
  readonly kind: 'tensor' | 'sequence' | 'map' | 'optional' | 'sparse' | 'unknown';
  /** Of tensors; see `elementTypes`. */
  readonly elementType: number;
  /** Sizes; a name or '' for a free one. Null when the file does not even say how many dimensions there are. */
  readonly shape: readonly (number | string)[] | null;
}

export interface OnnxNode {
  readonly op: string;
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** Which of these is set depends on the attribute's type. */
export interface OnnxAttribute {
  readonly float?: number;
  readonly integer?: number;
  readonly text?: string;
  readonly floats?: readonly number[];
  readonly integers?: readonly number[];
  readonly texts?: readonly string[];
  readonly tensor?: OnnxTensor;
  /** Operators of subgraphs, as of If and Loop. */
  readonly graphs?: readonly OnnxGraph[];
}

export interface OnnxTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly elementType: number;
  /** The file where the numbers lie, when they are not here. */
  readonly external: boolean;
  /** Row-major; empty for element types that are not read here, and for external data. */
  readonly values: Float32Array | Float64Array | readonly number[];
}
