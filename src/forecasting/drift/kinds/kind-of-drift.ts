// Which kind of drift a stream has gone through, and when it began: the curve of its level that explains it best.

import { median, quantile } from '../../maths/index.ts';
import { bounded } from '../streams/stream.ts';
import { type Explained, explanationsOf } from './explanations.ts';
import { type Fingerprint, fingerprintOf, isSameConcept } from './fingerprint.ts';

/** `none`: the level has not changed. `unknown`: it cannot be told. */
export type DriftKind = 'none' | 'sudden' | 'gradual' | 'incremental' | 'recurring' | 'unknown';

export interface KindOptions {
  /** Fingerprints of concepts that were there before this stream. */
  readonly concepts?: readonly Fingerprint[];
  /** A change that takes no more values than this is sudden (a fiftieth of the stream, at least 10). */
  readonly suddenWithin?: number;
  /** How far apart, in standard deviations, two stretches of one concept may lie (0.25). */
  readonly toleranceSd?: number;
}

export interface KindOfDrift {
  readonly kind: DriftKind;
  /** Why, where the kind is `unknown`. */
  readonly reason?: string;
  /** Index of the first value of the change; null where there is none, or it is unknown whether. */
  readonly began: number | null;
  /** It began between these, with 95 % probability, if the kind is right. */
  readonly beganBetween: readonly [number, number] | null;
  /** Index from which on all is new; null where the change goes on at the end. */
  readonly ended: number | null;
  /** Levels before and after. */
  readonly before: number | null;
  readonly after: number | null;
  /** (after − before) ÷ standard deviation of the values about their level. */
  readonly effectSd: number | null;
  /** Which concept has come again: index in `concepts`, or of the stretch of this stream that begins at `since`. */
  readonly concept: {
    readonly from: 'concepts' | 'stream';
    readonly index: number;
    readonly since: number | null;
  } | null;
  /** By how much each kind explains the stream worse than the best (differences of BIC). */
  readonly evidence: Readonly<Partial<Record<DriftKind, number>>>;
}

const minimum = 40;
/** Of a longer stream every so-many-th value is looked at. */
const lookedAt = 2000;
/** Differences of BIC below these tell nothing: that something has changed asks for strong evidence, of which kind it is for some. */
const tells = { change: 6, kind: 2 };

/**
 * Tells sudden, gradual, incremental and recurring drifts of the level apart: a step, a mixture in which the new share grows, a ramp, stretches of
 * which the last is like an earlier one. Values that are not finite are left out; indices are those
 * of the values as given.
 *
 *     const rng = new Rng(1);
 *     const values = Array.from({ length: 600 }, (_, t) => rng.normal() + (t < 300 ? 0 : 3));
 *     kindOfDrift(values); // { kind: 'sudden', began: 300, beganBetween: [300, 301], effectSd: 3.0, … }
 *
 * A season is a change that goes on for ever: take it out first, or give paired differences of losses.
 * Source: kinds as in Gama et al. 2014, ACM Computing Surveys 46(4); chosen by BIC (Schwarz 1978, Annals of Statistics 6).
 * Cost: O(n), and some 40 ms: not on the event loop.
 */
export function kindOfDrift(values: ArrayLike<number>, options: KindOptions = {}): KindOfDrift {
  const { kept, at } = keptOf(values);
  const n = kept.length;
  if (n < minimum)
    return { ...nothing, kind: 'unknown', reason: `${n} values: a kind needs ${minimum}`, evidence: {} };
  const calm = calmed(kept);
  if (calm === null) return { ...nothing, kind: 'none', evidence: { none: 0 } };
  const explained = explanationsOf(calm.y, {
    suddenWithin: Math.max(2, (options.suddenWithin ?? Math.max(10, n / 50)) / ((at[1] ?? 1) - (at[0] ?? 0))),
    toleranceSd: options.toleranceSd ?? 0.25,
  });
  const ranked = [...explained].sort((a, b) => a.bic - b.bic);
  const evidence = evidenceOf(ranked);
  const [best, second] = ranked;
  if (!best || best.kind === 'none') return { ...nothing, kind: 'none', evidence };
  if ((evidence.none ?? 0) < tells.change) {
    return { ...nothing, kind: 'unknown', reason: 'too little says that anything has changed', evidence };
  }
  const found = described(best, { at, calm, evidence });
  if (second && second.bic - best.bic < tells.kind) {
    // That something has changed is one thing, of which kind another.
    return { ...found, kind: 'unknown', reason: `${best.kind} and ${second.kind} explain it about as well` };
  }
  return asKnown(found, { kept, explained: best, options });
}

const nothing = {
  began: null,
  beganBetween: null,
  ended: null,
  before: null,
  after: null,
  effectSd: null,
  concept: null,
} as const;

function evidenceOf(ranked: readonly Explained[]): KindOfDrift['evidence'] {
  const least = ranked[0]?.bic ?? 0;
  return Object.fromEntries(ranked.map(({ kind, bic }) => [kind, bic - least]));
}

/** Finite values with their indices; of long streams every so-many-th. */
function keptOf(values: ArrayLike<number>): { kept: Float64Array; at: Int32Array } {
  const finite: number[] = [];
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) finite.push(i);
  const every = Math.ceil(finite.length / lookedAt) || 1;
  const at = Int32Array.from(finite.filter((_, i) => i % every === 0));
  return { kept: Float64Array.from(at, (i) => bounded(values[i]!)), at };
}

interface Calm {
  readonly y: Float64Array;
  readonly middle: number;
  readonly spread: number;
}

/** Values about their median in units of their deviation, outliers at the border; null where all are the same. */
function calmed(values: Float64Array): Calm | null {
  const [low, middle, high] = [0.02, 0.5, 0.98].map((level) => quantile(values, level)) as [
    number,
    number,
    number,
  ];
  const steps = Float64Array.from({ length: values.length - 1 }, (_, i) =>
    Math.abs(values[i + 1]! / 2 - values[i]! / 2),
  );
  // Not far below the range, or sums of squares would be all rounding.
  const spread = Math.max((2 * median(steps)) / 0.954 || high / 4 - low / 4, 1e-6 * (high - low));
  if (!(spread > 0)) return null;
  const [from, to] = [low - 4 * spread, high + 4 * spread];
  return {
    y: values.map((value) => (Math.min(to, Math.max(from, value)) - middle) / spread),
    middle,
    spread,
  };
}

function described(
  best: Explained,
  of: { at: Int32Array; calm: Calm; evidence: KindOfDrift['evidence'] },
): KindOfDrift {
  const { at, calm, evidence } = of;
  const last = at.length - 1;
  const index = (i: number): number => at[Math.min(last, Math.max(0, i))]!;
  const level = (y: number): number => calm.middle + calm.spread * y;
  return {
    kind: best.kind,
    began: index(best.began),
    beganBetween: [index(best.beganBetween[0]), index(best.beganBetween[1])],
    ended: best.ended > last ? null : index(best.ended),
    before: level(best.before),
    after: level(best.after),
    effectSd: (best.after - best.before) / best.deviation,
    concept:
      best.sameAs === null
        ? null
        : { from: 'stream', index: best.sameAs.index, since: index(best.sameAs.since) },
    evidence,
  };
}

/** What is new may be known from before this stream. */
function asKnown(
  found: KindOfDrift,
  of: { kept: Float64Array; explained: Explained; options: KindOptions },
): KindOfDrift {
  const { kept, explained, options } = of;
  const concepts = options.concepts ?? [];
  if (found.kind === 'recurring' || concepts.length === 0) return found;
  const young = fingerprintOf(kept.subarray(Math.min(explained.ended, kept.length)));
  const old = fingerprintOf(kept.subarray(0, explained.began));
  if (young === null) return found;
  const tolerance = options.toleranceSd ?? 0.25;
  const index = concepts.findIndex(
    (concept) =>
      isSameConcept(concept, young, tolerance) && !(old !== null && isSameConcept(concept, old, tolerance)),
  );
  return index < 0
    ? found
    : { ...found, kind: 'recurring', concept: { from: 'concepts', index, since: null } };
}
