// Conformal scores by stratum and lead: who borrows from whom, and the finite-sample quantile of what there is.

import { endedFrom, strataFamilies, symmetricStrata } from './strata.ts';

/** A lead with fewer scores than this borrows those of its neighbours. */
const scoresWanted = 200;

/** Scores of one stratum and lead with their weights. */
export interface Scores {
  readonly values: number[];
  readonly weights: number[];
}

/** Empty scores for a number of strata and leads. */
export function noScores(strata: number, horizon: number): Scores[][] {
  return Array.from({ length: strata }, () =>
    Array.from({ length: horizon }, (): Scores => ({ values: [], weights: [] })),
  );
}

/** Scores that the outermost level needs: 39 for a two-sided 95 % interval. */
export function scoresNeeded(levels: readonly number[]): number {
  const tail = Math.min(levels[0] as number, 1 - (levels[levels.length - 1] as number));
  return Math.ceil(1 / tail) - 1;
}

/**
 * Makes the function that gives a stratum's scores by lead, with those of ever more neighbours of its kind of demand until one
 * lead has `needed`, or all of the kind are in. Strata that borrow from the same ones get the same array.
 */
export function neighbourhoods(scores: readonly Scores[][], needed: number): (stratum: number) => Scores[] {
  const merged = new Map<string, Scores[]>();
  return (stratum) => {
    const [from, to] = neighboursOf(scores, stratum, needed);
    const key = `${from} ${to}`;
    const known = merged.get(key) ?? mergedScores(scores.slice(from, to));
    merged.set(key, known);
    return known;
  };
}

/** First stratum to take scores from, and the one after the last. */
function neighboursOf(scores: readonly Scores[][], stratum: number, needed: number): [number, number] {
  const [first, end] = strataFamilies.find(([from, to]) => stratum >= from && stratum < to) ?? [0, 0];
  let from = stratum;
  let to = stratum + 1;
  const count = (): number =>
    scores.slice(from, to).reduce((sum, leads) => sum + (leads[0] as Scores).values.length, 0);
  while (count() < needed && (from > first || to < end)) {
    from = Math.max(first, from - 1);
    to = Math.min(end, to + 1);
  }
  // Never from the other kind: errors of sparse demand are mostly those of zeros, which no regular item sells.
  if (count() < needed && stratum < endedFrom)
    [from, to] = stratum < symmetricStrata ? [0, symmetricStrata] : [symmetricStrata, endedFrom];
  return [from, to];
}

function mergedScores(strata: readonly Scores[][]): Scores[] {
  const [first, ...others] = strata as [Scores[], ...Scores[][]];
  if (others.length === 0) return first;
  return first.map((_, k) => ({
    values: strata.flatMap((leads) => (leads[k] as Scores).values),
    weights: strata.flatMap((leads) => (leads[k] as Scores).weights),
  }));
}

/**
 * The score of a level where no score of a kind of demand is known: of regular demand as if errors fell off exponentially to both
 * sides, by the mean change from one cycle to the next; of sparse demand as if every other period sold, in sizes that fall off
 * exponentially; of demand that has ended as if it had for good.
 */
export function presumedScore(level: number, stratum: number): number {
  if (stratum >= endedFrom) return 0;
  if (stratum < symmetricStrata) return level < 0.5 ? Math.log(2 * level) : Math.log(0.5 / (1 - level));
  return (level <= 0.5 ? 0 : Math.log(0.5 / (1 - level))) - 0.5;
}

/** Weighted mean |score|; 1 where nothing is known. */
export function meanSize({ values, weights }: Scores): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    sum += (weights[i] as number) * Math.abs(values[i] as number);
    total += weights[i] as number;
  }
  return sum > 0 ? sum / total : 1;
}

/** The mean size of a lead with fewer scores than this is also that of its neighbours: of a handful it is chance. */
const sizesWanted = 60;

/** Mean size of the scores by lead; 1 for sparse demand, whose sizes are those of zeros. Shape [leads]. Cost: O(scores). */
export function leadSpreads(scores: readonly Scores[], isRegular: boolean): number[] {
  return scores.map((lead, k) => {
    if (!isRegular) return 1;
    if (lead.values.length >= sizesWanted) return meanSize(lead);
    const { from, to } = neighbouringLeads(scores, k, sizesWanted);
    const near = scores.slice(from, to + 1);
    return meanSize({
      values: near.flatMap(({ values }) => values),
      weights: near.flatMap(({ weights }) => weights),
    });
  });
}

function neighbouringLeads(
  scores: readonly Scores[],
  k: number,
  wanted: number,
): { from: number; to: number; size: number } {
  let from = k;
  let to = k;
  let size = (scores[k] as Scores).values.length;
  while (size < wanted && (from > 0 || to < scores.length - 1)) {
    if (from > 0) size += (scores[--from] as Scores).values.length;
    if (to < scores.length - 1) size += (scores[++to] as Scores).values.length;
  }
  return { from, to, size };
}

/** Correlation of the errors of one window that is taken for granted: its leads are no independent scores. */
const leadCorrelation = 0.3;

/**
 * Scores of lead k and of as many neighbours as it takes, each in units of its lead's mean size, ascending.
 * @param overlap how many windows count as one; see `windowsPerOne`
 */
export function leadWindow(
  scores: readonly Scores[],
  spreads: readonly number[],
  k: number,
  overlap: number,
): SortedScores {
  const { from, to, size } = neighbouringLeads(scores, k, scoresWanted);
  const values = new Float64Array(size);
  const weights = new Float64Array(size);
  let at = 0;
  for (let j = from; j <= to; j++) {
    const lead = scores[j] as Scores;
    for (let i = 0; i < lead.values.length; i++) {
      values[at] = (lead.values[i] as number) / (spreads[j] as number);
      weights[at++] = lead.weights[i] as number;
    }
  }
  return sortScores(values, weights, 1 / (overlap * (1 + leadCorrelation * (to - from))));
}

export interface SortedScores {
  /** Ascending. */
  readonly values: Float64Array;
  /** Cumulative weights as a share of the total, ascending to 1. */
  readonly shares: Float64Array;
  /** How many independent scores of equal weight these are worth: (Σw)² ÷ Σw², and less where they go together. */
  readonly effectiveCount: number;
}

/**
 * Sorts scores with their weights. Few weights are distinct (one per number of origins), so each kind is sorted by the
 * platform's fast sort of numbers and the kinds are merged.
 * @param worth how much of an independent score each is
 * Cost: O(n log n + n × distinct weights).
 */
export function sortScores(values: Float64Array, weights: Float64Array, worth: number = 1): SortedScores {
  const runs = runsByWeight(values, weights);
  let total = 0;
  let squares = 0;
  for (const weight of weights) {
    total += weight;
    squares += weight * weight;
  }
  const sorted = new Float64Array(values.length);
  const shares = new Float64Array(values.length);
  let running = 0;
  for (let i = 0; i < sorted.length; i++) {
    let next: Run | undefined;
    for (const run of runs) {
      if (run.at < run.values.length && (next === undefined || head(run) < head(next))) next = run;
    }
    const run = next as Run;
    sorted[i] = head(run);
    running += run.weight;
    shares[i] = running / total;
    run.at++;
  }
  return { values: sorted, shares, effectiveCount: squares > 0 ? (worth * total * total) / squares : 0 };
}

/** Scores of one weight, ascending, and how many of them are merged already. */
interface Run {
  readonly weight: number;
  readonly values: Float64Array;
  at: number;
}

function head(run: Run): number {
  return run.values[run.at] as number;
}

function runsByWeight(values: Float64Array, weights: Float64Array): Run[] {
  const [weight = 1] = weights;
  if (weights.every((other) => other === weight)) return [{ weight, values: values.slice().sort(), at: 0 }];
  const counts = new Map<number, number>();
  for (const weight of weights) counts.set(weight, (counts.get(weight) ?? 0) + 1);
  const runs = new Map<number, Run>();
  for (const [weight, count] of counts) runs.set(weight, { weight, values: new Float64Array(count), at: 0 });
  for (let i = 0; i < values.length; i++) {
    const run = runs.get(weights[i] as number) as Run;
    run.values[run.at++] = values[i] as number;
  }
  for (const run of runs.values()) {
    run.values.sort();
    run.at = 0;
  }
  return [...runs.values()].sort((a, b) => a.weight - b.weight);
}

/** Mean excess over the outermost score, in mean sizes of scores: what lies beyond is taken to fall off exponentially. */
const excessBeyond = 0.5;
/** No score: it stands for what no forecast reaches, such as a period in which nothing is sold. */
const scoreMost = 100;

/**
 * The finite-sample quantile: with equal weights rank ⌈(n+1)u⌉ above the median and its mirror image ⌊(n+1)u⌋ below it. Of a level
 * that n scores do not reach, (n+1)(1−u) < 1, it lies beyond the outermost, by an exponential tail.
 * @returns 0 when there are no scores, or all are 0
 */
export function conformalQuantile(scores: SortedScores, level: number): number {
  const { values, shares, effectiveCount } = scores;
  const n = values.length;
  // Where every forecast was exact, nothing says how far off one might be.
  if (n === 0 || (values[0] === 0 && values[n - 1] === 0)) return 0;
  const inflate = (effectiveCount + 1) / effectiveCount;
  const outside = Math.min(level, 1 - level);
  const beyond = excessBeyond * Math.max(0, -Math.log((effectiveCount + 1) * outside));
  const past = (value: number): number =>
    beyond === 0 || Math.abs(value) > scoreMost ? value : value + (level >= 0.5 ? beyond : -beyond);
  if (level >= 0.5) {
    const wanted = level * inflate - 1e-12;
    return past(values[Math.min(n - 1, lowerBound(shares, wanted))] as number);
  }
  // The mirror image: the largest score with at least (1 − u)(n+1)/n of the weight at or above it.
  const below = 1 - (1 - level) * inflate + 1e-12;
  return past(values[Math.max(0, Math.min(n - 1, lowerBound(shares, below)))] as number);
}

/** First index whose share is at least `wanted`. */
function lowerBound(shares: Float64Array, wanted: number): number {
  let low = 0;
  let high = shares.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shares[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
