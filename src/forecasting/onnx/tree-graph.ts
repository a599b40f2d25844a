// Whole graphs that are one tree ensemble and small change: recognised, and run without any runtime.

import type { OnnxGraph, OnnxModel, OnnxNode, OnnxTensor } from './model.ts';
import { elementTypes } from './model.ts';
import { type TreeEnsemble, treeEnsembleOf } from './tree-ensemble.ts';
import { hasKnownAnswers, logistic, treeAnswers } from './tree-scores.ts';

/** What an output is: a table of numbers, or labels. */
export type TreeOutput =
  | { readonly name: string; readonly kind: 'numbers'; readonly columns: number; readonly data: Float32Array }
  | { readonly name: string; readonly kind: 'numbers of classes'; readonly data: BigInt64Array }
  | { readonly name: string; readonly kind: 'names of classes'; readonly data: readonly string[] };

/** A graph as plain data, which may be sent to another thread. */
export interface TreePlan {
  readonly input: string;
  /** Trees × rows is what a run costs: about 50 ns each. */
  readonly ensemble: TreeEnsemble;
  /** Outputs of the graph, in its order. */
  readonly outputs: readonly (Wire & { readonly name: string })[];
}

interface Wire {
  readonly source: 'scores' | 'labels';
  /** Applied to every number, in order. */
  readonly steps: readonly Step[];
}

interface Step {
  readonly op: 'Exp' | 'Sigmoid' | 'Mul' | 'Add' | 'Div' | 'Sub';
  /** The other side of those with two. */
  readonly by: number;
}

/**
 * Answers rows of `stride` values, row-major.
 * @returns all outputs of the graph, in its order; tables have a row per row. Allocates the outputs.
 */
export function runTreePlan(
  { ensemble, outputs }: TreePlan,
  x: Float32Array,
  shape: { readonly rows: number; readonly stride: number },
): TreeOutput[] {
  const { scores, labels } = treeAnswers(ensemble, x, shape);
  return outputs.map(({ name, source, steps }) => {
    if (source === 'labels') return labelOutput(name, labels as Int32Array, ensemble);
    const data = scores.slice();
    for (const step of steps) for (let i = 0; i < data.length; i++) data[i] = applied(step, data[i]!);
    return { name, kind: 'numbers', columns: ensemble.outputs, data };
  });
}

function applied({ op, by }: Step, value: number): number {
  if (op === 'Exp') return Math.exp(value);
  if (op === 'Sigmoid') return logistic(value);
  if (op === 'Mul') return value * by;
  if (op === 'Div') return value / by;
  return op === 'Add' ? value + by : value - by;
}

/** The plan of a graph; undefined when anything in it is not done here. ZipMaps must have been taken out. */
export function treePlan({ graph, functions }: OnnxModel): TreePlan | undefined {
  const [ensembleNode, ...others] = graph.nodes;
  const [input, ...moreInputs] = graph.inputs;
  if (ensembleNode === undefined || input === undefined || moreInputs.length > 0 || functions.length > 0)
    return;
  if (ensembleNode.domain !== 'ai.onnx.ml' || !/^TreeEnsemble(Regressor|Classifier)$/.test(ensembleNode.op))
    return;
  const takesRows =
    input.elementType === elementTypes.FLOAT && (input.shape === null || input.shape.length === 2);
  if (!takesRows || ensembleNode.inputs[0] !== input.name) return;
  const ensemble = treeEnsembleOf(ensembleNode);
  if (ensemble === undefined || !hasKnownAnswers(ensemble)) return;
  const wiring = wiringOf(graph, ensembleNode, others, ensemble);
  if (wiring === undefined) return;
  return { input: input.name, ensemble, outputs: wiring };
}

function labelOutput(name: string, labels: Int32Array, { classes }: TreeEnsemble): TreeOutput {
  if (typeof classes?.[0] === 'string') {
    const names = classes as readonly string[];
    return { name, kind: 'names of classes', data: Array.from(labels, (label) => names[label] as string) };
  }
  const numbers = BigInt64Array.from(labels, (label) =>
    BigInt((classes as readonly number[])[label] as number),
  );
  return { name, kind: 'numbers of classes', data: numbers };
}

/** How each output of the graph comes from the ensemble's; undefined when an operator between is not done here. */
function wiringOf(
  graph: OnnxGraph,
  ensembleNode: OnnxNode,
  others: readonly OnnxNode[],
  { classes }: TreeEnsemble,
): (Wire & { readonly name: string })[] | undefined {
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const wires = new Map<string, Wire>();
  const [first = '', second = ''] = ensembleNode.outputs;
  wires.set(classes === null ? first : second, { source: 'scores', steps: [] });
  if (classes !== null) wires.set(first, { source: 'labels', steps: [] });
  const labelType = typeof classes?.[0] === 'string' ? elementTypes.STRING : elementTypes.INT64;
  for (const node of others) {
    const from = node.inputs.map((name) => wires.get(name)).find((wire) => wire !== undefined);
    if (from === undefined || (node.domain !== '' && node.domain !== 'ai.onnx') || node.outputs.length !== 1)
      return;
    const elementType = from.source === 'labels' ? labelType : elementTypes.FLOAT;
    const step = stepOf(node, constants, elementType);
    if (step === undefined || (step !== 'same' && from.source === 'labels')) return;
    wires.set(node.outputs[0] as string, {
      ...from,
      steps: step === 'same' ? from.steps : [...from.steps, step],
    });
  }
  const outputs = graph.outputs.map(({ name }) => ({ name, ...wires.get(name) }));
  return outputs.every((wire): wire is Wire & { name: string } => wire.source !== undefined)
    ? outputs
    : undefined;
}

/** `same` = the numbers pass as they are; undefined = not done here. */
function stepOf(
  { op, attributes, inputs }: OnnxNode,
  constants: ReadonlyMap<string, OnnxTensor>,
  elementType: number,
): Step | 'same' | undefined {
  if (op === 'Identity') return 'same';
  if (op === 'Cast') return attributes.get('to')?.integer === elementType ? 'same' : undefined;
  if (op === 'Exp' || op === 'Sigmoid') return { op, by: 0 };
  const [left, right] = inputs.map((name) => constants.get(name));
  const constant = left ?? right;
  if (constant?.values.length !== 1 || constant.elementType !== elementTypes.FLOAT) return;
  // A constant of more dimensions than the table would make the output one of more dimensions.
  if (constant.dims.length > 2) return;
  const by = constant.values[0] as number;
  if (op === 'Mul' || op === 'Add') return { op, by };
  return (op === 'Div' || op === 'Sub') && left === undefined ? { op, by } : undefined;
}
