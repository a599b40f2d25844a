// A model that answers where there is no server: the serving room itself, over sources in memory. It behaves as the server
// does, since it is the same code: states advanced by what was observed, guarded answers, the baseline for what is unknown.

import { AppError, type Project, periodLabel } from '../../core/index.ts';
import { addedTo, type BodyFormat, checkBody, type IngestCounts, isWord } from '../../services/data/index.ts';
import {
  decodeServable,
  type ForecastRequest,
  type ForecastResponse,
  type Servable,
  Serving,
} from '../../services/serving/index.ts';
import type { ObservationRow } from '../../storage/ports/index.ts';
import { decodeExportedModel, type ExportedModel } from './exported-model.ts';
import { type Later, MemorySources, nothingLater } from './memory-sources.ts';
import { type Platform, webPlatform } from './platform.ts';

/** What an exported model is of. */
export interface ModelDescription {
  readonly project: string;
  readonly model: { readonly name: string; readonly version: number };
  readonly frequency: string;
  /** How far the demand of the project as a whole is known; forecasts of a series begin after its own `cutoffAt`. */
  readonly cutoffAt: string;
  readonly horizonSteps: number;
  readonly quantiles: readonly number[];
  readonly series: number;
  /** ISO 8601, UTC. */
  readonly exportedAt: string;
}

/** As the server answers; `stored` says that nobody will grade these predictions. */
export interface ExportedAnswer extends ForecastResponse {
  readonly stored: false;
}

/** What became of observations that were given. */
export type ObservedCounts = Pick<
  IngestCounts,
  'rows' | 'accepted' | 'plans' | 'duplicates' | 'quarantined' | 'quarantinedByCode' | 'problems'
>;

/** Demand of a series up to the cutoff. */
export interface RecentHistory {
  /** As people write periods, oldest first. */
  readonly timestamps: readonly string[];
  /** In units, one per timestamp; NaN = unknown, the first is known. */
  readonly values: Float64Array;
}

/**
 * Loads an exported model, compressed or not.
 * @throws AppError `edge/damaged-model`, `models/corrupt-state`, `models/unknown-model`
 * Cost: O(size of the model + rows since its training).
 */
export async function loadForecaster(
  bytes: Uint8Array,
  platform: Platform = webPlatform(),
): Promise<ExportedForecaster> {
  return await ExportedForecaster.load(bytes, platform);
}

/** Never changes: what is observed makes another one, which shares the model. */
export class ExportedForecaster {
  readonly project: Project;
  readonly #model: ExportedModel;
  readonly #servable: Servable;
  readonly #platform: Platform;
  readonly #serving: Serving;
  readonly #later: Later;

  private constructor(of: {
    readonly model: ExportedModel;
    readonly servable: Servable;
    readonly platform: Platform;
    readonly later: Later;
  }) {
    const { model, servable, platform, later } = of;
    this.project = model.project;
    this.#model = model;
    this.#servable = servable;
    this.#platform = platform;
    this.#later = later;
    const sources = new MemorySources(model, later);
    this.#serving = new Serving({
      ...platform,
      store: sources,
      registry: sources,
      data: sources,
      log: { info: () => {}, error: () => {} },
      holidays: () => model.holidays,
      adaptation: async () => model.adaptation,
      decode: async () => servable,
      // Nobody else asks: nothing is kept for the next, and nothing is refused for having waited.
      cacheMegabytes: 0,
      waitMsMax: Number.POSITIVE_INFINITY,
    });
  }

  /** See `loadForecaster`. */
  static async load(bytes: Uint8Array, platform: Platform): Promise<ExportedForecaster> {
    const model = await decodeExportedModel(bytes);
    const breathe = (): Promise<void> => new Promise((resolve) => void platform.timers.setImmediate(resolve));
    const servable = await decodeServable(model.artifact, breathe);
    return await new ExportedForecaster({ model, servable, platform, later: nothingLater }).#start();
  }

  async #start(): Promise<this> {
    await this.#serving.start([this.project]);
    const { degraded } = this.#serving.status(this.project.name);
    if (degraded === null) return this;
    await this.#serving.stop();
    throw new AppError('edge/damaged-model', `the exported model does not serve: ${degraded}`);
  }

  /** What it is a model of, and from where it forecasts. */
  describe(): ModelDescription {
    const { project, version, exportedAt } = this.#model;
    const { cutoffAt } = this.#serving.status(project.name);
    return {
      project: project.name,
      model: { name: project.name, version: version.number },
      frequency: project.grid.frequency,
      cutoffAt: cutoffAt ?? '',
      horizonSteps: project.horizonSteps,
      quantiles: project.levels,
      series: this.#serving.project(project.name).current.seriesCount,
      exportedAt: new Date(exportedAt).toISOString(),
    };
  }

  /** Every series that can be forecast: the model's, then new ones. */
  seriesIds(): Iterable<string> {
    return this.#serving.project(this.project.name).current.seriesIds();
  }

  /**
   * Forecasts as `POST /v1/projects/{project}/forecast` does, except that nothing is stored.
   * @throws AppError `serving/unknown-series`, `serving/horizon-too-long`, `serving/invalid-levels`, `serving/invalid-future`,
   *   `serving/request-too-large`, `serving/not-trained`
   */
  async forecast(request: ForecastRequest = {}): Promise<ExportedAnswer> {
    return { ...(await this.#serving.forecast(this.project.name, request)), stored: false };
  }

  /**
   * The newest demand of a series, as much of it as was exported: for a page a few horizons, else a cycle or two.
   * @param count periods at most, ≥ 1
   */
  history(seriesId: string, count: number): RecentHistory {
    const { current } = this.#serving.project(this.project.name);
    const cutoff = current.cutoffOf(seriesId);
    const values = current.recent(seriesId, cutoff, count);
    const from = values.findIndex(Number.isFinite);
    const known = from < 0 ? values.subarray(values.length) : values.subarray(from);
    const first = cutoff - known.length + 1;
    return {
      timestamps: Array.from(known, (_, i) => periodLabel(this.project.grid, first + i)),
      values: known,
    };
  }

  /**
   * Takes in rows with the columns of the project, by the rules of an ingest, all but one: highs of the history before the
   * training are not known here, so that no jump of the unit is suspected. Refused rows are counted and explained.
   * @param bytes a CSV file, a JSON array or NDJSON
   * @param body `name` stands in messages; `series` says that the rows name no series and are all of this one; a file closes its
   *   own range for the series it holds, as to an ingest
   * @returns the forecaster that knows them; this one stays as it is
   * @throws AppError `data/*` when the body as a whole cannot be read
   * Cost: O(series of the model + all rows observed).
   */
  async observe(
    bytes: Uint8Array,
    body: {
      readonly format: BodyFormat;
      readonly name: string;
      readonly series?: string;
      readonly isFile?: boolean;
    },
  ): Promise<{ forecaster: ExportedForecaster; counts: ObservedCounts }> {
    const { project } = this;
    const { cutoff } = this.#serving.status(project.name);
    const now = this.#platform.clock.now();
    const { series, isFile = false, ...of } = body;
    const checked = checkBody(bytes, {
      ...of,
      // Rows that name no series are one series to an ingest.
      project: series === undefined ? project : { ...project, columns: { ...project.columns, series: [] } },
      now,
      highs: new Map(),
      lastObserved: cutoff,
    });
    const own = series === undefined ? {} : { seriesId: series };
    const batchSeq = 1 + this.#lastBatch();
    const closes = isFile && checked.periodMax !== null ? { closesThrough: checked.periodMax } : {};
    const later: Later = {
      rows: [
        ...this.#later.rows,
        ...this.#beside(checked.observations.map((row) => ({ ...row, ...own }))).map((row) => ({
          ...row,
          ...closes,
          batchSeq,
          knownAt: now,
        })),
      ],
      attributes: [
        ...this.#later.attributes,
        ...checked.attributes.map((row) => ({ ...row, ...own, batchSeq })),
      ],
    };
    const next = new ExportedForecaster({
      model: this.#model,
      servable: this.#servable,
      platform: this.#platform,
      later,
    });
    const { rows, accepted, plans, duplicates, quarantined, quarantinedByCode, problems } = checked;
    return {
      forecaster: await next.#start(),
      counts: { rows, accepted, plans, duplicates, quarantined, quarantinedByCode, problems },
    };
  }

  /** With the rule `sum` rows are added to those of the same period that it brought along, or was shown before. */
  #beside(rows: readonly ObservationRow[]): readonly ObservationRow[] {
    if (this.project.conflicts !== 'sum') return rows;
    const keyOf = ({ seriesId, period }: ObservationRow): string => `${period} ${seriesId}`;
    const words = new Map<string, ObservationRow>();
    for (const row of [...this.#model.rows, ...this.#later.rows]) if (isWord(row)) words.set(keyOf(row), row);
    return rows.map((row) => addedTo(row, words.get(keyOf(row))));
  }

  #lastBatch(): number {
    const { rows, planned, attributes, snapshot } = this.#model;
    let last = snapshot.batchSeqMax;
    for (const known of [rows, planned, attributes, this.#later.rows])
      for (const { batchSeq } of known) if (batchSeq > last) last = batchSeq;
    return last;
  }
}
