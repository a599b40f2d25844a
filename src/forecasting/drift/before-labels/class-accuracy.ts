// How right a classifier is before any label has come: from its own probabilities, calibrated.

import type { Calibration } from './calibration.ts';
import { jackknifeSd } from './folds.ts';
import { shareOf } from './isotonic.ts';

/** A figure that labels have not confirmed yet. */
export interface Estimate {
  readonly value: number;
  /** What chance does to the figure of these rows, if probabilities are right. */
  readonly samplingSd: number;
  /** What is open of the calibration, or of the model of errors. */
  readonly modelSd: number;
}

export interface ClassAccuracy {
  readonly n: number;
  /** Rows without a probability between 0 and 1, or without a predicted class. */
  readonly dropped: number;
  /** Rows expected in each field. */
  readonly confusion: { readonly tp: number; readonly fp: number; readonly fn: number; readonly tn: number };
  /** Null where the figure divides by nothing. */
  readonly accuracy: Estimate | null;
  readonly precision: Estimate | null;
  readonly recall: Estimate | null;
  readonly specificity: Estimate | null;
  readonly f1: Estimate | null;
  readonly auc: Estimate | null;
}

export type ClassFigure = 'accuracy' | 'precision' | 'recall' | 'specificity' | 'f1' | 'auc';

export interface ScoredRows {
  /** Probabilities of the class 1. */
  readonly probabilities: ArrayLike<number>;
  /** The class that was predicted, 0 or 1; absent: 1 from a probability of a half on. */
  readonly predicted?: ArrayLike<number>;
}

/**
 * The confusion of rows without labels, and the figures that follow from it. Holds while the share of ones among rows of one probability stays what
 * it was: rows may move (covariate shift), what they mean may not (concept drift).
 * @param calibration of labelled rows; null: probabilities are taken as calibrated
 * Source: confidence-based performance estimation (NannyML, "CBPE"). Sampling deviations by the delta method. Cost: O(n log n).
 */
export function classAccuracy(rows: ScoredRows, calibration: Calibration | null): ClassAccuracy {
  const { scores, isPredicted, dropped } = keptOf(rows);
  const read = (curve: Calibration['curve']): Float64Array =>
    curve === null ? scores : scores.map((score) => shareOf(curve, score));
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!);
  const about = { scores, isPredicted, order };
  const found = figuresOf(about, read(calibration?.curve ?? null));
  const without = (calibration?.without ?? [])
    .filter((curve) => curve !== null)
    .map((curve) => figuresOf(about, read(curve)).figures);
  const estimate = (name: ClassFigure): Estimate | null => {
    const figure = found.figures[name];
    // Of probabilities next to nothing, squares leave no number.
    if (figure === null || !Number.isFinite(figure.value + figure.samplingSd)) return null;
    const others = without.map((figures) => figures[name]?.value ?? figure.value);
    return { ...figure, modelSd: jackknifeSd(others) };
  };
  return {
    n: scores.length,
    dropped,
    confusion: found.confusion,
    accuracy: estimate('accuracy'),
    precision: estimate('precision'),
    recall: estimate('recall'),
    specificity: estimate('specificity'),
    f1: estimate('f1'),
    auc: estimate('auc'),
  };
}

interface Kept {
  readonly scores: Float64Array;
  readonly isPredicted: Uint8Array;
  /** Rows by score, ascending. */
  readonly order: Uint32Array;
}

function keptOf({ probabilities, predicted }: ScoredRows): Omit<Kept, 'order'> & { dropped: number } {
  const scores: number[] = [];
  const classes: number[] = [];
  for (let i = 0; i < probabilities.length; i++) {
    const score = probabilities[i]!;
    const own = predicted === undefined ? Number(score >= 0.5) : predicted[i];
    if (!(score >= 0 && score <= 1) || (own !== 0 && own !== 1)) continue;
    scores.push(score);
    classes.push(own);
  }
  return {
    scores: Float64Array.from(scores),
    isPredicted: Uint8Array.from(classes),
    dropped: probabilities.length - scores.length,
  };
}

type Figure = Omit<Estimate, 'modelSd'>;

function figuresOf(
  about: Kept,
  p: Float64Array,
): { confusion: ClassAccuracy['confusion']; figures: Record<ClassFigure, Figure | null> } {
  let [tp, fp, fn, tn, chosen, others] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < p.length; i++) {
    const [one, zero] = [p[i]!, 1 - p[i]!];
    if (about.isPredicted[i] === 1) {
      tp += one;
      fp += zero;
      chosen += one * zero;
    } else {
      fn += one;
      tn += zero;
      others += one * zero;
    }
  }
  // Variances of a share a ÷ (a + b) and of F1, where a and b are sums of independent labels.
  const ratio = (a: number, b: number, of: { a: number; b: number }): Figure | null =>
    a + b > 0
      ? { value: a / (a + b), samplingSd: Math.sqrt(b * b * of.a + a * a * of.b) / (a + b) ** 2 }
      : null;
  const n = p.length;
  const picked = tp + fp;
  const both = 2 * tp + fp + fn;
  const f1Sd = Math.sqrt((2 * (picked + fn)) ** 2 * chosen + (2 * tp) ** 2 * others) / both ** 2;
  return {
    confusion: { tp, fp, fn, tn },
    figures: {
      accuracy: n > 0 ? { value: (tp + tn) / n, samplingSd: Math.sqrt(chosen + others) / n } : null,
      // How many rows are predicted as ones is known: only which of them are is not.
      precision: picked > 0 ? { value: tp / picked, samplingSd: Math.sqrt(chosen) / picked } : null,
      recall: ratio(tp, fn, { a: chosen, b: others }),
      specificity: ratio(tn, fp, { a: others, b: chosen }),
      f1: both > 0 ? { value: (2 * tp) / both, samplingSd: f1Sd } : null,
      auc: aucOf(about, p),
    },
  };
}

/** Area under the curve in the order of scores, ties as halves; each row is 1 with its probability, and 0 with the rest. */
function aucOf({ scores, order }: Kept, p: Float64Array): Figure | null {
  const n = p.length;
  let [ones, zeros] = [0, 0];
  for (let i = 0; i < n; i++) {
    ones += p[i]!;
    zeros += 1 - p[i]!;
  }
  if (!(ones > 0) || !(zeros > 0)) return null;
  // What each row's label adds to the number of pairs in order: zeros below it as a one, ones above it as a zero.
  const slope = new Float64Array(n);
  let [onesBelow, zerosBelow, pairs] = [0, 0, 0];
  for (let from = 0, to = 0; from < n; from = to) {
    let [onesHere, zerosHere] = [0, 0];
    for (; to < n && scores[order[to]!] === scores[order[from]!]; to++) {
      onesHere += p[order[to]!]!;
      zerosHere += 1 - p[order[to]!]!;
    }
    for (let k = from; k < to; k++) {
      const row = order[k]!;
      const [one, zero] = [p[row]!, 1 - p[row]!];
      const below = zerosBelow + (zerosHere - zero) / 2;
      slope[row] = below - (ones - onesBelow - onesHere + (onesHere - one) / 2);
      pairs += one * below;
    }
    onesBelow += onesHere;
    zerosBelow += zerosHere;
  }
  // Pairs of a row with itself are none.
  let self = 0;
  for (let i = 0; i < n; i++) self += p[i]! * (1 - p[i]!);
  const total = ones * zeros - self;
  if (!(total > 0)) return null;
  const auc = pairs / total;
  let variance = 0;
  for (let i = 0; i < n; i++) {
    const gradient = (slope[i]! - auc * (zeros - ones)) / total;
    variance += p[i]! * (1 - p[i]!) * gradient * gradient;
  }
  return { value: Math.min(1, auc), samplingSd: Math.sqrt(variance) };
}
