// Experiment history: what was run, with what, on which data, at what cost, and what came out.

import { AppError, type Clock, type IdSource } from '../../core/index.ts';
import type { BlobStore, JsonObject, RunRecord, TrackingStore } from '../../storage/ports/index.ts';
import { RunHandle } from './run-handle.ts';

export interface TrackingOptions {
  readonly store: TrackingStore;
  readonly blobs: Pick<BlobStore, 'put' | 'get'>;
  readonly ids: IdSource;
  readonly clock: Clock;
  /** The machine and the platform: Node version, CPU model, cores. Stored with every run. */
  readonly environment: JsonObject;
  /** Version of the program that runs. */
  readonly codeVersion: string;
}

export interface RunStart {
  /** Given by work that may be repeated after a crash: the run is then begun afresh instead of twice. */
  readonly id?: string;
  /** What the run is compared with; the project's name by default. */
  readonly experiment?: string;
  readonly project: string;
  /** `train`, `backtest`, … */
  readonly kind: string;
  readonly seed: number;
  readonly params: JsonObject;
  /** Dataset version; null when the run read none. */
  readonly snapshotId: string | null;
}

export class Tracking {
  readonly #options: TrackingOptions;

  constructor(options: TrackingOptions) {
    this.#options = options;
  }

  /** Records the start of a run; it is `running` until its handle says otherwise. */
  async start(start: RunStart): Promise<RunHandle> {
    const { store, blobs, ids, clock, environment, codeVersion } = this.#options;
    const run: RunRecord = {
      id: start.id ?? ids.next('run'),
      experiment: start.experiment ?? start.project,
      project: start.project,
      kind: start.kind,
      status: 'running',
      startedAt: clock.now(),
      endedAt: null,
      snapshotId: start.snapshotId,
      seed: start.seed,
      codeVersion,
      environment,
      params: start.params,
      metrics: {},
      durationMs: null,
      cpuSeconds: null,
      memoryBytesPeak: null,
      artifacts: [],
      error: null,
    };
    await store.putRun(run);
    return new RunHandle(run, { store, blobs, clock });
  }

  /** @throws AppError `tracking/unknown-run` */
  async get(id: string): Promise<RunRecord> {
    const run = await this.#options.store.getRun(id);
    if (run === undefined) throw new AppError('tracking/unknown-run', `there is no run ${id}`);
    return run;
  }

  /**
   * The bytes of an artifact that a run attached.
   * @throws AppError `tracking/unknown-run`, `tracking/unknown-artifact`, `store/blob-missing`, `store/blob-corrupt`
   */
  async loadArtifact(id: string, name: string): Promise<Uint8Array> {
    const { artifacts } = await this.get(id);
    const artifact = artifacts.find((one) => one.name === name);
    if (artifact !== undefined) return await this.#options.blobs.get(artifact.hash);
    const names = artifacts.map((one) => one.name).join(', ') || 'none';
    throw new AppError('tracking/unknown-artifact', `run ${id} has no artifact ${name}: it has ${names}`);
  }

  /** Newest first; `before` is the id of the last run of the previous page. */
  async list(options: { project?: string; before?: string; limit: number }): Promise<RunRecord[]> {
    return await this.#options.store.listRuns(options);
  }
}
