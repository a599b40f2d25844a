// What is known of each series at a glance, kept per project: what is usual, the measure for suspected changes of unit, and
// up to where it was spoken of.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Frequency, ObservationStatus, type Project } from '../../core/index.ts';
import type { BatchRecord, ObservationRow, TailRow } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
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

  constructor(context: DataContext) {
    this.#context = context;
  }

  /**
   * Highs by series id over all accepted history. The first call for a project reads it (a worker task); later ones
   * answer from memory unless another process has added batches meanwhile.
   */
  async of(project: Project): Promise<ReadonlyMap<string, SeriesGlance>> {
    const known = this.#known.get(project.name);
    if (known !== undefined) {
      const { batchSeq } = await this.#context.store.historyTotals(project.name);
      if (batchSeq <= known.seq) return known.highs;
    }
    const loaded = await this.#load(project);
    this.#known.set(project.name, loaded);
    return loaded.highs;
  }

  /** Nothing is kept of a project that is gone. */
  forget(name: string): void {
    this.#known.delete(name);
  }

  /** Takes in what this process has just committed; null rows = they are in a file, read it again when needed. */
  committed(batch: BatchRecord, rows: readonly ObservationRow[] | null): void {
    const known = this.#known.get(batch.project);
    if (known === undefined) return;
    if (rows === null) {
      this.#known.delete(batch.project);
      return;
    }
    for (const row of rows) raise(known.highs, row);
    known.seq = Math.max(known.seq, batch.seq);
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
