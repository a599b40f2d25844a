// How probabilities of a classifier are to be read: as they are, or by a curve from labels that came.

import { foldOf } from './folds.ts';
import { type RisingCurve, risingCurve, shareOf } from './isotonic.ts';

export interface ScoredLabels {
  /** Probabilities of the class 1, rows in the order of time. */
  readonly probabilities: ArrayLike<number>;
  /** 0 or 1. */
  readonly labels: ArrayLike<number>;
}

/** Plain data. */
export interface Calibration {
  /** Rows with a probability and a label. */
  readonly n: number;
  /** Null: probabilities are read as they are, which was no worse on rows that the curve had not seen. */
  readonly curve: RisingCurve | null;
  /** … of fits that leave out one stretch of time each: how much the curve itself is open. */
  readonly without: readonly (RisingCurve | null)[];
  /** Expected calibration error, raw and by the curve, on rows that it had not seen; of right probabilities it is what chance makes it. */
  readonly errorRaw: number;
  readonly errorCurve: number;
}

const foldCount = 5;
const bins = 10;
/** A curve must leave no more of the error than this: so much of it may be chance. */
const betterBy = 0.9;
/** Fewer rows, or fewer of either class, leave no curve. */
export const calibrationRowsMin = 100;
const classRowsMin = 10;

/**
 * @returns null where there are fewer than 100 rows, or fewer than 10 of either class. Cost: O(n log n).
 */
export function calibrationOf({ probabilities, labels }: ScoredLabels): Calibration | null {
  const kept: { p: number; y: number }[] = [];
  for (let i = 0; i < probabilities.length; i++) {
    const [p, y] = [probabilities[i]!, labels[i]!];
    if (p >= 0 && p <= 1 && (y === 0 || y === 1)) kept.push({ p, y });
  }
  const n = kept.length;
  const ones = kept.reduce((sum, { y }) => sum + y, 0);
  if (n < calibrationRowsMin || Math.min(ones, n - ones) < classRowsMin) return null;
  const curveOf = (rows: typeof kept): RisingCurve =>
    risingCurve(
      rows.map(({ p }) => p),
      rows.map(({ y }) => y),
    );
  const folds = kept.map((_, i) => foldOf(i, { rows: n, count: foldCount }));
  const without = Array.from({ length: foldCount }, (_, fold) =>
    curveOf(kept.filter((_row, i) => folds[i] !== fold)),
  );
  const unseen = kept.map(({ p, y }, i) => ({ p: shareOf(without[folds[i]!]!, p), y }));
  const [errorRaw, errorCurve] = [errorOver(folds, kept), errorOver(folds, unseen)];
  const isBetter = errorCurve < betterBy * errorRaw;
  return {
    n,
    curve: isBetter ? curveOf(kept) : null,
    without: isBetter ? without : without.map(() => null),
    errorRaw,
    errorCurve,
  };
}

/** Stretch by stretch: over all of them each row's label would have had its part in the curves of the other rows. */
function errorOver(folds: readonly number[], rows: readonly { p: number; y: number }[]): number {
  let error = 0;
  for (let fold = 0; fold < foldCount; fold++)
    error += calibrationError(rows.filter((_row, i) => folds[i] === fold)) / foldCount;
  return error;
}

/** Mean distance of probability and share over ten bins of as many rows. */
function calibrationError(rows: readonly { p: number; y: number }[]): number {
  const sorted = [...rows].sort((a, b) => a.p - b.p);
  let error = 0;
  for (let bin = 0; bin < bins; bin++) {
    const [from, to] = [bin, bin + 1].map((edge) => Math.floor((edge * sorted.length) / bins));
    const apart = sorted.slice(from, to).reduce((sum, { p, y }) => sum + p - y, 0);
    error += Math.abs(apart) / sorted.length;
  }
  return error;
}
