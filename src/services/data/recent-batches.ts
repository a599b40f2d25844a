// The newest small batches that this process has committed, as they are stored: those who follow a project (closing, what is
// usual, serving) take them from here in place of reading back what was just written.

import type { Closing } from '../../core/index.ts';
import type { BatchCommitted, HistoryPage, ObservationRow, TailRow } from '../../storage/ports/index.ts';
import { batchEnd } from './batch-ends.ts';

/** Of one project; a batch of more than a page's rows is not kept. */
const batchesMax = 64;
const rowsMax = 1_000;
const projectsMax = 100;

interface Recent extends HistoryPage {
  readonly seq: number;
  /** The batch of the project before it. */
  readonly after: number;
  readonly closings: readonly Closing[];
}

export class RecentBatches {
  /** By project; of each a row of batches without a gap. */
  readonly #projects = new Map<string, Recent[]>();

  /** @param rows as they were committed to the tail, all of the batch */
  note({ batch, landed }: BatchCommitted, rows: readonly ObservationRow[]): void {
    if (landed === null) return;
    const known = this.#projects.get(batch.project) ?? [];
    const last = known.at(-1)?.seq ?? 0;
    if (batch.seq <= last) return;
    if (landed.after !== last || rows.length > rowsMax) known.length = 0;
    if (rows.length <= rowsMax)
      known.push({
        seq: batch.seq,
        after: landed.after,
        rows: tailRows(batch, rows),
        closings: landed.closings,
      });
    if (known.length > batchesMax) known.shift();
    this.#projects.delete(batch.project);
    this.#projects.set(batch.project, known);
    if (this.#projects.size > projectsMax)
      this.#projects.delete(this.#projects.keys().next().value as string);
  }

  /** All that came after one batch of a project up to its last one, a page for each; null where some of it is not here. */
  since(
    project: string,
    range: { readonly afterSeq: number; readonly lastSeq: number },
  ): HistoryPage[] | null {
    const known = this.#projects.get(project) ?? [];
    if (known.at(-1)?.seq !== range.lastSeq) return null;
    const first = known.findIndex(({ seq }) => seq > range.afterSeq);
    if (first >= 0 && (known[first] as Recent).after > range.afterSeq) return null;
    return first < 0 ? [] : known.slice(first);
  }

  forget(project: string): void {
    this.#projects.delete(project);
  }
}

/** In the order in which the store reads them. */
function tailRows(
  { seq, receivedAt, ...ends }: BatchCommitted['batch'],
  rows: readonly ObservationRow[],
): TailRow[] {
  const kept = rows.map(
    (row): TailRow => ({
      ...row,
      // The store knows one zero only.
      value: row.value === 0 ? 0 : row.value,
      batchSeq: seq,
      knownAt: receivedAt,
      ...batchEnd(ends),
    }),
  );
  return kept.sort((a, b) => a.period - b.period || (a.seriesId < b.seriesId ? -1 : 1));
}
