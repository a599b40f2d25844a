// What serving uses of its neighbours, no more.

import type { Closing, Routing, StandingOverride } from '../../core/index.ts';
import type {
  EventStore,
  ExposureStore,
  HistoryPage,
  PredictionStore,
  SeriesAttributes,
  SnapshotRecord,
  TailRow,
  VersionRecord,
} from '../../storage/ports/index.ts';

export interface ArtifactSource {
  /** The artifact's bytes, verified against its hash. */
  loadArtifact(version: VersionRecord): Promise<Uint8Array>;
}

/** Which version is to serve, and what is known of it. */
export interface VersionSource extends ArtifactSource {
  /** How requests are divided among versions; undefined before the first promotion. */
  routing(project: string): Promise<Routing | undefined>;
  /** @throws AppError `registry/unknown-version` */
  version(project: string, number: number): Promise<VersionRecord>;
  /** Those that may serve in its place, newest promotion first. */
  formerChampions(project: string): Promise<readonly VersionRecord[]>;
  /** It was tried and can serve. */
  markProven(versionId: string): Promise<void>;
  /** It was tried and must not. */
  markRefused(versionId: string, reason: string): Promise<void>;
}

export interface ObservationSource {
  /** Rows and closings of batches after `batchSeq`, ascending by batch, in pages. */
  observationsSince(project: string, batchSeq: number): AsyncIterable<HistoryPage>;
  /** Rows with covariates, plans among them, of periods from `periodMin` on; absent = nothing is known ahead. */
  covariatesSince?(
    project: string,
    from: { readonly afterSeq: number; readonly periodMin: number },
  ): AsyncIterable<readonly TailRow[]>;
  /** Series whose attributes changed after a batch; absent = none have any. */
  attributesSince?(
    project: string,
    from: { readonly afterSeq: number },
  ): AsyncIterable<readonly SeriesAttributes[]>;
}

export interface SnapshotSource {
  getSnapshot(id: string): Promise<SnapshotRecord | undefined>;
  /** Rows that were refused, of periods from `periodMin` on, among batches up to one. */
  readUnsettled(
    project: string,
    of: { readonly periodMin: number; readonly batchSeqMax: number },
  ): Promise<readonly TailRow[]>;
  /** The newest closing of each reporting group among batches up to one. */
  readClosings(project: string, of: { readonly batchSeqMax: number }): Promise<readonly Closing[]>;
}

/** Numbers of people that stand in place of the model's. */
export interface OverrideSource {
  /** Makes those of a project known; serving asks for it wherever it begins to serve one. */
  load(project: string): Promise<void>;
  /** Of periods of a series that were not closed when it was overridden; undefined = none stands. */
  of(project: string, seriesId: string): ReadonlyMap<number, StandingOverride> | undefined;
}

export type ServingStore = SnapshotSource &
  Pick<PredictionStore, 'appendPredictions'> &
  Pick<ExposureStore, 'appendExposures'> &
  Pick<EventStore, 'appendEvent'>;
