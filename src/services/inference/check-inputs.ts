// A request's tensors against what a model takes: names, datatypes, shapes. Names what is wrong and what would be right.

import { AppError } from '../../core/index.ts';
import { countOf, shapeText } from './datatype.ts';
import type { InferenceModel } from './model.ts';
import type { Tensor, TensorSpec } from './tensor.ts';

/** Names told in a message. */
const namesShown = 20;

/** @throws AppError `inference/invalid-tensor` */
export function checkInputs(model: InferenceModel, inputs: readonly Tensor[]): void {
  const specs = new Map(model.inputs.map((spec) => [spec.name, spec]));
  const given = new Set<string>();
  for (const tensor of inputs) {
    const spec = specs.get(tensor.name);
    if (spec === undefined)
      throw invalid(
        `model "${model.name}" takes no input ${quoted(tensor.name)}: it takes ${namesOf(model.inputs)}`,
      );
    if (given.has(tensor.name)) throw invalid(`input ${quoted(tensor.name)} is given twice`);
    given.add(tensor.name);
    checkTensor(tensor, spec);
  }
  const missing = model.inputs.filter(({ name, optional }) => optional !== true && !given.has(name));
  if (missing.length > 0)
    throw invalid(`model "${model.name}" needs input ${namesOf(missing)}: it is missing`);
}

function checkTensor(tensor: Tensor, spec: TensorSpec): void {
  const { name, datatype, shape, data } = tensor;
  if (datatype !== spec.datatype)
    throw invalid(`input "${name}" is ${datatype}: the model takes ${spec.datatype}`);
  const fits =
    shape.length === spec.shape.length && spec.shape.every((size, i) => size < 0 || size === shape[i]);
  if (!fits)
    throw invalid(
      `input "${name}" has shape ${shapeText(shape)}: the model takes ${shapeText(spec.shape)} (-1 = any size)`,
    );
  if (data.length !== countOf(shape))
    throw invalid(`input "${name}" has ${data.length} values: its shape ${shapeText(shape)} has others`);
}

/**
 * The outputs wanted, each once, in the order asked; all of the model's when none are named.
 * @throws AppError `inference/unknown-output`
 */
export function checkOutputs(model: InferenceModel, asked: readonly string[] | undefined): readonly string[] {
  const names = model.outputs.map(({ name }) => name);
  if (asked === undefined || asked.length === 0) return names;
  for (const name of asked)
    if (!names.includes(name))
      throw new AppError(
        'inference/unknown-output',
        `model "${model.name}" has no output ${quoted(name)}: it has ${namesOf(model.outputs)}`,
      );
  return [...new Set(asked)];
}

export function namesOf(named: readonly { readonly name: string }[]): string {
  const shown = named.slice(0, namesShown).map(({ name }) => quoted(name));
  const more = named.length > shown.length ? ` and ${named.length - shown.length} more` : '';
  return `${shown.join(', ') || 'none'}${more}`;
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}

function invalid(message: string): AppError {
  return new AppError('inference/invalid-tensor', message);
}
