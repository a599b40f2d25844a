// Sealing by itself: when many small batches wait in the relational tail, a job moves them into a Parquet segment. One job
// at a time per project, by the single flight of jobs.

import type { HistoryStore, ProjectStore } from '../../storage/ports/index.ts';
import { definePipeline, type Pipeline, type PipelineEngine, type Timers } from '../jobs/index.ts';
import type { DataService } from './data-service.ts';

/** Rows that may wait in the tail of a project: enough for a segment worth its file, few enough to seal in seconds. */
const unsealedRowsMax = 50_000;
const pollMs = 2_000;
const pageSize = 1_000;

/**
 * Pipeline `seal`: first what earlier sealings left in the tail and no prediction needs is removed, then what waits is
 * sealed. In this order, so that a reader of the tail does not lose rows that are sealed while it reads.
 */
export function sealPipeline(data: Pick<DataService, 'prune' | 'seal'>): Pipeline {
  return definePipeline({
    name: 'seal',
    steps: [
      { name: 'prune', run: async ({ project }) => ({ rows: await data.prune(project) }) },
      { name: 'seal', weight: 5, run: async ({ project }) => ({ ...(await data.seal(project)) }) },
    ],
  });
}

export interface SealTriggerOptions {
  readonly store: Pick<ProjectStore, 'listProjects'> & Pick<HistoryStore, 'listBatches'>;
  readonly jobs: Pick<PipelineEngine, 'enqueue'>;
  readonly timers: Timers;
  readonly onError: (error: unknown) => void;
}

/** Counts the unsealed rows of every project, batch by batch, and puts in a `seal` job when they are many. */
export class SealTrigger {
  readonly #options: SealTriggerOptions;
  /** By project: the last batch counted, and the unsealed rows since the last job. */
  readonly #counted: Map<string, { seq: number; rows: number }> = new Map();
  #running = false;
  #timer: unknown;
  #round: Promise<void> = Promise.resolve();

  constructor(options: SealTriggerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = true;
    this.#schedule();
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#options.timers.clearTimeout(this.#timer);
    await this.#round;
  }

  #schedule(): void {
    if (!this.#running) return;
    this.#timer = this.#options.timers.setTimeout(() => {
      this.#round = this.#look()
        .catch(this.#options.onError)
        .then(() => this.#schedule());
    }, pollMs);
  }

  async #look(): Promise<void> {
    for (const { name } of await this.#options.store.listProjects()) {
      const counted = await this.#count(name);
      if (counted.rows <= unsealedRowsMax) continue;
      const { created } = await this.#options.jobs.enqueue('seal', name, { unsealedRows: counted.rows });
      // A new job seals all that has been counted; one that runs already may have looked before the last of it came.
      if (created) counted.rows = 0;
    }
  }

  /** Reads the batches that came since the last look. */
  async #count(project: string): Promise<{ seq: number; rows: number }> {
    const counted = this.#counted.get(project) ?? { seq: 0, rows: 0 };
    this.#counted.set(project, counted);
    for (;;) {
      const page = await this.#options.store.listBatches(project, { afterSeq: counted.seq, limit: pageSize });
      for (const { seq, sealed, rowsAccepted, rowsQuarantined } of page) {
        counted.seq = seq;
        // Of the rows set aside most left a mark that waits too.
        if (!sealed) counted.rows += rowsAccepted + rowsQuarantined;
      }
      if (page.length < pageSize) return counted;
    }
  }
}
