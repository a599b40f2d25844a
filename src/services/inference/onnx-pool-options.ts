// What the pool of worker threads is given: its bounds, and models.

import type { TreePlan } from '../../forecasting/onnx/index.ts';
import { elapsedMs, type Timers } from '../jobs/index.ts';
import { type JointBounds, jointBounds } from './onnx-queue.ts';
import type { OnnxSignature } from './onnx-signature.ts';

/** A model as the pool knows it. */
export interface PooledModel {
  /** One per version. */
  readonly key: string;
  readonly signature: OnnxSignature;
  /** The file, checked against its hash. */
  readonly file: () => Promise<Uint8Array>;
}

export interface OnnxPoolOptions {
  readonly timers: Timers;
  /** Threads, ≥ 1. They start with the first model. */
  readonly threads: number;
  /** Largest memory of the runtime per thread; an allocation past it fails. */
  readonly memoryBytesMax: number;
  /** Requests that may wait; more are refused. */
  readonly waitingMax: number;
  /** Longest that loading a model may take. */
  readonly loadTimeoutMs: number;
  /** Of runs that answer several requests. */
  readonly joint: JointBounds;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsedMs: () => number;
}

export const onnxPoolDefaults: Omit<OnnxPoolOptions, 'timers' | 'threads'> = {
  memoryBytesMax: 1024 * 1024 * 1024,
  waitingMax: 1000,
  loadTimeoutMs: 60_000,
  joint: jointBounds,
  elapsedMs,
};

export interface LoadedModel {
  /** Set when the model is trees and nothing else. */
  readonly plan: TreePlan | undefined;
  readonly runBy: string;
}
