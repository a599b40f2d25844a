// How the serving of a project stands.

import { periodLabel, shareOf } from '../../core/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import type { CacheCounts } from './forecast-cache.ts';
import { numberOf } from './lineup.ts';
import type { ProjectServing } from './project-serving.ts';

/** What serves a project now. */
export interface ServingStatus {
  readonly project: string;
  /** False while the baseline answers for everything. */
  readonly trained: boolean;
  readonly version: { readonly id: string; readonly number: number } | null;
  readonly previous: { readonly id: string; readonly number: number } | null;
  /** How requests are divided, the champion's arm first; [] before the first load. */
  readonly arms: readonly ArmStatus[];
  readonly series: number;
  /** How far the project as a whole has come, as people write it: see `ServedModel.clock`; null before any data. */
  readonly cutoffAt: string | null;
  readonly cutoff: number | null;
  /** Batches up to this one are in the hot state. */
  readonly batchSeq: number;
  /** Corrections of periods inside the champion's snapshot: they count at the next training. */
  readonly correctionsInside: number;
  readonly predictionsWaiting: number;
  /** Series that requests wait to have computed. */
  readonly forecastsWaiting: number;
  /** Forecasts held for the next request. */
  readonly cache: CacheCounts;
  /** What is not as promised, in words; null when all is well. */
  readonly degraded: string | null;
  /** Why nothing can be forecast yet; null when it can. */
  readonly loading: string | null;
}

export interface ArmStatus {
  readonly name: string;
  /** The number of the version that it is to have. */
  readonly version: number;
  /** Of the version that answers; 0 = the baseline. */
  readonly served: number;
  readonly share: number;
}

/** @param waiting of all projects together */
export function statusOf(
  serving: ProjectServing,
  waiting: Pick<ServingStatus, 'predictionsWaiting' | 'forecastsWaiting'>,
): ServingStatus {
  const { serves, previous, answering, project, degraded, loading } = serving;
  const cutoff = serves?.clock ?? Number.NEGATIVE_INFINITY;
  const hasData = Number.isFinite(cutoff);
  return {
    project: project.name,
    trained: serves?.version != null,
    version: brief(serves?.version),
    previous: brief(previous?.version),
    arms: (answering?.seats ?? []).map(({ arm, served }) => {
      const { name, version } = arm;
      return { name, version, served: numberOf(served), share: shareOf(arm) };
    }),
    series: serves?.seriesCount ?? 0,
    cutoffAt: hasData ? periodLabel(project.grid, cutoff) : null,
    cutoff: hasData ? cutoff : null,
    batchSeq: serves?.batchSeq ?? 0,
    correctionsInside: serves?.hot.correctionsInside ?? 0,
    ...waiting,
    cache: serving.memory.counts,
    degraded: degraded ?? null,
    loading: loading ?? null,
  };
}

function brief(version: VersionRecord | null | undefined): ServingStatus['version'] {
  return version ? { id: version.id, number: version.number } : null;
}
