// The step that forecasts: threads make the parts that are not there. Killed anywhere, it goes on with those that are left.

import type { Json } from '../../storage/ports/index.ts';
import type { RequestTable } from '../data/index.ts';
import type { StepContext } from '../jobs/index.ts';
import { finishedParts } from './parts.ts';
import { runThreads } from './run-threads.ts';
import type { ScoringOptions } from './scoring-options.ts';
import { planKey, planOf, type ScoringPlan } from './scoring-plan.ts';

export interface ForecastStepResult {
  readonly parts: number;
}

/** @throws AppError `serving/unknown-series`, `serving/invalid-levels`, `data/*`, `store/*` */
export async function forecastStep(options: ScoringOptions, context: StepContext): Promise<Json> {
  const plan = planOf(context.results.pin as Json);
  const job = context.job.id;
  const done = await finishedParts(options, job);
  context.progress(0, 'loading');
  const { parts } = await runThreads(options, {
    task: {
      plan,
      job,
      key: planKey(plan),
      artifact: await artifactOf(options, plan),
      requests: await requestsOf(options, plan),
      done,
    },
    signal: context.signal,
    onProgress: (fraction, series) => context.progress(fraction, `${series} series`),
  });
  context.signal.throwIfAborted();
  return { parts } satisfies ForecastStepResult;
}

/** The artifact in memory that threads share; checked against its hash, and again by each thread. */
async function artifactOf(
  { registry, blobs }: ScoringOptions,
  { versionId }: ScoringPlan,
): Promise<SharedArrayBuffer | null> {
  if (versionId === null) return null;
  const { artifactHash, artifactBytes } = await registry.get(versionId);
  const bytes = new Uint8Array(new SharedArrayBuffer(artifactBytes));
  let at = 0;
  for await (const piece of blobs.stream(artifactHash)) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes.buffer;
}

async function requestsOf({ data }: ScoringOptions, plan: ScoringPlan): Promise<RequestTable | null> {
  const { requests, project, periods } = plan;
  return requests && (await data.readRequests(project, requests, periods));
}
