// One thread of a batch scoring: loads the version, brings its share of the series up to the pinned batch, and makes the parts
// that are its own. Which those are follows from the plan and from what is done, so threads need not speak to each other.

import type { AppError, ErrorCode } from '../../core/index.ts';
import type {
  BlobStore,
  HistoryStore,
  JobFileStore,
  OverrideStore,
  PredictionStore,
  RegistryStore,
  SnapshotStore,
} from '../../storage/ports/index.ts';
import { holidayColumn, type RequestTable } from '../data/index.ts';
import { decodeServable, PinnedForecasts, type PinnedSource } from '../serving/index.ts';
import { encoderOf } from './formats.ts';
import { PartMaker } from './part-maker.ts';
import { writePart } from './parts.ts';
import { pinnedOverrides } from './pinned-overrides.ts';
import { partCount, partOf, type ScoringPlan } from './scoring-plan.ts';

/** Given to each thread. Arrays over shared memory are shared, not copied. */
export interface ScoringTask {
  readonly plan: ScoringPlan;
  readonly key: string;
  /** Whose parts they are. */
  readonly job: string;
  /** Bytes of the version's artifact; null without a version. */
  readonly artifact: SharedArrayBuffer | null;
  readonly requests: RequestTable | null;
  /** Parts that are there already. */
  readonly done: readonly number[];
  /** This thread, of how many. */
  readonly thread: number;
  readonly threads: number;
}

/** What the thread opens for itself: nothing that writes is shared with the main thread. */
export interface ScoringServices {
  readonly store: Pick<RegistryStore, 'getVersion'> &
    Pick<SnapshotStore, 'getSnapshot'> &
    Pick<HistoryStore, 'readClosings' | 'readUnsettled'> &
    Pick<PredictionStore, 'appendPredictions'> &
    Pick<OverrideStore, 'overrideWords'> &
    Pick<JobFileStore, 'nameJobFile'>;
  readonly blobs: Pick<BlobStore, 'put'>;
  readonly data: PinnedSource;
}

export type FromScoringThread =
  | { readonly kind: 'begun'; readonly parts: number; readonly series: number; readonly own: number }
  | { readonly kind: 'series'; readonly count: number }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed';
      /** Null for errors that have no code. */
      readonly code: ErrorCode | null;
      readonly message: string;
      readonly details: AppError['details'];
    };

/** Makes every part of this thread's share that is not there. */
export async function scoreShare(
  task: ScoringTask,
  services: ScoringServices,
  post: (message: FromScoringThread) => void,
): Promise<void> {
  const { plan, requests, job } = task;
  const forecasts = await openShare(task, services);
  const ids = requests?.seriesIds ?? forecasts.seriesIds();
  const own = ownParts(partCount(ids.length, plan), task);
  const series = own.reduce((sum, part) => sum + partOf(ids, part, plan).length, 0);
  const ask = forecasts.askOf({
    horizon: plan.horizon,
    ...(plan.levels === null ? {} : { quantiles: plan.levels }),
  });
  const encoder = encoderOf(plan.format, {
    grid: plan.project.grid,
    levels: ask.levels,
    logged: plan.log,
    csv: plan.csv,
  });
  const overrides = await pinnedOverrides(services.store, plan);
  const maker = new PartMaker({ ...task, forecasts, ask, overrides, store: services.store });
  for (const part of own) maker.refuseUnknown(partOf(ids, part, plan));
  post({ kind: 'begun', parts: partCount(ids.length, plan), series: ids.length, own: series });
  for (const part of own) {
    const { block, facts } = await maker.make(part, partOf(ids, part, plan), (count) =>
      post({ kind: 'series', count }),
    );
    await writePart(services, job, { part, facts, bytes: encoder.encode(block) });
  }
}

async function openShare(task: ScoringTask, { store, data }: ScoringServices): Promise<PinnedForecasts> {
  const { plan, artifact, requests } = task;
  const version = plan.versionId === null ? undefined : await store.getVersion(plan.versionId);
  return await PinnedForecasts.open({
    project: plan.project,
    version,
    adaptation: plan.adaptation,
    batchSeqMax: plan.batchSeqMax,
    // Nobody waits for this thread.
    breathe: async () => {},
    decode: decodeServable,
    artifacts: {
      loadArtifact: async () => new Uint8Array(artifact ?? new SharedArrayBuffer(0)),
    },
    observations: data,
    snapshots: store,
    holidays: holidayColumn,
    wanted: (learnt) => {
      // Without a list the model's series come first, so their parts are known before new series are.
      const ids = requests?.seriesIds ?? learnt;
      const own = ownParts(partCount(ids.length, plan), task);
      const share = new Set(own.flatMap((part) => partOf(ids, part, plan)));
      return (seriesId) => share.has(seriesId);
    },
  });
}

/** Every `threads`-th of the parts that are not there. */
function ownParts(count: number, { done, thread, threads }: ScoringTask): number[] {
  const there = new Set(done);
  const left = Array.from({ length: count }, (_, part) => part).filter((part) => !there.has(part));
  return left.filter((_, i) => i % threads === thread);
}
