// From what was sent to the inputs of a model: one tensor per column, or all columns side by side in a `[batch, features]`
// input, in the order that the model names them.

import {
  type Breathe,
  type InferenceModel,
  type Tensor,
  type TensorSpec,
  tensorFromJson,
} from '../../../services/inference/index.ts';
import { type Columns, invalid, type Sent } from './table.ts';

const namesShown = 20;
const rankMax = 16;
/** Rows put together between two breaths. */
const rowsPerSlice = 1024;

/** @throws AppError `inference/invalid-request` naming the column, `inference/invalid-tensor` for values */
export async function tensorsOf(model: InferenceModel, sent: Sent, breathe: Breathe): Promise<Tensor[]> {
  const needed = model.inputs.filter(({ optional }) => optional !== true);
  const [only] = needed;
  if (sent.kind === 'array') {
    if (only === undefined || needed.length > 1)
      throw invalid(
        `model "${model.name}" takes several inputs: name them (${shown(needed.map(({ name }) => name))})`,
      );
    return [await tensorOf(only, sent.data, breathe)];
  }
  const { columns } = sent;
  if (only !== undefined && isMatrix(model) && !columns.has(only.name))
    return [await matrixOf(model, columns, only, breathe)];
  const missing = needed.filter(({ name }) => !columns.has(name)).map(({ name }) => name);
  if (missing.length > 0)
    throw invalid(
      `model "${model.name}" needs ${shown(missing)}: the request has the columns ${shown([...columns.keys()])}`,
    );
  refuseMisspelt(model, columns);
  const tensors: Tensor[] = [];
  for (const spec of model.inputs) {
    const cells = columns.get(spec.name);
    if (cells === undefined) continue;
    tensors.push(await tensorOf(spec, cells, breathe));
    await breathe();
  }
  return tensors;
}

/** True for a model that takes all features as one tensor. */
function isMatrix({ inputs }: InferenceModel): boolean {
  return inputs.length === 1 && inputs[0]?.shape.length === 2;
}

async function matrixOf(
  model: InferenceModel,
  columns: Columns,
  spec: TensorSpec,
  breathe: Breathe,
): Promise<Tensor> {
  const names = spec.columns ?? [...columns.keys()];
  const width = spec.shape[1] as number;
  if (spec.columns === undefined && width >= 0 && width !== names.length)
    throw invalid(
      `model "${model.name}" takes ${width} columns, and the request has ${names.length}: ${shown(names)}`,
    );
  const missing = names.filter((name) => !columns.has(name));
  if (missing.length > 0)
    throw invalid(
      `model "${model.name}" needs the columns ${shown(missing)}: the request has ${shown([...columns.keys()])}`,
    );
  const lists = names.map((name) => columns.get(name) as readonly unknown[]);
  const rows = lists[0]?.length ?? 0;
  const data: unknown[] = [];
  for (let row = 0; row < rows; row++) {
    for (const cells of lists) data.push(cells[row]);
    if (row % rowsPerSlice === rowsPerSlice - 1) await breathe();
  }
  const { name, datatype } = spec;
  const shape = [rows, names.length];
  return tensorFromJson(
    {
      name,
      datatype,
      shape,
      data: datatype === 'BYTES' ? data.map((cell) => asText(cell, spec.optional === true)) : data,
    },
    breathe,
  );
}

/** A column too many is left alone, as data frames bring them, but where a misspelt one would be missed in silence. */
function refuseMisspelt(model: InferenceModel, columns: Columns): void {
  if (!model.inputs.some(({ optional }) => optional === true)) return;
  const names = model.inputs.map(({ name }) => name);
  const strange = [...columns.keys()].filter((name) => !names.includes(name));
  if (strange.length > 0)
    throw invalid(`model "${model.name}" has no columns ${shown(strange)}: it takes ${shown(names)}`);
}

async function tensorOf(spec: TensorSpec, data: readonly unknown[], breathe: Breathe): Promise<Tensor> {
  const { name, datatype } = spec;
  const values = datatype === 'BYTES' ? data.map((cell) => asText(cell, spec.optional === true)) : data;
  const tensor = await tensorFromJson({ name, datatype, shape: shapeOf(data), data: values }, breathe);
  // Single cells, for a model that takes each column as `[batch, 1]`.
  const ones = Math.max(0, spec.shape.length - tensor.shape.length);
  return { ...tensor, shape: [...tensor.shape, ...new Array<number>(ones).fill(1)] };
}

/** As the first item of each level says; whether the others agree is checked where the values are read. */
function shapeOf(data: readonly unknown[]): number[] {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level) && shape.length < rankMax; level = level[0])
    shape.push(level.length);
  return shape;
}

/**
 * Whole numbers of a column of texts are ids that a data frame took for numbers. Other values have more than one text, 0.1 and 1e21
 * and true as much as null, and which one the model has learnt nobody knows: they stay as they are, and are refused.
 * @param isOptional null is '' for an input that may be left out
 */
function asText(value: unknown, isOptional: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => asText(item, isOptional));
  if (value === null || value === undefined) return isOptional ? '' : value;
  return Number.isSafeInteger(value) || typeof value === 'bigint' ? String(value) : value;
}

function shown(names: readonly string[]): string {
  const quoted = names.slice(0, namesShown).map((name) => JSON.stringify(name.slice(0, 100)));
  const more = names.length > quoted.length ? ` and ${names.length - quoted.length} more` : '';
  return `${quoted.join(', ') || 'none'}${more}`;
}
