// What the Python peer writes down for the bench `onnx`, read back: models with inputs and the outputs that are right.

import { readFileSync } from 'node:fs';
import { AppError, isAppError } from '../src/core/index.ts';
import type { OnnxSignature, UserSignature } from '../src/services/inference/onnx-signature.ts';
import { tensorData } from '../src/services/inference/onnx-tensors.ts';
import { OnnxThread } from '../src/services/inference/onnx-thread.ts';
import type { Datatype, Tensor } from '../src/services/inference/tensor.ts';

export interface PeerTensor {
  readonly name: string;
  /** As numpy calls it. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Numbers; whole numbers of 64 bits, NaN and infinities as text. */
  readonly data: readonly (number | string)[];
}

export interface PeerCase {
  readonly name: string;
  readonly file: string;
  readonly inputs: readonly PeerTensor[];
  readonly outputs: readonly PeerTensor[];
  /** Why the peer could not write its tensors down. */
  readonly unread?: string;
}

const datatypes: Readonly<Record<string, Datatype>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};

export function readLines<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** Undefined for types that no inference protocol carries, and for half floats, which the peer writes as numbers. */
export function tensorOf({ name, type, shape, data }: PeerTensor): Tensor | undefined {
  const datatype = datatypes[type];
  if (datatype === undefined) return undefined;
  const values = type === 'bool' ? data.map((value) => (value === 'True' ? 1 : 0)) : data;
  return { name, datatype, shape, data: numbers(datatype, values) };
}

function numbers(datatype: Datatype, values: readonly (number | string)[]): Tensor['data'] {
  if (datatype === 'INT64') return BigInt64Array.from(values, BigInt);
  if (datatype === 'UINT64') return BigUint64Array.from(values, BigInt);
  const special: Readonly<Record<string, number>> = {
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    '-inf': Number.NEGATIVE_INFINITY,
  };
  return tensorData(
    datatype,
    datatype === 'BYTES'
      ? values
      : values.map((v) => (typeof v === 'string' ? (special[v] ?? Number(v)) : v)),
  );
}

export interface Trial {
  readonly outcome: 'answered' | 'refused';
  /** Of a refusal. */
  readonly reason: string;
  readonly signature: OnnxSignature | undefined;
  readonly outputs: readonly Tensor[];
}

/** A thread as the server uses it, replaced when a model breaks it. */
export class Trier {
  #thread: OnnxThread | undefined;
  #count = 0;

  /** Registers (check), loads (golden replay) and asks, as a server does; without inputs it only registers and loads. */
  async try(path: string, inputs: readonly Tensor[] | undefined, withExamples: boolean): Promise<Trial> {
    const file = new Uint8Array(readFileSync(path));
    const user: UserSignature = {
      inputs:
        withExamples && inputs
          ? Object.fromEntries(inputs.map((input) => [input.name, { example: exampleOf(input) }]))
          : {},
      outputs: {},
    };
    const thread = this.#thread?.alive ? this.#thread : new OnnxThread({ memoryBytesMax: 2 ** 30 });
    this.#thread = thread;
    const timer = setTimeout(
      () => thread.stop(new AppError('inference/timeout', 'it took over 30 s')),
      30_000,
    );
    const key = `case-${this.#count++}`;
    try {
      const signature = (await thread.ask({ ask: 'check', file, user })) as OnnxSignature;
      await thread.ask({ ask: 'load', key, file, signature });
      const outputs =
        inputs === undefined
          ? []
          : ((await thread.ask({ ask: 'run', key, inputs, outputs: undefined })) as Tensor[]);
      await thread.ask({ ask: 'unload', key });
      return { outcome: 'answered', reason: '', signature, outputs };
    } catch (error) {
      const reason = isAppError(error) ? `${error.code}: ${error.message}` : String(error);
      return { outcome: 'refused', reason, signature: undefined, outputs: [] };
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    this.#thread?.stop(new AppError('inference/crashed', 'the bench is over'));
  }
}

function exampleOf({ shape, data }: Tensor): {
  shape: readonly number[];
  data: readonly (number | string)[];
} {
  return {
    shape,
    data: Array.from(data as ArrayLike<number | bigint | string>, (value) =>
      typeof value === 'bigint' ? Number(value) : value,
    ),
  };
}

/**
 * Largest error over the bound `relative · |expected| + ofLargest · (largest |expected| of the output)`; infinite where shape,
 * type or a text differs.
 */
export function worstError(
  actual: Tensor | undefined,
  expected: Tensor,
  { relative, ofLargest }: { readonly relative: number; readonly ofLargest: number },
): number {
  if (actual === undefined || actual.data.length !== expected.data.length) return Number.POSITIVE_INFINITY;
  const finite = Array.from(expected.data as ArrayLike<unknown>, Number).filter(Number.isFinite);
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const [a, e] = [actual.data[i], expected.data[i]];
    if (a === e || String(a) === String(e)) continue;
    const error = Math.abs(Number(a) - Number(e)) / (relative * Math.abs(Number(e)) + ofLargest * largest);
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return worst;
}
