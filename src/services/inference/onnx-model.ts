// One loaded version of a registered model, behind the contract of every model that takes tensors.

import { AppError } from '../../core/index.ts';
import type { TreePlan } from '../../forecasting/onnx/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import type { InferenceModel } from './model.ts';
import type { OnnxPool } from './onnx-pool.ts';
import type { PooledModel } from './onnx-pool-options.ts';
import { runTrees, wantedOf } from './onnx-session.ts';
import type { Tensor, TensorSpec } from './tensor.ts';

/** Rows × trees up to which trees are run where they are asked: about 5 ms, a quarter of what the event loop may be kept. */
const rowTreesMax = 100_000;

/** @param plan set when the model is trees: small requests then need no worker */
export function onnxModel(
  version: VersionRecord,
  { pool, model, plan }: { pool: Pick<OnnxPool, 'run'>; model: PooledModel; plan: TreePlan | undefined },
): InferenceModel {
  const { inputs, outputs, runBy } = model.signature;
  return {
    name: version.project,
    version: String(version.number),
    platform: runBy === 'trees' ? 'onnx_trees' : 'onnx_onnxruntime',
    inputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    outputs: outputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    infer: async (given, ask) => {
      checkSizes(given);
      const rows = given[0]?.shape[0] ?? 0;
      if (plan !== undefined && rows * plan.ensemble.roots.length <= rowTreesMax)
        return wantedOf(runTrees(plan, given), ask.outputs);
      return checkAnswer(await pool.run(model, given, ask), outputs);
    },
  };
}

/**
 * An answer has as many dimensions, and from the second on the sizes, that its signature states. The first is left to the
 * model: converters state [1] for any number of rows.
 */
function checkAnswer(answer: Tensor[], specs: readonly TensorSpec[]): Tensor[] {
  for (const { name, shape } of answer) {
    const stated = specs.find((spec) => spec.name === name)?.shape ?? shape;
    const isSo =
      shape.length === stated.length &&
      shape.every((size, i) => i === 0 || stated[i] === -1 || stated[i] === size);
    if (isSo) continue;
    throw new AppError(
      'inference/bad-output',
      `output ${name} came with shape [${shape.join(', ')}], the signature has [${stated.join(', ')}]`,
    );
  }
  return answer;
}

/** Workers read memory by shape: what comes from outside must have what its shape states. */
function checkSizes(inputs: readonly Tensor[]): void {
  for (const { name, shape, data } of inputs) {
    const count = shape.reduce((product, size) => product * size, 1);
    if (shape.every((size) => Number.isSafeInteger(size) && size >= 0) && count === data.length) continue;
    throw new AppError(
      'inference/refused',
      `input ${name.slice(0, 100)} has ${data.length} values for shape [${shape.join(', ')}]`,
    );
  }
}
