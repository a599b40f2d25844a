// How the shares of labels have moved, told from predictions alone: the confusion of labelled rows read backwards.

import { symmetricEigen } from '../../maths/index.ts';

export interface ConfusionAndPredictions {
  /** Labelled rows that the model has not learnt from, or their shares: [predicted][true], as many of either. */
  readonly confusion: readonly (readonly number[])[];
  /** Rows without labels by what was predicted of them, or their shares. */
  readonly predicted: readonly number[];
  /** Rows behind shares; absent: the entries are rows. */
  readonly rows?: { readonly confusion: number; readonly predicted: number };
}

export interface ClassShift {
  /** Share among labelled rows. */
  readonly before: number;
  /** New share ÷ old share, as solved: below 0 where predictions do not fit. */
  readonly weight: number;
  readonly weightSd: number | null;
  /** Share now: none below 0, all together 1. */
  readonly now: number;
  readonly nowSd: number | null;
}

export type LabelShift =
  | {
      readonly status: 'ok';
      readonly classes: readonly ClassShift[];
      /** Largest ÷ least singular value of the confusion: how much it makes of small errors. */
      readonly condition: number;
      /** Some weight was below 0, and was taken as 0: shares have not moved alone, or rows are few. */
      readonly isClipped: boolean;
      /** The most that any share has moved, in standard deviations of its move; null without rows. */
      readonly largestZ: number | null;
    }
  | { readonly status: 'unknown'; readonly because: string };

/** A confusion that makes more of small errors says nothing. */
const conditionMax = 100;
const classesMax = 200;

/**
 * Black-box shift estimation. Holds while rows of one label look as they did: shares may move, what a label looks like may not.
 * Standard deviations by the delta method, of labelled rows and of predictions together.
 * @returns `unknown` where a class has no rows, or predictions tell classes apart too badly
 * Source: Lipton, Wang and Smola 2018, ICML. Cost: classes³.
 */
export function labelShift({ confusion, predicted, rows }: ConfusionAndPredictions): LabelShift {
  const size = confusion.length;
  const isWhole =
    size >= 2 &&
    size <= classesMax &&
    predicted.length === size &&
    confusion.every((row) => row.length === size && row.every(isCount)) &&
    predicted.every(isCount);
  if (!isWhole)
    return unknown(`the confusion must be square, of 2 to ${classesMax} classes, without negative entries`);
  const [all, now] = [sumOf(confusion.map(sumOf)), sumOf(predicted)];
  if (!(all > 0) || !(now > 0)) return unknown('there are no rows');
  const joint = Float64Array.from(confusion.flat(), (entry) => entry / all);
  const shares = Float64Array.from(predicted, (entry) => entry / now);
  const before = Float64Array.from({ length: size }, (_, j) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += joint[i * size + j]!;
    return sum;
  });
  const empty = before.indexOf(0);
  if (empty >= 0) return unknown(`class ${empty} has no labelled rows`);
  const condition = conditionOf(joint, size);
  if (!(condition <= conditionMax))
    return unknown('predictions tell classes apart too badly: the confusion is near singular');
  const inverse = inverseOf(joint, size);
  const weights = timesVector(inverse, shares, size);
  const clipped = weights.map((weight) => Math.max(0, weight));
  const total = clipped.reduce((sum, weight, j) => sum + weight * before[j]!, 0);
  const counts = rows ?? { confusion: all, predicted: now };
  const sds = deviations({ joint, inverse, shares, weights, before }, counts);
  const classes = Array.from(before, (share, j): ClassShift => {
    return {
      before: share,
      weight: weights[j]!,
      weightSd: sds?.weights[j] ?? null,
      now: (clipped[j]! * share) / total,
      nowSd: sds?.now[j] ?? null,
    };
  });
  return {
    status: 'ok',
    classes,
    condition,
    isClipped: weights.some((weight) => weight < 0),
    largestZ: sds === null ? null : largestZ(classes, sds.moved),
  };
}

function unknown(because: string): LabelShift {
  return { status: 'unknown', because };
}

function isCount(entry: number): boolean {
  return entry >= 0 && entry <= 1e15;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function conditionOf(joint: Float64Array, size: number): number {
  const square = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += joint[k * size + i]! * joint[k * size + j]!;
      square[i * size + j] = sum;
    }
  const { values } = symmetricEigen(square, size);
  return Math.sqrt(values[0]! / Math.max(0, values[size - 1]!));
}

/** Gauss and Jordan with the largest pivot of each column. */
function inverseOf(given: Float64Array, size: number): Float64Array {
  const a = Float64Array.from(given);
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) inverse[i * size + i] = 1;
  for (let k = 0; k < size; k++) {
    let best = k;
    for (let i = k + 1; i < size; i++)
      if (Math.abs(a[i * size + k]!) > Math.abs(a[best * size + k]!)) best = i;
    for (const matrix of [a, inverse])
      for (let j = 0; j < size; j++) {
        const kept = matrix[k * size + j]!;
        matrix[k * size + j] = matrix[best * size + j]!;
        matrix[best * size + j] = kept;
      }
    const pivot = a[k * size + k]!;
    for (const matrix of [a, inverse]) for (let j = 0; j < size; j++) matrix[k * size + j]! /= pivot;
    for (let i = 0; i < size; i++) {
      const factor = a[i * size + k]!;
      if (i === k || factor === 0) continue;
      for (const matrix of [a, inverse])
        for (let j = 0; j < size; j++) matrix[i * size + j]! -= factor * matrix[k * size + j]!;
    }
  }
  return inverse;
}

function timesVector(matrix: Float64Array, vector: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < size; j++) sum += matrix[i * size + j]! * vector[j]!;
    return sum;
  });
}

interface Solved {
  readonly joint: Float64Array;
  readonly inverse: Float64Array;
  readonly shares: Float64Array;
  readonly weights: Float64Array;
  readonly before: Float64Array;
}

/** What one row more would move, squared and summed over rows. Null where shares come without rows. */
function deviations(
  { joint, inverse, shares, weights, before }: Solved,
  rows: { confusion: number; predicted: number },
): { weights: number[]; now: number[]; moved: number[] } | null {
  if (!(rows.confusion > 1.5) || !(rows.predicted > 1.5)) return null;
  const size = before.length;
  const sums = {
    weights: new Float64Array(size),
    now: new Float64Array(size),
    moved: new Float64Array(size),
  };
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const ofPrediction = inverse[j * size + i]! - weights[j]!;
      const share = shares[i]! / rows.predicted;
      sums.weights[j]! += share * ofPrediction ** 2;
      sums.now[j]! += share * (before[j]! * ofPrediction) ** 2;
      sums.moved[j]! += share * (before[j]! * ofPrediction) ** 2;
      for (let k = 0; k < size; k++) {
        const cell = joint[i * size + k]! / rows.confusion;
        if (cell === 0) continue;
        const ofLabel = weights[j]! - weights[k]! * inverse[j * size + i]!;
        const own = Number(k === j) - before[j]!;
        sums.weights[j]! += cell * ofLabel ** 2;
        sums.now[j]! += cell * (before[j]! * ofLabel + weights[j]! * own) ** 2;
        sums.moved[j]! += cell * (before[j]! * ofLabel + (weights[j]! - 1) * own) ** 2;
      }
    }
  }
  const roots = (values: Float64Array): number[] => Array.from(values, Math.sqrt);
  return { weights: roots(sums.weights), now: roots(sums.now), moved: roots(sums.moved) };
}

function largestZ(classes: readonly ClassShift[], moved: readonly number[]): number {
  const z = classes.map(({ before, weight }, j) => {
    const sd = moved[j]!;
    return sd > 0 ? Math.abs(before * (weight - 1)) / sd : 0;
  });
  return Math.max(...z);
}
