// What is known of each series at a glance, kept per project: what is usual, the measure for suspected changes of unit, and
// up to where it was spoken of.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Frequency, ObservationStatus, type Project } from '../../core/index.ts';
import type { BatchRecord, ObservationRow, TailRow } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { observationsSince } from './observations-since.ts';
import { isWord } from './rows/add-words.ts';
import type { SeriesHigh } from './rows/period-rules.ts';
import { segmentFiles } from './segments.ts';

/** How far back "recent" reaches, in periods. */
const window: Record<Frequency, number> = {
  hour: 24 * 28,
  day: 364,
  week: 104,
  month: 36,
  quarter: 16,
  year: 10,
  step: 200,
};
const pageRows = 1_000;

export interface SeriesGlance extends SeriesHigh {
  /** The newest period that any batch spoke of. */
  readonly newest: number;
}

interface Known {
  seq: number;
  readonly highs: Map<string, SeriesGlance>;
}

export class RecentHighs {
  readonly #context: DataContext;
  readonly #known = new Map<string, Known>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(context: DataContext) {
    this.#context = context;
  }

  /**
   * What is known of each series by id, over all batches up to the newest one. The first call for a project reads it (a worker
   * task); later ones take in what has come since, from this process or another.
   */
  of(project: Project): Promise<ReadonlyMap<string, SeriesGlance>> {
    const turn = (this.#turns.get(project.name) ?? Promise.resolve()).then(
      () => this.#upToDate(project),
      () => this.#upToDate(project),
    );
    this.#turns.set(
      project.name,
      turn.catch(() => undefined),
    );
    return turn;
  }

  /** Nothing is kept of a project that is gone, or of which many rows have come or were taken back: it is read again when needed. */
  forget(name: string): void {
    this.#known.delete(name);
  }

  /** Takes in what this process has just committed, unless others came before it: those are read by who asks next. */
  committed(batch: BatchRecord, rows: readonly ObservationRow[]): void {
    const known = this.#known.get(batch.project);
    if (known === undefined || batch.seq !== known.seq + 1) return;
    for (const row of rows) raise(known.highs, row);
    known.seq = batch.seq;
  }

  async #upToDate(project: Project): Promise<ReadonlyMap<string, SeriesGlance>> {
    const known = this.#known.get(project.name);
    if (known === undefined) {
      const loaded = await this.#load(project);
      this.#known.set(project.name, loaded);
      return loaded.highs;
    }
    const { batchSeq } = await this.#context.store.historyTotals(project.name);
    if (batchSeq <= known.seq) return known.highs;
    for await (const { rows } of observationsSince(this.#context, project.name, known.seq)) {
      for (const row of rows) raise(known.highs, row);
      await nextTurn();
    }
    known.seq = Math.max(known.seq, batchSeq);
    return known.highs;
  }

  async #load(project: Project): Promise<Known> {
    const { store, engine, limitMs } = this.#context;
    // Asked first: batches that come while the history is read are read again, none is left out.
    const { batchSeq } = await store.historyTotals(project.name);
    const segments = await segmentFiles(this.#context, project.name, Number.MAX_SAFE_INTEGER);
    const highs = new Map<string, SeriesGlance>();
    if (segments.files.length > 0) {
      const input = { segments: segments.files, windowPeriods: window[project.grid.frequency] };
      const { ids, high, count, newest } = await engine.run('recentHighs', input, { limitMs });
      ids.forEach((id, i) => {
        highs.set(id, { high: high[i] ?? 0, count: count[i] ?? 0, newest: newest[i] ?? 0 });
      });
    }
    for (let afterSeq = 0; ; ) {
      const page = await store.readTail(project.name, { afterSeq, unsealedOnly: true, limit: pageRows });
      for (const row of page) raise(highs, row);
      await nextTurn();
      afterSeq = page.at(-1)?.batchSeq ?? afterSeq;
      if (page.length === 0) return { seq: batchSeq, highs };
    }
  }
}

function raise(highs: Map<string, SeriesGlance>, row: ObservationRow | TailRow): void {
  if (!isWord(row)) return;
  const known = highs.get(row.seriesId);
  const says = row.status === ObservationStatus.observed;
  highs.set(row.seriesId, {
    high: says ? Math.max(known?.high ?? 0, row.value) : (known?.high ?? 0),
    count: (known?.count ?? 0) + (says ? 1 : 0),
    newest: Math.max(known?.newest ?? Number.NEGATIVE_INFINITY, row.period),
  });
}
