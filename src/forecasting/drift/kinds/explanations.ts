// What may have happened to the level of a stream, each explanation with its curve, its BIC and when it began.

import { beganBetween, beganOfMixture, beganOfRamp } from './beginnings.ts';
import { fingerprintOf, isSameConcept } from './fingerprint.ts';
import {
  bestRamp,
  bestStep,
  type Density,
  type Sums,
  shareAt,
  squaresWithin,
  sumsOf,
  type Transition,
} from './fits.ts';
import { fitMixture } from './mixture-fit.ts';
import { segmentStarts } from './segments.ts';

export interface Explained {
  readonly kind: 'none' | 'sudden' | 'gradual' | 'incremental' | 'recurring';
  readonly bic: number;
  readonly began: number;
  readonly beganBetween: readonly [number, number];
  /** Index from which on all is new; beyond the last value where it goes on. */
  readonly ended: number;
  readonly before: number;
  readonly after: number;
  /** Standard deviation about the level. */
  readonly deviation: number;
  /** The stretch that has come again. */
  readonly sameAs: { readonly index: number; readonly since: number } | null;
}

/** The best explanation of each kind. @param y in units of about one standard deviation, without outliers */
export function explanationsOf(
  y: Float64Array,
  by: { suddenWithin: number; toleranceSd: number },
): readonly Explained[] {
  const n = y.length;
  const sums = sumsOf(y);
  const side = Math.max(5, Math.floor(n / 100));
  const step = bestStep(sums, side);
  const ramp = bestRamp(sums, side);
  const stretches = stretchesOf(y, sums, by.toleranceSd);
  const memory = Math.max(
    1,
    Math.min(
      memoryOf(y, (t) => levelAt(step, t)),
      memoryOf(y, (t) => levelAt(ramp, t)),
      memoryOf(y, (t) => stretches.levels[t]!),
    ),
  );
  const range =
    y.reduce((top, value) => Math.max(top, value), -1e9) -
    y.reduce((low, value) => Math.min(low, value), 1e9);
  const density = densityOver(range + 1);
  const mixture = fitMixture(y, ramp, {
    side,
    spread: Math.sqrt(squaresOf(y, (t) => stretches.levels[t]!) / n),
    density,
  });
  const score = { y, memory, density };
  const found: Explained[] = [
    { ...flat, kind: 'none', bic: bicOf(score, () => sums.y[n]! / n, 2).bic },
    ofStep(score, { sums, step }),
    ofTransition(score, {
      sums,
      fit: ramp,
      kind: ramp.to - ramp.from <= by.suddenWithin ? 'sudden' : 'incremental',
    }),
    {
      ...transitionOf(mixture, mixture.spread),
      kind: mixture.to - mixture.from <= by.suddenWithin ? 'sudden' : 'gradual',
      bic: (-2 * mixture.logLikelihood) / memory + 5 * Math.log(n / memory),
      beganBetween: beganOfMixture(y, mixture, { side, memory, density }),
    },
  ];
  if (stretches.starts.length > 2) found.push(ofStretches(score, { sums, stretches }));
  const best = new Map<Explained['kind'], Explained>();
  for (const one of found) {
    const known = best.get(one.kind);
    if (!known || one.bic < known.bic) best.set(one.kind, one);
  }
  return [...best.values()];
}

interface Score {
  readonly y: Float64Array;
  /** So many values say as much as one that is independent. */
  readonly memory: number;
  readonly density: Density;
}

const flat = {
  began: 0,
  beganBetween: [0, 0],
  ended: 0,
  before: 0,
  after: 0,
  deviation: 1,
  sameAs: null,
} as const;

function levelAt(of: Transition, t: number): number {
  return of.before + (of.after - of.before) * shareAt(t, of.from, of.to);
}

function transitionOf(of: Transition, deviation: number): Omit<Explained, 'kind' | 'bic' | 'beganBetween'> {
  return { began: of.from, ended: of.to, before: of.before, after: of.after, deviation, sameAs: null };
}

function ofStep(score: Score, of: { sums: Sums; step: Transition }): Explained {
  const { sums, step } = of;
  const { bic, deviation } = bicOf(score, (t) => levelAt(step, t), 4);
  const between = beganBetween((at) => squaresWithin(sums, 0, at) + squaresWithin(sums, at, sums.n), {
    from: 1,
    to: sums.n - 1,
    scale: 2 * deviation ** 2 * score.memory,
  });
  return { ...transitionOf(step, deviation), kind: 'sudden', bic, beganBetween: between };
}

function ofTransition(
  score: Score,
  of: { sums: Sums; fit: Transition; kind: 'sudden' | 'incremental' },
): Explained {
  const { sums, fit, kind } = of;
  const { bic, deviation } = bicOf(score, (t) => levelAt(fit, t), 5);
  const between = beganOfRamp(sums, fit, 2 * deviation ** 2 * score.memory);
  return { ...transitionOf(fit, deviation), kind, bic, beganBetween: between };
}

interface Stretches {
  readonly starts: readonly number[];
  /** Which concept each is of: the index of the first stretch of that concept. */
  readonly concepts: readonly number[];
  /** The level of the concept at each value. */
  readonly levels: Float64Array;
}

function stretchesOf(y: Float64Array, sums: Sums, toleranceSd: number): Stretches {
  const n = y.length;
  const side = Math.max(10, Math.floor(n / 40));
  const starts = segmentStarts(sums, { variance: 1, penalty: 3 * Math.log(n), side });
  const ends = [...starts.slice(1), n];
  const prints = starts.map((from, i) => fingerprintOf(y.subarray(from, ends[i]!)));
  const concepts = starts.map((_, i) => {
    const known = prints.findIndex((print, j) => {
      const own = prints[i];
      return j < i - 1 && print && own && isSameConcept(print, own, toleranceSd);
    });
    return known < 0 ? i : known;
  });
  const levels = new Float64Array(n);
  for (const concept of new Set(concepts)) {
    let sum = 0;
    let count = 0;
    concepts.forEach((one, i) => {
      if (one !== concept) return;
      sum += sums.y[ends[i]!]! - sums.y[starts[i]!]!;
      count += ends[i]! - starts[i]!;
    });
    concepts.forEach((one, i) => {
      if (one === concept) levels.fill(sum / count, starts[i]!, ends[i]!);
    });
  }
  return { starts, concepts, levels };
}

function ofStretches(score: Score, of: { sums: Sums; stretches: Stretches }): Explained {
  const { sums, stretches } = of;
  const { starts, concepts, levels } = stretches;
  const last = starts.length - 1;
  const parameters = starts.length + new Set(concepts).size;
  const { bic, deviation } = bicOf(score, (t) => levels[t]!, parameters);
  const began = starts[last]!;
  const earlier = starts[last - 1]!;
  const between = beganBetween((at) => squaresWithin(sums, earlier, at) + squaresWithin(sums, at, sums.n), {
    from: earlier + 1,
    to: sums.n - 1,
    scale: 2 * deviation ** 2 * score.memory,
  });
  const concept = concepts[last]!;
  return {
    kind: concept < last ? 'recurring' : 'sudden',
    bic,
    began,
    beganBetween: between,
    ended: began,
    before: levels[began - 1]!,
    after: levels[began]!,
    deviation,
    sameAs: concept < last ? { index: concept, since: starts[concept]! } : null,
  };
}

function squaresOf(y: Float64Array, level: (t: number) => number): number {
  let sum = 0;
  for (let t = 0; t < y.length; t++) sum += (y[t]! - level(t)) ** 2;
  return sum;
}

/** BIC of a curve of levels with one deviation about it. */
function bicOf(
  score: Score,
  level: (t: number) => number,
  parameters: number,
): { bic: number; deviation: number } {
  const { y, memory, density } = score;
  const n = y.length;
  const deviation = Math.max(1e-3, Math.sqrt(squaresOf(y, level) / n));
  let logLikelihood = 0;
  for (let t = 0; t < n; t++) logLikelihood += Math.log(density(y[t]! - level(t), deviation));
  return { bic: (-2 * logLikelihood) / memory + parameters * Math.log(n / memory), deviation };
}

/** How many values say as much as one independent value: (1 + φ) ÷ (1 − φ) of the residuals, as far as φ is more than chance. */
function memoryOf(y: Float64Array, level: (t: number) => number): number {
  const n = y.length;
  let power = 0;
  let product = 0;
  let before = 0;
  for (let t = 0; t < n; t++) {
    const residual = y[t]! - level(t);
    power += residual * residual;
    product += residual * before;
    before = residual;
  }
  if (!(power > 0)) return 1;
  const phi = Math.min(0.98, Math.max(0, product / power - 1 / Math.sqrt(n)));
  return (1 + phi) / (1 - phi);
}

function densityOver(range: number): Density {
  return (deviation, spread) => {
    const z = deviation / spread;
    return (0.99 * Math.exp((-z * z) / 2)) / (spread * 2.5066282746310002) + 0.01 / range;
  };
}
