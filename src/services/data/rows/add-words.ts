// The rule `sum` over batches: each batch brings its part of a period, and what is known of the period is all parts together.

import { ObservationStatus } from '../../../core/index.ts';
import type { ObservationRow, Word } from '../../../storage/ports/index.ts';

/**
 * Two words on one period as one. A known value beside an unknown one stands alone; one stock-out makes the whole period one.
 * Neither may be a plan, refused or withdrawn.
 */
export function addWords(a: Word, b: Word): Word {
  const { observed, missing, stockout } = ObservationStatus;
  const has = (status: ObservationStatus): boolean => a.status === status || b.status === status;
  return {
    value: Number.isNaN(a.value) ? b.value : Number.isNaN(b.value) ? a.value : a.value + b.value,
    status: has(stockout) ? stockout : has(observed) ? observed : missing,
  };
}

/** Does the row speak of demand? A plan does not, and a refused row says only that there was one. */
export function isWord({ status }: Pick<Word, 'status'>): boolean {
  return status !== ObservationStatus.plan && status !== ObservationStatus.refused;
}

/**
 * A row of a batch, added to what was known of its period before: `earlier` is the word that stood, also where that says that all
 * rows of the period had been taken back. The row keeps its own part, so that it, or what it was added to, can be taken back.
 */
export function addedTo(row: ObservationRow, earlier: Word | undefined): ObservationRow {
  if (earlier === undefined || !isWord(row)) return row;
  const part = { value: row.value, status: row.status };
  if (earlier.status === ObservationStatus.withdrawn) return { ...row, part };
  return { ...row, ...addWords(earlier, part), part };
}

/** Does the row say something else of its period than what was known? */
export function replaces(row: ObservationRow, earlier: Word | undefined): boolean {
  if (earlier === undefined || earlier.status === ObservationStatus.withdrawn || !isWord(row)) return false;
  return earlier.status !== row.status || !Object.is(earlier.value, row.value);
}
