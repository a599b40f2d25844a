// What the tests of this room share: timers fired by hand, a tiny artifact format, and a project's world in memory.

import { IdSource, ManualClock, ObservationStatus, type Project, Rng } from '../core/index.ts';
import { modelOf } from '../models/index.ts';
import type {
  EventRecord,
  PredictionRecord,
  SnapshotRecord,
  TailRow,
  VersionRecord,
} from '../store/ports.ts';
import type { Servable } from './servable.ts';
import { Serving } from './serving.ts';
import type { ServingStore } from './sources.ts';
import type { ServingTimers } from './timers.ts';

/** Timers that fire when told: `run` fires everything due or becoming due until nothing is left, in order of delay. */
export class ManualTimers implements ServingTimers {
  #tasks: { handle: number; at: number; callback: () => void }[] = [];
  #now = 0;
  #next = 1;

  setTimeout(callback: () => void, ms: number): unknown {
    const handle = this.#next++;
    this.#tasks.push({ handle, at: this.#now + ms, callback });
    return handle;
  }

  clearTimeout(handle: unknown): void {
    this.#tasks = this.#tasks.filter((task) => task.handle !== handle);
  }

  setImmediate(callback: () => void): unknown {
    return this.setTimeout(callback, 0);
  }

  /** Fires tasks until none is due within `ms`, letting promises settle between them. */
  async run(ms = 100): Promise<void> {
    const until = this.#now + ms;
    for (let quiet = 0; quiet < 3; ) {
      await settle();
      const due = this.#tasks.filter((task) => task.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) {
        quiet++;
        continue;
      }
      quiet = 0;
      this.#now = Math.max(this.#now, due.at);
      this.clearTimeout(due.handle);
      due.callback();
    }
    this.#now = until;
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Timers without delay: every wait is one turn of the event loop. */
export const promptTimers: ServingTimers = {
  setTimeout: (callback) => setImmediate(callback),
  clearTimeout: (handle) => clearImmediate(handle as NodeJS.Immediate),
  setImmediate: (callback) => setImmediate(callback),
};

/** A prediction of one step, changed as given. */
export function predictionRecord(change: Partial<PredictionRecord>): PredictionRecord {
  return {
    id: 'prd_1',
    requestId: 'req_1',
    project: 'shop',
    seriesId: 'a',
    versionId: 'ver_1',
    arm: 'champion',
    source: 'model',
    cutoff: 0,
    madeAt: 0,
    levels: [0.1, 0.9],
    mean: Float64Array.of(1),
    quantiles: Float64Array.of(0, 2),
    ...change,
  };
}

/** A daily project with a week's season, 3 steps and two levels. */
export function shop(change: Partial<Project> = {}): Project {
  return {
    name: 'shop',
    grid: { frequency: 'day', weekStart: 1 },
    timezone: 'UTC',
    horizonSteps: 3,
    seasons: [7],
    levels: [0.1, 0.9],
    nonNegative: true,
    columns: { series: ['s'], time: 't', target: 'y' },
    gaps: 'zero',
    conflicts: 'last',
    contract: {
      minValue: null,
      maxValue: null,
      unitJumpFactor: 0,
      futurePeriodsMax: 1,
      stalePeriodsMax: 0,
      historyPeriodsMin: 1,
    },
    models: 'auto',
    retrainEveryPeriods: 0,
    seed: 1,
    ...change,
  };
}

/** What the tests train: one catalog model per project, quantiles ± 1 unit, faults on demand. */
export interface TestArtifact {
  readonly model: string;
  readonly lastPeriod: number;
  readonly series: Readonly<Record<string, readonly number[]>>;
  readonly fault?: 'not-finite' | 'huge' | 'crossed';
}

export function encodeTest(artifact: TestArtifact): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(artifact));
}

export function decodeTest(bytes: Uint8Array): Servable {
  const artifact = JSON.parse(new TextDecoder().decode(bytes)) as TestArtifact;
  const model = modelOf(artifact.model);
  const histories = Object.values(artifact.series).map((values) => Float64Array.from(values));
  const states = histories.map((history) => model.fit(history, { seasons: [7], horizon: 3 }));
  return {
    grid: { frequency: 'day', weekStart: 1 },
    seriesIds: Object.keys(artifact.series),
    levels: [0.01, 0.99],
    lastPeriod: () => artifact.lastPeriod,
    state: (series) => states[series] as Float64Array,
    update: (_series, state, value) => model.update(state, value),
    largest: (series) => Math.max(...(histories[series] as Float64Array).map(Math.abs)),
    recent: (series) => histories[series] as Float64Array,
    forecast: (_series, state, { horizon, levels }) => {
      const mean = new Float64Array(horizon);
      model.forecast(state, mean);
      if (artifact.fault === 'not-finite') mean[0] = Number.NaN;
      if (artifact.fault === 'huge') mean.fill(1e9);
      const quantiles = new Float64Array(levels.length * horizon);
      for (const [l, level] of levels.entries()) {
        const offset = (artifact.fault === 'crossed' ? -1 : 1) * (level - 0.5);
        for (let k = 0; k < horizon; k++)
          quantiles[l * horizon + k] = Math.max(0, (mean[k] as number) + offset);
      }
      return { mean, quantiles };
    },
  };
}

/** Stores and services around one project, in memory. */
export class World {
  readonly rows: TailRow[] = [];
  readonly predictions: PredictionRecord[] = [];
  readonly events: EventRecord[] = [];
  readonly artifacts: Map<string, Uint8Array> = new Map();
  readonly versions: VersionRecord[] = [];
  readonly clock: ManualClock = new ManualClock(0);
  readonly project: Project;
  readonly serving: Serving;
  championVersion: VersionRecord | undefined;
  failAppend: Error | undefined;

  constructor(project: Project = shop(), timers: ServingTimers = promptTimers) {
    this.project = project;
    const rng = new Rng(1);
    this.serving = new Serving({
      store: this.store,
      registry: this,
      data: this,
      clock: this.clock,
      timers,
      ids: new IdSource(
        () => this.clock.now(),
        (bytes) => {
          for (let i = 0; i < bytes.length; i++) bytes[i] = rng.below(256);
        },
      ),
      log: { info: () => {}, error: () => {} },
      decode: decodeTest,
      forecastSeriesMax: 10_000,
    });
  }

  readonly store: ServingStore = {
    appendPredictions: async (batch) => {
      if (this.failAppend) throw this.failAppend;
      this.predictions.push(...batch);
    },
    getSnapshot: async (id) => {
      const [batchSeqMax = 0, periodMax = 0] = id.split(':').map(Number);
      return { id, project: this.project.name, batchSeqMax, periodMax } as SnapshotRecord;
    },
    appendEvent: async (event) => {
      const stored = { ...event, seq: this.events.length + 1 };
      this.events.push(stored);
      return stored;
    },
    readEvents: async ({ afterSeq, limit }) =>
      this.events.filter((event) => event.seq > afterSeq).slice(0, limit),
    lastEventSeq: async () => this.events.length,
  };

  async champion(): Promise<VersionRecord | undefined> {
    return this.championVersion;
  }

  async loadArtifact(version: VersionRecord): Promise<Uint8Array> {
    const bytes = this.artifacts.get(version.artifactHash);
    if (!bytes) throw new Error('blob is missing');
    return bytes;
  }

  /** Registers an artifact trained on everything up to its last period; `batchSeqMax` is what its snapshot holds. */
  train(artifact: TestArtifact, batchSeqMax = 0): VersionRecord {
    const number = this.versions.length + 1;
    const version = {
      id: `ver_${number}`,
      project: this.project.name,
      number,
      snapshotId: `${batchSeqMax}:${artifact.lastPeriod}`,
      artifactHash: `hash${number}`,
    } as VersionRecord;
    this.versions.push(version);
    this.artifacts.set(version.artifactHash, encodeTest(artifact));
    return version;
  }

  async promote(version: VersionRecord): Promise<void> {
    this.championVersion = version;
    const data = { alias: 'champion', versionId: version.id };
    await this.store.appendEvent({ at: 0, project: this.project.name, type: 'alias.changed', data });
  }

  /** One batch of rows, `[series, period, value]`; null = out of stock. */
  async ingest(...rows: readonly (readonly [string, number, number | null])[]): Promise<void> {
    const batchSeq = (this.rows.at(-1)?.batchSeq ?? 0) + 1;
    for (const [seriesId, period, value] of rows) {
      const status = value === null ? ObservationStatus.stockout : ObservationStatus.observed;
      this.rows.push({ seriesId, period, value: value ?? Number.NaN, status, batchSeq, knownAt: 0 });
    }
    const project = this.project.name;
    await this.store.appendEvent({ at: 0, project, type: 'batch.committed', data: { seq: batchSeq } });
  }

  async *observationsSince(_project: string, batchSeq: number): AsyncIterable<readonly TailRow[]> {
    const rows = this.rows.filter((row) => row.batchSeq > batchSeq);
    // Pages end anywhere, also in the middle of a batch.
    for (let i = 0; i < rows.length; i += 3) yield rows.slice(i, i + 3);
  }
}
