// How far series are closed, as far as the store and the rows that are read tell: closings, rows, and what batches close of the
// series they hold. A batch with no row of a series among those read may close more of it: a period then counts as open until a
// closing of its group comes. None counts as closed that is not.

import { type BatchEnd, ClosedPeriods, isReport, type Project } from '../../core/index.ts';
import type { HistoryStore, TailRow } from '../../storage/ports/index.ts';
import { batchEnds } from '../data/index.ts';

export class KnownClosed {
  readonly #closed: ClosedPeriods;
  readonly #ends: ReadonlyMap<number, BatchEnd>;

  private constructor(closed: ClosedPeriods, ends: ReadonlyMap<number, BatchEnd>) {
    this.#closed = closed;
    this.#ends = ends;
  }

  /** Cost: O(reporting groups + files taken in). */
  static async read(
    store: Pick<HistoryStore, 'readClosings' | 'closingBatches'>,
    project: Pick<Project, 'name' | 'columns' | 'closing'>,
  ): Promise<KnownClosed> {
    const closed = new ClosedPeriods(project);
    const batchSeqMax = Number.MAX_SAFE_INTEGER;
    for (const closing of await store.readClosings(project.name, { batchSeqMax })) closed.close(closing);
    const batches = await store.closingBatches(project.name, batchSeqMax);
    return new KnownClosed(closed, batchEnds(batches));
  }

  /** Takes in a row of demand that was read, or that one was refused or taken back. */
  observe({ seriesId, period, status, batchSeq }: TailRow): void {
    const own = isReport(status) ? period : Number.NEGATIVE_INFINITY;
    this.#closed.observe(seriesId, own, this.#ends.get(batchSeq));
  }

  closedThrough(seriesId: string): number {
    return this.#closed.closedThrough(seriesId);
  }

  /** The newest period closed for the whole project; −∞ before there is one. */
  get projectClock(): number {
    return this.#closed.projectClock;
  }
}
