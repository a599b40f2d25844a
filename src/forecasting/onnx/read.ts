// From the bytes of an ONNX file to its graph. Files come from anybody: sizes, depth and counts are bounded.

import { AppError } from '../../core/index.ts';
import {
  elementTypes,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type ValueInfo,
} from './model.ts';
import { broken, readFields, readFloats, readIntegers, readText, type WireField } from './wire-reader.ts';

/** Graphs within graphs, as in If and Loop. */
const depthMax = 16;
const nodesMax = 200_000;
const dimsMax = 64;
/** Constants are decoded up to here; larger ones are the runtime's alone. */
const valuesKeptMax = 4096;

/**
 * Reads a model. Cost: one pass; allocates the graph, not the weights.
 * @throws AppError `onnx/not-a-model`
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  let irVersion = 0;
  let producer = '';
  let graph: OnnxGraph | undefined;
  const opsets: { domain: string; version: number }[] = [];
  const functions: string[] = [];
  const budget = { nodes: nodesMax };
  readFields(bytes, (field) => {
    if (field.number === 1) irVersion = Number(field.integer);
    else if (field.number === 2) producer = readText(field).slice(0, 100);
    else if (field.number === 7) graph = readGraph(field.bytes, 0, budget);
    else if (field.number === 8) opsets.push(readOpset(field.bytes));
    else if (field.number === 25) functions.push(readFunctionName(field.bytes));
  });
  if (graph === undefined || irVersion < 1) throw broken('holds no graph');
  return { irVersion, opsets, producer, graph, functions };
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  const opset = { domain: '', version: 0 };
  readFields(bytes, (field) => {
    if (field.number === 1) opset.domain = readText(field);
    else if (field.number === 2) opset.version = Number(field.integer);
  });
  return opset;
}

function readFunctionName(bytes: Uint8Array): string {
  let name = '';
  let domain = '';
  readFields(bytes, (field) => {
    if (field.number === 1) name = readText(field);
    else if (field.number === 10) domain = readText(field);
  });
  return `${domain}:${name}`;
}

interface Budget {
  nodes: number;
}

function readGraph(bytes: Uint8Array, depth: number, budget: Budget): OnnxGraph {
  if (depth > depthMax) throw broken(`nests graphs more than ${depthMax} deep`);
  let name = '';
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: ValueInfo[] = [];
  const outputs: ValueInfo[] = [];
  readFields(bytes, (field) => {
    if (field.number === 1) {
      if (--budget.nodes < 0) throw broken(`holds more than ${nodesMax} operators`);
      nodes.push(readNode(field.bytes, depth, budget));
    } else if (field.number === 2) name = readText(field);
    else if (field.number === 5) initializers.push(readTensor(field.bytes));
    else if (field.number === 11) inputs.push(readValueInfo(field.bytes));
    else if (field.number === 12) outputs.push(readValueInfo(field.bytes));
  });
  const constants = new Set(initializers.map((tensor) => tensor.name));
  return { name, nodes, initializers, outputs, inputs: inputs.filter((input) => !constants.has(input.name)) };
}

function readNode(bytes: Uint8Array, depth: number, budget: Budget): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  const names = { op: '', domain: '', name: '' };
  readFields(bytes, (field) => {
    if (field.number === 1) inputs.push(readText(field));
    else if (field.number === 2) outputs.push(readText(field));
    else if (field.number === 3) names.name = readText(field);
    else if (field.number === 4) names.op = readText(field);
    else if (field.number === 5) {
      const { name, ...attribute } = readAttribute(field.bytes, depth, budget);
      attributes.set(name, attribute);
    } else if (field.number === 7) names.domain = readText(field);
  });
  return { ...names, inputs, outputs, attributes };
}

/** Lists are there when the type says so, even if they are empty. */
const typeOf = { floats: 6, integers: 7, texts: 8 } as const;

function readAttribute(
  bytes: Uint8Array,
  depth: number,
  budget: Budget,
): OnnxAttribute & { readonly name: string } {
  const found: { -readonly [K in keyof OnnxAttribute]: OnnxAttribute[K] } & { name: string } = { name: '' };
  const floats: number[] = [];
  const integers: number[] = [];
  const texts: string[] = [];
  const graphs: OnnxGraph[] = [];
  let type = 0;
  readFields(bytes, (field) => {
    if (field.number === 1) found.name = readText(field);
    else if (field.number === 2) found.float = field.float;
    else if (field.number === 3) found.integer = Number(field.integer);
    else if (field.number === 4) found.text = readText(field);
    else if (field.number === 5) found.tensor = readTensor(field.bytes);
    else if (field.number === 6 || field.number === 11)
      graphs.push(readGraph(field.bytes, depth + 1, budget));
    else if (field.number === 7) readFloats(field, floats);
    else if (field.number === 8) readIntegers(field, integers);
    else if (field.number === 9) texts.push(readText(field));
    else if (field.number === 20) type = Number(field.integer);
  });
  if (floats.length > 0 || type === typeOf.floats) found.floats = floats;
  if (integers.length > 0 || type === typeOf.integers) found.integers = integers;
  if (texts.length > 0 || type === typeOf.texts) found.texts = texts;
  if (graphs.length > 0) found.graphs = graphs;
  return found;
}

function readTensor(bytes: Uint8Array): OnnxTensor {
  const dims: number[] = [];
  const floats: number[] = [];
  const integers: number[] = [];
  let raw: Uint8Array | undefined;
  let doubles: Uint8Array | undefined;
  let [name, elementType, external] = ['', 0, false];
  const small = (field: WireField): boolean => field.bytes.length <= valuesKeptMax * 8;
  readFields(bytes, (field) => {
    if (field.number === 1) readIntegers(field, dims);
    else if (field.number === 2) elementType = Number(field.integer);
    else if (field.number === 4 && small(field)) readFloats(field, floats);
    else if ((field.number === 5 || field.number === 7) && small(field)) readIntegers(field, integers);
    else if (field.number === 8) name = readText(field);
    else if (field.number === 9) raw = field.bytes;
    else if (field.number === 10) doubles = field.bytes;
    else if (field.number === 14) external = field.integer === 1n;
  });
  if (dims.length > dimsMax) throw broken(`holds a tensor of ${dims.length} dimensions`);
  const listed = floats.length > 0 ? Float32Array.from(floats) : integers;
  return { name, dims, elementType, external, values: valuesOf(elementType, raw ?? doubles) ?? listed };
}

/** Numbers of small constants, copied, because their bytes may lie at any address. */
function valuesOf(elementType: number, raw: Uint8Array | undefined): OnnxTensor['values'] | undefined {
  if (raw === undefined || raw.length > valuesKeptMax * 8) return undefined;
  const { buffer } = raw.slice();
  const count = (size: number): number => Math.floor(raw.length / size);
  if (elementType === elementTypes.FLOAT) return new Float32Array(buffer, 0, count(4));
  if (elementType === elementTypes.DOUBLE) return new Float64Array(buffer, 0, count(8));
  if (elementType === elementTypes.INT64) return Array.from(new BigInt64Array(buffer, 0, count(8)), Number);
  if (elementType === elementTypes.INT32) return Array.from(new Int32Array(buffer, 0, count(4)));
  return undefined;
}

const kindByField: Readonly<Record<number, ValueInfo['kind']>> = {
  1: 'tensor',
  4: 'sequence',
  5: 'map',
  8: 'sparse',
  9: 'optional',
};

function readValueInfo(bytes: Uint8Array): ValueInfo {
  let name = '';
  let type: Omit<ValueInfo, 'name'> = { kind: 'unknown', elementType: 0, shape: null };
  readFields(bytes, (field) => {
    if (field.number === 1) name = readText(field);
    else if (field.number === 2) type = readType(field.bytes);
  });
  return { name, ...type };
}

function readType(bytes: Uint8Array): Omit<ValueInfo, 'name'> {
  let kind: ValueInfo['kind'] = 'unknown';
  let elementType = 0;
  let shape: (number | string)[] | null = null;
  readFields(bytes, (field) => {
    kind = kindByField[field.number] ?? kind;
    if (field.number !== 1) return;
    readFields(field.bytes, (inner) => {
      if (inner.number === 1) elementType = Number(inner.integer);
      else if (inner.number === 2) shape = readShape(inner.bytes);
    });
  });
  return { kind, elementType, shape };
}

function readShape(bytes: Uint8Array): (number | string)[] {
  const shape: (number | string)[] = [];
  readFields(bytes, (dimension) => {
    if (dimension.number !== 1) return;
    let size: number | string = '';
    readFields(dimension.bytes, (field) => {
      if (field.number === 1) size = Number(field.integer);
      else if (field.number === 2) size = readText(field);
    });
    // Converters write 0 or −1 where the size is free.
    shape.push(typeof size === 'number' && size < 1 ? '' : size);
    if (shape.length > dimsMax) throw broken(`holds a shape of more than ${dimsMax} dimensions`);
  });
  return shape;
}

/** Every operator used, those of subgraphs too, as `domain:name`; the default domain is ''. */
export function operatorsOf(graph: OnnxGraph, into: Set<string> = new Set()): Set<string> {
  for (const { op, domain, attributes } of graph.nodes) {
    into.add(`${domain === 'ai.onnx' ? '' : domain}:${op}`);
    for (const { graphs = [] } of attributes.values()) for (const inner of graphs) operatorsOf(inner, into);
  }
  return into;
}

/** @throws AppError `onnx/unsupported` for weights in files beside this one: only one file is registered */
export function refuseExternalData({ initializers, nodes }: OnnxGraph): void {
  const tensors = [
    ...initializers,
    ...nodes.flatMap(({ attributes }) => [...attributes.values()].flatMap(({ tensor }) => tensor ?? [])),
  ];
  const outside = tensors.find(({ external }) => external);
  if (outside === undefined) return;
  throw new AppError(
    'onnx/unsupported',
    `the weights ${outside.name.slice(0, 100)} lie in another file: save the model as one file (onnx.save without external data)`,
  );
}
