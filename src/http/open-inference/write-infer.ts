// The answer to an inference request: JSON, then the raw bytes of the outputs that were asked for as binary data.

import { AppError } from '../../core/index.ts';
import {
  type Breathe,
  bytesFromTensor,
  type InferenceModel,
  jsonParts,
  type Tensor,
} from '../../inference/index.ts';

export interface InferAnswer {
  readonly bytes: Buffer;
  /** Bytes of the JSON part; undefined = all of it is JSON. */
  readonly jsonLength: number | undefined;
}

const answerBytesMax = 256 * 1024 * 1024;

/** @throws AppError `inference/not-finite`, `inference/answer-too-large` */
export async function writeInfer(
  of: {
    readonly model: InferenceModel;
    readonly id: string | undefined;
    readonly outputs: readonly Tensor[];
    readonly isBinary: (output: string) => boolean;
  },
  breathe: Breathe,
): Promise<InferAnswer> {
  const { model, id, outputs, isBinary } = of;
  const head = JSON.stringify({ id, model_name: model.name, model_version: model.version });
  const json = [`${head.slice(0, -1)},"outputs":[`];
  const raw: Uint8Array[] = [];
  let size = 0;
  const count = (bytes: number): void => {
    size += bytes;
    if (size <= answerBytesMax) return;
    throw new AppError(
      'inference/answer-too-large',
      `the outputs are more than the ${answerBytesMax} bytes of one answer: ask for fewer outputs or rows`,
    );
  };
  for (const [i, tensor] of outputs.entries()) {
    const { name, datatype, shape } = tensor;
    json.push(`${i === 0 ? '' : ','}${JSON.stringify({ name, datatype, shape }).slice(0, -1)}`);
    if (isBinary(name)) {
      const bytes = await bytesFromTensor(tensor, breathe);
      json.push(`,"parameters":{"binary_data_size":${bytes.length}}}`);
      raw.push(bytes);
      count(bytes.length);
    } else {
      const parts = await jsonParts(tensor, breathe);
      json.push(',"data":', ...parts, '}');
      for (const part of parts) count(part.length);
    }
    await breathe();
  }
  json.push(']}');
  const text = Buffer.from(json.join(''));
  if (raw.length === 0) return { bytes: text, jsonLength: undefined };
  return { bytes: Buffer.concat([text, ...raw]), jsonLength: text.length };
}
