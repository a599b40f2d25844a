// The check of a model that is to be registered, in a thread that does nothing else and ends with it.

import { AppError } from '../../core/index.ts';
import type { OnnxPoolOptions } from './onnx-pool-options.ts';
import type { OnnxSignature, UserSignature } from './onnx-signature.ts';
import { OnnxThread } from './onnx-thread.ts';

/**
 * Loads and tries a model; see `checkModel`.
 * @throws AppError `onnx/…`, `inference/timeout`, `inference/crashed`
 */
export async function checkInThread(
  file: Uint8Array,
  user: UserSignature,
  options: Pick<OnnxPoolOptions, 'timers' | 'memoryBytesMax' | 'loadTimeoutMs'>,
): Promise<OnnxSignature> {
  const { timers, memoryBytesMax, loadTimeoutMs } = options;
  const thread = new OnnxThread({ memoryBytesMax });
  const late = new AppError(
    'onnx/check-failed',
    `the model was not loaded and tried within ${loadTimeoutMs} ms: it is too large, or does not end`,
  );
  const timer = timers.setTimeout(() => thread.stop(late), loadTimeoutMs);
  try {
    return (await thread.ask({ ask: 'check', file, user })) as OnnxSignature;
  } finally {
    timers.clearTimeout(timer);
    thread.stop(late);
  }
}
