// Forms of operators that onnxruntime runs and answers otherwise than the standard's own test cases say, found by
// `npm run -s bench -- onnx`. A wrong answer is worse than none: models that use them are refused.

import { AppError } from '../../core/index.ts';
import type { OnnxGraph } from '../../forecasting/onnx/index.ts';

type Node = OnnxGraph['nodes'][number];

interface Deviation {
  readonly op: string;
  readonly isSo: (node: Node, graph: OnnxGraph) => boolean;
  readonly what: string;
}

const deviations: readonly Deviation[] = [
  {
    op: 'Attention',
    isSo: ({ outputs, attributes }) =>
      Boolean(outputs[3]) && [1, 2].includes(attributes.get('qk_matmul_output_mode')?.integer ?? 0),
    what: 'gives its products without the mask and cap that this mode asks for: leave that output out',
  },
  {
    op: 'LpNormalization',
    isSo: () => true,
    what: 'gives 0 where the standard has NaN: write ReduceL2 (or ReduceL1), Max and Div instead',
  },
  {
    op: 'MaxUnpool',
    isSo: ({ inputs }) => Boolean(inputs[2]),
    what: 'puts values in other places when it is given an output shape: leave that input out',
  },
  {
    op: 'Resize',
    isSo: ({ inputs, attributes }, graph) =>
      attributes.get('coordinate_transformation_mode')?.text === 'align_corners' &&
      Boolean(inputs[2]) &&
      !onlyGrows(graph, inputs[2] as string),
    what: 'aligns corners otherwise when it makes an image smaller by scales: give it sizes, or another mode',
  },
];

function onlyGrows({ initializers }: OnnxGraph, scales: string): boolean {
  const constant = initializers.find(({ name }) => name === scales)?.values ?? [];
  return constant.length > 0 && Array.from(constant).every((scale) => scale >= 1);
}

/** @throws AppError `onnx/unsupported` that names the operator, also within subgraphs */
export function refuseDeviations(graph: OnnxGraph): void {
  for (const node of graph.nodes) {
    const found = deviations.find(
      ({ op, isSo }) =>
        op === node.op && (node.domain === '' || node.domain === 'ai.onnx') && isSo(node, graph),
    );
    if (found !== undefined) {
      throw new AppError(
        'onnx/unsupported',
        `operator ${node.op} cannot be run here: the runtime ${found.what}`,
        {
          details: { operator: node.op },
        },
      );
    }
    for (const { graphs = [] } of node.attributes.values())
      for (const inner of graphs) refuseDeviations(inner);
  }
}
