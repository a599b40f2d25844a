// Makes a version ready to answer: its artifact decoded, its hot states brought up to what has come since, and kept there.

import { AppError, type Project } from '../../core/index.ts';
import type { AttributeValues } from '../../forecasting/models/index.ts';
import type { VersionRecord } from '../../storage/ports/index.ts';
import type { HolidaySource } from './holiday-reader.ts';
import { type DecodeServable, nothingLearnt, type Servable } from './servable.ts';
import { ServedModel, type ServedModelOptions } from './served-model.ts';
import type { ArtifactSource, ObservationSource, SnapshotSource } from './sources.ts';

export interface VersionLoaderOptions {
  readonly project: Project;
  readonly artifacts: ArtifactSource;
  readonly observations: ObservationSource;
  readonly snapshots: SnapshotSource;
  readonly holidays: HolidaySource;
  readonly decode: DecodeServable;
  readonly breathe: () => Promise<void>;
  /** Series of a version that will be asked for: the states of its others are not followed. Default: all. */
  readonly wanted?: ((model: Servable) => (seriesId: string) => boolean) | undefined;
  /** Told when something of one series, or of all, has changed. */
  readonly changed: { forget(seriesId: string): void; clear(): void };
}

export class VersionLoader {
  readonly #options: VersionLoaderOptions;
  /** Attributes of series that the serving model does not know. */
  readonly #described: Map<string, AttributeValues> = new Map();
  #describedSeq = 0;

  constructor(options: VersionLoaderOptions) {
    this.#options = options;
  }

  /**
   * A version with all rows that have come since its snapshot.
   * @throws AppError whatever its artifact, its snapshot or the rows cannot be read for
   */
  async load(version: VersionRecord): Promise<ServedModel> {
    const { artifacts, snapshots, decode, breathe } = this.#options;
    const model = await decode(await artifacts.loadArtifact(version), breathe);
    const snapshot = await snapshots.getSnapshot(version.snapshotId ?? 'none');
    if (!snapshot)
      throw new AppError(
        'serving/swap-refused',
        `snapshot ${version.snapshotId} of version ${version.number} is not in the store`,
      );
    const { batchSeqMax: batchSeq, periodMax } = snapshot;
    const closings = await snapshots.readClosings(this.#options.project.name, { batchSeqMax: batchSeq });
    const served = await this.#open({ version, model, batchSeq, periodMax, closings });
    const of = { periodMin: served.plannedFrom, batchSeqMax: batchSeq };
    served.readUnsettled(await snapshots.readUnsettled(this.#options.project.name, of));
    await this.#readPlans(served);
    await this.catchUp(served);
    return served;
  }

  /** Stands in while there is no version: the baseline, which has read no row yet. */
  nothing(): Promise<ServedModel> {
    return this.#open({
      version: null,
      model: nothingLearnt,
      batchSeq: 0,
      periodMax: Number.NEGATIVE_INFINITY,
    });
  }

  #open(
    of: Pick<ServedModelOptions, 'version' | 'model' | 'batchSeq' | 'periodMax' | 'closings'>,
  ): Promise<ServedModel> {
    const { project, holidays, wanted, breathe } = this.#options;
    return ServedModel.open({
      ...of,
      project,
      described: this.#described,
      holidays,
      wanted: wanted?.(of.model),
      breathe,
    });
  }

  /** Rows and closings of batches committed since the last time. */
  async catchUp(served: ServedModel): Promise<void> {
    const { project, observations, changed, breathe } = this.#options;
    let newest = served.batchSeq;
    for await (const { rows, closings } of observations.observationsSince(project.name, served.batchSeq)) {
      const { sharedChanges } = served.covariates;
      served.observe(rows);
      // What is held of a series that they move has another cutoff: it is not found any more.
      served.close(closings);
      for (const { seriesId } of rows) changed.forget(seriesId);
      if (served.covariates.sharedChanges !== sharedChanges) changed.clear();
      newest = Math.max(newest, rows.at(-1)?.batchSeq ?? 0, closings.at(-1)?.seq ?? 0);
      await breathe();
    }
    // Only now: a page may end in the middle of a batch.
    served.batchSeq = newest;
  }

  /** Plans that are older than a version's snapshot and reach past what is known of demand: of new series they are in no artifact. */
  async #readPlans(served: ServedModel): Promise<void> {
    const { project, observations, breathe } = this.#options;
    if (!served.looksBesideDemand || observations.covariatesSince === undefined) return;
    const from = { afterSeq: 0, periodMin: served.plannedFrom };
    for await (const rows of observations.covariatesSince(project.name, from)) {
      served.readPlans(rows);
      if ((rows.at(-1)?.batchSeq ?? 0) > served.batchSeq) return;
      await breathe();
    }
  }

  /** Attributes of series that the serving model does not know. */
  async catchUpBeside(serving: ServedModel): Promise<void> {
    const { project, observations, changed, breathe } = this.#options;
    const { name, columns } = project;
    if ((columns.static ?? []).length === 0 || observations.attributesSince === undefined) return;
    let newest = this.#describedSeq;
    for await (const rows of observations.attributesSince(name, { afterSeq: this.#describedSeq })) {
      for (const { seriesId, attributes, batchSeq } of rows) {
        if (!serving.hasLearnt(seriesId)) this.#described.set(seriesId, attributes);
        changed.forget(seriesId);
        newest = Math.max(newest, batchSeq);
      }
      await breathe();
    }
    // Only now: the rows come by series, not by batch.
    this.#describedSeq = newest;
  }
}
