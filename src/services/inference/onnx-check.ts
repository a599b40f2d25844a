// The check of a model that is to be registered, in a worker of its own: parse, load, answer made-up inputs, twice.

import { AppError, isAppError } from '../../core/index.ts';
import { elapsedMs } from '../jobs/index.ts';
import {
  exampleInputs,
  type Golden,
  type GoldenCase,
  goldenDifference,
  goldenOutput,
  madeUpInputs,
} from './onnx-golden.ts';
import { rowsAreIndependent } from './onnx-rows.ts';
import { type OnnxSession, openSession } from './onnx-session.ts';
import { type NamedSpec, namedSpecs, type OnnxSignature, type UserSignature } from './onnx-signature.ts';
import type { Tensor } from './tensor.ts';

/** What free sizes are tried with: one row and several. */
const freeSizes = [1, 3];
/** A model that takes longer to try is not asked about its rows: nobody would gain by joining its requests. */
const tryMsMax = 2000;

/**
 * Everything found out about a model by running it.
 * @throws AppError `onnx/…`: what it is refused for
 */
export async function checkModel(
  file: Uint8Array,
  user: UserSignature,
  options: { readonly memoryBytesMax: number },
): Promise<OnnxSignature> {
  const session = await openSession(file, options);
  const { inputs, outputs } = namedSpecs(session.description, user);
  if (inputs.length === 0 || outputs.length === 0)
    throw new AppError(
      'onnx/unsupported',
      'the model has no inputs or no outputs: there is nothing to serve',
    );
  const notes: string[] = [];
  const began = elapsedMs();
  const answers = await tried(session, { inputs, user, notes });
  const golden = await goldenOf(session, inputs, user, answers);
  if (golden === null) notes.push('it answers the same inputs differently each time: loads are not compared');
  const outputsSeen = outputs.map((spec) => seenShape(spec, answers));
  // Trees are answered where they are asked; large requests of them gain nothing together.
  const mayJoin = session.plan === undefined && golden !== null && elapsedMs() - began < tryMsMax;
  const rowsIndependent =
    mayJoin &&
    (await rowsAreIndependent(
      session,
      { inputs, outputs: outputsSeen },
      { free: answers.at(-1)?.free ?? 1, examples: exampleInputs(inputs, user.inputs) },
    ));
  await session.close();
  const { operators, producer } = session.description;
  return {
    format: 1,
    inputs,
    outputs: outputsSeen,
    runBy: session.runBy,
    operators,
    producer,
    golden,
    rowsIndependent,
    notes,
  };
}

interface Answer {
  readonly free: number;
  readonly outputs: readonly Tensor[];
}

/** Answers to the user's examples, else to made-up inputs; one size of free dimensions may fail, not all. */
async function tried(
  session: OnnxSession,
  { inputs, user, notes }: { inputs: readonly NamedSpec[]; user: UserSignature; notes: string[] },
): Promise<Answer[]> {
  const examples = exampleInputs(inputs, user.inputs);
  if (examples !== undefined) return [{ free: 0, outputs: await session.run(examples).catch(failed) }];
  const isFree = inputs.some(({ shape }) => shape.includes(-1));
  const answers: Answer[] = [];
  let failure: unknown;
  for (const free of isFree ? freeSizes : [1]) {
    try {
      answers.push({ free, outputs: await session.run(madeUpInputs(inputs, free)) });
    } catch (error) {
      failure = error;
      notes.push(`fails with free sizes of ${free}: ${reason(error)}`);
    }
  }
  if (answers.length === 0) return failed(failure);
  return answers;
}

function failed(error: unknown): never {
  throw new AppError(
    'onnx/check-failed',
    `the model fails on the inputs it was tried with: ${reason(error)}`,
    {
      cause: error,
    },
  );
}

function reason(error: unknown): string {
  return isAppError(error) || error instanceof Error ? error.message : String(error);
}

/** Null when a second run gives other answers. */
async function goldenOf(
  session: OnnxSession,
  inputs: readonly NamedSpec[],
  user: UserSignature,
  answers: readonly Answer[],
): Promise<Golden | null> {
  const cases: GoldenCase[] = [];
  for (const { free, outputs } of answers) {
    const kept = outputs.map(goldenOutput);
    const again = await session.run(exampleInputs(inputs, user.inputs) ?? madeUpInputs(inputs, free));
    if (goldenDifference(kept, again) !== undefined) return null;
    // The user's examples are not kept, so their answers could not be asked for again.
    if (free > 0) cases.push({ free, outputs: kept });
  }
  return { format: 1, cases };
}

/** A declared shape corrected by what came: converters state label shapes such as [1] for any number of rows. */
function seenShape(spec: NamedSpec, answers: readonly Answer[]): NamedSpec {
  const shapes = answers.flatMap(
    ({ outputs }) => outputs.find(({ name }) => name === spec.name)?.shape ?? [],
  );
  const seen = answers.map(({ outputs }) => outputs.find(({ name }) => name === spec.name)?.shape ?? []);
  const [first = []] = seen;
  const fits = seen.every(
    (shape) =>
      shape.length === spec.shape.length &&
      shape.every((size, i) => spec.shape[i] === -1 || spec.shape[i] === size),
  );
  if (fits || shapes.length === 0) return spec;
  const shape = first.map((size, i) =>
    seen.every((other) => other[i] === size) && seen.length > 1 ? size : -1,
  );
  return { ...spec, shape };
}

/**
 * Runs the stored cases again.
 * @throws AppError `inference/load-refused` at the first difference
 */
export async function replayGolden(
  session: OnnxSession,
  { golden, inputs }: Pick<OnnxSignature, 'golden' | 'inputs'>,
): Promise<void> {
  for (const { free, outputs } of golden?.cases ?? []) {
    const now = await session.run(madeUpInputs(inputs, free));
    const difference = goldenDifference(outputs, now);
    if (difference !== undefined)
      throw new AppError(
        'inference/load-refused',
        `the model does not answer as when it was registered: ${difference}`,
      );
  }
}
