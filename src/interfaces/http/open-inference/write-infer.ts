// The answer to an inference request: JSON, then the raw bytes of the outputs that were asked for as binary data.

import { AppError } from '../../../core/index.ts';
import {
  type Breathe,
  bytesFromTensor,
  type InferenceModel,
  jsonParts,
  type Tensor,
} from '../../../services/inference/index.ts';

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
  const json: Uint8Array[] = [Buffer.from(`${head.slice(0, -1)},"outputs":[`)];
  const raw: Uint8Array[] = [];
  let size = 0;
  const add = (to: Uint8Array[], ...parts: readonly Uint8Array[]): void => {
    for (const part of parts) {
      size += part.length;
      to.push(part);
    }
    if (size <= answerBytesMax) return;
    throw new AppError(
      'inference/answer-too-large',
      `the outputs are more than the ${answerBytesMax} bytes of one answer: ask for fewer outputs or rows`,
    );
  };
  for (const [i, tensor] of outputs.entries()) {
    const { name, datatype, shape } = tensor;
    const about = `${i === 0 ? '' : ','}${JSON.stringify({ name, datatype, shape }).slice(0, -1)}`;
    if (isBinary(name)) {
      const bytes = await bytesFromTensor(tensor, breathe);
      add(json, Buffer.from(`${about},"parameters":{"binary_data_size":${bytes.length}}}`));
      add(raw, bytes);
    } else {
      const parts = await jsonParts(tensor, breathe);
      add(json, Buffer.from(`${about},"data":`), ...parts, Buffer.from('}'));
    }
    await breathe();
  }
  add(json, Buffer.from(']}'));
  const jsonLength = json.reduce((sum, part) => sum + part.length, 0);
  return { bytes: Buffer.concat([...json, ...raw]), jsonLength: raw.length === 0 ? undefined : jsonLength };
}
