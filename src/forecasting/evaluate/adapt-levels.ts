// Online adaptation of interval coverage: which level of its own curve a model has to be asked for, so that demand stays
// below the quantile as often as the level says. Pure: the same evidence gives the same levels everywhere.

/** What the labels of one period say of one level, over the series of one kind. */
export interface LevelTally {
  /** Labels. */
  n: number;
  /** Of them, demand below the quantile that was served, and demand not above it: between the two lie ties. */
  below: number;
  atOrBelow: number;
  /** Σ of the shifts that the quantiles were served with: log-odds of the model's level less those of the level itself. */
  shifts: number;
}

/** The labels of one period. */
export interface PeriodEvidence {
  readonly period: number;
  /** Distinct series with a label: forecasts of one series from several cutoffs count as one. */
  readonly series: number;
  /** One per level. */
  readonly tallies: readonly LevelTally[];
  /** How much it counts beside the same evidence of the version that is to be adapted, in (0, 1]; default 1. */
  readonly weight?: number;
}

export interface AdaptOptions {
  /** Nominal, ascending in (0, 1). */
  readonly levels: readonly number[];
  /** Periods after which evidence counts 1/e; > 0. */
  readonly memory: number;
}

/** One level and what it was adapted on. */
export interface AdaptedLevel {
  readonly level: number;
  /** What the model is asked for in its place. */
  readonly modelLevel: number;
  readonly labels: number;
  /** Shares of recent demand below, and not above, the quantiles served, newer ones weighing more; null without labels. */
  readonly below: number | null;
  readonly atOrBelow: number | null;
}

/** The odds of a level change tenfold at most. */
const shiftMax = Math.log(10);
/** … and by this much (in log-odds) from what they were when the labels were forecast. */
const stepMax = 1;
/** Shifts are rounded to this, so that not every batch of labels makes new levels. */
const shiftGrain = 0.02;
/** What training said counts like this many periods of many series, as old as the oldest evidence. */
const trainedPeriods = 4;
/** A period counts series ÷ (series + this ÷ level ÷ (1 − level)): of few series chance says more than what they share. */
const seriesForHalf = 10;
/** Nothing is adapted on fewer labels, or on labels of fewer periods. */
const labelsMin = 100;
const periodsMin = 3;

/**
 * Adapts levels to how often recent demand lay below the quantiles served. The step is that of adaptive conformal inference,
 * (level − share) ÷ (level · (1 − level)) in log-odds, taken from the shift that those quantiles were served with, which may be
 * a horizon old: so labels that come late do not make it swing. Evidence fades with age, and what training said is evidence too.
 * A level that lies between the shares below and not above its quantile is right: ties, most often of zeros, move nothing.
 * @param evidence any order; labels of neighbouring periods depend on each other, which fading and `memory` allow for
 * @returns one per level, model levels ascending. Cost: O(periods × levels).
 * Source: Gibbs, Candès 2021, NeurIPS (adaptive conformal inference under distribution shift).
 */
export function adaptLevels(evidence: readonly PeriodEvidence[], options: AdaptOptions): AdaptedLevel[] {
  const adapted = options.levels.map((level, l) => adaptLevel(evidence, { ...options, level, index: l }));
  // Levels that crossed trade places.
  const ascending = adapted.map(({ modelLevel }) => modelLevel).sort((a, b) => a - b);
  return adapted.map((each, i) => ({ ...each, modelLevel: ascending[i] as number }));
}

function adaptLevel(
  evidence: readonly PeriodEvidence[],
  of: AdaptOptions & { level: number; index: number },
): AdaptedLevel {
  const { level, index, memory } = of;
  const spread = level * (1 - level);
  const known = evidence.filter(({ tallies }) => (tallies[index] as LevelTally).n > 0);
  const periods = known.map(({ period }) => period);
  const [oldest, newest] = [Math.min(...periods), Math.max(...periods)];
  const sums = { labels: 0, weight: 0, below: 0, atOrBelow: 0, shift: 0 };
  for (const { period, series, tallies, weight: share = 1 } of known) {
    const { n, below, atOrBelow, shifts } = tallies[index] as LevelTally;
    const weight =
      (share * Math.exp((period - newest) / memory) * series) / (series + seriesForHalf / spread);
    sums.labels += n;
    sums.weight += weight;
    sums.below += (weight * below) / n;
    sums.atOrBelow += (weight * atOrBelow) / n;
    sums.shift += (weight * shifts) / n;
  }
  const { labels, weight } = sums;
  if (labels === 0) return { level, modelLevel: level, labels, below: null, atOrBelow: null };
  const below = sums.below / weight;
  const atOrBelow = sums.atOrBelow / weight;
  const shares = { level, labels, below, atOrBelow };
  if (labels < labelsMin || known.length < periodsMin) return { ...shares, modelLevel: level };
  const missed = Math.min(0, level - below) + Math.max(0, level - atOrBelow);
  const trained = trainedPeriods * Math.exp((oldest - newest) / memory);
  const found = sums.shift / weight + within(missed / spread, stepMax);
  const shift = within((found * weight) / (weight + trained), shiftMax);
  return { ...shares, modelLevel: shifted(level, Math.round(shift / shiftGrain) * shiftGrain) };
}

function within(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}

/** A level with its log-odds moved, to six digits; the level itself when they are not. */
export function shifted(level: number, by: number): number {
  return by === 0 ? level : Number((1 / (1 + Math.exp(-logOdds(level) - by))).toPrecision(6));
}

/** Log-odds of a level in (0, 1). */
export function logOdds(level: number): number {
  return Math.log(level / (1 - level));
}

/**
 * Model levels for any levels, from those adapted: shifts are drawn between the nearest two, and held beyond the outermost.
 * @param adapted levels ascending, at least one, and the model's level for each, ascending
 * @returns ascending where `levels` are
 */
export function modelLevelsFor(
  levels: readonly number[],
  adapted: { readonly levels: readonly number[]; readonly modelLevels: readonly number[] },
): number[] {
  const last = adapted.levels.length - 1;
  const at = (i: number): [number, number] => [
    logOdds(adapted.levels[i] as number),
    logOdds(adapted.modelLevels[i] as number),
  ];
  return levels.map((level) => {
    const known = adapted.levels.indexOf(level);
    if (known >= 0) return adapted.modelLevels[known] as number;
    const upper = adapted.levels.findIndex((other) => other > level);
    const [x, y] = at(upper < 0 ? last : Math.max(0, upper - 1));
    const x0 = logOdds(level);
    if (upper <= 0) return shifted(level, y - x);
    const [x1, y1] = at(upper);
    return shifted(level, y + ((x0 - x) * (y1 - y)) / (x1 - x) - x0);
  });
}
