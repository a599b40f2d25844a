// Refused rows that a sum waits for, sent again or given up: their periods wait for so many fewer.

import type { Project } from '../../core/index.ts';
import { ObservationStatus } from '../../core/index.ts';
import type { ObservationRow, RepairNote } from '../../storage/ports/index.ts';
import type { DataContext } from './data-options.ts';
import { type AnswerCounts, keyOf } from './earlier-words.ts';
import type { QuarantinedRow } from './rows/quarantine-codes.ts';

/** What a body of quarantined rows says of itself. */
export interface SentAgain {
  readonly note: RepairNote;
  /** Where rows are added up: the periods that wait for these rows, and for how many of them. */
  readonly answered: readonly Pick<ObservationRow, 'seriesId' | 'period' | 'answered'>[];
  /** `BatchRecord.seq` of the batch that they are of. */
  readonly seq: number;
  readonly repairsKnown: number;
}

/** How many of these rows each period waits for. */
export function answeredOf(rows: readonly Pick<QuarantinedRow, 'at'>[]): SentAgain['answered'] {
  const counts = new Map<string, { seriesId: string; period: number; answered: number }>();
  for (const { at } of rows) {
    if (at === undefined) continue;
    const known = counts.get(keyOf(at));
    if (known === undefined) counts.set(keyOf(at), { ...at, answered: 1 });
    else known.answered += 1;
  }
  return [...counts.values()];
}

/** The rows of a batch, and of periods that it answers without a row of theirs what says so. */
export function withAnswers(
  project: Project,
  rows: readonly ObservationRow[],
  answered: SentAgain['answered'],
): readonly ObservationRow[] {
  if (project.conflicts !== 'sum' || answered.length === 0) return rows;
  const counts = new Map(answered.map((one) => [keyOf(one), one]));
  const found = rows.map((row) => {
    const answer = row.status === ObservationStatus.plan ? undefined : counts.get(keyOf(row));
    if (answer === undefined) return row;
    counts.delete(keyOf(row));
    return { ...row, answered: answer.answered };
  });
  const { refused } = ObservationStatus;
  // A batch has one row of a period: what it plans there is said by the row that answers.
  const plans = new Map(found.filter((row) => counts.has(keyOf(row))).map((row) => [keyOf(row), row]));
  return [
    ...found.filter((row) => !counts.has(keyOf(row))),
    ...[...counts.values()].map((one) => {
      const { covariates } = plans.get(keyOf(one)) ?? {};
      return {
        ...one,
        value: Number.NaN,
        status: refused,
        ...(covariates === undefined ? {} : { covariates }),
      };
    }),
  ];
}

/** Whether rows of a batch count in a period, or were taken back there: then nobody waits for those that it had refused. */
export async function stillCounts(
  { store }: Pick<DataContext, 'store'>,
  project: Project,
  seq: number,
): Promise<AnswerCounts> {
  const withdrawals = (await store.listWithdrawals(project.name)).filter(
    ({ restoredSeq, correctionSeq, batchSeq }) =>
      restoredSeq === null && seq < correctionSeq && (batchSeq === null || batchSeq === seq),
  );
  return ({ seriesId, period }) =>
    !withdrawals.some(
      (one) =>
        (one.seriesId === null || one.seriesId === seriesId) &&
        (one.periodMin === null || period >= one.periodMin) &&
        (one.periodMax === null || period <= one.periodMax),
    );
}
