// What a registered model takes and gives: the file's own specs, made exact and named by the user's signature file.

import { AppError } from '../../core/index.ts';
import type { JsonObject } from '../../storage/ports/index.ts';
import type { Example, Golden } from './onnx-golden.ts';
import type { OnnxDescription } from './onnx-session.ts';
import type { TensorSpec } from './tensor.ts';

/** As stored with a version. */
export interface OnnxSignature {
  readonly format: 1;
  readonly inputs: readonly NamedSpec[];
  readonly outputs: readonly NamedSpec[];
  /** What runs it: `trees` or `onnxruntime-web`, as when it was registered. */
  readonly runBy: string;
  readonly operators: readonly string[];
  readonly producer: string;
  /** Answers to made-up inputs, compared at every load. Null for a model that answers differently each time. */
  readonly golden: Golden | null;
  /** True when rows together are answered as each alone, so that requests may share a run. Absent = not known: they do not. */
  readonly rowsIndependent?: boolean;
  /** What the check found that users should know. */
  readonly notes: readonly string[];
}

export interface NamedSpec extends TensorSpec {
  /** Names along the last dimension: features of an input, quantiles or classes of an output. */
  readonly columns?: readonly string[];
}

/** The user's file, checked. */
export interface UserSignature {
  readonly inputs: Readonly<Record<string, UserSpec>>;
  readonly outputs: Readonly<Record<string, UserSpec>>;
}

export interface UserSpec {
  readonly columns?: readonly string[];
  readonly shape?: readonly number[];
  /** Values that fit, for the check. */
  readonly example?: Example;
}

const namesMax = 100_000;
const exampleValuesMax = 100_000;

/**
 * Checks a signature as users write it: `{ "inputs": { NAME: { columns, shape, example } }, "outputs": { … } }`.
 * @throws AppError `onnx/bad-signature`
 */
export function parseSignature(value: unknown): UserSignature {
  if (!isObject(value)) throw bad('is not an object with `inputs` and `outputs`');
  const unknown = Object.keys(value).find((key) => key !== 'inputs' && key !== 'outputs');
  if (unknown !== undefined)
    throw bad(`has a field ${unknown.slice(0, 60)}; only inputs and outputs are known`);
  return { inputs: specsOf(value.inputs ?? {}, 'inputs'), outputs: specsOf(value.outputs ?? {}, 'outputs') };
}

function specsOf(value: unknown, place: string): Record<string, UserSpec> {
  if (!isObject(value)) throw bad(`has ${place} that are not an object by name`);
  return Object.fromEntries(
    Object.entries(value).map(([name, spec]) => [name, specOf(spec, `${place}.${name.slice(0, 60)}`)]),
  );
}

function specOf(value: unknown, place: string): UserSpec {
  if (!isObject(value)) throw bad(`has ${place}, which is not an object`);
  const { columns, shape, example, ...others } = value;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw bad(`has ${place}.${unknown.slice(0, 60)}; only columns, shape and example are known`);
  if (
    columns !== undefined &&
    !(isList(columns, namesMax) && columns.every((item) => typeof item === 'string'))
  )
    throw bad(`has ${place}.columns that are not a list of names`);
  if (shape !== undefined && !isShape(shape, -1))
    throw bad(`has ${place}.shape that is not a list of sizes, −1 for a free one`);
  if (example !== undefined) {
    if (!isObject(example) || !isShape(example.shape, 0) || !isList(example.data, exampleValuesMax))
      throw bad(`has ${place}.example without shape and data`);
    const count = (example.shape as number[]).reduce((product, size) => product * size, 1);
    const fits = example.data.every((item) => typeof item === 'number' || typeof item === 'string');
    if (example.data.length !== count || !fits)
      throw bad(`has ${place}.example with ${example.data.length} values for ${count} places`);
  }
  return value as UserSpec;
}

/**
 * The specs of a file with what the user says of them.
 * @throws AppError `onnx/bad-signature` for a name the model does not have, or a shape or columns that contradict it
 */
export function namedSpecs(
  description: OnnxDescription,
  user: UserSignature,
): { inputs: NamedSpec[]; outputs: NamedSpec[] } {
  const join = (specs: readonly TensorSpec[], said: UserSignature['inputs'], role: string): NamedSpec[] => {
    const stray = Object.keys(said).find((name) => !specs.some((spec) => spec.name === name));
    if (stray !== undefined) {
      const names = specs.map(({ name }) => name).join(', ');
      throw bad(`names the ${role} ${stray.slice(0, 60)}; the model has ${names}`);
    }
    return specs.map((spec) => named(spec, said[spec.name] ?? {}, description.classes[spec.name]));
  };
  return {
    inputs: join(description.inputs, user.inputs, 'input'),
    outputs: join(description.outputs, user.outputs, 'output'),
  };
}

function named(spec: TensorSpec, said: UserSpec, classes: readonly string[] | undefined): NamedSpec {
  const shape = said.shape ?? spec.shape;
  const agrees =
    spec.shape.length === 0 || // a file that says nothing of the shape
    (shape.length === spec.shape.length &&
      shape.every((size, i) => size === -1 || spec.shape[i] === -1 || spec.shape[i] === size));
  if (!agrees && said.shape !== undefined)
    throw bad(`gives ${spec.name} shape [${shape.join(', ')}]; the model has [${spec.shape.join(', ')}]`);
  const columns = said.columns ?? classes;
  const last = shape.at(-1);
  if (said.columns !== undefined && last !== undefined && last >= 0 && last !== said.columns.length)
    throw bad(`names ${said.columns.length} columns of ${spec.name}, which has ${last}`);
  const { name, datatype } = spec;
  return columns === undefined || columns.length === 0
    ? { name, datatype, shape }
    : { name, datatype, shape, columns };
}

/** The signature of a stored version. */
export function signatureOf(stored: JsonObject | null): OnnxSignature | undefined {
  return stored !== null && stored.format === 1 ? (stored as unknown as OnnxSignature) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isList(value: unknown, most: number): value is unknown[] {
  return Array.isArray(value) && value.length <= most;
}

function isShape(value: unknown, least: number): value is number[] {
  return isList(value, 64) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= least);
}

function bad(what: string): AppError {
  return new AppError('onnx/bad-signature', `the signature ${what}`);
}
