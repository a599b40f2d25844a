// The body of an inference request to tensors: JSON, then raw bytes of the tensors that say so, in their order.

import { exactJsonText } from '../../../core/index.ts';
import {
  type Breathe,
  countOf,
  isDatatype,
  shapeText,
  type Tensor,
  tensorFromBytes,
  tensorFromJson,
} from '../../../services/inference/index.ts';
import { parsePythonJson } from '../python-json.ts';
import { countAt, type Fields, fieldsAt, invalid, listAt, scalarsOf, textAt } from './fields.ts';

export interface InferBody {
  readonly id: string | undefined;
  readonly inputs: readonly Tensor[];
  /** Undefined = all. */
  readonly outputs: readonly string[] | undefined;
  /** Whether an output goes out as bytes. */
  readonly isBinary: (output: string) => boolean;
  readonly timeoutMs: number | undefined;
  /** Those that are not the protocol's own: for the model. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

const tensorsMax = 1024;
const rankMax = 16;
/** Parameters that speak to a server, not to a model. */
const ownParameters = /^(timeout|priority|binary_data_output|sequence_.*|triton_.*)$/;
/** Extensions that would change where values are or what they mean: not offered, so not ignored either. */
const otherExtensions = /^(shared_memory_.*|classification)$/;

/**
 * @param jsonLength the header `Inference-Header-Content-Length`; undefined = all of it is JSON
 * @throws AppError `inference/invalid-request`, `inference/invalid-tensor`, `http/invalid-body`, `http/body-too-large`
 */
export async function readInfer(
  body: Buffer,
  jsonLength: string | undefined,
  breathe: Breathe,
): Promise<InferBody> {
  const length = jsonLength === undefined ? body.length : lengthOf(jsonLength, body.length);
  if (length === 0) throw invalid('the body is empty: send JSON with `inputs`');
  const request = fieldsAt(
    parsePythonJson(body.subarray(0, length), 'send large tensors as binary data'),
    'the body',
  );
  const rest = new RawParts(body.subarray(length), jsonLength !== undefined);
  const inputs: Tensor[] = [];
  for (const [i, given] of listAt(request.inputs, 'inputs', tensorsMax).entries()) {
    inputs.push(await readInput(fieldsAt(given, `inputs[${i}]`), { rest, breathe, at: `inputs[${i}]` }));
    await breathe();
  }
  if (inputs.length === 0) throw invalid('inputs is empty: send the inputs of the model');
  rest.checkEmpty();
  const parameters = scalarsOf(request.parameters, 'parameters');
  const own = Object.entries(parameters).filter(([name]) => !ownParameters.test(name));
  return {
    id: request.id === undefined ? undefined : textAt(request.id, 'id'),
    inputs,
    ...readOutputs(request, parameters.binary_data_output === true),
    timeoutMs: timeoutOf(parameters.timeout),
    parameters: Object.fromEntries(own),
  };
}

function lengthOf(header: string, bodyLength: number): number {
  const length = /^\d{1,15}$/.test(header) ? Number(header) : Number.NaN;
  if (length > 0 && length <= bodyLength) return length;
  throw invalid(
    `Inference-Header-Content-Length is ${header.slice(0, 30)}: it must be the bytes of the JSON part, 1 to ${bodyLength} here`,
  );
}

async function readInput(
  given: Fields,
  { rest, breathe, at }: { rest: RawParts; breathe: Breathe; at: string },
): Promise<Tensor> {
  const name = textAt(given.name, `${at}.name`);
  const { datatype } = given;
  if (!isDatatype(datatype))
    throw invalid(
      `${at}.datatype is ${exactJsonText(datatype ?? null).slice(0, 60)}: use BOOL, UINT8 to UINT64, INT8 to INT64, FP16, FP32, FP64 or BYTES`,
    );
  const shape = listAt(given.shape, `${at}.shape`, rankMax).map((size, k) =>
    countAt(size, `${at}.shape[${k}]`),
  );
  const parameters = fieldsAt(given.parameters ?? {}, `${at}.parameters`);
  refuseExtensions(parameters, at);
  const { binary_data_size: size } = parameters;
  if (size !== undefined) {
    if (given.data !== undefined) throw invalid(`${at} has data and binary_data_size: send one of them`);
    const bytes = rest.take(countAt(size, `${at}.parameters.binary_data_size`), name);
    return tensorFromBytes({ name, datatype, shape }, bytes, breathe);
  }
  if (!Array.isArray(given.data))
    throw invalid(`${at}.data is missing: send ${countOf(shape)} values for shape ${shapeText(shape)}`);
  return tensorFromJson({ name, datatype, shape, data: given.data }, breathe);
}

function readOutputs(request: Fields, binaryByDefault: boolean): Pick<InferBody, 'outputs' | 'isBinary'> {
  if (request.outputs === undefined) return { outputs: undefined, isBinary: () => binaryByDefault };
  const binary = new Map<string, boolean>();
  for (const [i, given] of listAt(request.outputs, 'outputs', tensorsMax).entries()) {
    const at = `outputs[${i}]`;
    const output = fieldsAt(given, at);
    const parameters = fieldsAt(output.parameters ?? {}, `${at}.parameters`);
    refuseExtensions(parameters, at);
    const { binary_data: own = binaryByDefault } = parameters;
    binary.set(textAt(output.name, `${at}.name`), own === true);
  }
  return { outputs: [...binary.keys()], isBinary: (name) => binary.get(name) ?? binaryByDefault };
}

function refuseExtensions(parameters: Fields, at: string): void {
  const found = Object.keys(parameters).find((name) => otherExtensions.test(name));
  if (found !== undefined)
    throw invalid(
      `${at}.parameters.${found.slice(0, 60)} belongs to an extension that is not offered: leave it out`,
    );
}

/** Microseconds, as Triton's clients send it; 0 = none. */
function timeoutOf(given: string | number | boolean | undefined): number | undefined {
  if (given === undefined) return undefined;
  const microseconds = countAt(given, 'parameters.timeout');
  return microseconds === 0 ? undefined : Math.ceil(microseconds / 1000);
}

/** The bytes after the JSON part, taken in order. */
class RawParts {
  readonly #bytes: Buffer;
  readonly #announced: boolean;
  #at = 0;

  constructor(bytes: Buffer, announced: boolean) {
    this.#bytes = bytes;
    this.#announced = announced;
  }

  take(size: number, name: string): Buffer {
    const left = this.#bytes.length - this.#at;
    if (size <= left) {
      this.#at += size;
      return this.#bytes.subarray(this.#at - size, this.#at);
    }
    const hint = this.#announced ? '' : '; the header Inference-Header-Content-Length is missing';
    throw invalid(
      `input ${JSON.stringify(name.slice(0, 100))} has ${size} bytes, and ${left} follow the JSON part${hint}`,
    );
  }

  checkEmpty(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw invalid(`${left} bytes follow the last binary tensor: no input has them`);
  }
}
