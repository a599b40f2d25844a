// What serving uses of its neighbours, no more.

import type {
  EventStore,
  HistoryPage,
  PredictionStore,
  SeriesAttributes,
  SnapshotRecord,
  TailRow,
  VersionRecord,
} from '../../storage/ports/index.ts';

export interface ArtifactSource {
  champion(project: string): Promise<VersionRecord | undefined>;
  /** The artifact's bytes, verified against its hash. */
  loadArtifact(version: VersionRecord): Promise<Uint8Array>;
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
}

export type ServingStore = SnapshotSource &
  Pick<PredictionStore, 'appendPredictions'> &
  Pick<EventStore, 'appendEvent' | 'readEvents' | 'lastEventSeq'>;
