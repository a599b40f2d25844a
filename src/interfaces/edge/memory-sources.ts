// The neighbours of serving, in memory: an exported model stands in for the registry, the data and the store.

import { type Closing, type NewEvent, type Routing, type StoredEvent, soleArm } from '../../core/index.ts';
import type { ObservationSource, ServingStore, VersionSource } from '../../services/serving/index.ts';
import type {
  HistoryPage,
  SeriesAttributes,
  SnapshotRecord,
  TailRow,
  VersionRecord,
} from '../../storage/ports/index.ts';
import type { ExportedModel } from './exported-model.ts';

/** What was observed since the export, in the order of batches. */
export interface Later {
  readonly rows: readonly TailRow[];
  readonly attributes: readonly SeriesAttributes[];
}

export const nothingLater: Later = { rows: [], attributes: [] };

/** Nothing is stored: what is appended is forgotten. */
export class MemorySources implements VersionSource, ObservationSource, ServingStore {
  readonly #model: ExportedModel;
  readonly #later: Later;

  constructor(model: ExportedModel, later: Later) {
    this.#model = model;
    this.#later = later;
  }

  async routing(): Promise<Routing> {
    return soleArm(this.#model.version.number);
  }

  async version(): Promise<VersionRecord> {
    const { project, version, snapshot, artifact } = this.#model;
    return {
      ...version,
      project: project.name,
      runId: '',
      snapshotId: snapshot.id,
      artifactHash: '',
      artifactBytes: artifact.length,
      metrics: {},
      gate: null,
      kind: 'forecaster',
      signature: null,
      // It was written from a version that had served, or by somebody who wanted just this one.
      provenAt: 0,
      refusal: null,
    };
  }

  async formerChampions(): Promise<readonly VersionRecord[]> {
    return [];
  }

  async markProven(): Promise<void> {}

  async markRefused(): Promise<void> {}

  async loadArtifact(): Promise<Uint8Array> {
    return this.#model.artifact;
  }

  async getSnapshot(): Promise<SnapshotRecord> {
    const { project, snapshot } = this.#model;
    return {
      ...snapshot,
      project: project.name,
      createdAt: 0,
      segments: [],
      rowCount: 0,
      seriesCount: 0,
      periodMin: snapshot.periodMax,
    };
  }

  async readUnsettled(): Promise<readonly TailRow[]> {
    return this.#model.refused;
  }

  /** All that was closed up to the export: in which order it comes with the rows since the snapshot is of no consequence. */
  async readClosings(): Promise<readonly Closing[]> {
    return this.#model.closings;
  }

  async *observationsSince(_project: string, batchSeq: number): AsyncIterable<HistoryPage> {
    const isNew = (row: TailRow): boolean => row.batchSeq > batchSeq;
    yield { rows: this.#model.rows.filter(isNew), closings: [] };
    yield { rows: this.#later.rows.filter(isNew), closings: [] };
  }

  async *covariatesSince(
    _project: string,
    from: { readonly afterSeq: number; readonly periodMin: number },
  ): AsyncIterable<readonly TailRow[]> {
    const isNew = (row: TailRow): boolean =>
      row.covariates !== undefined && row.batchSeq > from.afterSeq && row.period >= from.periodMin;
    yield this.#model.planned.filter(isNew);
    yield this.#later.rows.filter(isNew);
  }

  async *attributesSince(
    _project: string,
    from: { readonly afterSeq: number },
  ): AsyncIterable<readonly SeriesAttributes[]> {
    const isNew = (row: SeriesAttributes): boolean => row.batchSeq > from.afterSeq;
    yield this.#model.attributes.filter(isNew);
    yield this.#later.attributes.filter(isNew);
  }

  async appendPredictions(): Promise<void> {}

  async appendExposures(): Promise<void> {}

  async appendEvent(event: NewEvent): Promise<StoredEvent> {
    return { ...event, seq: 0 } as StoredEvent;
  }
}
