// One loaded model inside a worker: as a plan of trees where it is one, else in onnxruntime. Both answer tensors by name.

import { AppError, isAppError } from '../../core/index.ts';
import {
  operatorsOf,
  readOnnx,
  refuseExternalData,
  runTreePlan,
  type TreeOutput,
  type TreePlan,
  treePlan,
  withoutZipMaps,
} from '../../forecasting/onnx/index.ts';
import { refuseDeviations } from './onnx-deviations.ts';
import { type LoadedRuntime, loadRuntime, onnxRuntimeName } from './onnx-runtime.ts';
import { fromRuntime, specOf, toRuntime } from './onnx-tensors.ts';
import type { Tensor, TensorSpec } from './tensor.ts';

/** What a file holds, told to the thread that serves. */
export interface OnnxDescription {
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Names of free sizes, by input, in place of its −1; '' = no name. Equal names are equal sizes. */
  readonly freeNames: readonly (readonly string[])[];
  /** Names of the classes by output that had a ZipMap. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  readonly operators: readonly string[];
  readonly producer: string;
}

export interface OnnxSession {
  readonly description: OnnxDescription;
  /** `trees` or `onnxruntime-web`. */
  readonly runBy: string;
  /** Set when the model is trees and nothing else. */
  readonly plan: TreePlan | undefined;
  /** @param outputs wanted, by name; all of them when undefined */
  run(inputs: readonly Tensor[], outputs?: readonly string[]): Promise<Tensor[]>;
  close(): Promise<void>;
}

/** The runtime prints nothing: what it has to say comes as an error. */
const quiet = { logSeverityLevel: 4 };

let runtimeLoading: Promise<LoadedRuntime> | undefined;
let runtimeLoaded: LoadedRuntime | undefined;

/** Bytes that the runtime of this thread holds. */
export function runtimeMemoryBytes(): number {
  return runtimeLoaded?.memoryBytes() ?? 0;
}

/**
 * Opens a model from the bytes of its file.
 * @throws AppError `onnx/…`: not a model, an operator that is not there (named), no runtime
 */
export async function openSession(
  file: Uint8Array,
  { memoryBytesMax }: { readonly memoryBytesMax: number },
): Promise<OnnxSession> {
  const { bytes, classes } = withoutZipMaps(file);
  const model = readOnnx(bytes);
  const { graph } = model;
  refuseExternalData(graph);
  const operators = [...operatorsOf(graph)];
  const description: OnnxDescription = {
    inputs: graph.inputs.map((info) => specOf(info, 'input')),
    outputs: graph.outputs.map((info) => specOf(info, 'output')),
    freeNames: graph.inputs.map(({ shape }) => (shape ?? ['']).filter((size) => typeof size === 'string')),
    classes,
    operators,
    producer: model.producer,
  };
  const plan = treePlan(model);
  if (plan !== undefined) {
    const run = async (inputs: readonly Tensor[], wanted?: readonly string[]): Promise<Tensor[]> =>
      wantedOf(runTrees(plan, inputs), wanted);
    return { description, runBy: 'trees', plan, run, close: async () => {} };
  }
  refuseDeviations(graph);
  runtimeLoading ??= loadRuntime(memoryBytesMax);
  runtimeLoaded = await runtimeLoading;
  return await openInRuntime(runtimeLoaded, bytes, description);
}

async function openInRuntime(
  { runtime, sessionOptions }: LoadedRuntime,
  bytes: Uint8Array,
  description: OnnxDescription,
): Promise<OnnxSession> {
  const session = await runtime.InferenceSession.create(bytes, sessionOptions).catch((error: unknown) => {
    throw unsupported(error, description.operators);
  });
  const names = description.outputs.map(({ name }) => name);
  const run: OnnxSession['run'] = async (inputs, wanted = names) => {
    const feeds = Object.fromEntries(
      inputs.map((input) => [input.name, new runtime.Tensor(...toRuntime(input))]),
    );
    const answers = await session.run(feeds, wanted, quiet).catch((error: unknown) => {
      throw runFailure(error);
    });
    return wanted.map((name) => {
      const answer = answers[name];
      if (answer !== undefined) return fromRuntime(name, answer);
      throw new AppError('inference/bad-output', `the model gave no output ${name}`);
    });
  };
  return { description, runBy: onnxRuntimeName, plan: undefined, run, close: () => session.release() };
}

/**
 * Answers of a plan of trees. Cost: rows × trees × about 50 ns.
 * @throws AppError `inference/refused` when a row has too few values
 */
export function runTrees(plan: TreePlan, inputs: readonly Tensor[]): Tensor[] {
  const [input] = inputs;
  const [rows = 0, stride = 0] = input?.shape ?? [];
  if (!(input?.data instanceof Float32Array) || input.shape.length !== 2 || stride < plan.ensemble.columns) {
    throw new AppError(
      'inference/refused',
      `the trees look at ${plan.ensemble.columns} columns, the input has shape [${input?.shape.join(', ')}]`,
    );
  }
  return runTreePlan(plan, input.data, { rows, stride }).map((output) => treeTensor(output, rows));
}

function treeTensor(output: TreeOutput, rows: number): Tensor {
  const { name, data } = output;
  if (output.kind === 'numbers') return { name, datatype: 'FP32', shape: [rows, output.columns], data };
  return { name, datatype: output.kind === 'names of classes' ? 'BYTES' : 'INT64', shape: [rows], data };
}

/** Those asked for, in that order. @throws AppError `inference/bad-output` for a name that is none */
export function wantedOf(all: Tensor[], wanted: readonly string[] | undefined): Tensor[] {
  return (
    wanted?.map((name) => {
      const found = all.find((output) => output.name === name);
      if (found !== undefined) return found;
      throw new AppError('inference/bad-output', `the model gave no output ${name.slice(0, 100)}`);
    }) ?? all
  );
}

/** Why a runtime does not take a model; the operator that it lacks is named first. */
function unsupported(error: unknown, operators: readonly string[]): AppError {
  if (isAppError(error)) return error;
  const reason = reasonOf(error);
  const missing = operators.find((operator) => {
    const [domain = '', op = ''] = operator.split(':');
    const words = new RegExp(`(^|[^A-Za-z])${op}([^A-Za-z]|$)`);
    return (
      op !== '' &&
      words.test(reason) &&
      /implementation|not a registered|opset|domain|No op/i.test(reason) &&
      domain !== ' '
    );
  });
  const what = missing === undefined ? 'the model' : `operator ${missing.replace(/^:/, '')}`;
  return new AppError('onnx/unsupported', `${what} cannot be run here: ${reason}`, {
    details: missing === undefined ? {} : { operator: missing.replace(/^:/, '') },
  });
}

/** A refusal of the model's own, or WebAssembly's end in the middle of its work, which leaves its memory as it was then. */
function runFailure(error: unknown): AppError {
  const reason = reasonOf(error);
  // By name: the class is one of the platform's, whose types belong to browsers.
  return error instanceof Error && error.name === 'RuntimeError'
    ? new AppError('inference/crashed', `the runtime of the model stopped: ${reason}`)
    : new AppError('inference/refused', `the model could not answer: ${reason}`);
}

/** The runtime's words, without its codes and the places in its source. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^.*ERROR_MESSAGE:\s*/s, '')
    .split(/\s+/)
    .filter((word) => word !== '' && !word.includes('/onnxruntime/'))
    .join(' ')
    .slice(0, 400);
}
