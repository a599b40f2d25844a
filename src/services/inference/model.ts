// The contract between the doors that speak of tensors and whatever answers: projects' forecasters, registered ONNX files.

import type { Asker } from '../serving/index.ts';
import type { Tensor, TensorSpec } from './tensor.ts';

/** One version of a model, ready to answer. */
export interface InferenceModel {
  readonly name: string;
  /** As people write it: the registry's number, `3`. */
  readonly version: string;
  /** What runs it: `almanac_forecaster`, `onnx_onnxruntime`, … */
  readonly platform: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
  /** Facts that clients may want, shown with the model's configuration: horizon, levels, units; absent = none. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * Answers checked inputs: all named in `inputs`, with their datatypes and shapes that fit; only optional ones may be absent.
   * @throws AppError `inference/…`; a model that hangs past the deadline or dies is an error of this request only
   */
  infer(inputs: readonly Tensor[], ask: InferenceAsk): Promise<readonly Tensor[]>;
}

/** One run of a model's kernel. */
export interface ModelRun {
  /** Of all requests that it answered. */
  readonly rows: number;
  readonly ms: number;
}

export interface InferenceAsk extends Asker {
  /** Outputs wanted, by name; undefined = all. A model may compute only these. */
  readonly outputs?: readonly string[] | undefined;
  /** Milliseconds the answer may take from now. */
  readonly timeoutMs: number;
  /** The caller's parameters, passed on: `horizon`, `quantiles` of a forecaster. */
  readonly parameters?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Told the run that answered, before the answer: the same object as others that it answered. Not told = a run of its own. */
  readonly ran?: ((run: ModelRun) => void) | undefined;
}

/** One line of the repository index. */
export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'UNAVAILABLE' | 'LOADING' | 'UNLOADING';
  /** Why it is not ready; '' when it is. */
  readonly reason: string;
  /** True when another version is to serve, or this one is, and was tried in vain. */
  readonly refused?: boolean;
}

/** Models of one kind. Names are unique over all sources. */
export interface ModelSource {
  index(): Promise<readonly IndexEntry[]>;
  /** The model by its name; without a version the one that serves. Undefined when the source has no such model or version. */
  find(name: string, version?: string): Promise<InferenceModel | undefined>;
  /** Makes a model ready; false when the source has none of that name. @throws AppError when it cannot be */
  load(name: string): Promise<boolean>;
  /** Frees it; later requests find it unavailable until `load`. False when the source has none of that name. */
  unload(name: string): Promise<boolean>;
}
