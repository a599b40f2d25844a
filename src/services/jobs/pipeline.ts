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

/** What a step returns that has to wait for something: nothing is stored of it, and it is run again then. */
export class Again {
  /** UTC milliseconds. */
  readonly at: number;
  /** What it waits for, shown as the job's progress. */
  readonly message: string;

  constructor(at: number, message: string) {
    this.at = at;
    this.message = message;
  }
}

/** Ends this run of a step; it begins anew at `at`, by whichever worker is there then, and holds none until then. */
export function againAt(at: number, message: string): Again {
  assert(Number.isFinite(at), 'a step is run again at a time');
  return new Again(at, message);
}

export interface Step {
  readonly name: string;
  /** Share of the pipeline's time, for progress; any unit, 1 by default. */
  readonly weight?: number;
  /**
   * Does the work. It may be run again after a crash at any point, and by another process, so its effects are keyed by
   * job and step. An `AppError` that cannot heal fails the job at once; anything else is tried again. `againAt` instead of a
   * result: it waits, for days if need be.
   */
  run(context: StepContext): Promise<Json | Again>;
}

export interface Pipeline {
  readonly name: string;
  /** Counted up when steps come, go or read each other's results in another way; default 1. */
  readonly version?: number;
  /** Earlier versions whose jobs this one can finish; default none: such a job fails, and says so. */
  readonly finishes?: readonly number[];
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

/** The version that new jobs of a pipeline get. */
export function versionOf(pipeline: Pipeline): number {
  return pipeline.version ?? 1;
}

/** May a job of that version be run by these steps? */
export function canRun(pipeline: Pipeline, version: number): boolean {
  return version === versionOf(pipeline) || (pipeline.finishes ?? []).includes(version);
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
