// The step that forecasts: threads make the parts that are not there. Killed anywhere, it goes on with those that are left.

import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/index.ts';
import type { Json } from '../../storage/ports/index.ts';
import type { RequestTable } from '../data/index.ts';
import type { StepContext } from '../jobs/index.ts';
import { finishedParts, touch } from './part-files.ts';
import { partsFolder } from './pin-step.ts';
import { runThreads } from './run-threads.ts';
import type { ScoringOptions } from './scoring-options.ts';
import { planKey, planOf, type ScoringPlan } from './scoring-plan.ts';

export interface ForecastStepResult {
  readonly parts: number;
}

/** @throws AppError `scoring/request-changed`, `serving/unknown-series`, `serving/invalid-levels`, `data/*`, `store/*` */
export async function forecastStep(options: ScoringOptions, context: StepContext): Promise<Json> {
  const plan = planOf(context.results.pin as Json);
  const key = planKey(plan);
  const folder = join(partsFolder(options.folder), key);
  await touch(folder);
  const done = await finishedParts(folder);
  context.progress(0, 'loading');
  const { parts } = await runThreads(options, {
    task: {
      plan,
      key,
      folder,
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
  const { artifactHash } = await registry.get(versionId);
  const path = await blobs.localPath(artifactHash);
  const { size } = await stat(path);
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  const file = await open(path, 'r');
  try {
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(bytes, at, Math.min(size - at, 1 << 26), at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
  return bytes.buffer;
}

async function requestsOf({ data }: ScoringOptions, plan: ScoringPlan): Promise<RequestTable | null> {
  const { requests: file, project, periods } = plan;
  if (file === null) return null;
  const table = await data.readRequests(project, file.path, periods);
  if (table.contentHash === file.sha256) return table;
  throw new AppError(
    'scoring/request-changed',
    `the file of requests ${file.path} has changed since this batch was begun`,
  );
}
