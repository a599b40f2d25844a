// The rule `sum` over batches: each batch brings its part of a period, and what is known of the period is all parts together. While
// a row of the period waits in quarantine, that is not all: its demand is unknown, and the sum of the others is kept beside.

import { ObservationStatus } from '../../../core/index.ts';
import type { KnownWord, ObservationRow, Word } from '../../../storage/ports/index.ts';

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

/** Must who comes later know of the row? What is said of demand, and that rows of a sum wait. */
export function isKnown(row: Pick<ObservationRow, 'status' | 'open'>): boolean {
  return isWord(row) || row.open !== undefined;
}

/** Does the row change what is known of its period where rows are added up? */
export function isPart(row: ObservationRow): boolean {
  return isWord(row) || (row.refused ?? 0) !== 0 || (row.answered ?? 0) > 0;
}

/**
 * A row of a batch, added to what was known of its period before: `earlier` is the word that stood, also where that says that all
 * rows of the period had been taken back. The row keeps its own part, so that it, or what it was added to, can be taken back.
 * @param answered of the refused rows that it answers, those that wait still; default all
 */
export function addedTo(
  row: ObservationRow,
  earlier: KnownWord | undefined,
  answered: number = row.answered ?? 0,
): ObservationRow {
  const { refused = 0 } = row;
  if (!isPart(row) || (earlier === undefined && refused === 0 && answered === 0)) return row;
  const own = isWord(row) ? { value: row.value, status: row.status } : null;
  const before = standing(earlier);
  const all = before === null ? own : own === null ? before : addWords(before, own);
  const waiting = Math.max(0, (earlier?.open?.rows ?? 0) + refused - answered);
  const { open: _, ...rest } = row;
  return { ...rest, ...unlessWaiting(all, { waiting, earlier }), part: own ?? nothing };
}

/** What is known of a period: `all` that came, null = nothing, unless rows of it wait. */
export function unlessWaiting(
  all: Word | null,
  { waiting, earlier }: { waiting: number; earlier: KnownWord | undefined },
): Pick<ObservationRow, 'value' | 'status' | 'open'> {
  const { missing, refused, withdrawn } = ObservationStatus;
  // Where nobody has spoken of the period, a refused row does not make its series report.
  const isSaid = all !== null || (earlier !== undefined && isWord(earlier));
  if (waiting > 0)
    return {
      value: Number.NaN,
      status: isSaid ? missing : refused,
      open: { ...(all ?? nothing), rows: waiting },
    };
  return all ?? { value: Number.NaN, status: withdrawn };
}

/** The part of a batch that brought nothing that counts. */
export const nothing: Word = { value: Number.NaN, status: ObservationStatus.refused };

/** The sum that later parts are added to; null = there is none. */
export function standing(earlier: KnownWord | undefined): Word | null {
  if (earlier === undefined) return null;
  const { value, status } = earlier.open ?? earlier;
  return isWord({ status }) && status !== ObservationStatus.withdrawn ? { value, status } : null;
}

/** Was a row added to what earlier batches had said of its period? */
export function isAddition(row: ObservationRow, earlier: KnownWord | undefined): boolean {
  return isWord(row) && standing(earlier) !== null;
}

/** Does the row say something else of its period than what was known? */
export function replaces(row: ObservationRow, earlier: Word | undefined): boolean {
  if (earlier === undefined || earlier.status === ObservationStatus.withdrawn || !isWord(row)) return false;
  return earlier.status !== row.status || !Object.is(earlier.value, row.value);
}
