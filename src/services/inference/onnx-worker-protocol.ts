// What the serving thread and the workers of ONNX models say to each other.

import type { ErrorCode, ErrorDetails } from '../../core/index.ts';
import type { OnnxSignature, UserSignature } from './onnx-signature.ts';
import type { Tensor } from './tensor.ts';

export type OnnxAsk =
  | { readonly ask: 'check'; readonly file: Uint8Array; readonly user: UserSignature }
  | {
      readonly ask: 'load';
      readonly key: string;
      readonly file: Uint8Array;
      readonly signature: Pick<OnnxSignature, 'golden' | 'inputs'>;
    }
  | {
      readonly ask: 'run';
      readonly key: string;
      readonly inputs: readonly Tensor[];
      readonly outputs: readonly string[] | undefined;
    }
  | { readonly ask: 'unload'; readonly key: string };

export type ToOnnxWorker = OnnxAsk & { readonly id: number };

export type FromOnnxWorker = {
  readonly id: number;
  /** Held by the runtime's WebAssembly. */
  readonly memoryBytes: number;
} & (
  | { readonly reply: unknown }
  | {
      readonly error: {
        /** Null: not an error anybody foresaw. */
        readonly code: ErrorCode | null;
        readonly message: string;
        readonly details?: ErrorDetails;
      };
    }
);
