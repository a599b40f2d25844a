// A pipeline: named steps, one after the other, each of them idempotent. What a step returns is stored; the next steps
// read it, so it is small: hashes, ids, counts, never data.

import { assert } from '../../core/index.ts';
import type { JobRecord, Json, JsonObject } from '../../storage/ports/index.ts';

/** What a running step is given. */
export interface StepContext {
  readonly job: JobRecord;
  readonly project: string;
  readonly input: JsonObject;
  /** What finished steps returned, by step name. */
  readonly results: JsonObject;
  /** Aborted when the job is cancelled, the worker stops or the lease is lost: end soon, nothing will be stored. */
  readonly signal: AbortSignal;
  /** Says how far this step is, 0 to 1. Cheap: written with the next heartbeat. */
  progress(fraction: number, message: string): void;
}

export interface Step {
  readonly name: string;
  /** Share of the pipeline's time, for progress; any unit, 1 by default. */
  readonly weight?: number;
  /**
   * Does the work. It may be run again after a crash at any point, and by another process, so its effects are keyed by
   * job and step. An `AppError` that cannot heal fails the job at once; anything else is tried again.
   */
  run(context: StepContext): Promise<Json>;
}

export interface Pipeline {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** Checks a pipeline's names once, when the program starts. */
export function definePipeline(pipeline: Pipeline): Pipeline {
  const names = pipeline.steps.map((step) => step.name);
  assert(names.length > 0, `pipeline ${pipeline.name} has a step`);
  assert(new Set(names).size === names.length, `steps of pipeline ${pipeline.name} have different names`);
  assert(!names.includes(''), `steps of pipeline ${pipeline.name} have names`);
  return pipeline;
}

/** How far the whole pipeline is when `step` is at `fraction` (0 to 1). */
export function pipelineFraction(pipeline: Pipeline, step: Step, fraction: number): number {
  const weight = (one: Step): number => one.weight ?? 1;
  const total = pipeline.steps.reduce((sum, one) => sum + weight(one), 0);
  let before = 0;
  for (const one of pipeline.steps) {
    if (one === step) break;
    before += weight(one);
  }
  const share = Math.min(1, Math.max(0, Number.isFinite(fraction) ? fraction : 0));
  return (before + share * weight(step)) / total;
}
