// From a graph to the bytes of an ONNX file.

import { elementTypes, type OnnxAttribute, type OnnxModel, type OnnxNode, type ValueInfo } from './model.ts';
import { littleEndian, WireWriter } from './wire-writer.ts';

/** A constant of a graph to be written. */
export interface ConstantTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | Float64Array | BigInt64Array;
}

/** What is written; the reader's model with constants by their numbers. */
export interface OnnxDraft extends Pick<OnnxModel, 'opsets'> {
  readonly name: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly nodes: readonly NodeDraft[];
  readonly constants: readonly ConstantTensor[];
  /** Facts about the model that readers may show: `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface NodeDraft extends Pick<OnnxNode, 'op' | 'inputs' | 'outputs'> {
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** IR version 8: read by every runtime since 2021. */
const irVersion = 8;

/** The file of a graph, with float constants as they are. Deterministic: the same draft gives the same bytes. */
export function writeOnnx(draft: OnnxDraft): Uint8Array {
  const graph = new WireWriter();
  draft.nodes.forEach((node, i) => void graph.bytes(1, nodeMessage(node, i)));
  graph.text(2, draft.name);
  for (const constant of draft.constants) graph.bytes(5, tensorMessage(constant));
  for (const input of draft.inputs) graph.bytes(11, valueInfoMessage(input));
  for (const output of draft.outputs) graph.bytes(12, valueInfoMessage(output));
  const model = new WireWriter().integer(1, irVersion).text(2, 'almanac').bytes(7, graph);
  for (const { domain, version } of draft.opsets)
    model.bytes(8, new WireWriter().text(1, domain).integer(2, version));
  for (const [key, value] of Object.entries(draft.metadata ?? {}))
    model.bytes(14, new WireWriter().text(1, key).text(2, value));
  return model.finish();
}

export function nodeMessage(
  { op, domain = '', inputs, outputs, attributes = {} }: NodeDraft,
  index: number,
): WireWriter {
  const message = new WireWriter();
  for (const name of inputs) message.text(1, name);
  for (const name of outputs) message.text(2, name);
  message.text(3, `${op}_${index}`).text(4, op);
  for (const [name, attribute] of Object.entries(attributes))
    message.bytes(5, attributeMessage(name, attribute));
  return message.text(7, domain);
}

/** Exactly one member of the attribute is set. */
function attributeMessage(name: string, attribute: OnnxAttribute): WireWriter {
  const message = new WireWriter().text(1, name);
  const { float, integer, text, floats, integers, texts } = attribute;
  if (float !== undefined) return message.float(2, float).integer(20, 1);
  if (integer !== undefined) return message.integer(3, integer).integer(20, 2);
  if (text !== undefined) return message.text(4, text).integer(20, 3);
  if (floats !== undefined) return message.floats(7, floats).integer(20, 6);
  if (integers !== undefined) return message.integers(8, integers).integer(20, 7);
  for (const item of texts ?? []) message.text(9, item);
  return message.integer(20, 8);
}

function tensorMessage({ name, dims, data }: ConstantTensor): WireWriter {
  const type =
    data instanceof Float32Array
      ? elementTypes.FLOAT
      : data instanceof Float64Array
        ? elementTypes.DOUBLE
        : elementTypes.INT64;
  return new WireWriter().integers(1, dims).integer(2, type).text(8, name).bytes(9, littleEndian(data));
}

export function valueInfoMessage({ name, elementType, shape }: ValueInfo): WireWriter {
  const tensor = new WireWriter().integer(1, elementType);
  if (shape !== null) {
    const dims = new WireWriter();
    for (const size of shape) {
      const dimension = new WireWriter();
      if (typeof size === 'number') dimension.integer(1, size);
      else if (size !== '') dimension.text(2, size);
      dims.bytes(1, dimension);
    }
    tensor.bytes(2, dims);
  }
  return new WireWriter().text(1, name).bytes(2, new WireWriter().bytes(1, tensor));
}
