// A run while it goes on. Each call is stored before it resolves, so that a run that dies leaves what it knew.

import { AppError, type Clock } from '../../core/index.ts';
import type { BlobRef, BlobStore, JsonObject, RunRecord, TrackingStore } from '../../storage/ports/index.ts';

/** What the run used; measured by whoever ran it. Absent = not measured. */
export interface RunCost {
  /** Wall-clock time; by default from start to finish on the service's clock. */
  readonly durationMs?: number;
  /** Over all threads. */
  readonly cpuSeconds?: number;
  readonly memoryBytesPeak?: number;
}

export class RunHandle {
  readonly id: string;
  readonly #to: {
    readonly store: TrackingStore;
    readonly blobs: Pick<BlobStore, 'put'>;
    readonly clock: Clock;
  };
  #run: RunRecord;
  /** Writes one after the other: the last state written is the last one known. */
  #writing: Promise<void> = Promise.resolve();

  constructor(run: RunRecord, to: { store: TrackingStore; blobs: Pick<BlobStore, 'put'>; clock: Clock }) {
    this.id = run.id;
    this.#run = run;
    this.#to = to;
  }

  /**
   * Adds metrics by flat name (`selected.wape`); a later value replaces an earlier one. NaN and infinities are kept as
   * null: they could not be had.
   */
  async logMetrics(metrics: Readonly<Record<string, number | null>>): Promise<void> {
    const finite = Object.entries(metrics).map(
      ([name, value]) => [name, value !== null && Number.isFinite(value) ? value : null] as const,
    );
    await this.#change({ metrics: { ...this.#run.metrics, ...Object.fromEntries(finite) } });
  }

  async logParams(params: JsonObject): Promise<void> {
    await this.#change({ params: { ...this.#run.params, ...params } });
  }

  /** Stores bytes with the run; a later artifact of the same name replaces the earlier one. */
  async attach(name: string, bytes: Uint8Array): Promise<BlobRef> {
    this.#mustRun();
    const ref = await this.#to.blobs.put(bytes);
    const others = this.#run.artifacts.filter((artifact) => artifact.name !== name);
    await this.#change({ artifacts: [...others, { name, ...ref }] });
    return ref;
  }

  async finish(cost: RunCost = {}): Promise<RunRecord> {
    return await this.#end('finished', null, cost);
  }

  async fail(error: unknown, cost: RunCost = {}): Promise<RunRecord> {
    return await this.#end('failed', error instanceof Error ? error.message : String(error), cost);
  }

  async #end(status: 'finished' | 'failed', error: string | null, cost: RunCost): Promise<RunRecord> {
    const endedAt = this.#to.clock.now();
    await this.#change({
      status,
      error,
      endedAt,
      durationMs: cost.durationMs ?? endedAt - this.#run.startedAt,
      cpuSeconds: cost.cpuSeconds ?? null,
      memoryBytesPeak: cost.memoryBytesPeak ?? null,
    });
    return this.#run;
  }

  async #change(change: Partial<RunRecord>): Promise<void> {
    this.#mustRun();
    this.#run = { ...this.#run, ...change };
    const run = this.#run;
    this.#writing = this.#writing.catch(() => {}).then(() => this.#to.store.putRun(run));
    await this.#writing;
  }

  #mustRun(): void {
    if (this.#run.status === 'running') return;
    throw new AppError('tracking/run-ended', `run ${this.id} has ${this.#run.status} already`);
  }
}
